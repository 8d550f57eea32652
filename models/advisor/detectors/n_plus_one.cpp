// SPDX-License-Identifier: GPL-3.0-or-later
// One call for each item of a list, where one call could bring all: SQL, Redis and HTTP; of a block chain's node see
// batchable_rpc.cpp. Calls between (getting a connection, a log line) do not hide it.
#include "models/advisor/call_artifacts.h"
#include "models/advisor/call_patterns.h"
#include "models/advisor/call_search.h"
#include "models/base/number_text.h"

#include <algorithm>
#include <cmath>

namespace tailspan::advisor {

namespace {

constexpr std::string_view kId = "calls.n-plus-one";
constexpr double kNsPerMs = 1e6;

class NPlusOneSearch : public CallSearch {
public:
    using CallSearch::CallSearch;

    static DetectorInfo info()
    {
        return {kId, FindingKind::Calls, "One call for each item", Input::Traces, Input::Postgres};
    }

    void run(Output &output)
    {
        const auto minCalls = m_rules.number("calls.n-plus-one.min-calls");
        std::vector<CallPattern> patterns = callPatterns(
            m_spans, m_calls,
            [&](const SiblingCalls &siblings) { return siblings.count >= minCalls && isSuspect(siblings); }, m_stop);
        std::vector<bool> isTaken(patterns.size());
        for (std::size_t i = 0; i < patterns.size() && !m_stop.stop_requested(); ++i) {
            if (isTaken[i] || !isFrequent(patterns[i]))
                continue;
            std::vector<const CallPattern *> round{&patterns[i]}; // what else each round of the loop calls
            for (std::size_t other = i + 1; other < patterns.size(); ++other) {
                if (!isTaken[other] && isOfSameLoop(patterns[i], patterns[other])) {
                    isTaken[other] = true;
                    round.push_back(&patterns[other]);
                }
            }
            judge(round, output);
        }
        if (m_calls.unreadCount > 0 && m_isNameOnly)
            output.unjudged.push_back({std::string(kId), pluralText(m_calls.unreadCount, "call", "calls"),
                                       "their attributes could not be read: " + m_calls.problem,
                                       "Keep the trace file in its place, or connect the store again."});
    }

private:
    bool isSuspect(const SiblingCalls &siblings)
    {
        const CallSignature &call = m_calls.signatures[siblings.signature];
        const bool isKind = call.type == CallType::Sql || call.type == CallType::Redis || call.type == CallType::Http;
        if (!isKind || call.isBatch || call.isPrefetch)
            return false;
        if (call.isFromName && call.type != CallType::Http) { // "SELECT users" may be ten different statements
            m_isNameOnly = true;
            if (m_calls.unreadCount == 0)
                return false;
        }
        const auto rows = m_calls.rowsOf(siblings);
        if (haveMostFailed(rows))
            return false;
        double sumNs = 0;
        for (const std::uint32_t row : rows)
            sumNs += static_cast<double>(m_spans.durationNs[row]);
        const double parentNs = std::max(1.0, static_cast<double>(m_spans.durationNs[siblings.parent]));
        return sumNs / parentNs >= m_rules.number("calls.n-plus-one.min-share-of-parent")
            && sumNs / kNsPerMs >= m_rules.number("calls.n-plus-one.min-total-ms")
            // A pipeline, or calls made together, drawn as spans side by side: already one wait.
            && m_shared.sequentialShare(rows) >= m_rules.number("calls.n-plus-one.min-sequential-share");
    }

    bool isFrequent(const CallPattern &pattern)
    {
        return m_shared.isFrequent(pattern.siblings.size(), pattern.parent,
                                   m_rules.number("calls.n-plus-one.min-places"),
                                   m_rules.number("calls.n-plus-one.min-share-of-requests"));
    }

