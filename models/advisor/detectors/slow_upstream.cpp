// SPDX-License-Identifier: GPL-3.0-or-later
// Calls to another service or database that take much of a request, split into waiting for a connection of the pool,
// making one, the way there and back, and the service itself. What the caller can change is told: connections that stay
// open, fewer round trips, a second try beside a slow first one. Time inside a service that records spans is that
// service's matter.
#include "models/advisor/call_artifacts.h"
#include "models/advisor/call_search.h"
#include "models/base/number_text.h"

#include <algorithm>
#include <cmath>

namespace tailspan::advisor {

namespace {

constexpr std::string_view kId = "calls.slow-upstream";
constexpr double kNsPerMs = 1e6;

/// Calls of one signature, wherever they are made from.
struct Upstream {
    std::uint32_t signature = 0;
    std::vector<std::uint32_t> rows;
    std::vector<std::uint32_t> connectRows; ///< What made connections for them.
    CallSplit split;                        ///< Of all.

    [[nodiscard]] double shareOf(double ns) const { return ns / std::max(1.0, split.sumNs()); }
    [[nodiscard]] double meanMs(double ns) const { return ns / static_cast<double>(rows.size()) / kNsPerMs; }
};

class UpstreamSearch : public CallSearch {
public:
    using CallSearch::CallSearch;

    static DetectorInfo info() { return {kId, FindingKind::Calls, "Slow calls to another service", Input::Traces, {}}; }

    void run(Output &output)
    {
        std::vector<Upstream> upstreams = collect();
        std::ranges::stable_sort(upstreams, std::greater(), [](const Upstream &one) { return one.split.sumNs(); });
        constexpr std::size_t kMostJudged = 40;
        for (std::size_t i = 0; i < std::min(upstreams.size(), kMostJudged) && !m_stop.stop_requested(); ++i)
            judge(upstreams[i], output);
    }

private:
    std::vector<Upstream> collect()
    {
        std::vector<Upstream> upstreams;
        KeyNumbers numbers;
        for (std::uint32_t row = 0; row < m_spans.size(); ++row) {
            if (isStoppedAt(row))
                return {};
            const CallType type = m_calls.type(row);
            const bool isSplit = type == CallType::Http || type == CallType::JsonRpc || type == CallType::Sql;
            const bool isOutgoing = m_spans.kind[row] == trace::SpanKind::Client; // only those can be split
            if (!isSplit || !isOutgoing || hasFailed(row))
                continue;
            const std::uint32_t number = numbers.numberOf(m_calls.signatureOf[row]);
            if (number == upstreams.size()) {
                upstreams.emplace_back();
                upstreams.back().signature = m_calls.signatureOf[row];
            }
            upstreams[number].rows.push_back(row);
            upstreams[number].split.add(m_shared.splitter().splitOf(row, &upstreams[number].connectRows));
        }
        return upstreams;
    }

    void judge(const Upstream &upstream, Output &output)
    {
        if (static_cast<double>(upstream.rows.size()) < m_rules.number("calls.slow-upstream.min-calls"))
            return;
        const EndpointKey endpoint = m_shared.finder().endpointOfMost(upstream.rows);
        const double connectNs = upstream.split.connectNs;
        if (upstream.shareOf(connectNs) >= m_rules.number("calls.slow-upstream.min-connect-share")
            && upstream.meanMs(connectNs) >= m_rules.number("calls.slow-upstream.min-connect-ms")) {
            keepOpen(upstream, endpoint, output);
            return;
        }
        const CallSignature &call = m_calls.signatures[upstream.signature];
        if (upstream.split.answered == 0 && call.isReading && call.type != CallType::Sql)
            hedge(upstream, endpoint, output);
    }

