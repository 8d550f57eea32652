// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/azora_limits.h"

#include "models/loadtest/threshold.h"

#include <array>

namespace tailspan::loadtest {

namespace {

struct Limit {
    std::string_view scenario;
    std::string_view metric;
    const char *criterion;
    const char *comparison;
    double limit;
    const char *unit;
    double factor; // from the file's unit to `unit`
};

constexpr std::array kLimits{
    Limit{"gradualUserRampUp", "averageResponsiveness", "average response", "<", 1000, "ms", 1},
    Limit{"sustainedConcurrentLoad", "averageResponsiveness", "average response", "<", 1500, "ms", 1},
    Limit{"peakConcurrentUsers", "averageResponsiveness", "average response", "<", 2000, "ms", 1},
    Limit{"peakConcurrentUsers", "averageErrorRate", "error rate", "<", 10, "%", 100},
    Limit{"userSessionManagement", "successRate", "sessions that succeed", ">=", 95, "%", 100},
    Limit{"userSessionManagement", "operationSuccessRate", "operations that succeed", ">=", 95, "%", 100},
    Limit{"resourceUsageUnderLoad", "averageCpu", "average CPU", "<", 80, "%", 1},
    Limit{"resourceUsageUnderLoad", "averageMemory", "average memory", "<", 85, "%", 1},
    Limit{"recoveryFromLoadSpikes", "recoveryTimeSeconds", "recovery time", "<=", 60, "s", 1},
};

constexpr std::string_view kRecovery = "recoveryTimeSeconds";

/// In this suite a request that fails has no latency, and no latency counts as 0: an outage reads as a quick system.
void doubtRecovery(const SuiteMetric &metric, Verdict &verdict)
{
    const auto baseline = metric("baselineLatency");
    if (baseline && *baseline <= 0) {
        verdict.passed.reset();
        verdict.note = "before the spike no request succeeded, so there was nothing to recover to";
    } else if (verdict.observed && *verdict.observed <= 0) {
        verdict.note = "0 s is also what the suite writes when every request failed after the spike";
    }
}

} // namespace

std::vector<Verdict> azoraVerdicts(std::string_view scenario, const SuiteMetric &metric)
{
    std::vector<Verdict> verdicts;
    for (const Limit &limit : kLimits) {
        if (limit.scenario != scenario)
            continue;
        Verdict verdict;
        verdict.scenario = scenario;
        verdict.criterion = limit.criterion;
        verdict.comparison = limit.comparison;
        verdict.limit = limit.limit;
        verdict.unit = limit.unit;
        verdict.origin = Origin::Tailspan;
        if (const auto value = metric(limit.metric)) {
            verdict.observed = *value * limit.factor;
            // In the unit of the file, where the limit (0.95) and the value are the same number.
            verdict.passed = holds(*value, limit.comparison, limit.limit / limit.factor);
            if (limit.metric == kRecovery)
                doubtRecovery(metric, verdict);
        }
        verdicts.push_back(std::move(verdict));
    }
    return verdicts;
}

} // namespace tailspan::loadtest
