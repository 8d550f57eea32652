// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/row_runs.h"
#include "models/layout/row_set.h"
#include "models/trace/event_marks.h"
#include "models/trace/trace_snapshot.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace tailspan::layout {

/// What one row of the page stands for.
struct RowEntry {
    enum class Kind : std::uint8_t {
        Span,
        Run,   ///< A run of like siblings (RowRun): its head, above its members or, folded, instead of them.
        Event, ///< An event of the span, in a row below it.
    };
    SpanRow span; ///< Of a run: its first member.
    Kind kind = Kind::Span;
    std::uint32_t event = 0; ///< Of an Event: its number among those of the span.

    RowEntry() = default;
    RowEntry(SpanRow row, Kind what = Kind::Span, std::uint32_t number = 0) // a span is an entry of its own
        : span(row), kind(what), event(number)
    {}

    [[nodiscard]] bool isValid() const { return span.isValid(); }
    [[nodiscard]] bool isSpan() const { return kind == Kind::Span; }
    [[nodiscard]] bool isRun() const { return kind == Kind::Run; }
    [[nodiscard]] bool isEvent() const { return kind == Kind::Event; }
    friend bool operator==(const RowEntry &, const RowEntry &) = default;
};

/// The events of a span that have rows of their own; never empty where it is not null.
using EventRows = std::shared_ptr<const std::vector<trace::EventMark>>;

/// Counts from the trace's first row.
struct ShownEvents {
    std::uint32_t row = 0;
    EventRows events;
};

/// Folds that went the same way in one step: what undo takes back. Rows count from the trace's first row.
struct FoldChange {
    bool isFolded = false;
    std::vector<std::uint32_t> spans;
    std::vector<std::uint32_t> runs; ///< First members.
    std::vector<ShownEvents> events; ///< Rows of events that came or, folded, went.

    [[nodiscard]] bool isEmpty() const { return spans.empty() && runs.empty() && events.empty(); }
};

/// All folds of a trace that are not as they were at first.
struct RowFolds {
    FoldChange folded{true, {}, {}, {}};
    FoldChange opened{false, {}, {}, {}};
};

/// Which rows of one trace are on the page, and in which place.
///
/// Three things hide rows: a folded span hides what is below it, a folded run hides its members and what is below
/// them, and a kept set ("hide the rest") hides all that is not in it. A run has a row of its own, its head, also
/// while it is open; in a kept set there are no runs, for every hit is to be seen. So each span is on the page or
/// hidden behind exactly one row or outside the kept set. Below a span that is on the page stand the rows of its
/// events, where they were asked for.
///
/// Rows stand in tree order, so what is left are a few ranges: a look-up in either direction is one binary search
/// over them, whatever the number of spans. A change rebuilds the ranges (rows / 64 steps and one a range); nothing
/// here is done per frame.
/// A place is a row of the page, counted from 0. Thread: one. Keeps the snapshot alive.
class RowOrder {
public:
    RowOrder() = default;
    /// Everything open.
    RowOrder(trace::TraceSnapshotPtr snapshot, TraceRow trace);

    [[nodiscard]] bool isEmpty() const { return m_count == 0; }
    [[nodiscard]] std::uint32_t visibleCount() const { return m_visibleCount; }
    /// Precondition: place < visibleCount().
    [[nodiscard]] RowEntry entryAt(std::uint32_t place) const;
    /// The span of the entry: its own or, of a run, that of the first member.
    [[nodiscard]] SpanRow rowAt(std::uint32_t place) const { return entryAt(place).span; }
    /// Nothing when the row is hidden or belongs to another trace.
    [[nodiscard]] std::optional<std::uint32_t> placeOf(SpanRow row) const;
    [[nodiscard]] std::optional<std::uint32_t> placeOf(const RowEntry &entry) const;
    /// The place of the row or, when it is hidden, of the last entry before it that is on the page: what hides it,
    /// where a fold does. Nothing when there is none.
    [[nodiscard]] std::optional<std::uint32_t> placeAtOrBefore(SpanRow row) const;
    /// The row itself, or the outermost folded span or run that hides it. Not valid for a row outside the kept set.
    [[nodiscard]] RowEntry visibleFor(SpanRow row) const;

