// SPDX-License-Identifier: GPL-3.0-or-later
// Calls that are made again after they failed: how much they multiply the load on what is failing, whether they wait in
// between, and whether they ever help.
#include "models/advisor/call_artifacts.h"
#include "models/advisor/call_search.h"
#include "models/advisor/impact.h"
#include "models/advisor/series_tools.h"
#include "models/base/number_text.h"

#include <algorithm>
#include <cmath>

namespace tailspan::advisor {

namespace {

constexpr std::string_view kId = "calls.retry-storm";
constexpr double kNsPerMs = 1e6;
constexpr std::size_t kBins = 20; // of the time of the traces

/// All calls of one signature from one kind of parent.
struct Caller {
    EndpointKey parent;
    std::uint32_t signature = 0;
    std::array<std::uint32_t, kBins> calls{};
    std::array<std::uint32_t, kBins> retries{};
    std::vector<std::uint32_t> retryRows;
    std::vector<std::uint32_t> wastedRows; ///< Retries of requests that failed all the same.
    std::vector<std::uint32_t> parents;    ///< Of retries.
    std::vector<double> pausesMs;
    std::vector<double> growths; ///< Of a pause over the one before.
    std::uint32_t chains = 0;    ///< Requests with retries.
    std::uint32_t helped = 0;    ///< Of those, which ended well.
    std::uint32_t longest = 0;   ///< Attempts of one request.
    // What follows a call, to tell repetitions from loops, which go on whatever a call brings:
    double failed = 0, failedAndAgain = 0;
    double succeeded = 0, succeededAndAgain = 0;
};

class StormSearch : public CallSearch {
public:
    using CallSearch::CallSearch;

    static DetectorInfo info() { return {kId, FindingKind::Calls, "Retries that multiply load", Input::Traces, {}}; }

    void run(Output &output)
    {
        for (const SiblingCalls &siblings : m_calls.siblings) {
            const CallType type = m_calls.signatures[siblings.signature].type;
            if (type != CallType::PoolConnect && type != CallType::Message)
                addChains(siblings);
        }
        if (m_callers.empty() || m_stop.stop_requested())
            return;
        countCalls();
        for (const Caller &caller : m_callers) {
            if (!m_stop.stop_requested())
                judge(caller, output);
        }
    }

private:
    Caller &callerOf(const SiblingCalls &siblings)
    {
        const EndpointKey parent = EndpointKey::of(m_spans, siblings.parent);
        const std::uint32_t number = m_pairs.numberOf(pairKey(m_kinds.numberOf(parent.number()), siblings.signature));
        if (number == m_callers.size()) {
            m_callers.emplace_back();
            m_callers.back().parent = parent;
            m_callers.back().signature = siblings.signature;
        }
        return m_callers[number];
    }

    [[nodiscard]] std::size_t binOf(std::uint32_t row) const
    {
        const double length = std::max(1.0, static_cast<double>(m_range.length().ns()));
        const double at = static_cast<double>(saturatingSubtract(m_spans.startNs[row], m_range.begin.ns())) / length;
        return static_cast<std::size_t>(
            std::clamp(at * static_cast<double>(kBins), 0.0, static_cast<double>(kBins - 1)));
    }

    /// A call that begins after a failed one of the same values has ended repeats it.
    void addChains(const SiblingCalls &siblings)
    {
        const auto rows = m_calls.rowsOf(siblings);
        for (std::size_t begin = 0, end = 0; begin < rows.size(); begin = end) {
            end = begin + 1;
            while (end < rows.size() && hasFailed(rows[end - 1]) && isRepeated(rows[end - 1], rows[end]))
                ++end;
            if (end - begin > 1)
                addChain(callerOf(siblings), siblings.parent, rows.subspan(begin, end - begin));
        }
    }

    [[nodiscard]] bool isRepeated(std::uint32_t before, std::uint32_t after) const
    {
        const std::uint64_t a = m_calls.parametersOf[before], b = m_calls.parametersOf[after];
        const std::int64_t stepNs = m_spans.durationNs[before] / 20; // times are no better than that
        return (a == 0 || b == 0 || a == b) && m_spans.startNs[after] >= m_shared.endOf(before) - stepNs;
    }

