// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/trace_search.h"

#include "models/trace/query_text.h"
#include "models/trace/row_attributes.h"
#include "models/trace/span_search.h"

#include <algorithm>

namespace tailspan::trace {

namespace {

using Field = SpanCondition::Field;
using Answers = std::vector<bool>; // by trace

/// What the summaries alone decide.
bool isTrueOfSummary(const TraceSnapshot &snapshot, const TraceSummary &trace, const SpanCondition &condition,
                     std::string_view lowered)
{
    switch (condition.field) {
    case Field::MinDuration: return trace.durationNs >= condition.bound.ns();
    case Field::MaxDuration: return trace.durationNs <= condition.bound.ns();
    case Field::Text: {
        const std::string id = snapshot.traceIdText(trace);
        return condition.isPattern ? condition.pattern.occursIn(id) : containsLowered(id, lowered);
    }
    default: return false;
    }
}

Answers answersTo(const TraceSnapshot &snapshot, const SpanCondition &condition, std::stop_token stop,
                  Progress &progress, TraceHits &hits)
{
    Answers answers(snapshot.traces().size());
    const std::string lowered = loweredText(condition.value);
    for (std::size_t t = 0; t < answers.size(); ++t)
        answers[t] = isTrueOfSummary(snapshot, snapshot.traces()[t], condition, lowered);
    if (condition.field == Field::MinDuration || condition.field == Field::MaxDuration)
        return answers;
    const SpanQuery query{{condition}, {{SpanQuery::Step::Condition, 0}}};
    const auto spanCount = static_cast<std::uint32_t>(snapshot.spans().size());
    const SpanHits found = searchSpans(snapshot, query, 0, spanCount, stop, progress);
    for (const std::uint32_t row : found.rows)
        answers[snapshot.spans().trace[row]] = true;
    if (hits.unsearched == 0)
        hits.problem = found.problem;
    hits.unsearched += found.unsearched;
    hits.isComplete = hits.isComplete && found.isComplete;
    return answers;
}

Answers evaluated(const SpanQuery &query, const std::vector<Answers> &answers, std::size_t traceCount)
{
    if (query.isEmpty())
        return Answers(traceCount, true);
    std::vector<Answers> stack;
    for (const SpanQuery::Node &node : query.nodes) {
        if (node.step == SpanQuery::Step::Condition) {
            stack.push_back(answers[node.condition]);
            continue;
        }
        if (node.step == SpanQuery::Step::Not) {
            stack.back().flip();
            continue;
        }
        const Answers right = std::move(stack.back());
        stack.pop_back();
        for (std::size_t t = 0; t < traceCount; ++t)
            stack.back()[t] = node.step == SpanQuery::Step::And ? stack.back()[t] && right[t]
                                                                : stack.back()[t] || right[t];
    }
    return std::move(stack.front());
}

} // namespace

TraceHits searchTraces(const TraceSnapshot &snapshot, const std::vector<SpanQuery> &queries, std::stop_token stop,
                       Progress &progress)
{
    TraceHits hits;
    const std::size_t traceCount = snapshot.traces().size();
    hits.fits.assign(traceCount, true);
    for (const SpanQuery &query : queries) {
        std::vector<Answers> answers;
        for (const SpanCondition &condition : query.conditions)
            answers.push_back(answersTo(snapshot, condition, stop, progress, hits));
        const Answers fits = evaluated(query, answers, traceCount);
        for (std::size_t t = 0; t < traceCount; ++t)
            hits.fits[t] = hits.fits[t] && fits[t];
    }
    return hits;
}

bool waitsForStores(const TraceSnapshot &snapshot, const std::vector<SpanQuery> &queries)
{
    const bool hasStore = std::ranges::any_of(
        snapshot.inputs(), [](const TraceInput &input) { return input.details && !hasStoredRecords(input); });
    return hasStore && std::ranges::any_of(queries, [](const SpanQuery &query) {
               return std::ranges::any_of(query.conditions, [](const SpanCondition &condition) {
                   return condition.field == SpanCondition::Field::Attribute;
               });
           });
}

} // namespace tailspan::trace
