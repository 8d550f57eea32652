// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/trace_snapshot.h"

#include <cstdint>
#include <span>
#include <vector>

namespace tailspan::trace {

/// Some traces of a snapshot, whose spans are numbered through: the position of a span is its place among the spans of
/// the chosen traces in row order, 0 to spanCount() - 1. What is worked out a span of a selection is a column by
/// position, so that one trace of a large snapshot costs what that trace has.
/// Thread: any number of readers. Knows the snapshot's generation, holds none of it.
class TraceSelection {
public:
    /// Each trace once, in row order; rows that the snapshot does not have are left out.
    TraceSelection(const TraceSnapshot &snapshot, std::vector<TraceRow> traces);
    [[nodiscard]] static TraceSelection allOf(const TraceSnapshot &snapshot);

    [[nodiscard]] std::size_t traceCount() const { return m_traces.size(); }
    [[nodiscard]] std::uint32_t spanCount() const { return m_firstPosition.back(); }
    [[nodiscard]] TraceRow trace(std::size_t index) const { return m_traces[index]; } ///< Ascending.
    [[nodiscard]] std::uint32_t firstPosition(std::size_t index) const { return m_firstPosition[index]; }
    [[nodiscard]] std::uint64_t generation() const { return m_generation; }

    /// The position of a span, or SpanRow::kNone when its trace is not chosen. Logarithmic in the traces.
    [[nodiscard]] std::uint32_t positionOf(const TraceSnapshot &snapshot, SpanRow row) const;
    /// The row of every position.
    [[nodiscard]] std::vector<std::uint32_t> rows(const TraceSnapshot &snapshot) const;

    /// Traces [begin, end) by index in the selection.
    struct Block {
        std::size_t beginTrace = 0;
        std::size_t endTrace = 0;
    };
    /// Runs of whole traces with about 32,768 spans each, the units of parallel work. They depend on the traces alone:
    /// what is made block by block and joined in their order is the same on any number of cores.
    [[nodiscard]] std::vector<Block> blocks() const;

private:
    explicit TraceSelection(std::uint64_t generation) : m_generation(generation) {}
    void add(const TraceSnapshot &snapshot, TraceRow trace);

    std::uint64_t m_generation = 0;
    std::vector<TraceRow> m_traces;
    std::vector<std::uint32_t> m_firstPosition{0}; // one more than traces
};

} // namespace tailspan::trace
