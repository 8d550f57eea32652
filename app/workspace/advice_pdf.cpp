// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/advice_pdf.h"

#include "app/advice/advice_text.h"
#include "app/workspace/picture_object.h"
#include "models/items/qt_text.h"

#include <QAbstractTextDocumentLayout>
#include <QBuffer>
#include <QFontDatabase>
#include <QPageSize>
#include <QPdfWriter>
#include <QTextCursor>
#include <QTextDocument>

#include <sstream>

namespace tailspan::workspace {

namespace {

constexpr double kPictureWidthPx = 620; // what A4 leaves between its margins, at 96 to the inch
constexpr char16_t kPictureMark = 0x1e; // no text of the report holds control characters outside of code
const QString kFence = QStringLiteral("```");

/// The escapes that keep text from being Markdown are for Markdown's readers.
QString withoutEscapes(const QString &line)
{
    QString plain;
    for (qsizetype i = 0; i < line.size(); ++i) {
        const bool isEscape = line[i] == u'\\' && i + 1 < line.size()
            && (line[i + 1].isPunct() || line[i + 1].isSymbol());
        if (!isEscape)
            plain += line[i];
        else
            plain += line[++i];
    }
    return plain;
}

/// Sets one line after the other.
class Typesetter {
public:
    Typesetter(QTextDocument &document, const std::vector<QTextCharFormat> &pictures)
        : m_cursor(&document), m_pictures(pictures)
    {}

    void add(const QString &line)
    {
        if (m_fence.isEmpty() ? line.startsWith(kFence) : line == m_fence) {
            m_fence = m_fence.isEmpty() ? fenceOf(line) : QString();
            return;
        }
        if (!m_fence.isEmpty())
            return put(line, 8, false, true);
        if (line.startsWith(QChar(kPictureMark)))
            return putPicture(line.mid(1).toInt());
        if (line.startsWith(QLatin1String("# ")))
            return put(withoutEscapes(line.mid(2)), 18, true, false);
        if (line.startsWith(QLatin1String("## ")))
            return put(withoutEscapes(line.mid(3)), 13, true, false);
        if (line.startsWith(QLatin1String("- ")))
            return put(QStringLiteral("\u2022 ") + withoutEscapes(line.mid(2)), 9.5, false, false);
        put(withoutEscapes(line), 9.5, false, false);
    }

private:
    /// A block of code that holds a fence has a longer one around it.
    static QString fenceOf(const QString &line)
    {
        qsizetype length = 0;
        while (length < line.size() && line[length] == u'`')
            ++length;
        return line.left(length);
    }

    void put(const QString &text, double points, bool isBold, bool isFixed)
    {
        QTextCharFormat format;
        if (isFixed)
            format.setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
        format.setFontPointSize(points);
        format.setFontWeight(isBold ? QFont::DemiBold : QFont::Normal);
        m_cursor.insertText(text, format);
        m_cursor.insertBlock();
    }

    void putPicture(int number)
    {
        if (number < 0 || static_cast<std::size_t>(number) >= m_pictures.size())
            return;
        m_cursor.insertText(QString(QChar::ObjectReplacementCharacter), m_pictures[static_cast<std::size_t>(number)]);
        m_cursor.insertBlock();
    }

    QTextCursor m_cursor;
    const std::vector<QTextCharFormat> &m_pictures;
    QString m_fence; // of the block of code that is open
};

} // namespace

QByteArray adviceAsPdf(const advice::Advised &advised, const ReportLook &look)
{
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter pdf(&buffer);
    pdf.setPageSize(QPageSize(QPageSize::A4));
    PictureObject object(look);
    std::vector<QTextCharFormat> pictures;
    std::ostringstream markdown;
    writeAdviceMarkdown(markdown, advised, [&](std::ostream &out, const advisor::Finding &finding) {
        const bool isText = std::holds_alternative<advisor::PlanPicture>(finding.picture);
        if (isText || !look.lay || !look.paint)
            return;
        layout::FindingPicture picture = look.lay(finding.picture, kPictureWidthPx);
        if (picture.heightPx <= 0)
            return;
        out << static_cast<char>(kPictureMark) << pictures.size() << "\n\n";
        pictures.push_back(object.add(std::move(picture)));
    });
    QTextDocument document;
    QTextOption option = document.defaultTextOption();
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere); // long statements have no blanks
    document.setDefaultTextOption(option);
    document.documentLayout()->registerHandler(PictureObject::kType, &object);
    Typesetter typesetter(document, pictures);
    const QStringList lines = items::toQString(markdown.str()).split(u'\n');
    for (const QString &line : lines)
        typesetter.add(line);
    document.print(&pdf);
    return buffer.data();
}

} // namespace tailspan::workspace
