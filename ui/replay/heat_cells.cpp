// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/heat_cells.h"

#include "ui/style/contrast.h"
#include "ui/style/heat_colors.h"
#include "ui/style/theme.h"

#include <algorithm>
#include <cmath>

namespace tailspan::replay {

namespace {

/// The lines have to stand out from the cells in both themes.
constexpr double kHeatShare = 0.86;
constexpr int kColorSteps = 64;

} // namespace

HeatCells::HeatCells(QCustomPlot &plot, QCPAxisRect &rect) : QCPAbstractItem(&plot), m_rect(&rect)
{
    setClipAxisRect(&rect);
    setSelectable(false);
    setAntialiased(false);
    setLayer(QStringLiteral("grid")); // under the lines
}

void HeatCells::setPicture(const layout::ReplayPicture &picture)
{
    m_origin = picture.overview->run.begin;
    m_rows = picture.heatRows;
    m_heat = picture.heat;
    m_mostHeat = picture.mostHeat;
    m_steps.clear();
    for (const layout::ReplayStep &step : picture.steps)
        m_steps.push_back(step.range);
}

void HeatCells::mixColors()
{
    m_colors.clear();
    for (int i = 0; i <= kColorSteps; ++i)
        m_colors.push_back(style::mixed(style::gradientColor(style::cividis(), static_cast<double>(i) / kColorSteps),
                                        style::theme().panel, kHeatShare));
    m_countScale = kColorSteps / std::log(static_cast<double>(std::max(m_mostHeat, 2U)));
}

const QColor &HeatCells::colorOf(std::uint32_t count) const
{
    const double share = std::log(static_cast<double>(count)) * m_countScale;
    return m_colors[static_cast<std::size_t>(std::clamp(share, 0.0, static_cast<double>(kColorSteps)))];
}

void HeatCells::draw(QCPPainter *painter)
{
    if (m_heat.empty() || m_rows.count == 0)
        return;
    const QCPAxis *time = m_rect->axis(QCPAxis::atBottom);
    const QCPAxis *latency = m_rect->axis(QCPAxis::atLeft);
    mixColors();
    m_rowEdgesPx.clear();
    for (int row = 0; row <= m_rows.count; ++row)
        m_rowEdgesPx.push_back(static_cast<int>(std::lround(latency->coordToPixel(m_rows.lowOf(row)))));
    painter->setPen(Qt::NoPen);
    for (std::size_t step = 0; step < m_steps.size(); ++step) {
        const double left = time->coordToPixel((m_steps[step].begin - m_origin).toSeconds());
        const double right = time->coordToPixel((m_steps[step].end - m_origin).toSeconds());
        if (right >= m_rect->left() && left <= m_rect->right() + 1)
            drawColumn(*painter, step, left, right);
    }
}

/// Edges are rounded to whole pixels the same way on both sides, so that neighbours neither overlap nor leave seams.
void HeatCells::drawColumn(QCPPainter &painter, std::size_t step, double leftPx, double rightPx)
{
    const auto left = static_cast<int>(std::lround(std::max(leftPx, m_rect->left() - 2.0)));
    const auto right = static_cast<int>(std::lround(std::min(rightPx, m_rect->right() + 3.0)));
    const std::size_t base = step * static_cast<std::size_t>(m_rows.count);
    for (int row = 0; row < m_rows.count; ++row) {
        const std::uint32_t count = m_heat[base + static_cast<std::size_t>(row)];
        if (count == 0)
            continue;
        const int bottom = m_rowEdgesPx[static_cast<std::size_t>(row)];
        const int top = m_rowEdgesPx[static_cast<std::size_t>(row) + 1];
        painter.fillRect(QRect(left, top, std::max(right - left, 1), std::max(bottom - top, 1)), colorOf(count));
    }
}

} // namespace tailspan::replay
