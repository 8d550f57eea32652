// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/analysis_text.h"

#include "models/base/number_text.h"

#include <cmath>

namespace tailspan::loadtest {

std::string metricText(const std::string &metric, std::optional<double> value)
{
    if (!value || std::isnan(*value))
        return "-";
    if (metric == "throughput")
        return rateText(*value);
    if (metric == "errors")
        return percentText(*value);
    return durationText(Duration(std::llround(*value)));
}

std::string changeText(std::optional<double> ratio)
{
    if (!ratio || !std::isfinite(*ratio))
        return "-";
    const double change = (*ratio - 1) * 100;
    const double shown = std::abs(change) < 10 ? std::round(change * 10) / 10 : std::round(change);
    return (shown > 0 ? "+" : "") + decimalText(shown) + " %";
}

std::string intervalText(std::optional<double> low, std::optional<double> high)
{
    return low && high ? changeText(low) + " to " + changeText(high) : std::string("-");
}

std::string usersText(double users)
{
    return decimalText(users < 20 ? std::round(users * 10) / 10 : std::round(users)) + " users";
}

namespace {

std::string largestLoadText(const LargestLoad &load)
{
    const std::string limit = "p95 stays under " + durationText(load.p95Limit);
    if (!load.users)
        return "Not even at the smallest load of the test " + limit + ".";
    if (!load.isReached)
        return "At all loads of the test, up to " + usersText(*load.users) + ", " + limit + ".";
    return "Largest load at which " + limit + ": " + usersText(*load.users) + " (95 %: " + usersText(load.low) + " to "
        + (load.high ? usersText(*load.high) : std::string("more than was tested")) + ").";
}

std::string kneeText(const Capacity &capacity)
{
    if (!capacity.kneeUsers)
        return "No knee.";
    const std::string interval = capacity.low && capacity.high
        ? " (95 %: " + decimalText(*capacity.low) + " to " + decimalText(*capacity.high) + ")"
        : std::string();
    return (capacity.model == CapacityModel::Usl ? "Peak of throughput at " + usersText(*capacity.kneeUsers) + interval
                    + "; behind it throughput falls (universal scalability law)."
                                                 : "Knee at " + usersText(*capacity.kneeUsers) + interval
                    + "; behind it more users only wait longer (asymptotic bounds).");
}

} // namespace

std::vector<std::string> capacitySentences(const Capacity &capacity)
{
    std::vector<std::string> sentences;
    if (capacity.largestLoad)
        sentences.push_back(largestLoadText(*capacity.largestLoad));
    sentences.push_back(kneeText(capacity));
    if (capacity.maxThroughputRps)
        sentences.push_back("Highest throughput: " + rateText(*capacity.maxThroughputRps) + ".");
    if (capacity.headroom)
        sentences.push_back("Headroom over today's peak: " + changeText(*capacity.headroom + 1) + ".");
    if (capacity.replicas)
        sentences.push_back(
            "Replicas needed: " + std::to_string(capacity.replicas->replicas) + ", then busy to "
            + percentText(capacity.replicas->utilization)
            + (capacity.replicas->p95 ? ", predicted p95 " + durationText(*capacity.replicas->p95) : std::string())
            + ". " + capacity.replicas->assumption);
    sentences.insert(sentences.end(), capacity.notes.begin(), capacity.notes.end());
    return sentences;
}

} // namespace tailspan::loadtest
