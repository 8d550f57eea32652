// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/lane.h"

#include "ui/style/theme.h"

#include <qcustomplot.h>

#include <cmath>

namespace tailspan::replay {

void Lane::attach(QCustomPlot &plot, QCPAxisRect &rect)
{
    m_plot = &plot;
    m_rect = &rect;
    rect.setupFullAxesBox(true);
    rect.setLayer(QStringLiteral("background"));
    for (QCPAxis *axis : rect.axes()) {
        axis->setTicks(axis->axisType() == QCPAxis::atLeft);
        axis->setTickLabels(false); // the overlay writes them, inside the lane's own height
        axis->setTickLength(0, 0);
        axis->setSubTicks(false);
        axis->grid()->setVisible(axis->axisType() == QCPAxis::atLeft || axis->axisType() == QCPAxis::atBottom);
        axis->grid()->setZeroLinePen(Qt::NoPen);
        axis->setLayer(QStringLiteral("axes"));
        axis->grid()->setLayer(QStringLiteral("grid"));
    }
    // The grid needs the ticks of the bottom axis; they have no length and no words.
    rect.axis(QCPAxis::atBottom)->setTicks(true);
    rect.axis(QCPAxis::atLeft)->setTicker(QSharedPointer<QCPAxisTickerText>::create());
    rect.axis(QCPAxis::atBottom)->setTicker(QSharedPointer<QCPAxisTickerText>::create());
    build();
}

void Lane::applyTheme()
{
    const style::Theme &theme = style::theme();
    m_rect->setBackground(theme.panel);
    for (QCPAxis *axis : m_rect->axes()) {
        axis->setBasePen(QPen(theme.line, 1));
        axis->setTickPen(Qt::NoPen);
        axis->grid()->setPen(QPen(theme.grid, 1));
    }
    color();
}

void Lane::setShown(bool isShown)
{
    m_rect->setVisible(isShown); // and with it its axes and graphs
}

QCPGraph *Lane::addGraph()
{
    QCPGraph *graph = m_plot->addGraph(m_rect->axis(QCPAxis::atBottom), m_rect->axis(QCPAxis::atLeft));
    graph->setAdaptiveSampling(false); // the picture holds one step a pixel already
    graph->setAntialiased(false);
    graph->setSelectable(QCP::stNone);
    return graph;
}

void Lane::setAxis(const layout::ValueAxis &axis)
{
    m_axis = axis;
    QCPAxis *left = m_rect->axis(QCPAxis::atLeft);
    left->setRange(axis.low, axis.high);
    QMap<double, QString> ticks;
    for (const layout::AxisTick &tick : axis.ticks)
        ticks.insert(tick.value, QString());
    left->ticker().staticCast<QCPAxisTickerText>()->setTicks(ticks);
}

double Lane::yOf(double value) const
{
    return m_rect->axis(QCPAxis::atLeft)->coordToPixel(value);
}

/// Lines of the steps run along pixels: only a whole number of them looks the same everywhere.
double Lane::lineWidthPx() const
{
    const double ratio = plot().devicePixelRatioF();
    return std::round(1.5 * ratio) / ratio;
}

int Lane::heightPx() const
{
    return m_rect->height();
}

void setStepData(QCPGraph &graph, const layout::ReplayPicture &picture, const std::vector<double> &values)
{
    QVector<double> keys;
    QVector<double> points;
    keys.reserve(static_cast<qsizetype>(values.size()) * 2);
    points.reserve(static_cast<qsizetype>(values.size()) * 2);
    const TimePoint origin = picture.overview->run.begin;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const TimeRange range = picture.steps[i].range;
        const double value = std::isfinite(values[i]) ? values[i] : layout::kNoValue;
        keys << (range.begin - origin).toSeconds() << (range.end - origin).toSeconds();
        points << value << value;
    }
    graph.setData(keys, points, true);
}

} // namespace tailspan::replay
