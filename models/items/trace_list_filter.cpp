// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/trace_list_filter.h"

#include <algorithm>

namespace tailspan::items {

namespace {

bool isBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

/// Splits at blanks outside of quotes; the quotes stay.
std::vector<std::string> wordsOf(std::string_view text)
{
    std::vector<std::string> words;
    bool isInQuotes = false;
    bool isInWord = false;
    for (const char c : text) {
        isInQuotes = isInQuotes != (c == '"');
        if (isBlank(c) && !isInQuotes) {
            isInWord = false;
            continue;
        }
        if (!isInWord)
            words.emplace_back();
        isInWord = true;
        words.back() += c;
    }
    return words;
}

bool isOperator(const std::string &word)
{
    return word == "AND" || word == "OR" || word == "NOT" || word.starts_with('(') || word.ends_with(')');
}

} // namespace

std::vector<trace::SpanQuery> TraceListFilter::queries() const
{
    std::vector<trace::SpanQuery> queries;
    for (const std::string &term : terms) {
        if (Result<trace::SpanQuery> query = trace::parseSpanQuery(term); query.has_value())
            queries.push_back(std::move(*query));
    }
    return queries;
}

void TraceListFilter::keepPicked(const trace::TraceSnapshot &snapshot, std::vector<bool> &fits) const
{
    for (std::size_t t = 0; hasPick() && t < fits.size(); ++t)
        fits[t] = fits[t] && std::ranges::binary_search(pickedTraces, snapshot.traceIdText(snapshot.traces()[t]));
}

Result<TraceListFilter> parseTraceFilter(std::string_view text)
{
    TS_CHECK(trace::parseSpanQuery(text));
    std::vector<std::string> words = wordsOf(text);
    TraceListFilter filter;
    bool isWhole = false;
    for (const std::string &word : words)
        isWhole = isWhole || isOperator(word) || !trace::parseSpanQuery(word).has_value();
    if (!isWhole) {
        filter.terms = std::move(words);
        return filter;
    }
    std::string all;
    for (const std::string &word : words)
        all += (all.empty() ? "" : " ") + word;
    filter.terms.push_back(std::move(all));
    return filter;
}

} // namespace tailspan::items
