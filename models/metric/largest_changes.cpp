// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/metric/largest_changes.h"

#include <algorithm>
#include <cmath>

namespace tailspan::metric {

std::map<std::string, double> changesOf(const std::vector<MetricSeries> &series, std::string_view lineLabel)
{
    std::map<std::string, double> changes;
    double highest = 0;
    for (const MetricSeries &each : series) {
        std::size_t count = 0;
        double low = 0;
        double high = 0;
        for (const double value : each.values) {
            if (!std::isfinite(value))
                continue;
            low = count == 0 ? value : std::min(low, value);
            high = count == 0 ? value : std::max(high, value);
            ++count;
        }
        if (count < 2)
            continue;
        highest = std::max({highest, std::abs(low), std::abs(high)});
        double &change = changes[std::string(labelValue(each.labels, lineLabel))];
        change = std::max(change, high - low);
    }
    for (auto &[name, change] : changes)
        change = highest > 0 ? change / highest : 0;
    return changes;
}

std::vector<std::string> largestChanges(const std::vector<std::map<std::string, double>> &signalChanges,
                                        std::size_t most)
{
    std::map<std::string, double> best;
    for (const std::map<std::string, double> &changes : signalChanges) {
        for (const auto &[name, change] : changes)
            best[name] = std::max(best[name], change);
    }
    std::vector<std::pair<double, std::string>> ranked;
    for (const auto &[name, change] : best)
        ranked.emplace_back(-change, name);
    std::sort(ranked.begin(), ranked.end());
    std::vector<std::string> names;
    for (std::size_t i = 0; i < std::min(most, ranked.size()); ++i)
        names.push_back(ranked[i].second);
    return names;
}

} // namespace tailspan::metric
