// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/span_matcher.h"

#include "models/trace/query_text.h"
#include "models/trace/redaction.h"

#include <algorithm>
#include <array>

namespace tailspan::trace {

namespace {

using Field = SpanCondition::Field;

constexpr std::size_t kStackDepth = 256; // more than conditions a query can have

Match answer(bool fits)
{
    return fits ? Match::Yes : Match::No;
}

/// Text is found anywhere in any case; a name is compared whole, unless it is a pattern.
bool fits(const SpanCondition &condition, std::string_view text, std::string_view lowered)
{
    if (condition.isPattern)
        return condition.pattern.occursIn(text);
    return condition.field == Field::Text ? containsLowered(text, lowered) : text == condition.value;
}

/// "status_code" stands for "http.status_code" too.
bool isKey(std::string_view key, std::string_view wanted)
{
    return key == wanted
        || (key.size() > wanted.size() && key.ends_with(wanted) && key[key.size() - wanted.size() - 1] == '.');
}

} // namespace

SpanMatcher::SpanMatcher(const TraceSnapshot &snapshot, const SpanQuery &query) : m_snapshot(snapshot), m_query(query)
{
    for (const SpanCondition &condition : query.conditions) {
        m_prepared.push_back(prepare(condition));
        m_needsDetails = m_needsDetails || condition.field == Field::Text || condition.field == Field::Attribute;
    }
}

SpanMatcher::Prepared SpanMatcher::prepare(const SpanCondition &condition) const
{
    Prepared prepared;
    prepared.lowered = loweredText(condition.value);
    const std::string &lowered = prepared.lowered;
    if (condition.field == Field::Text || condition.field == Field::Service) {
        for (std::uint32_t s = 0; s < m_snapshot.serviceCount(); ++s)
            prepared.services.push_back(fits(condition, m_snapshot.serviceName(ServiceId(s)), lowered) ? 1 : 0);
    }
    if (condition.field == Field::Text || condition.field == Field::Operation) {
        for (std::uint32_t o = 0; o < m_snapshot.operationCount(); ++o)
            prepared.operations.push_back(fits(condition, m_snapshot.operationName(OperationId(o)), lowered) ? 1 : 0);
    }
    if (condition.field == Field::TraceId) {
        if (const std::optional<TraceRow> trace = m_snapshot.findTrace(condition.value))
            prepared.trace = trace->value();
    }
    if (condition.field == Field::SpanId)
        prepared.span = findId(condition.value, m_snapshot.strings());
    return prepared;
}

template <class Ask>
Match SpanMatcher::evaluate(Ask &&ask) const
{
    if (m_query.isEmpty())
        return Match::Yes;
    std::array<Match, kStackDepth> stack{};
    std::size_t top = 0; // one above the uppermost
    for (const SpanQuery::Node &node : m_query.nodes) {
        switch (node.step) {
        case SpanQuery::Step::Condition: stack.at(top++) = ask(node.condition); break;
        case SpanQuery::Step::Not:
            stack.at(top - 1) = stack.at(top - 1) == Match::Unknown ? Match::Unknown
                                                                    : answer(stack.at(top - 1) == Match::No);
            break;
        case SpanQuery::Step::And:
            --top;
            stack.at(top - 1) = std::min(stack.at(top - 1), stack.at(top));
            break;
        case SpanQuery::Step::Or:
            --top;
            stack.at(top - 1) = std::max(stack.at(top - 1), stack.at(top));
            break;
        }
    }
    return stack.front();
}

Match SpanMatcher::askColumns(std::size_t condition, std::uint32_t row) const
{
    const SpanCondition &wanted = m_query.conditions[condition];
    const Prepared &prepared = m_prepared[condition];
    const SpanTable &spans = m_snapshot.spans();
    switch (wanted.field) {
    case Field::Text: {
        const bool isNamed = prepared.operations[spans.operation[row]] != 0
            || prepared.services[spans.service[row]] != 0;
        return isNamed ? Match::Yes : Match::Unknown;
    }
    case Field::Service: return answer(prepared.services[spans.service[row]] != 0);
    case Field::Operation: return answer(prepared.operations[spans.operation[row]] != 0);
    case Field::TraceId: return answer(prepared.trace == spans.trace[row]);
    case Field::SpanId: return answer(prepared.span.isPresent() && spans.id(SpanRow(row)) == prepared.span);
    case Field::Status: return answer(spans.status[row] == wanted.status);
    case Field::Kind: return answer(spans.kind[row] == wanted.kind);
    case Field::MinDuration: return answer(spans.durationNs[row] >= wanted.bound.ns());
    case Field::MaxDuration: return answer(spans.durationNs[row] <= wanted.bound.ns());
    case Field::Attribute: return Match::Unknown;
    }
    return Match::No;
}

bool SpanMatcher::fitsPlain(std::size_t condition, std::string_view key, std::string_view value) const
{
    const SpanCondition &wanted = m_query.conditions[condition];
    const std::string_view lowered = m_prepared[condition].lowered;
    if (wanted.field == Field::Attribute)
        return isKey(key, wanted.key) && fits(wanted, value, {});
    return wanted.field == Field::Text && (fits(wanted, key, lowered) || fits(wanted, value, lowered));
}

bool SpanMatcher::fitsText(std::size_t condition, std::string_view key, std::string_view value) const
{
    if (!fitsPlain(condition, key, value))
        return false;
    Attribute shown{std::string(key), std::string(value)};
    maskSecret(shown);
    return fitsPlain(condition, shown.key, shown.value);
}

bool SpanMatcher::fitsAny(std::size_t condition, const std::vector<Attribute> &attributes) const
{
    return std::ranges::any_of(
        attributes, [&](const Attribute &attribute) { return fitsText(condition, attribute.key, attribute.value); });
}

bool SpanMatcher::askDetails(std::size_t condition, const SpanDetails &details) const
{
    return fitsAny(condition, details.attributes) || fitsAny(condition, details.resource)
        || std::ranges::any_of(details.events, [&](const SpanEvent &event) {
               return fitsAny(condition, event.attributes) || fitsText(condition, {}, event.name);
           });
}

Match SpanMatcher::match(std::uint32_t row) const
{
    return evaluate([&](std::size_t condition) { return askColumns(condition, row); });
}

Match SpanMatcher::match(std::uint32_t row, std::span<const Match> answers) const
{
    return evaluate([&](std::size_t condition) {
        const Match byColumns = askColumns(condition, row);
        return byColumns == Match::Unknown ? answers[condition] : byColumns;
    });
}

bool SpanMatcher::match(std::uint32_t row, const SpanDetails &details) const
{
    return evaluate([&](std::size_t condition) {
               const Match byColumns = askColumns(condition, row);
               return byColumns == Match::Unknown ? answer(askDetails(condition, details)) : byColumns;
           })
        == Match::Yes;
}

} // namespace tailspan::trace
