// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/heat_spans.h"
#include "models/explain/explanation.h"
#include "models/layout/heat_layout.h"

#include <array>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace tailspan::workspace {

/// A brushed part of a heatmap, among the spans that are loaded.
struct HeatSelection {
    trace::TraceSnapshotPtr snapshot;
    HeatSubject subject;
    items::TraceListFilter narrowed;
    TimeRange shown;
    layout::HeatBox box;
    std::optional<layout::HeatBox> baseline; ///< Without one all other spans of the map are.
};

/// Where the numbers of a column lie, as shares of each side: steps of equal width, of the logarithm where numbers
/// differ a hundredfold.
struct NumberShape {
    static constexpr std::size_t kSteps = 24;
    std::array<float, kSteps> selected{};
    std::array<float, kSteps> baseline{};
    double low = 0;
    double high = 0;
    bool isLog = false;
};

struct HeatExplanation {
    explain::Explanation found;
    std::vector<std::optional<NumberShape>> shapes; ///< By difference; of numbers only.
    std::uint64_t selectedTotal = 0;                ///< Loaded spans of the box, before sampling.
    std::uint64_t baselineTotal = 0;
    std::vector<std::string> notes; ///< What was left out, sampled or not read, a sentence each.
};

/// Reads what is known of the spans and says what sets those of the box apart. Thread: any.
/// Errors: Cancelled; NotFound where none of the box is loaded; those of heatSpansOf().
[[nodiscard]] Result<std::shared_ptr<const HeatExplanation>> explainHeat(const HeatSelection &selection,
                                                                         HeatSpansCache &cache,
                                                                         const std::stop_token &stop,
                                                                         Progress &progress);

/// The traces that have a span in the box, ascending; empty when none is loaded.
[[nodiscard]] Result<std::vector<TraceRow>> tracesInBox(const HeatSelection &selection, HeatSpansCache &cache,
                                                        const std::stop_token &stop, Progress &progress);

} // namespace tailspan::workspace
