// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/metric/metric_catalog.h"

#include "models/metric/promql_text.h"
#include "models/metric/signal_rules.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

namespace tailspan::metric {

namespace {

constexpr std::array<std::string_view, kSignalCount> kIds = {
    "request-rate", "error-rate",         "latency",   "cpu",          "memory",     "event-loop-lag",
    "heap",         "garbage-collection", "pool-used", "pool-waiting", "pool-limit", "queue-length"};

/// "*" stands for any characters; the usual walk with one place to go back to.
bool fits(std::string_view pattern, std::string_view text)
{
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;
    std::size_t mark = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            mark = t;
        } else if (p < pattern.size() && pattern[p] == text[t]) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++mark;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*')
        ++p;
    return p == pattern.size();
}

/// Whether a series is of the form that the rule is for, as far as its name, type and labels tell.
bool hasForm(const SignalRule &rule, const MetricFacts &facts)
{
    using Form = SignalQuery::Form;
    if (!rule.label.empty() && facts.labels.count(std::string(rule.label)) == 0)
        return false;
    const std::string_view name = facts.name;
    const bool isPart = name.ends_with("_bucket") || name.ends_with("_count") || name.ends_with("_sum")
        || name.ends_with("_total") || name.ends_with("_created");
    switch (rule.form) {
    case Form::ClassicHistogram: return true; // the label "le" was asked for
    case Form::NativeHistogram: return facts.type == "histogram" && !isPart && facts.labels.count("quantile") == 0;
    case Form::Summary: return !isPart;
    case Form::Value: break;
    }
    // "pool_size" of a histogram of sizes is no gauge.
    const bool isCounted = rule.expression.find("rate(") != std::string_view::npos;
    const bool isUnknown = facts.type.empty() || facts.type == "unknown";
    const bool isExact = rule.pattern.find('*') == std::string_view::npos;
    const bool isGauge = facts.type == "gauge" || (isUnknown && (isExact || !isPart));
    return isCounted ? facts.type != "gauge" : isGauge;
}

MetricUnit unitOf(const MetricFacts &facts)
{
    std::string_view name = facts.name;
    if (name.ends_with("_bucket"))
        name.remove_suffix(7);
    if (name.ends_with("_seconds") || facts.unit == "seconds")
        return MetricUnit::Seconds;
    const bool isMs = name.ends_with("_ms") || name.ends_with("_milliseconds") || name.ends_with("_millis")
        || facts.unit == "milliseconds" || facts.help.find("millisecond") != std::string::npos
        || facts.help.find("in ms") != std::string::npos;
    if (isMs)
        return MetricUnit::Milliseconds;
    return facts.help.find("second") != std::string::npos ? MetricUnit::Seconds : MetricUnit::None;
}

SignalQuery queryOf(const SignalRule &rule, const MetricFacts &facts, std::string_view label, std::string_view service)
{
    using Form = SignalQuery::Form;
    SignalQuery query;
    query.signal = rule.signal;
    query.service = service;
    query.metric = facts.name;
    query.serviceLabel = label;
    query.form = rule.form;
    query.unit = rule.signal == Signal::Latency ? unitOf(facts) : rule.unit;
    std::string matchers = std::string(label) + "=" + quotedLabel(service);
    if (!rule.matchers.empty())
        matchers += "," + std::string(rule.matchers);
    if (rule.form == Form::ClassicHistogram)
        query.buckets = "sum by (le) (rate(%m{%s}[$window]))";
    else if (rule.form == Form::NativeHistogram)
        query.buckets = "sum(rate(%m{%s}[$window]))";
    else if (rule.form == Form::Summary)
        matchers += ",quantile=\"$quantile\"";
    query.expression = rule.expression;
    for (std::string *text : {&query.expression, &query.buckets}) {
        replaceAll(*text, "%m", facts.name);
        replaceAll(*text, "%s", matchers);
    }
    return query;
}

/// The label that names the service of this metric: the first known one that it has.
std::string_view serviceLabelOf(const MetricFacts &facts)
{
    // What tells of containers names them itself; its "service" is the agent's own.
    const bool isOfContainers = facts.name.starts_with("container_");
    for (const std::string_view label : serviceLabels()) {
        if (isOfContainers && label != "container")
            continue;
        const auto found = facts.labels.find(std::string(label));
        const bool hasValue = found != facts.labels.end()
            && std::any_of(found->second.begin(), found->second.end(),
                           [](const std::string &value) { return !value.empty(); });
        if (hasValue)
            return label;
    }
    return {};
}

using Key = std::pair<std::string, Signal>;

Key keyOf(const SignalQuery &query)
{
    return {query.service, query.signal};
}

MetricMapping mappingOf(std::map<Key, SignalQuery> &&byKey)
{
    MetricMapping mapping;
    for (auto &[key, query] : byKey)
        mapping.queries.push_back(std::move(query));
    return mapping;
}

} // namespace

