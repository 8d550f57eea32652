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

std::vector<std::string> trendSentences(const Trend &trend)
{
    std::vector<std::string> sentences;
    for (const Trend::Line &line : trend.lines) {
        for (const ChangePoint &change : line.changes)
            sentences.push_back(line.metric + (change.after > change.before ? " rose from " : " fell from ")
                                + metricText(line.metric, change.before) + " to "
                                + metricText(line.metric, change.after) + " at " + trend.runs[change.first]->fileName
                                + " (chance " + percentText(change.pValue) + ")");
    }
    if (sentences.empty() && trend.runs.size() >= kFewestForTrend)
        sentences.emplace_back("No change point.");
    sentences.insert(sentences.end(), trend.notes.begin(), trend.notes.end());
    return sentences;
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

/// "Headroom over today's peak of 120 users: +41 % (95 %: +30 % to +50 %), up to 169 users."
std::string headroomText(const Headroom &headroom, const std::string &peak, const std::string &carried)
{
    std::string text = "Headroom over today's peak of " + peak + ": " + (headroom.isAtLeast ? "at least " : "")
        + changeText(headroom.ratio + 1);
    if (headroom.low)
        text += " (95 %: " + changeText(*headroom.low + 1) + " to "
            + (headroom.high ? changeText(*headroom.high + 1) : std::string("more than was tested")) + ")";
    text += ", up to " + carried + ".";
    if (headroom.ratio < 0 && (!headroom.high || *headroom.high < 0))
        return text + " Today's peak is beyond what the test showed to be carried.";
    const bool isUncertain = headroom.low && *headroom.low < 0 && (!headroom.high || *headroom.high > 0);
    return isUncertain ? text + " Whether today's peak is carried, the test does not tell." : text;
}

} // namespace

std::vector<std::string> capacityAnswers(const Capacity &capacity)
{
    std::vector<std::string> answers;
    if (capacity.headroom)
        answers.push_back(headroomText(*capacity.headroom, usersText(capacity.headroom->peak),
                                       usersText(capacity.headroom->carried)));
    if (capacity.rateHeadroom)
        answers.push_back(headroomText(*capacity.rateHeadroom, rateText(capacity.rateHeadroom->peak),
                                       rateText(capacity.rateHeadroom->carried)));
    if (!capacity.whyNoHeadroom.empty())
        answers.push_back(capacity.whyNoHeadroom);
    if (capacity.replicas)
        answers.push_back(
            "Replicas needed: " + std::to_string(capacity.replicas->replicas) + ", then busy to "
            + percentText(capacity.replicas->utilization)
            + (capacity.replicas->p95 ? ", predicted p95 " + durationText(*capacity.replicas->p95) : std::string())
            + ". " + capacity.replicas->assumption);
    if (!capacity.whyNoReplicas.empty())
        answers.push_back(capacity.whyNoReplicas);
    return answers;
}

std::vector<std::string> capacitySentences(const Capacity &capacity)
{
    std::vector<std::string> sentences;
    if (capacity.largestLoad)
        sentences.push_back(largestLoadText(*capacity.largestLoad));
    sentences.push_back(kneeText(capacity));
    if (capacity.maxThroughputRps)
        sentences.push_back("Highest throughput: " + rateText(*capacity.maxThroughputRps) + ".");
    for (std::string &answer : capacityAnswers(capacity))
        sentences.push_back(std::move(answer));
    sentences.insert(sentences.end(), capacity.notes.begin(), capacity.notes.end());
    return sentences;
}

} // namespace tailspan::loadtest
