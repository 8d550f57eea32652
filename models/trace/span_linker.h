// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
#include "models/trace/repair_ledger.h"
#include "models/trace/span_draft.h"

#include <cstdint>
#include <stop_token>
#include <vector>

namespace tailspan::trace {

/// Something to enter in the ledger, still by draft number.
struct DraftRepair {
    RepairKind kind = RepairKind::UnresolvedParent;
    std::uint32_t draft = 0;
    std::uint32_t other = SpanRow::kNone;
    std::int64_t value = 0;
};

/// Drafts with their parents found. Draft numbers are positions in `drafts`; kNone means none.
struct LinkedSpans {
    static constexpr std::uint32_t kNone = SpanRow::kNone;

    std::vector<const SpanDraft *> drafts;
    std::vector<std::uint32_t> trace; ///< Number of the trace, by first appearance.
    std::vector<Id> traceIds;
    std::vector<std::uint32_t> parent; ///< Draft number, kNone for a root.
    std::vector<SpanMarks> marks;
    std::vector<std::uint32_t> mergedAway; ///< Copies from another input, ascending: shown once, by their twin.
    std::vector<float> confidence;         ///< Of inferred parents; empty when there are none.
    std::vector<DraftRepair> repairs;

    [[nodiscard]] std::size_t size() const { return drafts.size(); }
};

/// Groups drafts into traces and joins each with its parent by id. Copies of one span from several inputs are merged;
/// spans that share an id otherwise all stay, and children go to the holder of the id that encloses them best
/// (of more than 64 holders, among those that started around the child).
/// One pass each, linear; ids are compared, never only their hashes.
[[nodiscard]] Result<LinkedSpans> linkSpans(std::vector<const SpanDraft *> drafts, std::stop_token stop);

} // namespace tailspan::trace
