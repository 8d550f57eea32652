// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/metric/dashboard.h"

#include "models/base/number_text.h"
#include "models/metric/metric_catalog.h"

#include <algorithm>
#include <optional>

namespace tailspan::metric {

namespace {

bool isNameChar(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// A variable as it stands in an expression.
struct Mention {
    std::string_view name;
    std::string_view format; ///< "regex" of ${name:regex}
    std::size_t length = 0;  ///< Of all of it; 0: there is none.
};

Mention mentionAt(std::string_view text)
{
    const bool isOld = text.starts_with("[[");
    const bool isBraced = text.starts_with("${");
    if (!isOld && !isBraced) {
        const auto end = std::find_if_not(text.begin() + 1, text.end(), isNameChar);
        const auto length = static_cast<std::size_t>(end - text.begin());
        return length > 1 ? Mention{text.substr(1, length - 1), {}, length} : Mention{};
    }
    const std::string_view closing = isOld ? "]]" : "}";
    const std::size_t end = text.find(closing);
    if (end == std::string_view::npos)
        return {};
    const std::string_view inside = text.substr(2, end - 2);
    const std::size_t colon = inside.find(':');
    const bool hasFormat = colon != std::string_view::npos;
    return {inside.substr(0, colon), hasFormat ? inside.substr(colon + 1) : std::string_view(), end + closing.size()};
}

/// Inside a text of PromQL: each backslash counts twice there.
std::string asPattern(std::string_view value)
{
    std::string text;
    for (const char c : value) {
        if (std::string_view("\\^$.|?*+()[]{}").find(c) != std::string_view::npos)
            text += "\\\\";
        text += c;
    }
    return text;
}

std::string joined(const std::vector<std::string> &values, std::string_view format)
{
    if (values.size() == 1 && format != "regex")
        return values.front();
    std::string text;
    for (const std::string &value : values) {
        if (!text.empty())
            text += format == "csv" ? ',' : '|';
        text += value == ".*" || format == "csv" || format == "pipe" || format == "raw" ? value : asPattern(value);
    }
    return values.size() > 1 && format.empty() ? "(" + text + ")" : text;
}

std::string secondsText(std::int64_t ns)
{
    return std::to_string(std::max<std::int64_t>((ns - 1) / 1'000'000'000 + 1, 1));
}

/// Grafana's own variables.
std::optional<std::string> builtIn(std::string_view name, const DashboardValues &values)
{
    if (name == "__interval" || name == "interval")
        return secondsText(values.stepNs) + "s";
    if (name == "__rate_interval")
        return secondsText(windowFor(values.stepNs, values.scrapeIntervalNs)) + "s";
    if (name == "__range")
        return secondsText(values.rangeNs) + "s";
    if (name == "__range_s")
        return secondsText(values.rangeNs);
    if (name == "__interval_ms" || name == "__range_ms")
        return std::to_string((name == "__range_ms" ? values.rangeNs : values.stepNs) / 1'000'000);
    return std::nullopt;
}

std::string urlEncoded(std::string_view text)
{
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (isNameChar(c) || c == '-' || c == '.' || c == '~')
            encoded += c;
        else
            encoded += {'%', kDigits[byte >> 4U], kDigits[byte & 15U]};
    }
    return encoded;
}

std::string jsonText(std::string_view text)
{
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            quoted += '\\';
        quoted += static_cast<unsigned char>(c) < ' ' ? ' ' : c; // line ends of an expression are blanks to PromQL
    }
    return quoted + '"';
}

} // namespace

std::string expanded(std::string_view expression, const DashboardValues &values, std::vector<std::string> &missing)
{
    std::string text;
    while (!expression.empty()) {
        const bool mayBeOne = expression[0] == '$' || expression.starts_with("[[");
        const Mention mention = mayBeOne ? mentionAt(expression) : Mention{};
        const std::size_t length = std::max<std::size_t>(mention.length, 1);
        const auto chosen = values.chosen.find(std::string(mention.name));
        const bool isChosen = mention.length > 0 && chosen != values.chosen.end() && !chosen->second.empty();
        const auto own = mention.length > 0 && !isChosen ? builtIn(mention.name, values) : std::nullopt;
        if (isChosen) {
            text += joined(chosen->second, mention.format);
        } else if (own) {
            text += *own;
        } else {
            text += expression.substr(0, length);
            const std::string name(mention.name);
            if (mention.length > 0 && std::find(missing.begin(), missing.end(), name) == missing.end())
                missing.push_back(name);
        }
        expression.remove_prefix(length);
    }
    return text;
}

std::string legendText(std::string_view legend, const Labels &labels)
{
    if (legend.empty() || legend == "__auto")
        return seriesText(labels);
    std::string text;
    while (!legend.empty()) {
        const std::size_t open = legend.find("{{");
        const std::size_t close = open == std::string_view::npos ? open : legend.find("}}", open);
        if (close == std::string_view::npos)
            return text.append(legend);
        std::string_view name = legend.substr(open + 2, close - open - 2);
        const std::size_t first = std::min(name.find_first_not_of(' '), name.size());
        name = name.substr(first, name.find_last_not_of(' ') + 1 - first);
        text.append(legend.substr(0, open)).append(labelValue(labels, name));
        legend.remove_prefix(close + 2);
    }
    return text;
}

MetricUnit unitOfGrafana(std::string_view name)
{
    static const std::map<std::string_view, MetricUnit> kUnits = {
        {"s", MetricUnit::Seconds},      {"ms", MetricUnit::Milliseconds},   {"bytes", MetricUnit::Bytes},
        {"decbytes", MetricUnit::Bytes}, {"percentunit", MetricUnit::Ratio}, {"reqps", MetricUnit::PerSecond},
        {"ops", MetricUnit::PerSecond},  {"rps", MetricUnit::PerSecond},     {"cps", MetricUnit::PerSecond},
        {"short", MetricUnit::Count},
    };
    const auto found = kUnits.find(name);
    return found == kUnits.end() ? MetricUnit::None : found->second;
}

std::string prometheusGraphUrl(std::string_view base, std::string_view expression, TimeRange range)
{
    while (base.ends_with('/'))
        base.remove_suffix(1);
    const std::int64_t seconds = std::max<std::int64_t>(range.length().ns() / 1'000'000'000, 1);
    std::string end = isoText(TimePoint(range.end.ns() / 1'000'000'000 * 1'000'000'000)); // in UTC, as it wants it
    end.replace(end.find('T'), 1, " ");
    end.pop_back();
    return std::string(base) + "/graph?g0.expr=" + urlEncoded(expression)
        + "&g0.tab=0&g0.range_input=" + std::to_string(seconds) + "s&g0.end_input=" + urlEncoded(end);
}

std::string exploreUrl(std::string_view base, std::string_view datasourceUid, std::string_view expression,
                       TimeRange range)
{
    while (base.ends_with('/'))
        base.remove_suffix(1);
    const std::string uid = jsonText(datasourceUid);
    const std::string pane = "{\"a\":{\"datasource\":" + uid + ",\"queries\":[{\"refId\":\"A\",\"expr\":"
        + jsonText(expression) + ",\"datasource\":{\"type\":\"prometheus\",\"uid\":" + uid
        + "}}],\"range\":{\"from\":\"" + std::to_string(range.begin.ns() / 1'000'000) + "\",\"to\":\""
        + std::to_string(range.end.ns() / 1'000'000) + "\"}}}";
    return std::string(base) + "/explore?schemaVersion=1&panes=" + urlEncoded(pane);
}

} // namespace tailspan::metric
