// SPDX-License-Identifier: GPL-3.0-or-later
// From a place in the lanes to the traces behind it.
#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "ui/replay/lanes_view.h"
#include "ui/replay/replay_state.h"
#include "ui/replay/run_traces.h"

#include <QContextMenuEvent>
#include <QMenu>

#include <qcustomplot.h>

#include <algorithm>
#include <utility>

namespace tailspan::replay {

using loadtest::TracesWanted;

namespace {

constexpr std::size_t kMostEndpoints = 12; // in a menu

} // namespace

std::optional<LanesView::PlaceHit> LanesView::hitAt(const QPoint &at) const
{
    if (!timeArea().contains(at) || m_picture.steps.empty())
        return std::nullopt;
    const TimePoint time = m_state.scale().timeAt(at.x() - timeArea().left());
    const auto step = std::ranges::upper_bound(m_picture.steps, time, {}, [](const auto &s) { return s.range.end; });
    if (step == m_picture.steps.end() || !step->range.contains(time))
        return std::nullopt;
    PlaceHit hit{{step->range}, false};
    const double y = at.y() - timeArea().top();
    for (const Lane *lane : m_shown) {
        const QRect place = lane->rect().rect();
        if (place.top() > y || y > place.bottom() || !missing(*lane).isEmpty())
            continue;
        const auto latency = lane->latencyAt(m_picture, static_cast<std::size_t>(step - m_picture.steps.begin()), y);
        if (!latency)
            continue;
        hit.wanted.lowNs = latency->lowNs;
        hit.wanted.highNs = latency->highNs;
        hit.wanted.line = latency->line;
        hit.isEmpty = latency->isEmpty;
    }
    return hit;
}

std::optional<TracesWanted> LanesView::wantedAt(const QPoint &at) const
{
    const std::optional<PlaceHit> hit = hitAt(at);
    return hit ? std::optional(hit->wanted) : std::nullopt;
}

void LanesView::askForTraces()
{
    if (const auto wanted = std::exchange(m_clicked, std::nullopt))
        requestTraces(*wanted, m_clickedGlobal);
}

void LanesView::requestTraces(const TracesWanted &wanted, const QPoint &globalPos)
{
    const std::vector<loadtest::EndpointShare> shares =
        m_state.report() ? loadtest::endpointsThen(*m_state.report(), wanted) : std::vector<loadtest::EndpointShare>();
    const auto of = [&wanted](const std::string &endpoint) {
        TracesWanted one = wanted;
        one.endpoint = endpoint;
        return one;
    };
    if (shares.size() < 2)
        return m_state.requestTraces(of(shares.empty() ? std::string() : shares.front().endpoint));
    std::uint64_t all = 0;
    for (const loadtest::EndpointShare &share : shares)
        all += share.requests;
    auto *menu = new QMenu(this);
    menu->setObjectName(QStringLiteral("endpointMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    addHeading(*menu, tr("Traces of %1").arg(wantedText(wanted)));
    const auto add = [&](const QString &name, std::uint64_t requests, const TracesWanted &one) {
        const QString count = items::toQString(pluralText(requests, "request", "requests"));
        QAction *action = menu->addAction(QString(name).replace(u'&', QStringLiteral("&&")) + u'\t' + count);
        connect(action, &QAction::triggered, this, [this, one] { m_state.requestTraces(one); });
        return action;
    };
    QAction *first = add(tr("All endpoints"), all, wanted);
    for (std::size_t i = 0; i < std::min(shares.size(), kMostEndpoints); ++i)
        add(items::toQString(shares[i].endpoint), shares[i].requests, of(shares[i].endpoint));
    menu->popup(globalPos);
    menu->setActiveAction(first);
}

/// Over a title, and from the keyboard, what can be done with the lane; over the plots the traces there too.
void LanesView::contextMenuEvent(QContextMenuEvent *event)
{
    std::size_t place = 0;
    const bool isKey = event->reason() == QContextMenuEvent::Keyboard;
    if (isKey && currentLane() != nullptr)
        return openLaneMenu(*currentLane(), mapToGlobal(titleRect(*currentLane()).bottomLeft()));
    if (!isKey && partAt(event->pos(), place) == LaneDrag::Part::Title)
        return openLaneMenu(*m_shown[place], event->globalPos());
    const std::optional<TracesWanted> wanted = wantedAt(event->pos());
    if (!wanted)
        return;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const TracesWanted all{wanted->time};
    const QPoint at = event->globalPos();
    if (wanted->hasBand())
        connect(menu->addAction(tr("Traces of %1").arg(wantedText(*wanted))), &QAction::triggered, this,
                [this, wanted, at] { requestTraces(*wanted, at); });
    connect(menu->addAction(tr("All traces that ran in %1").arg(wantedText(all))), &QAction::triggered, this,
            [this, all] { m_state.requestTraces(all); });
    for (const Lane *lane : m_shown) {
        const QRect rect = lane->rect().rect().translated(0, timeArea().top());
        if (rect.top() <= event->pos().y() && event->pos().y() <= rect.bottom())
            addLaneActions(*menu->addMenu(tr("Lane %1").arg(lane->name())), m_laneLayout, laneGroup(),
                           {lane->id(), lane->name(), lane->hasValueAxis()});
    }
    menu->popup(at);
}

} // namespace tailspan::replay