    void addChain(Caller &caller, std::uint32_t parent, std::span<const std::uint32_t> rows)
    {
        const bool isHelped = !hasFailed(rows.back());
        double before = 0;
        for (std::size_t i = 1; i < rows.size(); ++i) {
            const double pauseMs =
                std::max(0.0, static_cast<double>(m_spans.startNs[rows[i]] - m_shared.endOf(rows[i - 1])) / kNsPerMs);
            caller.pausesMs.push_back(pauseMs);
            if (i > 1 && before > 0)
                caller.growths.push_back(pauseMs / before);
            before = pauseMs;
            caller.retryRows.push_back(rows[i]);
            ++caller.retries[binOf(rows[i])];
            if (!isHelped)
                caller.wastedRows.push_back(rows[i]);
        }
        caller.parents.push_back(parent);
        ++caller.chains;
        caller.helped += isHelped ? 1 : 0;
        caller.longest = std::max(caller.longest, static_cast<std::uint32_t>(rows.size()));
    }

    void countCalls()
    {
        for (std::uint32_t row = 0; row < m_spans.size(); ++row) {
            const std::uint32_t parent = m_spans.parent[row];
            if (m_calls.signatureOf[row] == SpanCalls::kNone || parent == SpanRow::kNone)
                continue;
            const std::uint32_t kind = m_kinds.find(EndpointKey::of(m_spans, parent).number());
            if (kind == KeyNumbers::kNone)
                continue;
            const std::uint32_t number = m_pairs.find(pairKey(kind, m_calls.signatureOf[row]));
            if (number == KeyNumbers::kNone)
                continue;
            ++m_callers[number].calls[binOf(row)];
            ++(hasFailed(row) ? m_callers[number].failed : m_callers[number].succeeded);
        }
        for (const SiblingCalls &siblings : m_calls.siblings) {
            const std::uint32_t kind = m_kinds.find(EndpointKey::of(m_spans, siblings.parent).number());
            const std::uint32_t number = kind == KeyNumbers::kNone ? kind
                                                                   : m_pairs.find(pairKey(kind, siblings.signature));
            if (number == KeyNumbers::kNone)
                continue;
            const auto rows = m_calls.rowsOf(siblings);
            for (std::size_t i = 0; i + 1 < rows.size(); ++i)
                ++(hasFailed(rows[i]) ? m_callers[number].failedAndAgain : m_callers[number].succeededAndAgain);
        }
    }

    /// Whether a failure makes another call likelier than a success does.
    bool isRetrying(const Caller &caller) const
    {
        const double afterFailure = caller.failedAndAgain / std::max(1.0, caller.failed);
        const double afterSuccess = caller.succeededAndAgain / std::max(1.0, caller.succeeded);
        return afterFailure >= afterSuccess * m_rules.number("calls.retry-storm.min-follow-ratio");
    }

    /// Calls over requests in the worst part of the time that has enough of them.
    double worstAmplification(const Caller &caller) const
    {
        double worst = 1;
        std::uint32_t calls = 0, retries = 0;
        for (std::size_t bin = 0; bin < kBins; ++bin) {
            calls += caller.calls[bin];
            retries += caller.retries[bin];
            const std::uint32_t requests = calls - std::min(calls, retries);
            if (requests < m_rules.number("calls.retry-storm.min-requests"))
                continue; // joined to the next part
            worst = std::max(worst, static_cast<double>(calls) / static_cast<double>(requests));
            calls = retries = 0;
        }
        return worst;
    }

    void judge(const Caller &caller, Output &output)
    {
        const double amplification = worstAmplification(caller);
        const double pauseMs = medianOf(caller.pausesMs);
        const double growth = medianOf(caller.growths);
        const bool isStorm = amplification >= m_rules.number("calls.retry-storm.min-amplification");
        const bool isHasty = caller.chains >= m_rules.number("calls.retry-storm.min-requests")
            && pauseMs < m_rules.number("calls.retry-storm.min-pause-ms");
        if ((!isStorm && !isHasty) || !isRetrying(caller))
            return;
        const EndpointKey endpoint = m_shared.finder().endpointOfMost(caller.parents);
        Finding finding = describe(caller, endpoint, amplification, pauseMs, growth);
        RetimeEdit edit; // what fails all the same is given up earlier
        edit.kind = RetimeEdit::Kind::Cache;
        edit.droppedGapNs = RetimeEdit::kWholeGap; // nor waited for
        edit.rows = caller.wastedRows;
        std::ranges::sort(edit.rows);
        const EndpointEffect effect = m_shared.effect(
            endpoint, {std::move(edit)},
            {m_rules.number("calls.retry-storm.dropped-low"), m_rules.number("calls.retry-storm.dropped"), 1});
        m_shared.setEffect(finding, endpoint, effect, "retries of requests that fail all the same are given up");
        if (amplification >= m_rules.number("calls.retry-storm.outage-amplification"))
            finding.severity = std::max(finding.severity, Severity::High); // it keeps down what is down
        else if (isStorm)
            finding.severity = std::max(finding.severity, Severity::Medium);
        output.findings.push_back(std::move(finding));
    }

