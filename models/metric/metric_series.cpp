// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/metric/metric_series.h"

#include "models/base/number_text.h"

namespace tailspan::metric {

std::string seriesText(const Labels &labels)
{
    std::string inside;
    for (const auto &[name, value] : labels) {
        if (name == "__name__")
            continue;
        inside += (inside.empty() ? "" : ", ") + name + "=\"";
        for (const char c : value) {
            if (c == '"' || c == '\\')
                inside += '\\';
            inside += c;
        }
        inside += '"';
    }
    const std::string name(labelValue(labels, "__name__"));
    return inside.empty() && !name.empty() ? name : name + "{" + inside + "}";
}

std::vector<std::string> MetricAnswer::notes() const
{
    std::vector<std::string> lines;
    if (seriesInRest > 0)
        lines.push_back("The largest " + countText(series.size()) + " of " + countText(seriesTotal)
                        + " series are shown; the other " + countText(seriesInRest) + " are added up in one.");
    for (const std::string &warning : warnings)
        lines.push_back("The server warns: " + warning);
    for (const std::string &info : infos)
        lines.push_back("The server remarks: " + info);
    if (hiddenValues > 0)
        lines.push_back(pluralText(hiddenValues, "value that is", "values that are")
                        + " not a number or infinite: shown as gaps.");
    if (duplicateTimes > 0)
        lines.push_back(pluralText(duplicateTimes, "point", "points")
                        + " of a time that was there already; the last one counts.");
    if (unreadableItems > 0)
        lines.push_back(pluralText(unreadableItems, "series or point", "series or points")
                        + " could not be understood and were left out.");
    return lines;
}

} // namespace tailspan::metric
