// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/explain/difference_text.h"

#include "models/base/number_text.h"
#include "models/base/utf8.h"
#include "models/trace/query_text.h"
#include "models/trace/redaction.h"
#include "models/trace/span_query.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace tailspan::explain {

namespace {

constexpr std::size_t kMostShown = 5;
constexpr std::size_t kMostShownBytes = 80;
constexpr std::size_t kMostListed = 20; // values of a condition

std::string plainText(double number)
{
    std::array<char, 32> text{};
    const bool isWhole = number == std::floor(number) && std::abs(number) < 1e15;
    const auto end = isWhole ? std::to_chars(text.data(), text.data() + text.size(), static_cast<std::int64_t>(number))
                             : std::to_chars(text.data(), text.data() + text.size(), number);
    return {text.data(), end.ptr};
}

std::string categoryText(const Column &column, std::uint16_t code)
{
    if (code == Column::kAbsent)
        return column.origin == ColumnOrigin::Caller ? "nobody" : "absent";
    if (code == Column::kRest)
        return "other";
    const std::string &value = column.values[code - Column::kFirstValue];
    if (value.size() > kMostShownBytes)
        return std::string(utf8Prefix(value, kMostShownBytes)) + "…";
    return value.empty() ? "empty" : value;
}

/// What stands on the right of key=, or "" when it cannot be written: quotes have no escape in the language.
std::string quoted(std::string_view value)
{
    const bool isPlain = !value.empty() && std::ranges::all_of(value, [](unsigned char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-'
            || c == '_' || c == '/' || c == ':' || c == ',' || c == '+' || c >= 0x80;
    });
    return isPlain ? std::string(value) : '"' + std::string(value) + '"';
}

/// key=value, and as an expression when the value has a quote or begins as one.
std::string equalTo(const std::string &key, std::string_view value)
{
    if (value.find('"') == std::string_view::npos && !value.starts_with('~'))
        return key + "=" + quoted(value);
    std::string expression = "^";
    for (const char c : value) {
        if (c == '"')
            expression += "\\x22";
        else if (std::string_view(".[]{}()\\*+?|^$").find(c) != std::string_view::npos)
            expression.append("\\").append(1, c);
        else
            expression += c;
    }
    return key + "=~\"" + expression + "$\"";
}

/// "attr." where the language reads the name as something else.
std::string keyOf(const Column &column)
{
    switch (column.origin) {
    case ColumnOrigin::Service: return "service";
    case ColumnOrigin::Operation: return "operation";
    case ColumnOrigin::Kind: return "kind";
    case ColumnOrigin::Status: return "status";
    case ColumnOrigin::Caller:
    case ColumnOrigin::Calls:
    case ColumnOrigin::CallTime: return {};
    case ColumnOrigin::Attribute: break;
    }
    const std::string &name = column.name;
    const bool isSayable = !name.empty() && std::ranges::all_of(name, [](unsigned char c) {
        return c > ' ' && c != '"' && c != '=' && c != '!' && c != '<' && c != '>' && c != '(' && c != ')' && c != '~'
            && c != 0x7f;
    });
    if (!isSayable)
        return {};
    constexpr std::array<std::string_view, 7> kOwn{"service", "operation", "trace",   "span",
                                                   "status",  "kind",      "duration"};
    const std::string lowered = trace::loweredText(name);
    const bool isOwn = std::ranges::find(kOwn, lowered) != kOwn.end() || lowered.starts_with("attr.");
    return (isOwn ? "attr." : "") + name;
}

std::string absentCondition(const Column &column, const std::string &key)
{
    if (column.origin == ColumnOrigin::Kind)
        return "NOT (kind=internal OR kind=server OR kind=client OR kind=producer OR kind=consumer)";
    return column.origin == ColumnOrigin::Attribute ? "NOT " + key + "=~^" : std::string();
}

std::string categoryCondition(const Column &column, const Clause &clause, const std::string &key)
{
    if (clause.codes.empty() || clause.codes.size() > kMostListed)
        return {};
    std::string condition;
    for (const std::uint16_t code : clause.codes) {
        if (code == Column::kRest)
            return {};
        const bool isAbsent = code == Column::kAbsent;
        const std::string_view value = isAbsent ? "" : std::string_view(column.values[code - Column::kFirstValue]);
        if (value.find(trace::kMask) != std::string_view::npos)
            return {};
        const std::string one = isAbsent ? absentCondition(column, key) : equalTo(key, value);
        if (one.empty())
            return {};
        condition += (condition.empty() ? "" : " OR ") + one;
    }
    return clause.codes.size() > 1 ? "(" + condition + ")" : condition;
}

std::string numberCondition(const Column &column, const Clause &clause, const std::string &key)
{
    if (clause.codes == std::vector{Column::kAbsent})
        return absentCondition(column, key);
    const bool hasLow = std::isfinite(clause.low);
    const bool hasHigh = std::isfinite(clause.high);
    if (!hasLow && !hasHigh)
        return key + "=~^";
    if (!column.isInDigits || column.bounds.size() >= PopulationBuilder::kMostBounds)
        return {};
    std::string condition;
    if (hasLow)
        condition = key + "=~\"" + atLeastExpression(static_cast<std::uint64_t>(clause.low)) + "\"";
    if (hasHigh)
        condition += (hasLow ? " " : "") + key + "=~\"" + belowExpression(static_cast<std::uint64_t>(clause.high))
            + "\"";
    return condition;
}

std::string digitsFrom(char low, char high)
{
    return low == high ? std::string(1, low) : std::string("[") + low + "-" + high + "]";
}

std::string anyDigits(std::size_t count)
{
    return count == 0 ? std::string() : "[0-9]{" + std::to_string(count) + "}";
}

} // namespace