    Finding describe(const Caller &caller, EndpointKey endpoint, double amplification, double pauseMs, double growth)
    {
        const CallSignature &call = m_calls.signatures[caller.signature];
        const double helped = caller.chains > 0 ? static_cast<double>(caller.helped) / caller.chains : 0;
        const bool isGrowing = growth >= m_rules.number("calls.retry-storm.min-growth");
        Finding finding;
        finding.detector = kId;
        finding.kind = FindingKind::Calls;
        finding.subject = {std::string(m_shared.snapshot().serviceName(ServiceId(call.service))),
                           m_shared.operationText(endpoint), call.target.empty() ? shortText(call.text) : call.target};
        finding.id = findingId(kId, finding.subject, m_shared.nameText(caller.parent) + call.text);
        finding.title = "Retry less: " + decimalText(amplification) + " calls a request to "
            + (call.target.empty() ? shortText(call.text, 40) : call.target);
        finding.what = m_shared.nameText(caller.parent) + " repeats " + shortText(call.text) + " after failures, up to "
            + std::to_string(caller.longest) + " times: at the worst " + decimalText(amplification)
            + " calls a request reach what is failing. " + percentText(helped)
            + " of the repeated requests succeeded in the end. Between attempts it waits "
            + durationText(Duration(static_cast<std::int64_t>(pauseMs * kNsPerMs)))
            + (std::isnan(growth) ? "."
                   : isGrowing    ? ", longer each time."
                                  : ", no longer each time: all callers come back at once.");
        finding.confidence = m_rules.number("calls.retry-storm.confidence");
        finding.evidence.push_back(m_shared.traceEvidence(caller.parents, endpoint,
                                                          countText(caller.retryRows.size()) + " repeated calls of "
                                                              + pluralText(caller.chains, "request", "requests")
                                                              + "."));
        finding.verification.how = "Counted in traces; what fewer retries do to the called service is not tried.";
        finding.artifacts.push_back(backoffArtifact(3));
        finding.picture = table(caller);
        finding.actions.push_back(
            {Action::Verb::Lower, "retries " + m_shared.nameText(caller.parent) + " -> " + call.text});
        finding.refutedBy = "The calls are meant to be many (polling), and a failure is an answer.";
        return finding;
    }

    TablePicture table(const Caller &caller) const
    {
        TablePicture table;
        table.columns = {"Part of the time", "Requests", "Calls", "Calls a request"};
        for (std::size_t bin = 0; bin < kBins; ++bin) {
            const std::uint32_t calls = caller.calls[bin];
            if (calls == 0)
                continue;
            const std::uint32_t requests = std::max(1U, calls - std::min(calls, caller.retries[bin]));
            const double ratio = static_cast<double>(calls) / requests;
            if (ratio >= m_rules.number("calls.retry-storm.min-amplification"))
                table.badRows.push_back(table.rows.size());
            const auto step = m_range.length().ns() / static_cast<std::int64_t>(kBins);
            table.rows.push_back({clockText(m_range.begin + Duration(step * static_cast<std::int64_t>(bin))),
                                  countText(requests), countText(calls), decimalText(ratio)});
        }
        return table;
    }

    const TimeRange m_range = m_shared.snapshot().range();
    KeyNumbers m_kinds, m_pairs;
    std::vector<Caller> m_callers;
};

} // namespace

DetectorPtr makeRetryStormDetector()
{
    return std::make_unique<CallDetector<StormSearch>>();
}

} // namespace tailspan::advisor
