// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/load_test_report.h"
#include "models/loadtest/timeline_builder.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace tailspan::reports {

/// One request as vegeta's results hold it, the same for its three encodings. Text may be anything from outside.
struct VegetaHit {
    std::int64_t startNs = 0; ///< Since 1970.
    std::int64_t latencyNs = 0;
    std::uint64_t bytesIn = 0;
    std::uint64_t bytesOut = 0;
    std::int64_t code = 0; ///< HTTP status; 0 where there was no response.
    std::string_view error;
    std::string_view method; ///< Empty in old files, as is the URL.
    std::string_view url;
    std::string_view attack;
};

/// Counts hits. Thread: one.
class VegetaHits {
public:
    void add(const VegetaHit &hit);
    /// What was read so far, without notes.
    [[nodiscard]] loadtest::LoadTestReport soFar() const;
    /// Everything but format and quality.
    void finish(loadtest::LoadTestReport &report) &&;

private:
    [[nodiscard]] StringId endpointOf(const VegetaHit &hit);
    void setContents(loadtest::LoadTestReport &report) const;

    loadtest::TimelineBuilder m_builder;
    std::string m_name; // reused
    std::uint64_t m_hits = 0;
    std::uint64_t m_withoutResponse = 0;
    std::uint64_t m_withoutUrl = 0;
};

/// "Success" in vegeta's words is a status from 200 to 399 without an error text.
[[nodiscard]] bool isVegetaFailure(std::int64_t code, bool hasError);

} // namespace tailspan::reports
