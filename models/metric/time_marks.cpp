// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/metric/time_marks.h"

#include "models/base/number_text.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace tailspan::metric {

namespace {

constexpr std::size_t kLongestText = 400;

std::string nameOf(const Labels &labels)
{
    std::string text;
    for (const auto &[name, value] : labels) {
        if (name != "__name__" && name != "instance" && name != "job")
            text += (text.empty() ? "" : " ") + value;
    }
    return text.empty() ? std::string(labelValue(labels, "__name__")) : text;
}

} // namespace

std::vector<TimeMark> marksOf(const std::vector<MetricSeries> &series, std::size_t limit)
{
    std::int64_t firstNs = std::numeric_limits<std::int64_t>::max();
    for (const MetricSeries &one : series) {
        if (!one.timesNs.empty())
            firstNs = std::min(firstNs, one.timesNs.front());
    }
    std::map<std::int64_t, std::string> byTime;
    const auto add = [&](std::int64_t timeNs, const std::string &text) {
        std::string &all = byTime[timeNs];
        if (all.size() < kLongestText)
            all += (all.empty() ? "" : ", ") + text;
    };
    for (const MetricSeries &one : series) {
        const std::string name = nameOf(one.labels);
        double before = std::numeric_limits<double>::quiet_NaN();
        for (std::size_t i = 0; i < one.timesNs.size(); ++i) {
            const double value = one.values[i];
            if (std::isnan(value))
                continue;
            if (std::isnan(before) && one.timesNs[i] > firstNs)
                add(one.timesNs[i], name);
            else if (!std::isnan(before) && value != before)
                add(one.timesNs[i], name + ": " + decimalText(before) + " to " + decimalText(value));
            before = value;
        }
    }
    std::vector<TimeMark> marks;
    for (const auto &[timeNs, text] : byTime) {
        if (marks.size() < limit)
            marks.push_back({TimePoint(timeNs), text});
    }
    return marks;
}

} // namespace tailspan::metric
