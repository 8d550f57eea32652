// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/metric_discovery.h"

#include "models/metric/metric_catalog.h"
#include "models/metric/signal_rules.h"

#include <algorithm>
#include <set>

namespace tailspan::sources {

namespace {

constexpr std::size_t kMostNames = 500'000;
constexpr std::size_t kMostRows = 20'000;
constexpr std::size_t kNamesAtOnce = 100;
constexpr std::int64_t kLookBackNs = 6LL * 3600 * 1'000'000'000;

/// Labels that name a service or that a rule looks for; "le" is asked for apart, as it has many values.
std::string groupingLabels()
{
    std::set<std::string_view> labels(metric::serviceLabels().begin(), metric::serviceLabels().end());
    for (const metric::SignalRule &rule : metric::signalRules()) {
        if (!rule.label.empty() && rule.label != "le")
            labels.insert(rule.label);
    }
    std::string text = "__name__";
    for (const std::string_view label : labels)
        text += ", " + std::string(label);
    return text;
}

/// {__name__=~"a|b"}: names hold nothing that a regular expression would read otherwise.
std::string selectorOf(const std::vector<std::string> &names, std::size_t begin, const std::string &further)
{
    std::string text = "{__name__=~\"";
    const std::size_t end = std::min(names.size(), begin + kNamesAtOnce);
    for (std::size_t i = begin; i < end; ++i)
        text += (i > begin ? "|" : "") + names[i];
    return text + "\"" + further + "}";
}

Result<std::vector<std::string>> namesOfSignals(MetricSource &source, TimePoint at, const Ask &ask)
{
    NameQuestion question;
    question.kind = NameQuestion::Kind::LabelValues;
    question.label = "__name__";
    question.range = {at - Duration(kLookBackNs), at};
    question.limit = kMostNames;
    TS_TRY(NameList all, source.names(question, ask));
    std::erase_if(all.names, [](const std::string &name) { return !metric::mayBeSignal(name); });
    return std::move(all.names);
}

Result<> addGroups(MetricSource &source, const std::string &expression, TimePoint at, const Ask &ask,
                   std::vector<metric::Labels> &series)
{
    TS_TRY(metric::MetricAnswer groups, source.query(expression, at, kMostRows, ask));
    for (metric::MetricSeries &group : groups.series)
        series.push_back(std::move(group.labels));
    return {};
}

} // namespace

Result<std::vector<metric::MetricFacts>> discoverMetrics(MetricSource &source, TimePoint at, Ask ask)
{
    ask.progress.begin("looking at what is measured", 0);
    TS_TRY(const std::vector<std::string> names, namesOfSignals(source, at, ask));
    auto metadata = source.metadata(ask);
    const bool hasNone = !metadata
        && (metadata.error().code == ErrorCode::NotFound || metadata.error().code == ErrorCode::Unsupported);
    if (!metadata && !hasNone)
        return tl::unexpected<Error>(metadata.error());
    const std::string labels = groupingLabels();
    std::vector<metric::Labels> series;
    for (std::size_t i = 0; i < names.size(); i += kNamesAtOnce) {
        const std::string now = "group by (" + labels + ") (" + selectorOf(names, i, "") + ")";
        TS_CHECK(addGroups(source, now, at, ask, series));
        const std::string bounds = "group by (__name__, le) (" + selectorOf(names, i, ",le!=\"\"") + ")";
        TS_CHECK(addGroups(source, bounds, at, ask, series));
    }
    if (series.empty() && !names.empty()) { // a history that ended before
        NameQuestion question;
        question.kind = NameQuestion::Kind::Series;
        question.range = {at - Duration(kLookBackNs), at};
        question.limit = kMostRows;
        for (std::size_t i = 0; i < names.size(); i += kNamesAtOnce)
            question.matchers.push_back(selectorOf(names, i, ""));
        TS_TRY(NameList found, source.names(question, ask));
        series = std::move(found.series);
    }
    return metric::factsOf(hasNone ? std::vector<metric::MetricFacts>() : *metadata, series);
}

} // namespace tailspan::sources
