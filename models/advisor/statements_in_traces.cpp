// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/statements_in_traces.h"

#include "models/advisor/call_findings.h"
#include "models/advisor/call_text.h"
#include "models/advisor/database_texts.h"
#include "models/base/number_text.h"

#include <algorithm>
#include <cctype>
#include <unordered_map>

namespace tailspan::advisor {

namespace {

constexpr double kNsPerMs = 1e6;
constexpr std::size_t kFewestSpans = 5;     ///< Of fewer a median says little.
constexpr std::uint32_t kLookEvery = 4'096; ///< Rows between two looks at the stop token.

/// Statements of traces and of the server differ in blanks, capitals and how they write parameters.
std::string comparableText(std::string_view statement)
{
    std::string text = sqlText(statement).text;
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

/// What a span takes with the fix over what it takes now, when the database takes `afterMs` in place of `nowMs`. A span
/// that is shorter than the mean of the statement keeps its own proportion.
double scaleOf(double spanMs, double nowMs, double afterMs)
{
    return spanMs > nowMs ? 1 - (nowMs - afterMs) / spanMs : afterMs / nowMs;
}

std::string changeText(const Change &change)
{
    return msText(change.now) + " now, " + msText(change.expected) + " with it (" + msText(change.low) + " to "
        + msText(change.high) + ")";
}

} // namespace

/// Spans by their statement.
class StatementsInTraces::Index {
public:
    Index(const Inputs &inputs, const Rules &rules, const std::stop_token &stop) : m_shared(inputs, rules, stop)
    {
        const SpanCalls &calls = *inputs.calls;
        std::unordered_map<std::uint32_t, std::string> texts;
        for (std::uint32_t i = 0; i < calls.signatures.size(); ++i) {
            const CallSignature &signature = calls.signatures[i];
            if (signature.type == CallType::Sql && !signature.isFromName)
                texts.emplace(i, comparableText(signature.text));
        }
        for (std::uint32_t row = 0; row < calls.signatureOf.size(); ++row) {
            if (row % kLookEvery == 0 && stop.stop_requested())
                return;
            if (const auto found = texts.find(calls.signatureOf[row]); found != texts.end())
                m_rows[found->second].push_back(row);
        }
    }

    [[nodiscard]] CallFindings &shared() { return m_shared; }
    [[nodiscard]] const std::vector<std::uint32_t> *rowsOf(const StatementFacts &statement) const
    {
        const auto found = m_rows.find(comparableText(statement.text));
        return found == m_rows.end() ? nullptr : &found->second;
    }

private:
    CallFindings m_shared;
    std::unordered_map<std::string, std::vector<std::uint32_t>> m_rows;
};

StatementsInTraces::StatementsInTraces(const Inputs &inputs, const Rules &rules, std::stop_token stop)
    : m_inputs(inputs), m_rules(rules), m_stop(std::move(stop))
{}

StatementsInTraces::~StatementsInTraces() = default;

void StatementsInTraces::tell(const StatementFacts &statement, Finding &finding)
{
    if (m_inputs.traces == nullptr || m_inputs.calls == nullptr || !finding.estimate || !finding.estimate->now
        || !(*finding.estimate->now > 0))
        return;
    if (m_index == nullptr)
        m_index = std::make_unique<Index>(m_inputs, m_rules, m_stop);
    const std::vector<std::uint32_t> *rows = m_index->rowsOf(statement);
    if (rows == nullptr || rows->size() < kFewestSpans)
        return;
    CallFindings &shared = m_index->shared();
    const Estimate &mean = *finding.estimate;
    const double spanMs = static_cast<double>(shared.medianNs(*rows)) / kNsPerMs;
    const auto scale = [&](double afterMs) { return std::clamp(scaleOf(spanMs, *mean.now, afterMs), 0.0, 1.0); };
    const ValueInterval value{scale(mean.low), scale(mean.expected), scale(mean.high)};
    RetimeEdit edit;
    edit.rows = *rows;
    edit.value = value.expected;
    const EndpointKey endpoint = shared.finder().endpointOfMost(*rows);
    const EndpointEffect effect = shared.effect(endpoint, {std::move(edit)}, value);
    if (effect.touched == 0)
        return;
    const std::string text = shared.nameText(endpoint) + " waits for it: its p95 is " + changeText(effect.p95()) + ".";
    finding.what += " " + text;
    finding.evidence.push_back(shared.traceEvidence(*rows, endpoint, text));
}

} // namespace tailspan::advisor
