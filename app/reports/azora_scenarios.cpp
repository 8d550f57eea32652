// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/azora_scenarios.h"

#include "app/reports/report_text.h"
#include "models/base/number_text.h"
#include "models/loadtest/azora_limits.h"

#include <algorithm>
#include <array>

namespace tailspan::reports {

using namespace loadtest;

namespace {

struct Schedule {
    std::string_view scenario;
    std::string_view usersKey;
    std::string_view durationKey;
    const char *load;
};

constexpr std::array kSchedules{
    Schedule{"gradualUserRampUp", "maxUsers", "rampUpDuration", "up to "},
    Schedule{"sustainedConcurrentLoad", "targetUsers", "testDuration", ""},
    Schedule{"peakConcurrentUsers", "peakUsers", "peakDuration", ""},
    Schedule{"resourceUsageUnderLoad", "testUsers", "testDuration", ""},
    Schedule{"recoveryFromLoadSpikes", "spikeUsers", "spikeDuration", "a spike of "},
};

std::string unitOf(const std::string &fileUnit)
{
    if (fileUnit == "success_rate")
        return "ratio";
    if (fileUnit == "cpu_percent")
        return "%";
    return fileUnit == "seconds" ? "s" : fileUnit;
}

/// What the figure "average" of a test stands for: the suite gives each test one figure under that name.
std::string criterionOf(std::string_view name)
{
    if (name == "userSessionManagement")
        return "sessions that succeed";
    if (name == "resourceUsageUnderLoad")
        return "average CPU";
    if (name == "recoveryFromLoadSpikes")
        return "recovery time";
    const bool isUsers = name == "gradualUserRampUp" || name == "sustainedConcurrentLoad"
        || name == "peakConcurrentUsers";
    return isUsers ? "active users at the end" : "average";
}

/// The file's own verdict. A null or missing value can not have passed, whatever the file says.
Verdict ownVerdict(const std::string &name, const Json &details, const Json &metric, LoadTestReport &report)
{
    const Json &threshold = child(child(details, "thresholds"), name);
    Verdict verdict;
    verdict.scenario = name;
    verdict.unit = unitOf(textAt(threshold, "unit"));
    verdict.criterion = criterionOf(name);
    if (const auto minimum = numberAt(threshold, "min")) {
        verdict.comparison = ">=";
        verdict.limit = minimum;
    } else if (const auto maximum = numberAt(threshold, "max")) {
        verdict.comparison = "<=";
        verdict.limit = maximum;
    }
    verdict.observed = numberAt(metric, "average");
    verdict.passed = boolAt(child(details, "validations"), name);
    if (!verdict.passed)
        verdict.passed = boolAt(details, name);
    if (verdict.passed.value_or(false) && !verdict.observed) {
        verdict.passed.reset();
        report.notes.push_back("The file says that " + name
                               + " passed, but holds no value for it: the verdict is open.");
    }
    return verdict;
}

std::optional<Duration> nominalDuration(std::string_view name, const Json &metric)
{
    const auto at =
        std::find_if(kSchedules.begin(), kSchedules.end(), [&](const Schedule &s) { return s.scenario == name; });
    const auto seconds = at == kSchedules.end() ? std::nullopt : numberAt(metric, at->durationKey);
    if (!seconds || *seconds < 0)
        return std::nullopt;
    return Duration(nsFromMs(*seconds * 1000));
}

void addStage(const std::string &name, const Json &metric, LoadTestReport &report)
{
    for (const Schedule &schedule : kSchedules) {
        const auto users = numberAt(metric, schedule.usersKey);
        const auto length = nominalDuration(name, metric);
        if (schedule.scenario != name || !users || !length)
            continue;
        const Duration begin = report.stages.empty() ? Duration()
                                                     : report.stages.back().begin + report.stages.back().length;
        report.stages.push_back({name, schedule.load + decimalText(*users) + " users", begin, *length, true});
    }
}

void noteContradiction(const std::string &name, const Json &details, LoadTestReport &report)
{
    const auto flag = boolAt(details, name);
    const auto validation = boolAt(child(details, "validations"), name);
    if (flag && validation && *flag != *validation)
        report.notes.push_back("The file contradicts itself about " + name + ": details." + name + " is "
                               + (*flag ? "true" : "false") + ", details.validations." + name + " is "
                               + (*validation ? "true" : "false") + ". The latter is shown as its verdict.");
}

void addScenario(const std::string &name, const Json &details, const Json &metric, LoadTestReport &report)
{
    Scenario scenario;
    scenario.name = name;
    scenario.duration = nominalDuration(name, metric);
    scenario.requests = countAt(metric, "totalRequests");
    scenario.verdicts.push_back(ownVerdict(name, details, metric, report));
    for (Verdict &verdict : azoraVerdicts(name, [&](std::string_view key) { return numberAt(metric, key); }))
        scenario.verdicts.push_back(std::move(verdict));
    noteContradiction(name, details, report);
    if (name == "recoveryFromLoadSpikes" && numberAt(metric, "recoveryTimeSeconds").value_or(1) <= 0)
        report.notes.emplace_back("A recovery time of 0 s can also mean that every request after the spike failed: "
                                  "the suite takes the latency of an outage as 0.");
    addStage(name, metric, report);
    report.scenarios.push_back(std::move(scenario));
}

std::vector<std::string> testNames(const Json &details, const Json &metrics)
{
    std::vector<std::string> names;
    const auto add = [&](const std::string &name) {
        if (std::find(names.begin(), names.end(), name) == names.end())
            names.push_back(name);
    };
    // The six known tests first and in the order in which the suite runs them; objects here are sorted by name.
    for (const char *known : {"gradualUserRampUp", "sustainedConcurrentLoad", "peakConcurrentUsers",
                              "userSessionManagement", "resourceUsageUnderLoad", "recoveryFromLoadSpikes"}) {
        if (child(details, "validations").contains(known) || metrics.contains(known))
            names.emplace_back(known);
    }
    for (const Json *object : {&child(details, "thresholds"), &child(details, "validations"), &metrics}) {
        if (object->is_object()) {
            for (const auto &item : object->items())
                add(item.key());
        }
    }
    return names;
}

} // namespace

void addAzoraSuite(const Json &suite, const std::string &suiteName, LoadTestReport &report)
{
    const Json &details = child(suite, "details");
    const Json &metrics = child(suite, "metrics");
    const std::string prefix = suiteName.empty() ? "" : suiteName + ": ";
    const std::string error = textAt(suite, "error");
    if (!error.empty())
        report.notes.push_back(prefix + "The suite stopped with an error: " + error);
    if (details.is_string()) {
        report.notes.push_back(prefix + details.get<std::string>());
        Verdict verdict;
        verdict.scenario = suiteName.empty() ? kWholeRun : suiteName;
        verdict.criterion = "suite finished";
        verdict.passed = boolAt(suite, "passed");
        report.scenarios.push_back({verdict.scenario, {}, {}, {verdict}});
        return;
    }
    if (const std::string stopped = textAt(details, "error"); !stopped.empty())
        report.notes.push_back(prefix + "The suite stopped with an error: " + stopped.substr(0, stopped.find('\n')));
    for (const std::string &name : testNames(details, metrics))
        addScenario(name, details, child(metrics, name), report);
    if (const std::string summary = textAt(details, "summary"); !summary.empty())
        report.notes.push_back((suiteName.empty() ? "The suite" : suiteName) + "'s own summary: " + summary);
}

void addAzoraNotes(LoadTestReport &report)
{
    report.notes.emplace_back("No timeline: the suite measures over time but writes only the final figure of each "
                              "test. There are verdicts to show and nothing to replay.");
    report.notes.emplace_back("The file does not hold request counts, failures or latency percentiles of the whole "
                              "run. Durations and stages are the planned ones.");
    const bool hasResources = std::any_of(report.scenarios.begin(), report.scenarios.end(),
                                          [](const Scenario &s) { return s.name == "resourceUsageUnderLoad"; });
    if (hasResources)
        report.notes.emplace_back("CPU and memory of this suite are random numbers, not measurements: a verdict on "
                                  "them says nothing about the servers.");
}

} // namespace tailspan::reports