    /// As often under the same parents: another step of the same round.
    bool isOfSameLoop(const CallPattern &a, const CallPattern &b) const
    {
        constexpr double kClose = 0.2;
        const auto close = [&](double x, double y) { return std::abs(x - y) <= kClose * std::max(x, y); };
        return a.parent == b.parent && a.signature != b.signature && close(a.meanCount(), b.meanCount())
            && close(static_cast<double>(a.siblings.size()), static_cast<double>(b.siblings.size()));
    }

    /// Each step of the round becomes one call, and gets one connection for it: as the artifacts do it.
    struct Fix {
        std::vector<RetimeEdit> edits;
        std::vector<ValueInterval> values; ///< Of the edits.
        std::string basis;
        double eachNs = 0; ///< What each further one of the main calls adds to the one in their place.
    };
    Fix fixOf(const std::vector<const CallPattern *> &round)
    {
        Fix fix;
        std::string text, basis;
        const auto add = [&](MergedCalls merged) {
            fix.edits.push_back(std::move(merged.edit));
            fix.values.push_back(merged.value);
        };
        for (const CallPattern *step : round) {
            std::vector<std::uint32_t> rows = rowsOf(m_calls, *step), connections;
            for (const std::uint32_t row : rows) {
                if (const std::uint32_t before = m_shared.splitter().connectionBefore(row); before != SpanCalls::kNone)
                    connections.push_back(before);
            }
            MergedCalls merged = m_shared.merged(std::move(rows), step->meanCount());
            text += (text.empty() ? "" : ", ") + merged.text;
            if (basis.find(merged.basis) == std::string::npos)
                basis += (basis.empty() ? ": " : "; ") + merged.basis;
            fix.eachNs = fix.edits.empty() ? merged.edit.eachNs : fix.eachNs;
            add(std::move(merged));
            if (connections.empty())
                continue;
            text += " with one connection";
            add(m_shared.merged(std::move(connections), step->meanCount(), EachCall{{0, 0, 0}, {}}));
        }
        fix.basis = text + basis;
        return fix;
    }

    void judge(const std::vector<const CallPattern *> &round, Output &output)
    {
        const std::vector<std::uint32_t> parents = parentsOf(m_calls, *round.front());
        const EndpointKey endpoint = m_shared.finder().endpointOfMost(parents);
        const Fix fix = fixOf(round);
        const EndpointEffect effect = m_shared.effect(endpoint, fix.edits, fix.values);
        // Where calls beside these take as long, nothing is won.
        if (effect.savedMsPerRequest.expected < m_rules.number("calls.n-plus-one.min-saved-ms"))
            return;
        output.findings.push_back(describe(round, endpoint, effect, fix));
    }

    /// What the values of the calls tell: 1 where all differ, 0 where all are the same; NaN where they are not told.
    double distinctShare(const CallPattern &pattern) const
    {
        double distinct = 0, told = 0;
        for (const std::uint32_t index : pattern.siblings) {
            std::vector<std::uint64_t> values;
            for (const std::uint32_t row : m_calls.rowsOf(m_calls.siblings[index])) {
                if (m_calls.parametersOf[row] != 0)
                    values.push_back(m_calls.parametersOf[row]);
            }
            if (values.size() < 2)
                continue;
            told += static_cast<double>(values.size() - 1);
            std::ranges::sort(values);
            distinct += static_cast<double>(std::unique(values.begin(), values.end()) - values.begin() - 1);
        }
        return told > 0 ? distinct / told : std::nan("");
    }

