// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/load_test_report.h"

#include <cstdint>
#include <map>
#include <string>

namespace tailspan::reports {

/// Lays the intervals of a histogram log out as a timeline: intervals that cover mostly the same time (one for each
/// tag) become one step, others are kept apart. Memory: a few thousand steps at most; more are joined into longer
/// ones. Thread: one.
class HdrTimeline {
public:
    void add(std::int64_t beginNs, Duration length, const std::string &tag, const LogHistogram &values);
    /// Fills requests, timeline, bucketWidth, endpoints (the tags, where there are any), startedAt and duration.
    void finish(loadtest::LoadTestReport &report) &&;

private:
    void tidy();

    std::vector<loadtest::Bucket> m_steps;
    std::map<std::string, LogHistogram> m_byTag;
    TimeRange m_range;
    Duration m_usualLength;
};

} // namespace tailspan::reports
