// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/scalingfiles/documents.h"
#include "app/scalingfiles/quantity.h"

#include <algorithm>
#include <cctype>

namespace tailspan::scalingfiles {

namespace {

std::string_view trimmed(std::string_view text)
{
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

struct Comparison {
    std::size_t at = 0;
    std::string sign;
};

/// Where the text compares, outside of selectors and texts; false when it does so more than once.
bool findComparison(std::string_view text, std::optional<Comparison> &found)
{
    int braces = 0;
    char quote = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quote != 0) {
            quote = c == quote ? 0 : quote;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '{' || c == '}') {
            braces += c == '{' ? 1 : -1;
        } else if (braces == 0 && (c == '<' || c == '>' || c == '=' || c == '!')) {
            if (found)
                return false;
            const bool isTwo = i + 1 < text.size() && text[i + 1] == '=';
            found = Comparison{i, std::string(text.substr(i, isTwo ? 2 : 1))};
            i += isTwo ? 1 : 0;
        }
    }
    return found.has_value();
}

std::string subjectOf(std::string_view left)
{
    std::string lower(left);
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (lower.find("cpu") != std::string::npos)
        return "cpu";
    return lower.find("mem") != std::string::npos ? "memory" : std::string(left);
}

} // namespace

std::optional<advisor::UsageLimit> usageLimitOf(std::string_view expression)
{
    std::optional<Comparison> comparison;
    if (!findComparison(expression, comparison))
        return std::nullopt;
    const std::string_view left = trimmed(expression.substr(0, comparison->at));
    std::string_view right = trimmed(expression.substr(comparison->at + comparison->sign.size()));
    advisor::UsageLimit limit;
    limit.limit.written = std::string(right);
    const bool isPercent = right.ends_with('%');
    if (isPercent)
        right.remove_suffix(1);
    const auto number = parseNumber(right);
    if (!number || left.empty())
        return std::nullopt;
    limit.comparison = comparison->sign;
    limit.subject = subjectOf(left);
    limit.limit.value = *number;
    const bool isUsage = limit.subject == "cpu" || limit.subject == "memory";
    if (isUsage && *number > 100)
        limit.subject = std::string(left); // bytes or cores: no share
    else if (isUsage && (*number > 1 || isPercent))
        limit.limit.value = *number / 100;
    return limit;
}

void readRuleGroups(Section &holder)
{
    for (Section &group : holder.list("groups")) {
        for (Section &rule : group.list("rules")) {
            const Node *expression = rule.find("expr");
            const std::string name = rule.text("alert");
            if (expression == nullptr || name.empty())
                continue; // a recording rule
            auto limit = usageLimitOf(expression->text);
            if (!limit)
                continue;
            const auto duration = rule.seconds("for");
            limit->name = name;
            limit->limit.place = rule.reading().placeOf(*expression);
            limit->forSeconds = duration ? duration->value : 0;
            rule.reading().config.alerts.push_back(std::move(*limit));
        }
    }
}

} // namespace tailspan::scalingfiles
