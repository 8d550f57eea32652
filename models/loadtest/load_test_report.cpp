// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/load_test_report.h"

namespace tailspan::loadtest {

const char *latencyDetailId(LatencyDetail detail)
{
    switch (detail) {
    case LatencyDetail::None: return "none";
    case LatencyDetail::Totals: return "totals";
    case LatencyDetail::Steps: return "steps";
    case LatencyDetail::Buckets: return "buckets";
    case LatencyDetail::Requests: return "requests";
    }
    return "none";
}

const char *latencyDetailNote(LatencyDetail detail)
{
    switch (detail) {
    case LatencyDetail::None: return "The file holds no latencies.";
    case LatencyDetail::Totals:
        return "Latencies are the tool's own figures of the whole run: they can be set side by side, but neither "
               "joined, nor followed over time, nor tested.";
    case LatencyDetail::Steps:
        return "Latencies are the tool's own figures of each step of time: percentiles of longer stretches cannot be "
               "made from them.";
    case LatencyDetail::Buckets:
        return "Latencies are counts by ranges of latency, which add up: percentiles of any stretch can be made, as "
               "exact as the ranges are narrow.";
    case LatencyDetail::Requests:
        return "Latencies are those of single requests: percentiles of any stretch are right within 0.4 %.";
    }
    return "";
}

void RequestTallies::merge(const RequestTallies &other)
{
    for (std::size_t i = 0; i < kRequestClassCount; ++i) {
        byClass[i].count += other.byClass[i].count;
        byClass[i].latency.merge(other.byClass[i].latency);
    }
}

} // namespace tailspan::loadtest