    Finding describe(const std::vector<const CallPattern *> &round, EndpointKey endpoint, const EndpointEffect &effect,
                     const Fix &fix)
    {
        const CallPattern &main = *round.front();
        const CallSignature &call = m_calls.signatures[main.signature];
        const std::vector<std::uint32_t> parents = parentsOf(m_calls, main);
        const double distinct = distinctShare(main);
        const bool isSame = distinct <= m_rules.number("calls.n-plus-one.same-value-share");
        const std::string count = decimalText(std::round(main.meanCount()));
        Finding finding;
        finding.detector = kId;
        finding.kind = FindingKind::Calls;
        finding.subject = {std::string(m_shared.snapshot().serviceName(ServiceId(call.service))),
                           m_shared.operationText(endpoint), shortText(call.text)};
        finding.id = findingId(kId, finding.subject, m_shared.nameText(main.parent) + call.text);
        finding.title = (isSame ? "Ask once instead of " : "Make one call of ") + count + ": "
            + shortText(call.text, 48);
        finding.what = textOf(round, count, isSame);
        finding.confidence = confidenceOf(main, distinct);
        m_shared.setEffect(finding, endpoint, effect, fix.basis);
        finding.evidence.push_back(m_shared.traceEvidence(
            parents, endpoint,
            countText(main.callCount) + " calls in " + pluralText(parents.size(), "place", "places") + " of "
                + m_shared.nameText(main.parent) + ", " + durationText(Duration(static_cast<std::int64_t>(main.sumNs)))
                + " altogether, one after the other."));
        finding.verification.how = "Worked out from traces; a batch is tried in your code, not here.";
        std::vector<const CallSignature *> steps;
        for (const CallPattern *step : round) {
            steps.push_back(&m_calls.signatures[step->signature]);
            finding.actions.push_back(
                {Action::Verb::Add, "batch " + m_shared.nameText(main.parent) + " -> " + steps.back()->text});
        }
        finding.artifacts = batchArtifacts(steps);
        finding.picture = pictureOf(main, fix.eachNs);
        finding.refutedBy = "A call needs what the call before it answered: then they cannot be one.";
        finding.assumptions.push_back("That the calls do not need each other's answers cannot be seen in traces.");
        return finding;
    }

    std::string textOf(const std::vector<const CallPattern *> &round, const std::string &count, bool isSame) const
    {
        const CallPattern &main = *round.front();
        const CallSignature &call = m_calls.signatures[main.signature];
        std::string text = m_shared.nameText(main.parent) + " makes the same " + std::string(callTypeText(call.type))
            + " call " + count + " times on average, one after the other: " + call.text + ".";
        if (isSame)
            text += " It asks with the same value each time: the first answer would do.";
        else
            text += " Each waits for a round trip; one call for all would wait once.";
        for (std::size_t i = 1; i < round.size(); ++i)
            text += (i == 1 ? " Each round also calls " : ", ")
                + shortText(m_calls.signatures[round[i]->signature].text);
        return text + (round.size() > 1 ? "." : "");
    }

    double confidenceOf(const CallPattern &main, double distinct) const
    {
        double confidence = m_rules.number("calls.n-plus-one.confidence");
        const double step = m_rules.number("calls.n-plus-one.confidence-step");
        confidence += std::isnan(distinct) ? 0 : step;
        confidence -= m_calls.signatures[main.signature].isFromName ? step : 0;
        confidence -= static_cast<double>(main.siblings.size()) < m_rules.number("calls.n-plus-one.few-places") ? step
                                                                                                                : 0;
        return confidence;
    }

    /// Of the trace with the most calls, whose one call takes what it is retimed to.
    CallsPicture pictureOf(const CallPattern &main, double eachNs) const
    {
        const auto largest = std::ranges::max_element(
            main.siblings, {}, [&](std::uint32_t index) { return m_calls.siblings[index].count; });
        const SiblingCalls &siblings = m_calls.siblings[*largest];
        const std::string &text = m_calls.signatures[main.signature].text;
        const std::string any = anyStatement(text);
        const auto rows = m_calls.rowsOf(siblings);
        return m_shared.picture(siblings.parent, rows, any.empty() ? text : any, m_shared.batchNs(rows, eachNs));
    }

    bool m_isNameOnly = false;
};

} // namespace

DetectorPtr makeNPlusOneDetector()
{
    return std::make_unique<CallDetector<NPlusOneSearch>>();
}

} // namespace tailspan::advisor
