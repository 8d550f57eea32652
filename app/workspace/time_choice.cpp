// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/time_choice.h"

#include "app/workspace/live_metrics.h"
#include "app/workspace/live_stores.h"
#include "models/base/wall_clock.h"

#include <algorithm>

namespace tailspan::workspace {

namespace {

/// Stores of metrics do not say how far back they go; most keep about two weeks.
constexpr Duration kEverything(7LL * 86'400 * 1'000'000'000);
constexpr std::int64_t kTicksOfWindow = 600;

} // namespace

TimeChoice::TimeChoice(LiveStores &stores, LiveMetrics &metrics, QObject *parent)
    : QObject(parent), m_stores(stores), m_metrics(metrics)
{
    connect(&m_clock, &QTimer::timeout, this, &TimeChoice::renewWindow);
    connect(&m_metrics, &LiveMetrics::connectedChanged, this, [this] {
        renewWindow();
        followClock();
    });
    connect(&m_metrics, &LiveMetrics::liveChanged, this, &TimeChoice::followClock);
    connect(&m_metrics, &LiveMetrics::liveChanged, this, &TimeChoice::liveChanged);
    connect(&m_stores, &LiveStores::liveChanged, this, &TimeChoice::liveChanged);
    connect(&m_stores, &LiveStores::connectedChanged, this, &TimeChoice::liveChanged);
}

bool TimeChoice::isConnected() const
{
    return m_stores.isConnected() || m_metrics.isConnected();
}

void TimeChoice::chooseLast(Duration last)
{
    m_range.reset();
    m_last = last;
    renewWindow();
    Q_EMIT chosen();
    m_stores.setLast(last);
}

void TimeChoice::chooseRange(TimeRange range)
{
    m_range = range;
    m_metrics.setLive(false);
    renewWindow();
    Q_EMIT chosen();
    m_stores.setRange(range);
}

void TimeChoice::setLive(bool live)
{
    if (live && m_range)
        chooseLast(m_last);
    m_stores.setLive(live);
    m_metrics.setLive(live);
    if (live)
        renewWindow();
}

bool TimeChoice::isLive() const
{
    return m_stores.isConnected() ? m_stores.isLive() : m_metrics.isLive();
}

void TimeChoice::renewWindow()
{
    TimeRange window;
    if (m_metrics.isConnected()) {
        const TimePoint now = currentTime();
        window = m_range.value_or(TimeRange{now - (m_last.ns() > 0 ? m_last : kEverything), now});
    }
    if (window == m_window)
        return;
    m_window = window;
    Q_EMIT windowChanged();
}

void TimeChoice::followClock()
{
    if (!m_metrics.isLive() || m_metrics.isHidden()) {
        m_clock.stop();
        return;
    }
    const std::int64_t lengthMs = (m_last.ns() > 0 ? m_last : kEverything).ns() / 1'000'000;
    m_clock.start(static_cast<int>(std::clamp<std::int64_t>(lengthMs / kTicksOfWindow, 1'000, 15'000)));
}

} // namespace tailspan::workspace
