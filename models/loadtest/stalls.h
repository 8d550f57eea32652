// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/load_test_report.h"

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace tailspan::loadtest {

/// How many requests began in each tenth of a second.
using SecondOfStarts = std::array<std::uint32_t, 10>;

/// Finds stretches in which users were at work and no request began though many were due: where a user waits for the
/// answer before sending the next request, a system that stands still is asked less, and the latencies that those
/// requests would have had are missing ("coordinated omission", Tene). This is evidence, not proof, and corrects
/// nothing.
///
/// A gap counts when the rate of the ten seconds before it makes at least kLeastDue requests for its length (with
/// independent arrivals the chance of none is e^-20), when it lasts at least kLeastTenths, and when it is at least three
/// times as long as the longest gap of those ten seconds, so that users who all pause together are no stall.
class StallFinder {
public:
    static constexpr double kLeastDue = 20;
    static constexpr std::int64_t kLeastTenths = 3;
    static constexpr std::int64_t kLeastKnownTenths = 50; ///< Before that the usual gaps are not known.

    /// Seconds in which something happened, ascending; `second` counts from the epoch. `users`: where the file tells
    /// them; a gap in which there were none is no stall.
    void take(std::int64_t second, const SecondOfStarts &starts, std::optional<double> users);
    [[nodiscard]] std::vector<Stall> stalls() && { return std::move(m_stalls); }

private:
    static constexpr std::int64_t kMemoryTenths = 100;
    static constexpr std::size_t kMaxStalls = 1000;

    struct Tenth {
        std::int64_t number = 0;
        std::uint32_t starts = 0;
    };
    void takeStart(std::int64_t tenth, std::uint32_t starts);
    void judge(std::int64_t from, std::int64_t to);

    std::deque<Tenth> m_memory; // tenths with starts, of the last ten seconds
    std::uint64_t m_startsInMemory = 0;
    std::optional<std::int64_t> m_firstTenth;
    bool m_knowsUsers = false;
    bool m_hadUsers = true; // since the last start
    std::vector<Stall> m_stalls;
};

/// Sentences about the stalls of a report, for its notes; empty without any.
[[nodiscard]] std::vector<std::string> stallNotes(const LoadTestReport &report);

} // namespace tailspan::loadtest
