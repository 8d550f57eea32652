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
///
/// In the first five seconds what is usual is not known yet, so a gap is judged when five seconds behind it are known,
/// by the lower one of the rates before and behind it (users may still have been coming), and it must be long enough for
/// three requests of each user who can have been there: users who all wait for their first answer are no stall.
class StallFinder {
public:
    static constexpr double kLeastDue = 20;
    static constexpr std::int64_t kLeastTenths = 3;
    static constexpr std::int64_t kLeastKnownTenths = 50; ///< Before that the usual gaps are not known.

    /// Seconds in which something happened, ascending; `second` counts from the epoch. `users`: where the file tells
    /// them; a gap in which there were none is no stall.
    void take(std::int64_t second, const SecondOfStarts &starts, std::optional<double> users);
    [[nodiscard]] std::vector<Stall> stalls() &&;

private:
    static constexpr std::int64_t kMemoryTenths = 100;
    static constexpr std::size_t kMaxStalls = 1000;

    struct Tenth {
        std::int64_t number = 0;
        std::uint32_t starts = 0;
    };
    void takeStart(std::int64_t tenth, std::uint32_t starts);
    /// A gap in the first seconds, to be judged by what follows it.
    struct EarlyGap {
        std::int64_t from = 0;
        std::int64_t to = 0;
        std::uint64_t startsBefore = 0;
        double users = 0; ///< At most so many were there: as the file says, else a user for each start.
    };
    void judge(std::int64_t from, std::int64_t to);
    void judgeEarly(const EarlyGap &gap);
    [[nodiscard]] std::int64_t longestGapSince(std::int64_t tenth) const;

    std::deque<Tenth> m_memory; // tenths with starts, of the last ten seconds
    std::uint64_t m_startsInMemory = 0;
    std::optional<std::int64_t> m_firstTenth;
    std::optional<double> m_mostUsers; // so far
    bool m_hadUsers = true;            // since the last start
    std::vector<EarlyGap> m_early;
    std::vector<Stall> m_stalls;
};

/// Sentences about the stalls of a report, for its notes; empty without any.
[[nodiscard]] std::vector<std::string> stallNotes(const LoadTestReport &report);

} // namespace tailspan::loadtest
