// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/store_query.h"

#include <algorithm>
#include <span>
#include <vector>

namespace tailspan::trace {

namespace {

using Field = SpanCondition::Field;
using Nodes = std::span<const SpanQuery::Node>;

/// The parts of an expression that must all hold; each is a run of nodes that stands for one value.
std::vector<Nodes> conjunctsOf(const SpanQuery &query)
{
    struct Value {
        std::size_t begin;
        std::vector<Nodes> conjuncts;
    };
    std::vector<Value> stack;
    const Nodes all(query.nodes);
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i].step == SpanQuery::Step::Condition) {
            stack.push_back({i, {all.subspan(i, 1)}});
            continue;
        }
        if (all[i].step != SpanQuery::Step::Not) {
            Value right = std::move(stack.back());
            stack.pop_back();
            if (all[i].step == SpanQuery::Step::And) {
                std::vector<Nodes> &conjuncts = stack.back().conjuncts;
                conjuncts.insert(conjuncts.end(), right.conjuncts.begin(), right.conjuncts.end());
                continue;
            }
        }
        stack.back().conjuncts = {all.subspan(stack.back().begin, i + 1 - stack.back().begin)};
    }
    return stack.empty() ? std::vector<Nodes>() : stack.front().conjuncts;
}

class Division {
public:
    Division(const SpanQuery &asked, StoreQuery &divided) : m_asked(asked), m_divided(divided) {}

    void take(Nodes conjunct)
    {
        const bool isTaken = conjunct.size() == 1 ? takeCondition(m_asked.conditions[conjunct[0].condition])
                                                  : takeAlternatives(conjunct);
        if (!isTaken)
            keep(conjunct);
    }

private:
    bool takeCondition(const SpanCondition &condition)
    {
        TraceQuery &query = m_divided.query;
        if (condition.isPattern)
            return false;
        switch (condition.field) {
        case Field::Service: return takeNames({condition.value}, query.services);
        case Field::Operation: return takeNames({condition.value}, query.operations);
        case Field::Text: query.texts.push_back(condition.value); return true;
        case Field::Attribute: query.attributes.push_back({condition.key, condition.value}); return true;
        case Field::MinDuration:
            query.minDurationNs = std::max(query.minDurationNs.value_or(condition.bound.ns()), condition.bound.ns());
            return true;
        case Field::MaxDuration:
            query.maxDurationNs = std::min(query.maxDurationNs.value_or(condition.bound.ns()), condition.bound.ns());
            return true;
        case Field::Status:
            query.errorsOnly = query.errorsOnly || condition.status == SpanStatus::Error;
            return condition.status == SpanStatus::Error;
        case Field::TraceId:
            if (!query.traceId.empty())
                return false;
            query.traceId = condition.value;
            return true;
        case Field::SpanId:
        case Field::Kind: break;
        }
        return false;
    }

    /// "service=a OR service=b", and the same of operations.
    bool takeAlternatives(Nodes conjunct)
    {
        std::vector<std::string> names;
        Field field = Field::Text;
        for (const SpanQuery::Node &node : conjunct) {
            if (node.step == SpanQuery::Step::Or)
                continue;
            if (node.step != SpanQuery::Step::Condition)
                return false;
            const SpanCondition &condition = m_asked.conditions[node.condition];
            const bool isName = condition.field == Field::Service || condition.field == Field::Operation;
            if (!isName || condition.isPattern || (!names.empty() && condition.field != field))
                return false;
            field = condition.field;
            names.push_back(condition.value);
        }
        return takeNames(std::move(names),
                         field == Field::Service ? m_divided.query.services : m_divided.query.operations);
    }

    /// A second list of alternatives is another condition: no store is asked for both.
    static bool takeNames(std::vector<std::string> names, std::vector<std::string> &target)
    {
        if (!target.empty())
            return false;
        target = std::move(names);
        return true;
    }

    void keep(Nodes conjunct)
    {
        SpanQuery &rest = m_divided.rest;
        const bool isFirst = rest.nodes.empty();
        for (SpanQuery::Node node : conjunct) {
            if (node.step == SpanQuery::Step::Condition) {
                rest.conditions.push_back(m_asked.conditions[node.condition]);
                node.condition = static_cast<std::uint32_t>(rest.conditions.size() - 1);
            }
            rest.nodes.push_back(node);
        }
        if (!isFirst)
            rest.nodes.push_back({SpanQuery::Step::And, 0});
    }

    const SpanQuery &m_asked;
    StoreQuery &m_divided;
};

} // namespace

Result<StoreQuery> storeQueryOf(std::string_view text, TraceQuery query)
{
    TS_TRY(const SpanQuery asked, parseSpanQuery(text));
    StoreQuery divided{std::move(query), {}};
    Division division(asked, divided);
    for (const Nodes conjunct : conjunctsOf(asked))
        division.take(conjunct);
    return divided;
}

} // namespace tailspan::trace