    void keepOpen(const Upstream &upstream, EndpointKey endpoint, Output &output)
    {
        RetimeEdit edit;
        edit.rows = upstream.connectRows;
        std::ranges::sort(edit.rows);
        edit.rows.erase(std::unique(edit.rows.begin(), edit.rows.end()), edit.rows.end());
        // Most connections are there already; some must still be made.
        const ValueInterval value{1 - m_rules.number("calls.slow-upstream.kept-high"),
                                  1 - m_rules.number("calls.slow-upstream.kept"),
                                  1 - m_rules.number("calls.slow-upstream.kept-low")};
        const EndpointEffect effect = m_shared.effect(endpoint, {std::move(edit)}, value);
        if (effect.savedMsPerRequest.expected < m_rules.number("calls.slow-upstream.min-saved-ms"))
            return;
        Finding finding = begin(upstream, endpoint);
        finding.title = "Keep connections to " + targetOf(upstream) + " open";
        finding.what = finding.subject.service + " makes a new connection for calls to " + targetOf(upstream) + ": "
            + percentText(upstream.shareOf(upstream.split.connectNs))
            + " of their time is looking up the address, TCP, TLS and logging in." + splitText(upstream);
        m_shared.setEffect(finding, endpoint, effect, "connections stay open and most calls begin at once");
        const bool isDatabase = m_calls.signatures[upstream.signature].type == CallType::Sql;
        finding.artifacts.push_back(isDatabase ? connectionPoolArtifact() : keepAliveArtifact());
        finding.actions.push_back(
            {Action::Verb::Add, "keep-alive " + finding.subject.service + " -> " + targetOf(upstream)});
        finding.refutedBy =
            "The other side closes connections after each answer, or calls are rarer than it keeps them open.";
        output.findings.push_back(std::move(finding));
    }

    /// Durations of the calls by rank.
    struct Tail {
        double p50 = 0, p90 = 0, p95 = 0, p999 = 0;
        std::vector<std::uint32_t> rows; ///< Over the p95.
        double meanNs = 0;               ///< Of those.
    };
    Tail tailOf(const Upstream &upstream) const
    {
        std::vector<std::uint32_t> byLength = upstream.rows;
        std::ranges::sort(byLength, {}, [&](std::uint32_t row) { return m_spans.durationNs[row]; });
        const auto at = [&](double ratio) {
            const auto rank = static_cast<std::size_t>(ratio * static_cast<double>(byLength.size() - 1));
            return static_cast<double>(m_spans.durationNs[byLength[rank]]);
        };
        Tail tail{at(0.5), at(0.9), at(0.95), at(0.999), {}, 0};
        for (const std::uint32_t row : byLength) {
            const auto ns = static_cast<double>(m_spans.durationNs[row]);
            if (ns <= tail.p95)
                continue;
            tail.rows.push_back(row);
            tail.meanNs += ns;
        }
        tail.meanNs /= std::max(1.0, static_cast<double>(tail.rows.size()));
        std::ranges::sort(tail.rows);
        return tail;
    }

    /// Reads whose slowest are far from their median: a second try, sent when the first takes longer than most.
    void hedge(const Upstream &upstream, EndpointKey endpoint, Output &output)
    {
        const Tail tail = tailOf(upstream);
        const bool isLong = tail.p95 / kNsPerMs >= m_rules.number("calls.slow-upstream.min-p95-ms")
            && tail.p95 >= tail.p50 * m_rules.number("calls.slow-upstream.min-tail-ratio");
        const auto count = static_cast<double>(upstream.rows.size());
        if (!isLong || tail.rows.empty() || count < m_rules.number("calls.slow-upstream.min-hedged-calls"))
            return;
        RetimeEdit edit;
        edit.rows = tail.rows;
        const double factor = std::min(1.0, (tail.p95 + tail.p50) / tail.meanNs);
        const ValueInterval value{factor, factor, std::min(1.0, (tail.p95 + tail.p90) / tail.meanNs)};
        const EndpointEffect effect = m_shared.effect(endpoint, {std::move(edit)}, value);
        if (effect.p99().now - effect.p99().expected < m_rules.number("calls.slow-upstream.min-saved-ms"))
            return;
        const std::string p95 = durationText(Duration(std::llround(tail.p95)));
        Finding finding = begin(upstream, endpoint);
        finding.title = "Send a second request to " + targetOf(upstream) + " when the first is slow";
        finding.what = "Calls of " + finding.subject.service + " to " + targetOf(upstream) + " take "
            + durationText(Duration(std::llround(tail.p50))) + " mostly, but one in twenty takes over " + p95
            + ". They only read, so a second request after " + p95
            + ", whose answer counts if it comes first, cuts the tail for about 5 % more calls." + splitText(upstream);
        m_shared.setEffect(finding, endpoint, effect, "calls over their p95 end a median call after it");
        finding.artifacts.push_back(hedgeArtifact(tail.p95 / kNsPerMs, tail.p999 / kNsPerMs));
        finding.actions.push_back(
            {Action::Verb::Add, "hedge " + finding.subject.service + " -> " + targetOf(upstream)});
        finding.refutedBy =
            "The other side is slow for everybody at those times: then a second request only adds load.";
        output.findings.push_back(std::move(finding));
    }

