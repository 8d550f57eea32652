// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/strong_id.h"
#include "models/base/time.h"
#include "models/trace/trace_snapshot.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace tailspan::loadtest {

/// Which traces of a snapshot ran when, so that a play head can ask at every step: traces by start and by end, and over
/// those by start a tree of the latest ends. Building costs n log n, memory about 50 bytes a trace. Immutable.
/// Thread: any number of readers.
class TraceTimes {
public:
    explicit TraceTimes(trace::TraceSnapshotPtr snapshot);

    [[nodiscard]] const trace::TraceSnapshotPtr &snapshot() const { return m_snapshot; }
    /// Traces that ran at some moment of `time`. Cost: log n.
    [[nodiscard]] std::size_t countRunning(TimeRange time) const;
    /// Those traces by start. Cost: log n, and as many steps as there are of them.
    [[nodiscard]] std::vector<TraceRow> running(TimeRange time) const;
    /// Traces that ended inside `time`, as a request counts. Cost: log n, and as many steps as there are of them.
    [[nodiscard]] std::vector<TraceRow> ended(TimeRange time) const;
    /// The trace with that id. Cost: log n.
    [[nodiscard]] std::optional<TraceRow> find(std::string_view idText) const;

private:
    struct KnownId {
        std::uint64_t hash = 0;
        std::uint32_t trace = 0;
    };
    void buildTree();
    [[nodiscard]] std::optional<TraceRow> findId(const trace::Id &id) const;

    trace::TraceSnapshotPtr m_snapshot;
    std::vector<std::uint32_t> m_rowsByStart;
    std::vector<std::int64_t> m_starts; // of m_rowsByStart
    std::vector<std::uint32_t> m_rowsByEnd;
    std::vector<std::int64_t> m_ends;      // of m_rowsByEnd
    std::vector<std::int64_t> m_latestEnd; // a binary tree: node i over 2i and 2i+1, leaves by start from m_leaves on
    std::size_t m_leaves = 1;
    std::vector<KnownId> m_ids; // by hash
};
using TraceTimesPtr = std::shared_ptr<const TraceTimes>;

} // namespace tailspan::loadtest
