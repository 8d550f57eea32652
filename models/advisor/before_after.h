// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/finding.h"
#include "models/loadtest/interval.h"
#include "models/trace/trace_snapshot.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tailspan::advisor {

/// How long an endpoint took in a stretch of time, small enough to be kept until the fix is in.
struct EndpointFigures {
    std::uint64_t count = 0;
    std::vector<double>
        quantilesMs; ///< At (i + 0.5) / size: the shape of the distribution in kFigureQuantiles numbers.
    TimeRange range;
};
inline constexpr std::size_t kFigureQuantiles = 101;

enum class AfterVerdict : std::uint8_t { Helped, NoChange, Hurt, TooLittleData };

/// The same endpoint before and after a change.
struct BeforeAfter {
    AfterVerdict verdict = AfterVerdict::TooLittleData;
    double beforeP50Ms = 0;
    double afterP50Ms = 0;
    double beforeP95Ms = 0;
    double afterP95Ms = 0;
    loadtest::Interval p50Ratio; ///< After over before, 95 %.
    std::uint64_t beforeCount = 0;
    std::uint64_t afterCount = 0;
    [[nodiscard]] std::string text()
        const; ///< "helped: median 12.1 ms, was 88.4 ms (0.12 to 0.16 of it; 4,120 and 3,980 requests)"
};

/// The spans of an operation of a service that began in the range; an empty operation: the service's own roots and
/// server spans. nullopt when there are none.
[[nodiscard]] std::optional<EndpointFigures> endpointFigures(const trace::TraceSnapshot &snapshot,
                                                             const Subject &subject, TimeRange range);

/// Helped or hurt when the 95 % interval of the ratio of medians excludes 1 and the change is at least
/// `leastChange` (0.05: 5 %); too little data below 30 requests a side. Intervals from the order statistics of both
/// medians (Conover 1999, 3.2), combined at their ends: wide rather than narrow.
[[nodiscard]] BeforeAfter compareFigures(const EndpointFigures &before, const EndpointFigures &after,
                                         double leastChange = 0.05);

} // namespace tailspan::advisor
