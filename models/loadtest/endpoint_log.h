// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/radix_sort.h"
#include "models/base/string_pool.h"
#include "models/loadtest/load_test_report.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace tailspan::loadtest {

/// Collects what becomes an EndpointTimeline: one line a request or latency, joined into counts batch by batch. Lines
/// go by the builder's numbers of seconds and names. When a file holds more distinct lines than kMaxRuns, tenths of a
/// second are joined; when even that is too much, the timeline stays empty and comparisons go by whole buckets.
/// Thread: one each.
class EndpointLog {
public:
    static constexpr std::uint32_t kTicks = 10;                    ///< Steps in a second.
    static constexpr std::uint32_t kRequestBin = (1U << 13U) - 1;  ///< In place of a bin: a request was counted.
    static constexpr std::size_t kMaxRuns = std::size_t{1} << 23U; ///< 128 MiB
    static constexpr std::uint32_t kNoRow = std::numeric_limits<std::uint32_t>::max();

    void add(std::size_t second, std::uint32_t tick, StringId endpoint, RequestClass requestClass, std::uint32_t bin,
             std::uint64_t count);
    /// Forgets everything and takes nothing more.
    void giveUp();
    /// Steps of a second, where what is added knows no shorter ones.
    void keepSecondsOnly() { m_isBySecond = true; }
    /// `secondIn`, `nameIn`: the numbers here of the other's seconds and names.
    void merge(const EndpointLog &other, const std::vector<std::size_t> &secondIn, const std::vector<StringId> &nameIn);
    /// `secondNumbers`: seconds since the epoch by number; `rowOfName`: the report's endpoint of each name or kNoRow.
    [[nodiscard]] EndpointTimeline finish(const std::vector<std::int64_t> &secondNumbers,
                                          const std::vector<std::uint32_t> &rowOfName) &&;

private:
    void takeBatch();
    void joinRuns();

    std::vector<KeyedRow> m_batch; // key of the line, and how often
    std::vector<KeyedRow> m_runs;
    std::size_t m_joined = 0; // runs after the last joining
    bool m_isBySecond = false;
    bool m_isTooMuch = false;
};

/// When the step of a cell begins; kept inside 64 bits for files whose stamps are centuries apart.
[[nodiscard]] inline TimePoint beginOf(const EndpointTimeline::Cell &cell, const EndpointTimeline &timeline)
{
    return timeline.begin + Duration(saturatingMultiply(std::int64_t{cell.step}, timeline.width.ns()));
}

} // namespace tailspan::loadtest
