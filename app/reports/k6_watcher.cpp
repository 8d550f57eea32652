// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/k6_watcher.h"

#include "app/reports/partial_reports.h"

#include <chrono>
#include <condition_variable>
#include <new>

namespace tailspan::reports {

K6Watcher::K6Watcher(std::deque<K6Share> &shares, const ReadOptions &options)
{
    if (options.partial)
        m_thread = std::jthread([&shares, &options](const std::stop_token &stop) { watch(shares, options, stop); });
}

void K6Watcher::watch(std::deque<K6Share> &shares, const ReadOptions &options, const std::stop_token &stop)
{
    constexpr std::chrono::milliseconds kBetweenLooks{50};
    PartialReports partials(options);
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    while (!wake.wait_for(lock, stop, kBetweenLooks, [] { return false; }) && !stop.stop_requested()) {
        if (!partials.isDue())
            continue;
        try {
            partials.give(soFar(shares));
        } catch (const std::bad_alloc &) {
            return; // the reading itself may still get along
        }
    }
}

loadtest::LoadTestReport K6Watcher::soFar(std::deque<K6Share> &shares)
{
    loadtest::TimelineBuilder builder;
    builder.skipSingleRequests();
    for (K6Share &share : shares) {
        const std::lock_guard lock(share.mutex);
        share.accumulator.addTo(builder);
    }
    loadtest::LoadTestReport report;
    std::move(builder).finish(report);
    K6Accumulator::setContents(report);
    return report;
}

} // namespace tailspan::reports
