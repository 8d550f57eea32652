// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/clock_watch.h"
#include "models/loadtest/timeline_builder.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::reports {

/// Collects what both forms of Gatling's simulation.log say. Times are milliseconds since the epoch. Groups and
/// transactions are no requests. Thread: one.
class GatlingRecords {
public:
    void run(std::string_view simulation, std::string_view description, std::string_view version);
    void user(bool isStart, std::int64_t ms);
    /// `group`: the names of its groups, joined by commas, or empty.
    void request(std::string_view group, std::string_view name, std::int64_t startMs, std::int64_t endMs, bool isOk,
                 std::string_view message);
    void group() { ++m_groups; }
    void assertion() { ++m_assertions; }
    void error(std::string_view message);

    /// What was read so far, without notes.
    [[nodiscard]] loadtest::LoadTestReport soFar() const;
    /// Everything but quality.
    void finish(loadtest::LoadTestReport &report) &&;

private:
    static constexpr std::size_t kMaxUserEvents = 40'000'000; // 320 MB
    static constexpr std::size_t kMaxFilledSeconds = 200'000; // damaged stamps make no endless timeline

    void addUsers(loadtest::TimelineBuilder &builder, std::vector<std::int64_t> events) const;
    static void setContents(loadtest::LoadTestReport &report);
    void addNotes(loadtest::LoadTestReport &report) const;

    loadtest::TimelineBuilder m_builder;
    loadtest::ClockWatch m_clock;
    std::vector<std::int64_t> m_userEvents; // milliseconds * 2, plus 1 for a start
    bool m_hasAllUsers = true;
    std::int64_t m_lastEndMs = 0;
    std::string m_lastGroup;
    std::string m_lastName;
    StringId m_lastEndpoint;
    std::string m_simulation;
    std::string m_description;
    std::string m_version;
    std::uint64_t m_groups = 0;
    std::uint64_t m_assertions = 0;
    std::uint64_t m_errors = 0;
    std::string m_firstError;
};

} // namespace tailspan::reports
