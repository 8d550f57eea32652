// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/reports/k6_point.h"
#include "app/reports/k6_tags.h"
#include "models/loadtest/clock_watch.h"
#include "models/loadtest/threshold.h"
#include "models/loadtest/timeline_builder.h"

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tailspan::reports {

/// What a "Metric" line declares.
struct K6MetricDeclaration {
    std::string type;
    std::string contains;
    std::vector<std::string> thresholds;
    std::vector<std::string> submetrics;
};

/// A line of a file whose blocks are read apart: the block, then the line inside it, from 0.
struct K6Place {
    std::uint64_t block = 0;
    std::uint64_t line = 0;
    friend auto operator<=>(const K6Place &, const K6Place &) = default;
};

/// Counts of what was wrong, with the first place of each.
class K6Issues {
public:
    void add(QualityIssue issue, K6Place place, std::uint64_t count = 1);
    void merge(const K6Issues &other);
    /// `firstLines`: the number of each block's first line, from 1.
    void addTo(DataQuality &quality, const std::map<std::uint64_t, std::uint64_t> &firstLines) const;

private:
    std::array<std::uint64_t, kQualityIssueCount> m_counts{};
    std::array<K6Place, kQualityIssueCount> m_firstPlaces{};
};

/// What one worker learned from its blocks of a k6 file. Merging is independent of how the blocks were shared out.
class K6Accumulator {
public:
    explicit K6Accumulator(K6TagReader tagReader = k6TagsOfJson);
    /// Takes one block of whole lines. A last line without a line feed that cannot be read is the end of a file that
    /// was cut off.
    void takeBlock(std::string_view text, std::uint64_t block);
    void merge(K6Accumulator &&other);
    /// Adds what belongs on the time line to `builder`: for a report of what was read so far.
    void addTo(loadtest::TimelineBuilder &builder) const { builder.merge(m_builder); }
    /// What a report of these requests holds.
    static void setContents(loadtest::LoadTestReport &report);

    // For a layout whose lines somebody else takes apart. `line.tags` is what the tag reader gets.
    void takePoint(const K6Line &line);
    void noteIssue(QualityIssue issue, K6Place place, std::uint64_t count = 1) { m_issues.add(issue, place, count); }
    /// A record that cannot be read: the end of a file that was cut off where no line feed follows.
    void noteMalformed(K6Place place, bool isTerminated);
    void countInvalidUtf8(std::string_view line, K6Place place);
    void setLines(std::uint64_t block, std::uint64_t lines)
    {
        m_linesOfBlock[block] = lines;
        m_clockOfBlock[block] = std::exchange(m_clock, {});
    }

    /// Everything but format and notes about the file itself.
    void finish(loadtest::LoadTestReport &report) &&;

private:
    enum class Role : std::uint8_t { Other, Requests, Duration, Failed, Checks, Users, Sent, Received };
    struct Metric {
        Role role = Role::Other;
        loadtest::MetricSummary summary;
    };
    /// What the tags of a request say, kept from line to line: a request's points carry the same tags.
    struct RequestTags {
        StringId endpoint;
        StringId failureKind; // invalid for a request that did not fail
        StringId scenario;
        loadtest::RequestClass requestClass = loadtest::RequestClass::Ok;
    };
    struct ScenarioCount {
        std::uint64_t requests = 0;
        std::int64_t beginNs = 0;
        std::int64_t endNs = 0;
    };

    void takeLine(std::string_view line, K6Place place, bool isTerminated);
    void takeDeclaration(std::string_view line, std::string_view metric, K6Place place);
    void takeDuration(const K6Line &line);
    void takeCheck(const K6Line &line);
    [[nodiscard]] const RequestTags &requestTags(std::string_view tags);
    void parseRequestTags(std::string_view text);
    void countScenario(StringId scenario, std::int64_t beginNs, std::int64_t endNs);
    void finishVerdicts(loadtest::LoadTestReport &report) const;
    void finishScenarios(loadtest::LoadTestReport &report) const;
    void finishStages(loadtest::LoadTestReport &report) const;
    void addNotes(loadtest::LoadTestReport &report) const;

    K6TagReader m_tagReader;
    loadtest::TimelineBuilder m_builder;
    StringPool m_metricNames;
    std::vector<Metric> m_metrics; // by StringId of m_metricNames
    std::map<std::string, K6MetricDeclaration, std::less<>> m_declarations;
    StringPool m_scenarioNames;
    std::vector<ScenarioCount> m_scenarios; // by StringId of m_scenarioNames
    std::map<std::string, loadtest::Check, std::less<>> m_checks;
    std::string m_lastTags; // as written; m_lastRequest is what they say
    RequestTags m_lastRequest;
    trace::Id m_lastTrace; // absent where the tags name none
    std::uint64_t m_withoutExpectation = 0;
    std::uint64_t m_finerStamps = 0; // than a second
    bool m_hasSetup = false;
    bool m_isTruncated = false;
    K6LineScanner m_scanner;
    K6Issues m_issues;
    std::map<std::uint64_t, std::uint64_t> m_linesOfBlock;
    std::map<std::uint64_t, loadtest::ClockWatch> m_clockOfBlock; // of the users' gauge, once a second
    loadtest::ClockWatch m_clock;                                 // of the block at hand
};

} // namespace tailspan::reports
