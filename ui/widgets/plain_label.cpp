// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/plain_label.h"

#include "ui/style/theme.h"
#include "ui/widgets/plain_tooltip.h"

#include <QEvent>
#include <QHelpEvent>
#include <QPainter>
#include <QScopedValueRollback>

namespace tailspan::widgets {

namespace {

QColor colorOf(PlainLabel::Tone tone)
{
    const style::Theme &t = style::theme();
    switch (tone) {
    case PlainLabel::Tone::Text: return t.text;
    case PlainLabel::Tone::Muted: return t.muted;
    case PlainLabel::Tone::Accent: return t.accent;
    case PlainLabel::Tone::Good: return t.good;
    case PlainLabel::Tone::Warn: return t.warn;
    case PlainLabel::Tone::Bad: return t.bad;
    }
    return t.text;
}

} // namespace

PlainLabel::PlainLabel(const QString &text, QWidget *parent) : QLabel(parent)
{
    setTextFormat(Qt::PlainText);
    setForegroundRole(QPalette::WindowText); // on any background: the tone is kept in this role
    setText(text);
}

void PlainLabel::setElideMode(Qt::TextElideMode mode)
{
    m_elideMode = mode;
    updateGeometry();
    update();
}

void PlainLabel::setTone(Tone tone)
{
    m_tone = tone;
    applyTone();
}

void PlainLabel::applyTone()
{
    const QScopedValueRollback guard(m_isApplying, true);
    if (m_tone == Tone::Text) // the theme's, also of the next one
        return setPalette(QPalette());
    QPalette own = palette();
    // Which of the two a label uses depends on the background of its parents.
    own.setColor(QPalette::WindowText, colorOf(m_tone));
    own.setColor(QPalette::Text, colorOf(m_tone));
    setPalette(own);
}

QSize PlainLabel::sizeHint() const
{
    return QLabel::sizeHint();
}

QSize PlainLabel::minimumSizeHint() const
{
    if (m_elideMode == Qt::ElideNone)
        return QLabel::minimumSizeHint();
    return {fontMetrics().horizontalAdvance(QChar(0x2026)) + 2 * margin(), QLabel::minimumSizeHint().height()};
}

QString PlainLabel::elided() const
{
    return fontMetrics().elidedText(text(), m_elideMode, contentsRect().width() - 2 * margin());
}

void PlainLabel::paintEvent(QPaintEvent *event)
{
    if (m_elideMode == Qt::ElideNone) {
        QLabel::paintEvent(event);
        return;
    }
    QPainter painter(this);
    painter.setPen(palette().color(isEnabled() ? QPalette::Active : QPalette::Disabled, foregroundRole()));
    const QRect area = contentsRect().adjusted(margin(), margin(), -margin(), -margin());
    painter.drawText(area, static_cast<int>(alignment()) | Qt::TextSingleLine, elided());
}

void PlainLabel::changeEvent(QEvent *event)
{
    QLabel::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_tone != Tone::Text && !m_isApplying)
        applyTone();
}

bool PlainLabel::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip && toolTip().isEmpty() && m_elideMode != Qt::ElideNone && elided() != text()) {
        showPlainToolTip(static_cast<QHelpEvent *>(event)->globalPos(), text(), this);
        return true;
    }
    return QLabel::event(event);
}

} // namespace tailspan::widgets
