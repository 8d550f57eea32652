// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/path_index.h"
#include "models/layout/ranked_bits.h"
#include "models/layout/row_order.h"
#include "models/layout/time_scale.h"

#include <cstdint>
#include <vector>

namespace tailspan::layout {

/// What a waterfall picture was made from; an equal key means an equal picture.
struct WaterfallKey {
    std::uint64_t generation = 0;
    TraceRow trace;
    std::uint64_t foldRevision = 0;
    std::uint64_t pathRevision = 0;
    TimeScale scale;
    std::uint32_t firstPlace = 0;
    std::uint32_t placeCount = 0;
    std::uint32_t maxIndent = 0;

    friend bool operator==(const WaterfallKey &, const WaterfallKey &) = default;
};

/// Where the bar of a row is.
enum class BarPlace : std::uint8_t { OnScreen, Before, After };

/// The one mark of a row. Pixels from the left edge of the timeline, inside [0, width].
struct WaterfallBar {
    double xPx = 0;
    double widthPx = 0;
    BarPlace place = BarPlace::OnScreen; ///< Before or After: not on screen, `xPx` is the edge it lies beyond.
    bool isClippedLeft = false;
    bool isClippedRight = false;
    bool isThin = false;  ///< Starts before or ends after its parent.
    bool isPoint = false; ///< Narrower than kMinBarPx: drawn at that width.
};
inline constexpr double kMinBarPx = 2;
/// More levels than this are never drawn as tree lines.
inline constexpr std::uint32_t kMaxIndent = 60;

/// At most that many ancestors stay at the top while the page is scrolled.
inline constexpr std::uint32_t kMostStickyRows = 5;

/// One row of the page: a span, an event of the span above, or a run of like siblings. Of a run, `span` is its first member, the bar reaches from
/// the first start to the last end, and the pieces on it say when a member ran.
struct WaterfallRow {
    SpanRow span;
    bool isRun = false;
    bool isSideBySide = false;    ///< Of a run: members overlap.
    std::uint32_t runMembers = 0; ///< Of a run; else 0.
    Duration runBusy;             ///< Of a run: time in which a member ran.
    EventRows events;             ///< Of an event: it and its like; else null.
    std::uint32_t event = 0;      ///< Of an event: which of them.
    std::uint32_t place = 0;
    std::uint32_t depth = 0;
    std::uint32_t indent = 0; ///< Levels to indent, at most WaterfallKey::maxIndent.
    bool isIndentCut = false; ///< Deeper than the indent can show: say the depth in words.
    bool hasChildren = false;
    bool isFolded = false;
    bool hasNextSibling = false;
    bool isNextSiblingInferred = false;
    bool isInferred = false; ///< Its link to the parent is a dotted line.
    bool isError = false;
    std::uint32_t hiddenSpans = 0; ///< Under this row's fold; of a run, its members among them.
    std::uint32_t hiddenErrors = 0;
    std::uint64_t guides = 0;       ///< Bit k: the line of level k passes through this row.
    std::uint64_t dottedGuides = 0; ///< Those of `guides` that lead to an inferred child.
    trace::SpanMarks marks = 0;
    std::uint32_t service = 0;
    std::uint32_t operation = 0;
    WaterfallBar bar;

    [[nodiscard]] bool isEvent() const { return events != nullptr; }
    /// Precondition: isEvent().
    [[nodiscard]] const trace::EventMark &eventMark() const { return (*events)[event]; }
    [[nodiscard]] RowEntry entry() const
    {
        return {span, isRun ? RowEntry::Kind::Run : isEvent() ? RowEntry::Kind::Event : RowEntry::Kind::Span, event};
    }
};

/// A line under the bar of a row: its part of the critical path.
struct PathLine {
    std::uint32_t place = 0;
    double xPx = 0;
    double widthPx = 0;
    bool isHidden = false; ///< Of spans under the row's fold; whole pixels, at most one line a pixel.
};
/// A part of a run's bar in which a member ran. Apart from each other, at most one begins in a pixel.
struct RunPiece {
    std::uint32_t place = 0;
    double xPx = 0;
    double widthPx = 0;
};

/// What the page of a waterfall shows, ready to be painted: one mark a row, nothing that is off screen.
struct WaterfallLayout {
    WaterfallKey key;
    std::vector<WaterfallRow> rows;
    std::vector<PathLine> pathLines;
    std::vector<RunPiece> runPieces;
    /// Stand over the first rows: the innermost ancestors, outermost first, of the row below them that are scrolled out
    /// or covered.
    std::vector<WaterfallRow> stickyRows;
    std::uint64_t visitedSpans = 0; ///< What it cost, for the tests: grows with rows on screen, not with spans.
};

struct WaterfallInput {
    const trace::TraceSnapshot *snapshot = nullptr;
    const RowOrder *order = nullptr;
    const RankedBits *errors = nullptr; ///< Of the rows of the trace; may be null.
    const PathIndex *path = nullptr;    ///< May be null.
    WaterfallKey key;
};

/// Thread: any. Cost: rows on screen times indent, and a binary search for each path row, each pixel of a run's bar and
/// each pixel of the path that is hidden under a row on screen.
[[nodiscard]] WaterfallLayout layOutWaterfall(const WaterfallInput &input);

/// Where a span's bar is on a scale, clipped and never narrower than kMinBarPx.
[[nodiscard]] WaterfallBar barOf(TimePoint start, TimePoint end, const TimeScale &scale);

} // namespace tailspan::layout