std::string_view signalId(Signal signal)
{
    return kIds[static_cast<std::size_t>(signal)];
}

std::optional<Signal> signalOf(std::string_view id)
{
    const auto found = std::find(kIds.begin(), kIds.end(), id);
    return found == kIds.end() ? std::nullopt : std::optional(static_cast<Signal>(found - kIds.begin()));
}

const SignalQuery *MetricMapping::find(std::string_view service, Signal signal) const
{
    const auto found = std::find_if(queries.begin(), queries.end(), [&](const SignalQuery &query) {
        return query.service == service && query.signal == signal;
    });
    return found == queries.end() ? nullptr : &*found;
}

MetricMapping MetricMapping::with(const std::vector<SignalQuery> &chosen) const
{
    std::map<Key, SignalQuery> byKey;
    for (const SignalQuery &query : queries)
        byKey.insert_or_assign(keyOf(query), query);
    for (SignalQuery query : chosen) {
        query.isChosenByUser = true;
        byKey.insert_or_assign(keyOf(query), query);
    }
    return mappingOf(std::move(byKey));
}

std::vector<std::string> MetricMapping::services() const
{
    std::set<std::string> names;
    for (const SignalQuery &query : queries)
        names.insert(query.service);
    return {names.begin(), names.end()};
}

MetricMapping findSignals(const std::vector<MetricFacts> &facts)
{
    std::map<Key, SignalQuery> byKey;
    for (const SignalRule &rule : signalRules()) { // the earlier rule has the service already
        const bool isGeneral = rule.pattern.find('*') != std::string_view::npos;
        for (const MetricFacts &one : facts) {
            const std::string_view label = serviceLabelOf(one);
            if (label.empty() || !fits(rule.pattern, one.name) || !hasForm(rule, one)
                || (isGeneral && isOfOthers(one.name)))
                continue;
            for (const std::string &service : one.labels.at(std::string(label))) {
                if (!service.empty() && service != "POD")
                    byKey.try_emplace({service, rule.signal}, queryOf(rule, one, label, service));
            }
        }
    }
    return mappingOf(std::move(byKey));
}

bool mayBeSignal(std::string_view metric)
{
    const bool isOthers = isOfOthers(metric);
    const auto rules = signalRules();
    return std::any_of(rules.begin(), rules.end(), [&](const SignalRule &rule) {
        const bool isGeneral = rule.pattern.find('*') != std::string_view::npos;
        return !(isGeneral && isOthers) && fits(rule.pattern, metric);
    });
}

std::string withWindow(std::string expression, std::int64_t windowNs, double quantile)
{
    constexpr std::int64_t kSecond = 1'000'000'000;
    replaceAll(expression, "$window", std::to_string(std::max<std::int64_t>((windowNs - 1) / kSecond + 1, 1)) + "s");
    std::string number = std::to_string(std::clamp(quantile, 0.0, 1.0));
    while (number.ends_with('0') && number.find('.') != std::string::npos)
        number.pop_back();
    if (number.ends_with('.'))
        number.pop_back();
    replaceAll(expression, "$quantile", number);
    return expression;
}

std::int64_t windowFor(std::int64_t stepNs, std::int64_t scrapeIntervalNs)
{
    return std::max(stepNs, 4 * scrapeIntervalNs);
}

} // namespace tailspan::metric
