// SPDX-License-Identifier: GPL-3.0-or-later
// From a place in the lanes to the traces behind it.
#include "ui/replay/lanes_view.h"
#include "ui/replay/replay_state.h"
#include "ui/replay/run_traces.h"

#include <QContextMenuEvent>
#include <QMenu>

#include <qcustomplot.h>

namespace tailspan::replay {

using loadtest::TracesWanted;

std::optional<TracesWanted> LanesView::wantedAt(const QPoint &at) const
{
    if (!timeArea().contains(at))
        return std::nullopt;
    const TimePoint time = m_state.scale().timeAt(at.x() - timeArea().left());
    const auto step = std::ranges::find_if(m_picture.steps, [time](const auto &s) { return s.range.contains(time); });
    if (step == m_picture.steps.end())
        return std::nullopt;
    TracesWanted wanted{step->range, std::nullopt, std::nullopt};
    const double y = at.y() - timeArea().top();
    for (const std::unique_ptr<Lane> &lane : m_lanes) {
        const QRect place = lane->rect().rect();
        const bool isOver = place.top() <= y && y <= place.bottom();
        if (const auto band = isOver ? lane->latencyAt(m_picture, y) : std::nullopt) {
            wanted.lowNs = band->first;
            wanted.highNs = band->second;
        }
    }
    return wanted;
}

void LanesView::contextMenuEvent(QContextMenuEvent *event)
{
    const std::optional<TracesWanted> wanted = wantedAt(event->pos());
    if (!wanted)
        return;
    QMenu menu(this);
    const TracesWanted all{wanted->time, std::nullopt, std::nullopt};
    if (wanted->hasBand())
        connect(menu.addAction(tr("Traces of %1").arg(wantedText(*wanted))), &QAction::triggered, this,
                [this, wanted] { m_state.requestTraces(*wanted); });
    connect(menu.addAction(tr("All traces that ran in %1").arg(wantedText(all))), &QAction::triggered, this,
            [this, all] { m_state.requestTraces(all); });
    menu.exec(event->globalPos());
}

} // namespace tailspan::replay
