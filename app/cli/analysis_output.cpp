// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/analysis_output.h"

#include "app/cli/arguments.h"
#include "models/base/number_text.h"

namespace tailspan::cli {

using namespace loadtest;

std::string subjectText(const MetricChange &change)
{
    return change.endpoint ? oneLine(*change.endpoint) : std::string("all requests");
}

std::vector<std::string> trendSentences(const Trend &trend)
{
    std::vector<std::string> sentences;
    for (const Trend::Line &line : trend.lines) {
        for (const ChangePoint &change : line.changes)
            sentences.push_back(
                line.metric + (change.after > change.before ? " rose from " : " fell from ")
                + metricText(line.metric, change.before) + " to " + metricText(line.metric, change.after) + " at "
                + oneLine(trend.runs[change.first]->fileName) + " (chance " + percentText(change.pValue) + ")");
    }
    if (sentences.empty() && trend.runs.size() >= kFewestForTrend)
        sentences.emplace_back("No change point.");
    sentences.insert(sentences.end(), trend.notes.begin(), trend.notes.end());
    return sentences;
}

} // namespace tailspan::cli
