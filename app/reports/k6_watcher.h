// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/reports/k6_accumulator.h"
#include "app/reports/read_options.h"

#include <deque>
#include <mutex>
#include <thread>
#include <utility>

namespace tailspan::reports {

/// What one worker has learned; the mutex is for whoever looks at it between two blocks.
struct K6Share {
    explicit K6Share(K6TagReader tagReader = k6TagsOfJson) : accumulator(std::move(tagReader)) {}
    std::mutex mutex;
    K6Accumulator accumulator;
};

/// Hands out what all workers have read so far, from a thread of its own, until it is destroyed. Shares and options
/// must outlive it.
class K6Watcher {
public:
    K6Watcher(std::deque<K6Share> &shares, const ReadOptions &options);

private:
    static void watch(std::deque<K6Share> &shares, const ReadOptions &options, const std::stop_token &stop);
    static loadtest::LoadTestReport soFar(std::deque<K6Share> &shares);

    std::jthread m_thread;
};

} // namespace tailspan::reports