    static Artifact hedgeArtifact(double afterMs, double slowestMs)
    {
        constexpr double kTimeoutMargin = 1.5; // over the p99.9 of healthy calls
        const std::string after = std::to_string(std::llround(afterMs));
        const std::string most = std::to_string(std::llround(slowestMs * kTimeoutMargin));
        return {"js", "A second request for slow reads",
                "   let budget = 1; // at most one request in twenty is sent twice\n"
                "+  async function hedged(call) { // call: (signal) => promise, a read\n"
                "+    budget = Math.min(10, budget + 0.05);\n"
                "+    const controllers = [new AbortController(), new AbortController()];\n"
                "+    const limit = setTimeout(() => controllers.forEach((one) => one.abort()), "
                    + most
                    + ");\n"
                      "+    const second = new Promise((resolve, reject) => setTimeout(() => {\n"
                      "+      if (budget < 1) return; // the first one has to do\n"
                      "+      budget -= 1;\n"
                      "+      call(controllers[1].signal).then(resolve, reject);\n"
                      "+    }, "
                    + after
                    + "));\n"
                      "+    try { return await Promise.race([call(controllers[0].signal), second]); }\n"
                      "+    finally { clearTimeout(limit); controllers.forEach((one) => one.abort()); }\n"
                      "+  }",
                std::nullopt};
    }

    std::string targetOf(const Upstream &upstream) const
    {
        const CallSignature &call = m_calls.signatures[upstream.signature];
        return call.target.empty() ? shortText(call.text, 40) : call.target;
    }

    std::string splitText(const Upstream &upstream) const
    {
        const CallSplit &split = upstream.split;
        const auto part = [&](double ns) { return percentText(upstream.shareOf(ns)); };
        std::string text = " Split: ";
        if (split.queueNs > 0)
            text += part(split.queueNs) + " waiting for a connection of the pool, ";
        text += part(split.connectNs) + " connecting";
        if (split.answered == 0)
            return text + "; the service records no spans here, so the way and the service cannot be told apart.";
        return text + ", " + part(split.restNs) + " on the way, " + part(split.serverNs) + " in the service.";
    }

    Finding begin(const Upstream &upstream, EndpointKey endpoint)
    {
        const CallSignature &call = m_calls.signatures[upstream.signature];
        Finding finding;
        finding.detector = kId;
        finding.kind = FindingKind::Calls;
        finding.subject = {std::string(m_shared.snapshot().serviceName(ServiceId(call.service))),
                           m_shared.operationText(endpoint), targetOf(upstream)};
        finding.id = findingId(kId, finding.subject, call.text);
        finding.confidence = m_rules.number("calls.slow-upstream.confidence");
        finding.evidence.push_back(
            m_shared.traceEvidence(upstream.rows, endpoint,
                                   countText(upstream.rows.size()) + " calls of " + shortText(call.text) + ", "
                                       + durationText(Duration(m_shared.medianNs(upstream.rows))) + " at the median."));
        finding.verification.how = "Worked out from traces; nothing was sent to the other side.";
        finding.picture = tableOf(upstream);
        return finding;
    }

    TablePicture tableOf(const Upstream &upstream) const
    {
        TablePicture table;
        table.columns = {"Part", "Share", "A call"};
        const CallSplit &split = upstream.split;
        const auto row = [&](const char *name, double ns) {
            table.rows.push_back({name, percentText(upstream.shareOf(ns)),
                                  durationText(Duration(std::llround(upstream.meanMs(ns) * kNsPerMs)))});
        };
        if (split.queueNs > 0)
            row("Waiting for the pool", split.queueNs);
        row("Connecting", split.connectNs);
        if (split.answered > 0) {
            row("On the way", split.restNs);
            row("In the service", split.serverNs);
        } else {
            row("On the way and in the service", split.restNs);
        }
        return table;
    }
};

} // namespace

DetectorPtr makeSlowUpstreamDetector()
{
    return std::make_unique<CallDetector<UpstreamSearch>>();
}

} // namespace tailspan::advisor
