// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/metric_gathering.h"

#include "models/base/wall_clock.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace tailspan::workspace {

namespace {

void addLabel(metric::Labels &labels, const std::string &value)
{
    labels.emplace_back("source", value);
    std::sort(labels.begin(), labels.end());
}

void addRest(std::map<std::int64_t, double> &sum, const metric::MetricSeries &series)
{
    for (std::size_t i = 0; i < series.timesNs.size(); ++i) {
        if (!std::isnan(series.values[i]))
            sum[series.timesNs[i]] += series.values[i];
    }
}

void join(metric::MetricAnswer &whole, metric::MetricAnswer part, const std::string &name)
{
    for (metric::MetricSeries &series : part.series) {
        addLabel(series.labels, name);
        whole.series.push_back(std::move(series));
    }
    for (metric::HistogramSeries &series : part.histograms) {
        addLabel(series.labels, name);
        whole.histograms.push_back(std::move(series));
    }
    std::map<std::int64_t, double> rest;
    addRest(rest, whole.rest);
    addRest(rest, part.rest);
    whole.rest = {};
    for (const auto &[timeNs, value] : rest) {
        whole.rest.timesNs.push_back(timeNs);
        whole.rest.values.push_back(value);
    }
    whole.seriesTotal += part.seriesTotal;
    whole.seriesInRest += part.seriesInRest;
    whole.stepNs = std::max(whole.stepNs, part.stepNs);
    whole.hiddenValues += part.hiddenValues;
    whole.duplicateTimes += part.duplicateTimes;
    whole.unreadableItems += part.unreadableItems;
    whole.warnings.insert(whole.warnings.end(), part.warnings.begin(), part.warnings.end());
    whole.infos.insert(whole.infos.end(), part.infos.begin(), part.infos.end());
}

} // namespace

MetricGathering::MetricGathering(MetricQuestion question, std::vector<std::string> names)
    : m_question(std::move(question)), m_names(std::move(names)), m_answers(m_names.size()), m_missing(m_names.size())
{}

std::optional<Result<MetricResultPtr>> MetricGathering::add(std::size_t index, Result<metric::MetricAnswer> answer)
{
    const std::lock_guard lock(m_mutex);
    m_answers[index].emplace(std::move(answer));
    if (--m_missing > 0)
        return std::nullopt;
    return whole();
}

Result<MetricResultPtr> MetricGathering::whole()
{
    auto result = std::make_shared<MetricResult>();
    const bool isOne = m_names.size() == 1;
    bool hasAny = false;
    for (std::size_t i = 0; i < m_names.size(); ++i) {
        Result<metric::MetricAnswer> &answer = *m_answers[i];
        if (!answer) {
            result->notes.push_back(m_names[i] + ": " + answer.error().message);
            continue;
        }
        hasAny = true;
        if (isOne)
            result->answer = std::move(*answer);
        else
            join(result->answer, std::move(*answer), m_names[i]);
    }
    if (!hasAny)
        return tl::unexpected<Error>(m_answers.front()->error());
    for (std::string &note : result->answer.notes())
        result->notes.push_back(std::move(note));
    result->range = m_question.range.range;
    result->took = std::chrono::steady_clock::now() - m_begun;
    result->answeredAt = currentTime();
    return MetricResultPtr(std::move(result));
}

} // namespace tailspan::workspace
