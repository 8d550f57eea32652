// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/k6_summary_metrics.h"

#include <algorithm>

namespace tailspan::reports {

namespace {

std::vector<K6SummaryThreshold> thresholdsOf(const Json &metric, K6SummaryLayout layout)
{
    std::vector<K6SummaryThreshold> result;
    const Json &thresholds = child(metric, "thresholds");
    if (!thresholds.is_object())
        return result;
    for (const auto &item : thresholds.items()) {
        K6SummaryThreshold threshold{item.key(), std::nullopt};
        if (layout == K6SummaryLayout::HandleSummary)
            threshold.passed = boolAt(item.value(), "ok");
        else if (item.value().is_boolean())
            threshold.passed = !item.value().get<bool>(); // true means that the threshold was crossed
        result.push_back(std::move(threshold));
    }
    return result;
}

void addCheck(const Json &check, std::vector<loadtest::Check> &target)
{
    std::string name = textAt(check, "path");
    if (name.starts_with("::"))
        name.erase(0, 2);
    if (name.empty())
        name = textAt(check, "name");
    target.push_back({std::move(name), countAt(check, "passes").value_or(0), countAt(check, "fails").value_or(0)});
}

} // namespace

std::optional<K6SummaryLayout> k6SummaryLayoutOf(const Json &root)
{
    if (child(root, "results").is_object())
        return K6SummaryLayout::MachineReadable;
    const Json &metrics = child(root, "metrics");
    if (!metrics.is_object())
        return std::nullopt;
    const bool hasValues = std::any_of(metrics.begin(), metrics.end(),
                                       [](const Json &metric) { return child(metric, "values").is_object(); });
    return hasValues ? K6SummaryLayout::HandleSummary : K6SummaryLayout::Legacy;
}

std::vector<K6SummaryMetric> k6SummaryMetrics(const Json &root, K6SummaryLayout layout)
{
    std::vector<K6SummaryMetric> result;
    if (layout == K6SummaryLayout::MachineReadable) {
        const Json &results = child(root, "results");
        for (const Json *list : {&child(results, "metrics"), &child(child(results, "checks"), "metrics")}) {
            for (const Json &metric : *list) {
                if (metric.is_object())
                    result.push_back(
                        {textAt(metric, "name"), textAt(metric, "contains"), &child(metric, "values"), {}});
            }
        }
        return result;
    }
    for (const auto &item : child(root, "metrics").items()) {
        const Json &metric = item.value();
        const Json &values = layout == K6SummaryLayout::Legacy ? metric : child(metric, "values");
        result.push_back({item.key(), textAt(metric, "contains"), &values, thresholdsOf(metric, layout)});
    }
    return result;
}

std::vector<loadtest::Check> k6SummaryChecks(const Json &root, K6SummaryLayout layout)
{
    std::vector<loadtest::Check> checks;
    if (layout == K6SummaryLayout::MachineReadable) {
        for (const Json &check : child(child(child(root, "results"), "checks"), "results"))
            addCheck(check, checks);
        return checks;
    }
    // Groups and checks are lists in one layout and maps in the other: both are walked by value.
    std::vector<const Json *> groups{&child(root, "root_group")};
    while (!groups.empty()) {
        const Json &group = *groups.back();
        groups.pop_back();
        for (const Json &check : child(group, "checks"))
            addCheck(check, checks);
        for (const Json &inner : child(group, "groups"))
            groups.push_back(&inner);
    }
    std::sort(checks.begin(), checks.end(),
              [](const loadtest::Check &a, const loadtest::Check &b) { return a.name < b.name; });
    return checks;
}

} // namespace tailspan::reports
