// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/load_test_report.h"

#include <cstdint>

namespace tailspan::loadtest {

/// Watches stamps that a load generator wrote in the order in which things happened, and counts how often they go back
/// by more than kGrace: its clock was set back, or results of several generators were written in turns. Nothing is
/// moved. A value. Thread: one each.
class ClockWatch {
public:
    /// Ends of requests that run side by side are written a little out of order.
    static constexpr std::int64_t kGraceNs = 1'000'000'000;

    void see(std::int64_t stampNs);
    /// `next` saw what comes after what this one saw.
    void append(const ClockWatch &next);
    /// Adds counts and, where there are any, a note and an entry of DataQuality.
    void finish(LoadTestReport &report) const;

private:
    void step(std::int64_t fromNs, std::int64_t toNs);

    bool m_hasStamp = false;
    std::int64_t m_firstNs = 0;
    std::int64_t m_lastNs = 0;
    std::uint64_t m_stepsBack = 0;
    Duration m_farthest;
    std::int64_t m_firstStepNs = 0; // where the clock stood before it first went back
};

} // namespace tailspan::loadtest
