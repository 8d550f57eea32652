// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/load_test_report.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tailspan::loadtest {

/// A run, and the part of it to look at.
struct RunWindow {
    const LoadTestReport *report = nullptr;
    TimeRange range;
};

/// The requests of one endpoint in equal steps of time; several runs stand one behind the other.
struct Stratum {
    struct Count {
        std::uint32_t step = 0;
        std::uint32_t bin = 0; ///< LogHistogram::indexOf
        std::uint32_t count = 0;
    };
    std::string endpoint;         ///< "" for all requests that are in no other stratum.
    std::vector<Count> latencies; ///< Ascending by step, not by bin.
    std::vector<double> requests; ///< By step, in the view.
    std::vector<double> finished; ///< By step, failed ones always included: what error ratios divide by.
    std::vector<double> failures; ///< By step.
    double latencyCount = 0;
};

struct RequestTable {
    Duration width;                   ///< Of a step.
    std::vector<std::size_t> runEnds; ///< The step behind the last of each run.
    std::vector<Stratum> strata;      ///< One for each name asked for, then one for the rest.
    bool isByEndpoint = false;        ///< False: the files hold no endpoints over time; one stratum holds all.
    [[nodiscard]] std::size_t steps() const { return runEnds.empty() ? 0 : runEnds.back(); }
};

/// The requests in the windows of `runs` by `endpoints`, in at most a few hundred steps. Where one of the files does
/// not know endpoints over time, `byEndpoint` must be false: then whole buckets are taken.
[[nodiscard]] RequestTable requestTable(std::span<const RunWindow> runs, std::span<const std::string> endpoints,
                                        bool byEndpoint, RequestView view);

} // namespace tailspan::loadtest
