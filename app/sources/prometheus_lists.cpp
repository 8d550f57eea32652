// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/prometheus_lists.h"

#include "models/base/time.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

namespace tailspan::sources {

namespace {

constexpr double kNsPerSecond = 1e9;

/// Walks the array under the cursor, or the one that is the member `name` of the object under it.
template <class OnItem>
void forEachItem(json::JsonCursor cursor, std::string_view name, const OnItem &onItem)
{
    if (cursor.peek() == '[') {
        json::forEachElement(cursor, onItem);
        return;
    }
    if (cursor.peek() != '{')
        return;
    json::forEachField(cursor, [&](std::string_view key, json::JsonCursor &value) {
        return key == name && value.peek() == '[' ? json::forEachElement(value, onItem) : value.skipValue();
    });
}

metric::ScrapeTarget::Health healthOf(const std::string &text)
{
    using Health = metric::ScrapeTarget::Health;
    return text == "up" ? Health::Up : text == "down" ? Health::Down : Health::Unknown;
}

bool readTarget(json::JsonCursor &cursor, metric::ScrapeTarget &target)
{
    return json::forEachField(cursor, [&](std::string_view key, json::JsonCursor &value) {
        if (key == "labels")
            target.labels = readLabels(value);
        else if (key == "scrapePool")
            target.pool = readString(value);
        else if (key == "health")
            target.health = healthOf(readString(value));
        else if (key == "lastError")
            target.lastError = readString(value);
        else if (key == "lastScrape")
            target.lastScrapeNs = readTime(value);
        else if (key == "lastScrapeDuration")
            target.lastScrapeSeconds = readNumber(value).value_or(0);
        else if (key == "scrapeInterval")
            target.intervalNs = promDurationNs(readString(value));
        else
            return value.skipValue();
        return true;
    });
}

bool readRule(json::JsonCursor &cursor, metric::MetricRule &rule)
{
    return json::forEachField(cursor, [&](std::string_view key, json::JsonCursor &value) {
        if (key == "name")
            rule.name = readString(value);
        else if (key == "query")
            rule.query = readString(value);
        else if (key == "type")
            rule.kind = readString(value) == "recording" ? metric::MetricRule::Kind::Recording
                                                         : metric::MetricRule::Kind::Alerting;
        else if (key == "duration")
            rule.forNs = static_cast<std::int64_t>(std::clamp(readNumber(value).value_or(0), 0.0, 1e9) * kNsPerSecond);
        else if (key == "state")
            rule.state = readString(value);
        else if (key == "health")
            rule.health = readString(value);
        else if (key == "lastError")
            rule.lastError = readString(value);
        else if (key == "labels")
            rule.labels = readLabels(value);
        else if (key == "annotations")
            rule.annotations = readLabels(value);
        else
            return value.skipValue();
        return true;
    });
}

bool readGroup(json::JsonCursor &cursor, std::vector<metric::MetricRule> &rules)
{
    std::string name;
    const std::size_t first = rules.size();
    const bool isRead = json::forEachField(cursor, [&](std::string_view key, json::JsonCursor &value) {
        if (key == "name") {
            name = readString(value);
            return true;
        }
        if (key != "rules" || value.peek() != '[')
            return value.skipValue();
        return json::forEachElement(value, [&](json::JsonCursor &item) {
            return item.peek() == '{' ? readRule(item, rules.emplace_back()) : item.skipValue();
        });
    });
    for (std::size_t i = first; i < rules.size(); ++i)
        rules[i].group = name;
    return isRead;
}

bool readAlert(json::JsonCursor &cursor, metric::MetricAlert &alert)
{
    return json::forEachField(cursor, [&](std::string_view key, json::JsonCursor &value) {
        if (key == "labels")
            alert.labels = readLabels(value);
        else if (key == "annotations")
            alert.annotations = readLabels(value);
        else if (key == "state")
            alert.state = readString(value) == "pending" ? metric::MetricAlert::State::Pending
                                                         : metric::MetricAlert::State::Firing;
        else if (key == "activeAt")
            alert.sinceNs = readTime(value);
        else
            return value.skipValue();
        return true;
    });
}

bool readMetadataEntry(json::JsonCursor &cursor, metric::MetricFacts &entry)
{
    return json::forEachField(cursor, [&](std::string_view key, json::JsonCursor &value) {
        if (key == "type")
            entry.type = readString(value);
        else if (key == "help")
            entry.help = readString(value);
        else if (key == "unit")
            entry.unit = readString(value);
        else
            return value.skipValue();
        return true;
    });
}

} // namespace

NameList readNames(const PrometheusEnvelope &envelope, const NameQuestion &question)
{
    NameList list;
    list.warnings = envelope.warnings;
    forEachItem(envelope.data, {}, [&](json::JsonCursor &item) {
        if (list.total++ >= question.limit)
            return item.skipValue();
        if (question.kind == NameQuestion::Kind::Series)
            list.series.push_back(readLabels(item));
        else
            list.names.push_back(readString(item));
        return true;
    });
    std::sort(list.names.begin(), list.names.end());
    return list;
}

std::vector<metric::MetricFacts> readMetadata(const PrometheusEnvelope &envelope)
{
    std::vector<metric::MetricFacts> all;
    json::JsonCursor cursor = envelope.data;
    if (cursor.peek() != '{')
        return all;
    json::forEachField(cursor, [&](std::string_view name, json::JsonCursor &value) {
        if (value.peek() != '[')
            return value.skipValue();
        bool isFirst = true;
        return json::forEachElement(value, [&](json::JsonCursor &entry) {
            if (!std::exchange(isFirst, false) || entry.peek() != '{')
                return entry.skipValue();
            all.push_back({json::decodeString(name), {}, {}, {}, {}});
            return readMetadataEntry(entry, all.back());
        });
    });
    std::sort(all.begin(), all.end(), [](const auto &a, const auto &b) { return a.name < b.name; });
    return all;
}

std::vector<metric::ScrapeTarget> readTargets(const PrometheusEnvelope &envelope)
{
    std::vector<metric::ScrapeTarget> targets;
    forEachItem(envelope.data, "activeTargets", [&](json::JsonCursor &item) {
        return item.peek() == '{' ? readTarget(item, targets.emplace_back()) : item.skipValue();
    });
    return targets;
}

std::vector<metric::MetricRule> readRules(const PrometheusEnvelope &envelope)
{
    std::vector<metric::MetricRule> rules;
    forEachItem(envelope.data, "groups",
                [&](json::JsonCursor &item) { return item.peek() == '{' ? readGroup(item, rules) : item.skipValue(); });
    return rules;
}

std::vector<metric::MetricAlert> readAlerts(const PrometheusEnvelope &envelope)
{
    std::vector<metric::MetricAlert> alerts;
    forEachItem(envelope.data, "alerts", [&](json::JsonCursor &item) {
        return item.peek() == '{' ? readAlert(item, alerts.emplace_back()) : item.skipValue();
    });
    return alerts;
}

std::int64_t promDurationNs(std::string_view text)
{
    struct Unit {
        std::string_view name;
        std::int64_t ns;
    };
    constexpr std::int64_t kS = 1'000'000'000;
    static constexpr Unit kUnits[] = {{"ms", 1'000'000},  {"s", kS},           {"m", 60 * kS},        {"h", 3'600 * kS},
                                      {"d", 86'400 * kS}, {"w", 604'800 * kS}, {"y", 31'536'000 * kS}};
    std::int64_t sum = 0;
    while (!text.empty()) {
        std::int64_t count = 0;
        const auto read = std::from_chars(text.data(), text.data() + text.size(), count);
        if (read.ec != std::errc() || count < 0)
            return 0;
        text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
        const std::string_view name = text.substr(0, text.find_first_of("0123456789"));
        const auto *unit = std::find_if(std::begin(kUnits), std::end(kUnits),
                                        [&](const Unit &candidate) { return candidate.name == name; });
        if (unit == std::end(kUnits))
            return 0;
        sum = saturatingAdd(sum, saturatingMultiply(count, unit->ns));
        text.remove_prefix(name.size());
    }
    return sum;
}

} // namespace tailspan::sources
