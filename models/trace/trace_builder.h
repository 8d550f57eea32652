// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/progress.h"
#include "models/trace/span_draft.h"
#include "models/trace/trace_snapshot.h"

#include <list>
#include <stop_token>
#include <vector>

namespace tailspan::trace {

/// What a builder had collected.
struct CollectedSpans {
    StringPool strings;
    std::vector<TraceInput> inputs;
    std::list<SpanBatch> batches;
};

/// Collects the spans of one or more inputs and makes a TraceSnapshot of them: groups them into traces, finds each
/// span's parent, repairs what does not fit and enters every repair in the ledger, infers parents where the store lost
/// them, and puts the spans into tree order. Every span added is a row of the snapshot, exactly once; only copies of
/// one span from several inputs share a row.
///
/// Thread: one at a time; build() uses all cores. Use once.
class TraceBuilder {
public:
    /// Begins an input; its number is what drafts and resources of it are added under.
    [[nodiscard]] std::uint16_t addInput(TraceInput input);
    [[nodiscard]] TraceInput &input(std::uint16_t number) { return m_inputs[number]; }

    /// The pool that batches' and resources' string ids belong to once they are added.
    [[nodiscard]] StringPool &strings() { return m_strings; }
    /// A process or resource whose record the details are read from.
    [[nodiscard]] std::uint32_t addResource(const RecordRef &record);
    /// Takes spans whose ids belong to strings().
    void add(std::uint16_t input, SpanBatch batch);
    [[nodiscard]] std::size_t spanCount() const { return m_spanCount; }

    /// Errors: Cancelled; LimitReached for more spans than a row number can count.
    [[nodiscard]] Result<TraceSnapshotPtr> build(std::stop_token stop, Progress &progress);

    /// Instead of building: hands over what was collected. Resources are left out; spans of stores have none.
    [[nodiscard]] CollectedSpans release() &&;

private:
    [[nodiscard]] std::vector<const SpanDraft *> allDrafts() const;

    StringPool m_strings;
    std::vector<TraceInput> m_inputs;
    std::vector<RecordRef> m_resources;
    std::list<SpanBatch> m_batches;
    std::size_t m_spanCount = 0;
};

/// Enters every string of a reader's own pool into `to`; the result is indexed by the ids of `from`.
[[nodiscard]] std::vector<StringId> internAll(const StringPool &from, StringPool &to);
/// Gives the strings of a batch the ids that internAll found for them. Thread: any, on different batches at once.
void translateStrings(SpanBatch &batch, const std::vector<StringId> &translation);

} // namespace tailspan::trace
