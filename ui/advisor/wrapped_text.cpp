// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/advisor/wrapped_text.h"

#include "ui/widgets/plain_tooltip.h"

#include <QCoreApplication>
#include <QLocale>

namespace tailspan::advisorpage {

namespace {

constexpr qsizetype kLongestWord = 60; // ids and paths are shorter and stay as they are, for copies
constexpr qsizetype kPiece = 16;
constexpr char16_t kMayBreak = 0x200b; // zero-width space

QString breakable(const QString &text)
{
    QString broken;
    for (qsizetype begin = 0; begin < text.size();) {
        qsizetype end = begin;
        while (end < text.size() && !text[end].isSpace())
            ++end;
        const bool isLong = end - begin > kLongestWord;
        for (qsizetype at = begin; at < end; ++at) {
            if (isLong && at > begin && (at - begin) % kPiece == 0 && !text[at].isLowSurrogate())
                broken += QChar(kMayBreak);
            broken += text[at];
        }
        if (end < text.size())
            broken += text[end++];
        begin = end;
    }
    return broken;
}

} // namespace

void setWrappedText(widgets::PlainLabel &label, const QString &text, qsizetype most)
{
    QString shown = text;
    if (text.size() > most) {
        const qsizetype end = text[most - 1].isHighSurrogate() ? most - 1 : most;
        shown = QCoreApplication::translate("advisorpage", "%1\u2026 (%2 more characters)")
                    .arg(text.left(end), QLocale::c().toString(static_cast<qlonglong>(text.size() - end)));
    }
    label.setWordWrap(true);
    label.setText(breakable(shown));
    widgets::setPlainToolTip(&label, shown == text ? QString() : text);
}

widgets::PlainLabel *wrappedText(const QString &text, widgets::PlainLabel::Tone tone, QWidget *parent, qsizetype most)
{
    auto *label = new widgets::PlainLabel(parent);
    label->setTone(tone);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setWrappedText(*label, text, most);
    return label;
}

QString asSentence(QString text)
{
    if (!text.isEmpty())
        text[0] = text[0].toUpper();
    return text;
}

QString shortName(const QString &name)
{
    constexpr qsizetype kMost = 48;
    const QString line = name.left(4 * kMost).simplified();
    return line.size() > kMost ? line.left(kMost - 1) + QChar(0x2026) : line;
}

} // namespace tailspan::advisorpage
