// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/advice_pdf.h"

#include "models/items/qt_text.h"

#include <QBuffer>
#include <QFontDatabase>
#include <QPageSize>
#include <QPdfWriter>
#include <QTextCursor>
#include <QTextDocument>

namespace tailspan::workspace {

namespace {

/// The escapes that keep text from being Markdown are for Markdown's readers.
QString withoutEscapes(const QString &line)
{
    QString plain;
    for (qsizetype i = 0; i < line.size(); ++i) {
        const bool isEscape = line[i] == u'\\' && i + 1 < line.size() && line[i + 1].isPunct();
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
    explicit Typesetter(QTextDocument &document) : m_cursor(&document) {}

    void add(const QString &line)
    {
        if (line.startsWith(QLatin1String("```"))) {
            m_isCode = !m_isCode;
            return;
        }
        if (m_isCode)
            return put(line, 8, false, true);
        if (line.startsWith(QLatin1String("# ")))
            return put(withoutEscapes(line.mid(2)), 18, true, false);
        if (line.startsWith(QLatin1String("## ")))
            return put(withoutEscapes(line.mid(3)), 13, true, false);
        if (line.startsWith(QLatin1String("- ")))
            return put(QStringLiteral("\u2022 ") + withoutEscapes(line.mid(2)), 9.5, false, false);
        put(withoutEscapes(line), 9.5, false, false);
    }

private:
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

    QTextCursor m_cursor;
    bool m_isCode = false;
};

} // namespace

QByteArray adviceAsPdf(const std::string &markdown)
{
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter pdf(&buffer);
    pdf.setPageSize(QPageSize(QPageSize::A4));
    QTextDocument document;
    Typesetter typesetter(document);
    const QStringList lines = items::toQString(markdown).split(u'\n');
    for (const QString &line : lines)
        typesetter.add(line);
    document.print(&pdf);
    return buffer.data();
}

} // namespace tailspan::workspace
