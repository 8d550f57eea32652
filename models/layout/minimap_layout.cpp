// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/minimap_layout.h"

#include "models/layout/time_scale.h"

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>

namespace tailspan::layout {

namespace {

constexpr std::uint32_t kNoService = 0xffffffff;
constexpr std::size_t kWidthClasses = 33;

struct Piece {
    std::int32_t first = 0;
    std::int32_t last = 0;
    std::uint32_t row = 0;
};

/// One lane: each pixel takes the service of the longest span that covers it.
///
/// Spans are put in by falling length (by powers of two, which one counting pass sorts), and a pixel once taken is
/// skipped through a "next free pixel" forest, so every pixel is written once however many long spans lie over it.
class Lane {
public:
    explicit Lane(std::int32_t widthPx)
        : m_service(static_cast<std::size_t>(widthPx), kNoService), m_isError(static_cast<std::size_t>(widthPx)),
          m_nextFree(static_cast<std::size_t>(widthPx) + 1)
    {}

    void clear()
    {
        std::fill(m_service.begin(), m_service.end(), kNoService);
        std::fill(m_isError.begin(), m_isError.end(), std::uint8_t{0});
        std::iota(m_nextFree.begin(), m_nextFree.end(), 0);
        for (std::vector<Piece> &pieces : m_byWidth)
            pieces.clear();
    }

    void add(const Piece &piece)
    {
        const auto width = static_cast<std::uint32_t>(piece.last - piece.first + 1);
        m_byWidth[static_cast<std::size_t>(std::bit_width(width))].push_back(piece);
    }

    void fill(const trace::SpanTable &spans)
    {
        for (std::size_t widthClass = kWidthClasses; widthClass-- > 0;) {
            for (const Piece &piece : m_byWidth[widthClass])
                take(piece, spans);
        }
    }

    void appendMarks(std::uint16_t lane, std::vector<MinimapMark> &marks) const
    {
        for (std::size_t x = 0; x < m_service.size(); ++x) {
            if (m_service[x] == kNoService)
                continue;
            const auto px = static_cast<std::int32_t>(x);
            const bool isError = m_isError[x] != 0;
            if (!marks.empty()) {
                MinimapMark &last = marks.back();
                if (last.lane == lane && last.xPx + last.widthPx == px && last.service == m_service[x]
                    && last.isError == isError) {
                    ++last.widthPx;
                    continue;
                }
            }
            marks.push_back({lane, px, 1, m_service[x], isError});
        }
    }

private:
    std::int32_t freeFrom(std::int32_t x)
    {
        while (m_nextFree[static_cast<std::size_t>(x)] != x) {
            std::int32_t &next = m_nextFree[static_cast<std::size_t>(x)];
            next = m_nextFree[static_cast<std::size_t>(next)]; // halve the path
            x = next;
        }
        return x;
    }

    void take(const Piece &piece, const trace::SpanTable &spans)
    {
        if (spans.isError(SpanRow(piece.row))) {
            m_isError[static_cast<std::size_t>(piece.first)] = 1;
            m_isError[static_cast<std::size_t>(piece.last)] = 1;
        }
        for (std::int32_t x = freeFrom(piece.first); x <= piece.last; x = freeFrom(x)) {
            m_service[static_cast<std::size_t>(x)] = spans.service[piece.row];
            m_nextFree[static_cast<std::size_t>(x)] = x + 1;
        }
    }

    std::vector<std::uint32_t> m_service;
    std::vector<std::uint8_t> m_isError;
    std::vector<std::int32_t> m_nextFree; // one past the end stands for "none"
    std::array<std::vector<Piece>, kWidthClasses> m_byWidth;
};

Piece pieceOf(const trace::SpanTable &spans, SpanRow row, const TimeScale &scale)
{
    const double lastPx = scale.widthPx() - 1;
    const double left = std::clamp(scale.xOf(spans.start(row)), 0.0, lastPx);
    const double right = std::clamp(scale.xOf(spans.end(row)), left, lastPx);
    return {static_cast<std::int32_t>(left), static_cast<std::int32_t>(right), row.value()};
}

} // namespace

MinimapLayout layOutMinimap(const trace::TraceSnapshot &snapshot, TraceRow trace, std::int32_t widthPx,
                            std::uint16_t lanes, std::stop_token stop)
{
    MinimapLayout layout{snapshot.generation(), trace, std::max(widthPx, 1), 0, {}};
    const trace::TraceSummary &summary = snapshot.traces()[trace.value()];
    const trace::SpanTable &spans = snapshot.spans();
    const TimePoint start(summary.startNs);
    const TimeScale scale({start, start + Duration(summary.durationNs)}, layout.widthPx);
    const std::uint32_t laneCount = std::min<std::uint32_t>(std::max<std::uint16_t>(lanes, 1), summary.spanCount);
    layout.laneCount = static_cast<std::uint16_t>(laneCount);
    Lane lane(layout.widthPx);
    for (std::uint32_t l = 0; l < laneCount; ++l) {
        lane.clear();
        const auto count = static_cast<std::uint64_t>(summary.spanCount);
        const auto begin = static_cast<std::uint32_t>(count * l / laneCount);
        const auto end = static_cast<std::uint32_t>(count * (l + 1) / laneCount);
        for (std::uint32_t i = begin; i < end; ++i) {
            if (i % 4096 == 0 && stop.stop_requested())
                return layout;
            const SpanRow row(summary.firstRow + i);
            if (!spans.hasMark(row, trace::kMarkTimeOutOfRange))
                lane.add(pieceOf(spans, row, scale));
        }
        lane.fill(spans);
        lane.appendMarks(static_cast<std::uint16_t>(l), layout.marks);
    }
    return layout;
}

} // namespace tailspan::layout
