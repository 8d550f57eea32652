// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sources/metric_source.h"
#include "models/metric/prometheus_histogram.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tailspan::workspace {

/// An expression over a range, for the connected stores of metrics.
struct MetricQuestion {
    sources::RangeQuestion range;
    std::string source = {}; ///< Name of the one to ask; "": all, their series side by side with a label "source".
};

/// What a question gave, and what a reader must know about it.
struct MetricResult {
    metric::MetricAnswer answer;
    std::vector<std::string> notes; ///< Of the answer, and of stores that did not answer while others did.
    TimeRange range;                ///< That was asked for.
    std::chrono::nanoseconds took{0};
    TimePoint answeredAt;
};
using MetricResultPtr = std::shared_ptr<const MetricResult>;

/// The latencies of one service over a range, for a heatmap.
struct HistogramQuestion {
    std::string service;
    TimeRange range;
    int columns = 300;       ///< At most so many points.
    std::int64_t stepNs = 0; ///< 0: chosen from the columns and the scrape interval.
};

/// Bounds are in the unit that the server keeps: times nsPerUnit they are nanoseconds. Counts are how many values each
/// step saw: between its time and one step before.
struct HistogramResult {
    metric::BucketTables classic;                ///< Of classic histograms,
    std::vector<metric::HistogramSeries> native; ///< or of native ones.
    double nsPerUnit = 1e9;
    std::int64_t stepNs = 0;
    std::string source;     ///< Name of the store.
    std::string expression; ///< That was asked, for the tooltip.
    std::string metric;
    std::vector<std::string> notes;
};
using HistogramResultPtr = std::shared_ptr<const HistogramResult>;

/// How a store of metrics or alerts is doing, for the status line.
struct MetricSourceState {
    enum class Phase : std::uint8_t { Connecting, Connected, Failed };
    std::string name;
    std::string kind; ///< "prometheus"
    Phase phase = Phase::Connecting;
    std::string error;            ///< When Failed.
    std::chrono::seconds age{-1}; ///< Since its last good answer; negative while there is none.
    std::uint64_t queries = 0;
    std::uint64_t bytes = 0;
    std::uint64_t waitedNs = 0;
};

} // namespace tailspan::workspace
