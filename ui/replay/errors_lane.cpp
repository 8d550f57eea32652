// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/errors_lane.h"

#include "models/items/qt_text.h"
#include "models/layout/replay_axis.h"
#include "models/loadtest/load_test_report.h"
#include "ui/style/theme.h"

#include <QCoreApplication>

#include <qcustomplot.h>

namespace tailspan::replay {

namespace {

constexpr int kLabelLinePx = 15;

} // namespace

QString ErrorsLane::name() const
{
    return QCoreApplication::translate("ReplayLanes", "Errors");
}

QString ErrorsLane::missing(const loadtest::LoadTestReport &report) const
{
    return report.contents.hasFailures
        ? QString()
        : QCoreApplication::translate("ReplayLanes", "The file does not tell failed requests apart.");
}

QColor ErrorsLane::colorOfKind(std::size_t row)
{
    const style::Theme &theme = style::theme();
    const std::array<QColor, 6> colors{theme.bad,           theme.categories[3], theme.categories[6],
                                       theme.categories[4], theme.categories[5], theme.categories[7]};
    return colors[std::min(row, colors.size() - 1)];
}

/// Each graph carries the sum of its kind and those below it, filled down to zero; drawn from the largest sum to the
/// smallest, what stays visible of each is its own share.
void ErrorsLane::show(const loadtest::LoadTestReport &, const layout::ReplayPicture &picture)
{
    while (m_graphs.size() < picture.errors.size())
        m_graphs.push_back(addGraph());
    while (m_graphs.size() > picture.errors.size()) {
        plot().removeGraph(m_graphs.back());
        m_graphs.pop_back();
    }
    m_isQuiet = picture.overview->mostErrorRatio <= 0;
    setAxis(layout::linearAxis(picture.overview->mostErrorRatio, layout::AxisUnit::Ratio, 1));
    std::vector<double> sums(picture.steps.size(), 0);
    for (std::size_t kind = 0; kind < picture.errors.size(); ++kind) {
        for (std::size_t step = 0; step < sums.size(); ++step)
            sums[step] += picture.errors[kind][step];
        setStepData(*m_graphs[m_graphs.size() - 1 - kind], picture, sums);
    }
    m_kinds.clear();
    for (const std::string &kind : picture.overview->errorKinds)
        m_kinds.push_back(items::toQString(kind));
    color();
}

void ErrorsLane::color()
{
    for (std::size_t i = 0; i < m_graphs.size(); ++i) {
        m_graphs[i]->setPen(Qt::NoPen);
        m_graphs[i]->setBrush(m_isQuiet ? QBrush(Qt::NoBrush) : QBrush(colorOfKind(m_graphs.size() - 1 - i)));
    }
}

std::vector<LaneLabel> ErrorsLane::labels() const
{
    std::vector<LaneLabel> labels;
    if (m_isQuiet) {
        labels.push_back({QCoreApplication::translate("ReplayLanes", "none"), style::theme().good,
                          static_cast<double>(rect().top() + rect().height() / 2), false});
        return labels;
    }
    for (std::size_t kind = 0; kind < m_kinds.size(); ++kind)
        labels.push_back(
            {m_kinds[kind], colorOfKind(kind), rect().top() + kLabelLinePx * (static_cast<double>(kind) + 0.5), true});
    return labels;
}

} // namespace tailspan::replay