    [[nodiscard]] bool contains(SpanRow row) const { return row.isValid() && row.value() - m_first < m_count; }
    [[nodiscard]] bool hasChildren(SpanRow row) const { return subtreeSize(row) > 1; }

    /// Takes the runs of the trace; those that say so are folded. Null: none.
    void setRuns(std::shared_ptr<const RowRuns> runs);
    [[nodiscard]] const RowRuns *runs() const { return m_runs.get(); }
    /// The run that begins with the row, folded or not; null when there is none or runs are not shown.
    [[nodiscard]] const RowRun *runAt(SpanRow row) const;
    /// The innermost run that the row is a member of, not just below one; null as above.
    [[nodiscard]] const RowRun *runOfMember(SpanRow row) const;
    [[nodiscard]] bool isFolded(const RowEntry &entry) const;
    /// Can be folded: a run, or a span with something below it.
    [[nodiscard]] bool canFold(const RowEntry &entry) const
    {
        return entry.isRun() || (entry.isSpan() && hasChildren(entry.span));
    }

    /// Each says what changed: nothing for a span without children.
    FoldChange setFolded(const RowEntry &entry, bool folded);
    /// The span or the members of the run, and everything below.
    FoldChange setSubtreeFolded(const RowEntry &entry, bool folded);
    /// Folds or opens all of it, as the change was made or against it. True when something changed.
    bool apply(const FoldChange &change, bool folded);
    [[nodiscard]] RowFolds folds() const;
    /// Gives the events of a span rows of their own, or, null, takes them away.
    FoldChange setEvents(SpanRow row, EventRows events);
    /// That have rows; null when there are none.
    [[nodiscard]] EventRows eventsOf(SpanRow row) const;
    /// Opens what hides the row. A row outside the kept set stays hidden.
    bool reveal(SpanRow row);

    /// Only these rows are on the page, less what folds hide; nothing: all of them. As keptRows() makes it: as large
    /// as the trace, with the ancestors of each row. True when it changed.
    bool setKept(std::optional<RowSet> kept);
    [[nodiscard]] const std::optional<RowSet> &kept() const { return m_kept; }
    /// The first kept row at or after this one that no fold hides; not valid when there is none.
    [[nodiscard]] SpanRow nextKept(SpanRow row) const;
    [[nodiscard]] bool isKept(SpanRow row) const { return !m_kept || m_kept->contains(row.value() - m_first); }

    /// Grows with every change: a layout is made for one revision.
    [[nodiscard]] std::uint64_t revision() const { return m_revision; }

private:
    static constexpr std::uint32_t kNoRun = RowRun::kNone;
    /// Rows that stand on the page one after the other, or the one row of a run. Relative to the trace's first row.
    struct Piece {
        std::uint32_t place = 0; ///< Of `begin`.
        std::uint32_t begin = 0;
        std::uint32_t end = 0; ///< Of a run: behind the rows that its row hides; `begin` while it is open.
        std::uint32_t run = kNoRun;
        std::uint32_t events = 0; ///< Rows of events of the span before `begin`, which is `end` then.
    };
    [[nodiscard]] std::uint32_t subtreeSize(SpanRow row) const;
    [[nodiscard]] bool hasRuns() const { return m_runs != nullptr && !m_kept.has_value(); }
    /// The last piece that begins at or before the row, or null.
    [[nodiscard]] const Piece *pieceBefore(std::uint32_t relative) const;
    void foldRange(std::uint32_t begin, std::uint32_t end, FoldChange &change);
    void add(std::uint32_t begin, std::uint32_t end);
    void rebuild();
    void addKept();
    void addWithRuns();

    trace::TraceSnapshotPtr m_snapshot;
    std::uint32_t m_first = 0;
    std::uint32_t m_count = 0;
    std::uint32_t m_visibleCount = 0;
    std::uint64_t m_revision = 0;
    RowSet m_folded;
    std::optional<RowSet> m_kept;
    std::shared_ptr<const RowRuns> m_runs;
    RowSet m_foldedRuns; // by index of the run
    std::map<std::uint32_t, EventRows> m_events;
    std::vector<Piece> m_pieces; // sorted by place, and by row
};

} // namespace tailspan::layout
