// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/metric/promql_completion.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace tailspan::metric {

namespace {

constexpr std::array kFunctions{"abs",
                                "absent",
                                "absent_over_time",
                                "avg",
                                "avg_over_time",
                                "bottomk",
                                "ceil",
                                "changes",
                                "clamp",
                                "clamp_max",
                                "clamp_min",
                                "count",
                                "count_over_time",
                                "count_values",
                                "delta",
                                "deriv",
                                "exp",
                                "floor",
                                "group",
                                "histogram_avg",
                                "histogram_count",
                                "histogram_fraction",
                                "histogram_quantile",
                                "histogram_sum",
                                "holt_winters",
                                "idelta",
                                "increase",
                                "irate",
                                "label_join",
                                "label_replace",
                                "last_over_time",
                                "ln",
                                "log10",
                                "log2",
                                "max",
                                "max_over_time",
                                "min",
                                "min_over_time",
                                "predict_linear",
                                "present_over_time",
                                "quantile",
                                "quantile_over_time",
                                "rate",
                                "resets",
                                "round",
                                "scalar",
                                "sgn",
                                "sort",
                                "sort_desc",
                                "sqrt",
                                "stddev",
                                "stddev_over_time",
                                "stdvar",
                                "stdvar_over_time",
                                "sum",
                                "sum_over_time",
                                "time",
                                "timestamp",
                                "topk",
                                "vector"};

bool isWord(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == ':';
}

/// What is open at the cursor: quotes, braces, parentheses behind by and its like.
struct Open {
    char quote = 0;
    std::size_t quoteBegin = 0;
    std::vector<std::pair<char, std::size_t>> brackets; ///< Those that are not closed, with their places.
};

Open openAt(std::string_view text)
{
    Open open;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (open.quote != 0) {
            if (c == '\\' && open.quote != '`')
                ++i;
            else if (c == open.quote)
                open.quote = 0;
        } else if (c == '"' || c == '\'' || c == '`') {
            open.quote = c;
            open.quoteBegin = i;
        } else if (c == '{' || c == '(' || c == '[') {
            open.brackets.emplace_back(c, i);
        } else if ((c == '}' || c == ')' || c == ']') && !open.brackets.empty()) {
            open.brackets.pop_back();
        }
    }
    return open;
}

/// The word that ends before `end`, blanks between.
std::string_view wordBefore(std::string_view text, std::size_t end)
{
    while (end > 0 && std::isspace(static_cast<unsigned char>(text[end - 1])) != 0)
        --end;
    std::size_t begin = end;
    while (begin > 0 && isWord(text[begin - 1]))
        --begin;
    return text.substr(begin, end - begin);
}

bool isGrouping(std::string_view word)
{
    constexpr std::array<std::string_view, 6> kWords = {"by", "without", "on", "ignoring", "group_left", "group_right"};
    return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

PromqlPlace valuePlace(std::string_view head, const Open &open)
{
    PromqlPlace place;
    if (open.brackets.empty() || open.brackets.back().first != '{')
        return place;
    std::size_t end = open.quoteBegin;
    while (end > 0
           && (head[end - 1] == '=' || head[end - 1] == '~' || head[end - 1] == '!'
               || std::isspace(static_cast<unsigned char>(head[end - 1])) != 0))
        --end;
    place.label = wordBefore(head, end);
    if (place.label.empty())
        return place;
    place.kind = PromqlPlace::Kind::LabelValue;
    place.begin = open.quoteBegin + 1;
    place.prefix = head.substr(place.begin);
    place.metric = wordBefore(head, open.brackets.back().second);
    return place;
}

} // namespace

PromqlPlace promqlPlace(std::string_view text, std::size_t cursor)
{
    const std::string_view head = text.substr(0, cursor);
    const Open open = openAt(head);
    if (open.quote != 0)
        return valuePlace(head, open);
    PromqlPlace place;
    place.begin = head.size();
    while (place.begin > 0 && isWord(head[place.begin - 1]))
        --place.begin;
    place.prefix = head.substr(place.begin);
    const char bracket = open.brackets.empty() ? '\0' : open.brackets.back().first;
    if (bracket == '[')
        return place;
    if (bracket == '{') {
        const std::size_t from = open.brackets.back().second;
        const std::size_t before = head.find_last_not_of(" \t\n", place.begin == 0 ? 0 : place.begin - 1);
        const bool isAtName = before != std::string_view::npos && (head[before] == '{' || head[before] == ',');
        place.kind = isAtName ? PromqlPlace::Kind::LabelName : PromqlPlace::Kind::Nothing;
        place.metric = wordBefore(head, from);
        return place;
    }
    if (bracket == '(' && isGrouping(wordBefore(head, open.brackets.back().second))) {
        place.kind = PromqlPlace::Kind::LabelName;
        return place;
    }
    const bool isNumber = !place.prefix.empty() && std::isdigit(static_cast<unsigned char>(place.prefix.front())) != 0;
    place.kind = isNumber ? PromqlPlace::Kind::Nothing : PromqlPlace::Kind::Expression;
    return place;
}

std::vector<std::string> promqlFunctions(std::string_view prefix)
{
    std::vector<std::string> fitting;
    for (const char *name : kFunctions) {
        const std::string_view function(name);
        const bool isFitting = function.size() >= prefix.size()
            && std::equal(prefix.begin(), prefix.end(), function.begin(),
                          [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
        if (isFitting)
            fitting.emplace_back(function);
    }
    return fitting;
}

} // namespace tailspan::metric
