// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/reports/json_document.h"
#include "models/loadtest/load_test_report.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::reports {

/// What k6's web dashboard tells by its events, whichever way they were kept. Two layouts of samples: an object
/// {metric: {aggregate: value}} (k6 before 0.52), or an array in the order of all metric names seen so far, each an
/// array in the order of the aggregates of its type. Thread: one.
class K6DashboardRun {
public:
    /// One event. `where` goes with what is wrong in it ("line 17").
    void take(std::string_view event, const Json &data, const std::string &where);
    /// Everything but format. `isInOrder`: the events stand in the order in which they happened (a recording).
    void finish(bool isInOrder, loadtest::LoadTestReport &report) &&;

    DataQuality quality;

private:
    struct Metric {
        std::string type;
        std::string contains;
    };
    void takeParameters(const Json &data);
    void takeMetrics(const Json &data);
    void takeSnapshot(const Json &sample, const std::string &where);
    void takeFailedLimits(const Json &data);
    [[nodiscard]] std::optional<Json> sampleOf(const Json &data, const std::string &where);
    [[nodiscard]] Json sampleOfArray(const Json &data) const;

    void setTimes(loadtest::LoadTestReport &report) const;
    void setTotals(loadtest::LoadTestReport &report) const;
    void addRest(loadtest::LoadTestReport &report);
    void addEndpoints(loadtest::LoadTestReport &report) const;
    void addVerdicts(bool isInOrder, loadtest::LoadTestReport &report) const;
    [[nodiscard]] std::string unitOf(const std::string &metric, const std::string &aggregate) const;
    void addNotes(loadtest::LoadTestReport &report) const;

    std::map<std::string, Metric> m_metrics; // in the order of their names, which the array layout goes by
    std::map<std::string, std::vector<std::string>> m_aggregates;
    std::map<std::string, std::vector<std::string>> m_thresholds;
    std::map<std::string, std::vector<std::string>> m_failedLimits; // as of the last event about them
    std::vector<std::string> m_scenarios;
    std::optional<std::int64_t> m_startNs;
    std::optional<std::int64_t> m_stopNs;
    std::optional<std::int64_t> m_lastNs; // of any sample
    std::int64_t m_periodNs = 10'000'000'000;
    std::vector<loadtest::Bucket> m_steps;
    Json m_cumulative;
    bool m_failedAfterCumulative = false;
    bool m_hasRest = false;
};

} // namespace tailspan::reports
