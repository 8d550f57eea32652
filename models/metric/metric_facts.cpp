// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/metric/metric_facts.h"

#include <algorithm>
#include <set>
#include <string_view>

namespace tailspan::metric {

namespace {

using Families = std::map<std::string_view, const MetricFacts *>;

/// What is known of a series' name, or of the family whose part it is.
const MetricFacts *familyOf(const Families &families, std::string_view name)
{
    if (const auto found = families.find(name); found != families.end())
        return found->second;
    for (const std::string_view suffix : {"_bucket", "_count", "_sum", "_total", "_created"}) {
        const auto found = name.ends_with(suffix) ? families.find(name.substr(0, name.size() - suffix.size()))
                                                  : families.end();
        if (found != families.end())
            return found->second;
    }
    return nullptr;
}

} // namespace

std::vector<MetricFacts> factsOf(const std::vector<MetricFacts> &metadata, const std::vector<Labels> &series)
{
    Families families;
    for (const MetricFacts &facts : metadata)
        families.emplace(facts.name, &facts);
    std::map<std::string, std::map<std::string, std::set<std::string>>> seen;
    for (const Labels &labels : series) {
        auto &values = seen[std::string(labelValue(labels, "__name__"))];
        for (const auto &[name, value] : labels) {
            if (name != "__name__")
                values[name].insert(value);
        }
    }
    std::vector<MetricFacts> all;
    for (const auto &[name, labels] : seen) {
        const MetricFacts *family = familyOf(families, name);
        MetricFacts facts = family == nullptr ? MetricFacts() : *family;
        facts.name = name;
        facts.labels.clear();
        for (const auto &[label, values] : labels)
            facts.labels[label].assign(values.begin(), values.end());
        all.push_back(std::move(facts));
    }
    return all;
}

} // namespace tailspan::metric
