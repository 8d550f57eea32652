// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/batch_cost.h"

#include "models/advisor/call_artifacts.h"
#include "models/advisor/call_text.h"
#include "models/advisor/postgres_facts.h"
#include "models/advisor/series_tools.h"
#include "models/base/number_text.h"

#include <algorithm>
#include <cmath>

namespace tailspan::advisor {

namespace {

constexpr double kNsPerMs = 1e6;

ValueInterval times(const ValueInterval &value, double factor)
{
    return {value.low * factor, value.expected * factor, value.high * factor};
}

ValueInterval sumOf(const ValueInterval &a, const ValueInterval &b)
{
    return {a.low + b.low, a.expected + b.expected, a.high + b.high};
}

std::string eachText(const ValueInterval &ns)
{
    return durationText(Duration(std::llround(ns.expected)));
}

} // namespace

BatchCost::BatchCost(const Inputs &inputs, const Rules &rules, CallSplitter &splitter)
    : m_inputs(inputs), m_spans(inputs.traces->spans()), m_rules(rules), m_splitter(splitter)
{}

EachCall BatchCost::of(const CallSignature &call, std::span<const std::uint32_t> rows, double medianNs)
{
    EachCall each = byAnswer(rows);
    if (each.basis.empty() && call.type == CallType::Sql)
        each = byStatement(call);
    if (each.basis.empty())
        each = byKind(call, medianNs);
    // Of very short calls the round trip is still the larger part.
    const double mostNs = m_rules.number("calls.batch.most-share") * medianNs;
    if (each.ns.high > mostNs)
        each.ns = times(each.ns, mostNs / each.ns.high);
    each.basis = "each further one adds " + eachText(each.ns) + ", " + each.basis;
    return each;
}

EachCall BatchCost::byAnswer(std::span<const std::uint32_t> rows)
{
    constexpr std::size_t kLooked = 500;
    std::vector<double> workNs;
    const std::size_t looked = std::min(rows.size(), kLooked);
    for (std::size_t i = 0; i < looked; ++i) {
        const std::uint32_t row = rows[i * rows.size() / looked];
        const double ns = m_spans.kind[row] == trace::SpanKind::Server ? static_cast<double>(m_spans.durationNs[row])
                                                                       : m_splitter.splitOf(row).serverNs;
        if (ns > 0)
            workNs.push_back(ns);
    }
    if (2 * workNs.size() < looked || workNs.empty())
        return {};
    const ValueInterval share{m_rules.number("calls.batch.work-share-low"), m_rules.number("calls.batch.work-share"),
                              m_rules.number("calls.batch.work-share-high")};
    return {times(share, medianOf(std::move(workNs))), "of its work in the spans of who answers"};
}

EachCall BatchCost::byStatement(const CallSignature &call)
{
    if (m_inputs.postgres == nullptr)
        return {};
    if (m_ofText.empty()) {
        for (const StatementFacts &statement : m_inputs.postgres->statements) {
            ServerTime &time = m_ofText[sqlText(statement.text).text];
            time.calls += static_cast<double>(statement.calls);
            time.totalMs += statement.totalMs;
            time.isCounted &= statement.areRowsCounted;
        }
    }
    const auto found = m_ofText.find(call.text);
    if (found == m_ofText.end() || found->second.calls <= 0)
        return {};
    const ValueInterval share{m_rules.number("calls.batch.execution-share-low"),
                              m_rules.number("calls.batch.execution-share"),
                              m_rules.number("calls.batch.execution-share-high")};
    return {times(share, found->second.totalMs / found->second.calls * kNsPerMs),
            found->second.isCounted ? "of its time in the server by pg_stat_statements"
                                    : "of its time in the server as sessions were seen to run it"};
}

EachCall BatchCost::byKind(const CallSignature &call, double medianNs) const
{
    const auto ms = [](double low, double expected, double high) { return times({low, expected, high}, kNsPerMs); };
    const ValueInterval farShare{m_rules.number("calls.batch.far-share-low"), m_rules.number("calls.batch.far-share"),
                                 m_rules.number("calls.batch.far-share-high")};
    const auto beyond = [&](double nearMs) { return times(farShare, std::max(0.0, medianNs - nearMs * kNsPerMs)); };
    const ValueInterval beyondSite = beyond(m_rules.number("calls.batch.near-ms"));
    constexpr std::string_view kUsual = "as such calls usually do, for nothing here tells their work";
    switch (call.type) {
    case CallType::Sql: {
        const bool isByKey = !anyStatement(call.text).empty();
        const ValueInterval each = isByKey
            ? ms(m_rules.number("calls.batch.key-ms-low"), m_rules.number("calls.batch.key-ms"),
                 m_rules.number("calls.batch.key-ms-high"))
            : ms(m_rules.number("calls.batch.statement-ms-low"), m_rules.number("calls.batch.statement-ms"),
                 m_rules.number("calls.batch.statement-ms-high"));
        return {sumOf(each, beyondSite), std::string(kUsual)};
    }
    case CallType::Redis: {
        // A GET is no work for the server, however far away it is.
        if (call.text.starts_with("GET "))
            return {ms(m_rules.number("calls.batch.get-ms-low"), m_rules.number("calls.batch.get-ms"),
                       m_rules.number("calls.batch.get-ms-high")),
                    std::string(kUsual)};
        return {sumOf(ms(m_rules.number("calls.batch.command-ms-low"), m_rules.number("calls.batch.command-ms"),
                         m_rules.number("calls.batch.command-ms-high")),
                      beyondSite),
                std::string(kUsual)};
    }
    case CallType::JsonRpc:
        return {sumOf(ms(m_rules.number("calls.batch.rpc-ms-low"), m_rules.number("calls.batch.rpc-ms"),
                         m_rules.number("calls.batch.rpc-ms-high")),
                      beyond(m_rules.number("calls.batch.rpc-near-ms"))),
                std::string(kUsual)};
    default: break;
    }
    return {sumOf(ms(m_rules.number("calls.batch.http-ms-low"), m_rules.number("calls.batch.http-ms"),
                     m_rules.number("calls.batch.http-ms-high")),
                  beyondSite),
            std::string(kUsual)};
}

} // namespace tailspan::advisor