std::string atLeastExpression(std::uint64_t low)
{
    const std::string digits = std::to_string(low);
    const std::size_t length = digits.size();
    std::string parts = low == 0 ? "[0-9]+" : "[1-9][0-9]{" + std::to_string(length) + ",}|" + digits;
    for (std::size_t i = 0; i < length && low > 0; ++i) { // the same digits up to i, there a larger one
        if (digits[i] < '9')
            parts += "|" + digits.substr(0, i) + digitsFrom(static_cast<char>(digits[i] + 1), '9')
                + anyDigits(length - i - 1);
    }
    return "^(" + parts + ")$";
}

std::string belowExpression(std::uint64_t high)
{
    const std::string digits = std::to_string(high);
    const std::size_t length = digits.size();
    std::string parts;
    const auto add = [&](const std::string &part) { parts += (parts.empty() ? "" : "|") + part; };
    if (length > 1)
        add("[0-9]{1," + std::to_string(length - 1) + "}");
    for (std::size_t i = 0; i < length; ++i) { // the same digits up to i, there a smaller one
        const char lowest = i == 0 && length > 1 ? '1' : '0';
        if (digits[i] > lowest)
            add(digits.substr(0, i) + digitsFrom(lowest, static_cast<char>(digits[i] - 1)) + anyDigits(length - i - 1));
    }
    return "^(" + parts + ")$";
}

std::string subjectOf(const Column &column)
{
    switch (column.origin) {
    case ColumnOrigin::Service: return "service";
    case ColumnOrigin::Operation: return "operation";
    case ColumnOrigin::Kind: return "kind";
    case ColumnOrigin::Status: return "status";
    case ColumnOrigin::Caller: return "called by";
    case ColumnOrigin::Calls: return "calls of " + column.name;
    case ColumnOrigin::CallTime: return "time in " + column.name;
    case ColumnOrigin::Attribute: break;
    }
    return column.name;
}

std::string valueOf(const Column &column, const Clause &clause)
{
    if (column.isNumber && clause.codes != std::vector{Column::kAbsent}) {
        const bool hasLow = std::isfinite(clause.low);
        const bool hasHigh = std::isfinite(clause.high);
        const auto numberText = [&](double number) {
            return column.origin == ColumnOrigin::CallTime ? durationText(Duration(std::llround(number)))
                                                           : plainText(number);
        };
        if (clause.codes.size() == 1 && hasLow && column.bounds.size() < PopulationBuilder::kMostBounds)
            return hasHigh ? numberText(clause.low) : "at least " + numberText(clause.low);
        if (hasLow && hasHigh)
            return numberText(clause.low) + " to below " + numberText(clause.high);
        return hasLow ? "at least " + numberText(clause.low) : hasHigh ? "below " + numberText(clause.high) : "present";
    }
    std::string text;
    for (std::size_t i = 0; i < std::min(clause.codes.size(), kMostShown); ++i)
        text += (i == 0 ? "" : ", ") + categoryText(column, clause.codes[i]);
    if (clause.codes.size() > kMostShown)
        text += " and " + std::to_string(clause.codes.size() - kMostShown) + " more";
    return text;
}

std::string conditionOf(const Column &column, const Clause &clause)
{
    const std::string key = keyOf(column);
    if (key.empty())
        return {};
    std::string condition = column.isNumber ? numberCondition(column, clause, key)
                                            : categoryCondition(column, clause, key);
    return trace::parseSpanQuery(condition).has_value() ? condition : std::string();
}

} // namespace tailspan::explain
