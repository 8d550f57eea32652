// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/heatmap/heat_legend.h"

#include "models/items/qt_text.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"

#include <QPainter>

#include <algorithm>

namespace tailspan::heatmap {

using namespace Qt::StringLiterals;
using items::toQString;
using layout::DifferencePalette;

namespace {

constexpr int kStripPx = 120;
constexpr int kStripHeightPx = 8;
constexpr int kGapPx = 6;

} // namespace

HeatLegend::HeatLegend(QWidget *parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setFont(style::smallFont());
}

void HeatLegend::setPicture(const layout::HeatPicture &picture, const HeatLook &look, const char *noun)
{
    m_marks = picture.legend;
    m_isDifference = picture.isDifference;
    m_palette = look.palette;
    m_noun = tr("%1 a cell").arg(QLatin1StringView(noun));
    QStringList labels;
    for (const layout::HeatLegendMark &mark : m_marks)
        labels.append(toQString(mark.label));
    setAccessibleName(
        m_isDifference ? tr("Colours: blue for a smaller share, orange for a larger one, grey for what may be chance")
                       : tr("Colours from few to many: %1 %2").arg(labels.join(u", "_s), m_noun));
    updateGeometry();
    update();
}

QSize HeatLegend::sizeHint() const
{
    const QFontMetrics metrics(style::smallFont());
    if (m_marks.empty())
        return {0, 28};
    int width = kStripPx + kGapPx;
    if (m_isDifference)
        width += metrics.horizontalAdvance(toQString(m_marks.front().label) + toQString(m_marks.back().label))
            + metrics.horizontalAdvance(tr("may be chance")) + 5 * kGapPx + kStripHeightPx;
    else
        width += metrics.horizontalAdvance(m_noun) + kGapPx
            + metrics.horizontalAdvance(toQString(m_marks.back().label)) / 2;
    return {width, 28};
}

void HeatLegend::paintCounts(QPainter &painter)
{
    const style::Theme &theme = style::theme();
    const QList<QRgb> colors = style::heatColors(m_palette);
    const QFontMetrics metrics(font());
    const int labelWidth = metrics.horizontalAdvance(m_noun);
    painter.setPen(theme.muted);
    painter.drawText(QRect(0, 0, labelWidth + 2, 14), Qt::AlignLeft | Qt::AlignVCenter, m_noun);
    const int left = labelWidth + kGapPx;
    for (int x = 0; x < kStripPx; ++x)
        painter.fillRect(left + x, 3, 1, kStripHeightPx, QColor(colors[1 + x * 254 / (kStripPx - 1)]));
    for (const layout::HeatLegendMark &mark : m_marks) {
        const QString text = toQString(mark.label);
        const int width = metrics.horizontalAdvance(text) + 2;
        const int x = left + static_cast<int>(mark.share * kStripPx);
        painter.drawText(QRect(std::min(std::max(x - width / 2, left), this->width() - width), 13, width, 14),
                         Qt::AlignCenter, text);
    }
}

void HeatLegend::paintDifference(QPainter &painter)
{
    const style::Theme &theme = style::theme();
    const QList<QRgb> colors = style::differenceColors();
    const QFontMetrics metrics(font());
    const QString less = toQString(m_marks.front().label);
    const QString more = toQString(m_marks.back().label);
    int x = 0;
    painter.setPen(theme.muted);
    const auto write = [&](const QString &text) {
        const int width = metrics.horizontalAdvance(text) + 2;
        painter.drawText(QRect(x, 7, width, 14), Qt::AlignLeft | Qt::AlignVCenter, text);
        x += width + kGapPx;
    };
    write(less);
    const int half = kStripPx / 2;
    for (int i = 0; i < half; ++i) {
        const int step = i * (DifferencePalette::kSteps - 1) / (half - 1);
        painter.fillRect(x + half - 1 - i, 10, 1, kStripHeightPx, QColor(colors[DifferencePalette::kLess + step]));
        painter.fillRect(x + half + i, 10, 1, kStripHeightPx, QColor(colors[DifferencePalette::kMore + step]));
    }
    x += kStripPx + kGapPx;
    write(more);
    painter.fillRect(x, 10, kStripHeightPx, kStripHeightPx,
                     QColor(colors[DifferencePalette::kGrey + DifferencePalette::kGreySteps / 2]));
    x += kStripHeightPx + kGapPx;
    write(tr("may be chance"));
}

void HeatLegend::paintEvent(QPaintEvent *)
{
    if (m_marks.empty())
        return;
    QPainter painter(this);
    if (m_isDifference)
        paintDifference(painter);
    else
        paintCounts(painter);
}

} // namespace tailspan::heatmap
