// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/advisor/calls_view.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_tooltip.h"

#include <QHelpEvent>
#include <QPainter>

#include <algorithm>

namespace tailspan::advisorpage {

using items::toQString;

namespace {

constexpr int kRowPx = 20;
constexpr int kBarPx = 12;
constexpr int kNamePx = 210;
constexpr int kTimePx = 64;
constexpr std::size_t kMostRows = 12;

QString nameOf(const advisor::CallsPicture::Bar &bar)
{
    const QString label = toQString(bar.label);
    return bar.count > 1 ? QStringLiteral("%1\u00d7 %2").arg(bar.count).arg(label) : label;
}

QString lengthOf(const advisor::CallsPicture::Bar &bar)
{
    return toQString(durationText(Duration(bar.endNs - bar.beginNs)));
}

} // namespace

CallsView::CallsView(advisor::CallsPicture calls, QWidget *parent) : QWidget(parent), m_calls(std::move(calls))
{
    setObjectName(QStringLiteral("callsView"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    QString spoken;
    const auto add = [&](const QString &title, const Bars &bars) {
        spoken += title + u": ";
        for (const auto &bar : bars) {
            m_endNs = std::max(m_endNs, bar.endNs);
            spoken += nameOf(bar) + u' ' + lengthOf(bar) + u"; ";
        }
    };
    add(tr("Today"), m_calls.before);
    add(tr("With the fix"), m_calls.after);
    setAccessibleName(spoken);
}

std::size_t CallsView::shown(const Bars &bars) const
{
    return std::min(bars.size(), kMostRows);
}

QSize CallsView::sizeHint() const
{
    const std::size_t rows = shown(m_calls.before) + shown(m_calls.after) + 2;
    return {480, static_cast<int>(rows) * kRowPx + 8};
}

int CallsView::paintBars(QPainter &painter, int top, const Bars &bars, const QString &title, const QColor &color) const
{
    const style::Theme &theme = style::theme();
    painter.setFont(style::smallFont());
    painter.setPen(theme.muted);
    const QString more = bars.size() > kMostRows ? tr("%1, first %2 of %3").arg(title).arg(kMostRows).arg(bars.size())
                                                 : title;
    painter.drawText(QRect(0, top, width(), kRowPx), Qt::AlignLeft | Qt::AlignVCenter, more);
    top += kRowPx;
    const double room = width() - kNamePx - kTimePx;
    for (std::size_t i = 0; i < shown(bars); ++i) {
        const auto &bar = bars[i];
        painter.setPen(theme.text);
        painter.setFont(style::tableFont());
        painter.drawText(QRect(0, top, kNamePx - 10, kRowPx), Qt::AlignLeft | Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(nameOf(bar), Qt::ElideMiddle, kNamePx - 10));
        const double begin = kNamePx + room * static_cast<double>(bar.beginNs) / static_cast<double>(m_endNs);
        const double end = kNamePx + room * static_cast<double>(bar.endNs) / static_cast<double>(m_endNs);
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        painter.drawRoundedRect(QRectF(begin, top + (kRowPx - kBarPx) / 2.0, std::max(end - begin, 2.0), kBarPx), 2, 2);
        painter.setPen(theme.muted);
        style::drawTabular(painter, QRectF(std::max(begin, end) + 6, top, kTimePx, kRowPx),
                           Qt::AlignLeft | Qt::AlignVCenter, lengthOf(bar));
        top += kRowPx;
    }
    return top;
}

void CallsView::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const style::Theme &theme = style::theme();
    const int next = paintBars(painter, 0, m_calls.before, tr("Today"), theme.bad);
    paintBars(painter, next, m_calls.after, tr("With the fix"), theme.good);
}

bool CallsView::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    const auto row = static_cast<std::size_t>(std::max(help->pos().y() / kRowPx, 0));
    const std::size_t before = shown(m_calls.before);
    QString text;
    if (row >= 1 && row <= before)
        text = nameOf(m_calls.before[row - 1]) + u", " + lengthOf(m_calls.before[row - 1]);
    else if (row >= before + 2 && row < before + 2 + shown(m_calls.after))
        text = nameOf(m_calls.after[row - before - 2]) + u", " + lengthOf(m_calls.after[row - before - 2]);
    widgets::showPlainToolTip(help->globalPos(), text, this);
    return true;
}

} // namespace tailspan::advisorpage
