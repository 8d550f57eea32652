// SPDX-License-Identifier: GPL-3.0-or-later
// Calls to another service that take much of a request, split into getting a connection, the way there and back, and the
// service itself. What the caller can change is told: connections that stay open, fewer round trips, a second try beside
// a slow first one. Time inside a service that records spans is that service's matter.
#include "models/advisor/call_artifacts.h"
#include "models/advisor/call_findings.h"
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
    double sumNs = 0;
    double connectNs = 0;
    double serverNs = 0;
    double wayNs = 0; ///< Of answered calls: neither connecting nor in the service.
    std::size_t answered = 0;
};

class UpstreamSearch {
public:
    UpstreamSearch(const Inputs &inputs, const Rules &rules, const std::stop_token &stop)
        : m_shared(inputs, rules), m_calls(*inputs.calls), m_spans(inputs.traces->spans()), m_rules(rules), m_stop(stop)
    {}

    void run(Output &output)
    {
        std::vector<Upstream> upstreams = collect();
        std::ranges::stable_sort(upstreams, std::greater(), &Upstream::sumNs);
        constexpr std::size_t kMostJudged = 40;
        for (std::size_t i = 0; i < std::min(upstreams.size(), kMostJudged) && !m_stop.stop_requested(); ++i)
            judge(upstreams[i], output);
    }

private:
    std::vector<Upstream> collect()
    {
        constexpr std::uint32_t kLookEvery = 4'096;
        std::vector<Upstream> upstreams;
        KeyNumbers numbers;
        for (std::uint32_t row = 0; row < m_spans.size(); ++row) {
            if (row % kLookEvery == 0 && m_stop.stop_requested())
                return {};
            const CallType type = m_calls.type(row);
            const bool isOutgoing = m_spans.kind[row] == trace::SpanKind::Client; // only those can be split
            if ((type != CallType::Http && type != CallType::JsonRpc) || !isOutgoing || m_spans.isError(SpanRow(row)))
                continue;
            const std::uint32_t number = numbers.numberOf(m_calls.signatureOf[row]);
            if (number == upstreams.size()) {
                upstreams.emplace_back();
                upstreams.back().signature = m_calls.signatureOf[row];
            }
            add(upstreams[number], row);
        }
        return upstreams;
    }

    void add(Upstream &upstream, std::uint32_t row) const
    {
        double connectNs = 0, serverNs = 0;
        const std::uint32_t end = row + m_spans.subtreeSize[row];
        for (std::uint32_t child = row + 1; child < end; child += m_spans.subtreeSize[child]) {
            const auto ns = static_cast<double>(m_spans.durationNs[child]);
            if (m_calls.type(child) == CallType::PoolConnect)
                connectNs += ns;
            else if (m_spans.service[child] != m_spans.service[row] || m_spans.kind[child] == trace::SpanKind::Server)
                serverNs += ns;
        }
        const auto ns = static_cast<double>(m_spans.durationNs[row]);
        connectNs = std::min(connectNs, ns);
        serverNs = std::min(serverNs, ns - connectNs);
        upstream.rows.push_back(row);
        upstream.sumNs += ns;
        upstream.connectNs += connectNs;
        upstream.serverNs += serverNs;
        upstream.answered += serverNs > 0 ? 1 : 0;
        upstream.wayNs += serverNs > 0 ? ns - connectNs - serverNs : 0;
    }

    void judge(const Upstream &upstream, Output &output)
    {
        if (static_cast<double>(upstream.rows.size()) < m_rules.number("calls.slow-upstream.min-calls"))
            return;
        const EndpointKey endpoint = m_shared.finder().endpointOfMost(upstream.rows);
        const double connectShare = upstream.connectNs / std::max(1.0, upstream.sumNs);
        const double medianMs = static_cast<double>(m_shared.medianNs(upstream.rows)) / kNsPerMs;
        if (connectShare >= m_rules.number("calls.slow-upstream.min-connect-share")
            && connectShare * medianMs >= m_rules.number("calls.slow-upstream.min-connect-ms")) {
            keepOpen(upstream, endpoint, connectShare, output);
            return;
        }
        const bool isOutside = upstream.answered == 0;
        if (isOutside && m_calls.signatures[upstream.signature].isReading)
            hedge(upstream, endpoint, output);
    }

    void keepOpen(const Upstream &upstream, EndpointKey endpoint, double connectShare, Output &output)
    {
        RetimeEdit edit;
        edit.rows = upstream.rows;
        // Most connections are there already; some must still be made.
        const ValueInterval value{1 - connectShare * m_rules.number("calls.slow-upstream.kept-high"),
                                  1 - connectShare * m_rules.number("calls.slow-upstream.kept"),
                                  1 - connectShare * m_rules.number("calls.slow-upstream.kept-low")};
        const EndpointEffect effect = m_shared.effect(endpoint, {std::move(edit)}, value);
        if (effect.savedMsPerRequest.expected < m_rules.number("calls.slow-upstream.min-saved-ms"))
            return;
        Finding finding = begin(upstream, endpoint);
        finding.title = "Keep connections to " + targetOf(upstream) + " open";
        finding.what = finding.subject.service + " makes a new connection for calls to " + targetOf(upstream) + ": "
            + percentText(connectShare) + " of their time is looking up the address, TCP and TLS."
            + splitText(upstream);
        m_shared.setEffect(finding, endpoint, effect, "connections stay open and most calls begin at once");
        finding.artifacts.push_back(keepAliveArtifact());
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
        const auto part = [&](double ns) { return percentText(ns / std::max(1.0, upstream.sumNs)); };
        std::string text = " Split: " + part(upstream.connectNs) + " connecting";
        if (upstream.answered == 0)
            return text + "; the service records no spans here, so the way and the service cannot be told apart.";
        return text + ", " + part(upstream.wayNs) + " on the way, " + part(upstream.serverNs) + " in the service.";
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
        finding.picture = split(upstream);
        return finding;
    }

    TablePicture split(const Upstream &upstream) const
    {
        TablePicture table;
        table.columns = {"Part", "Share", "A call"};
        const auto row = [&](const char *name, double ns) {
            const double calls = static_cast<double>(upstream.rows.size());
            table.rows.push_back({name, percentText(ns / std::max(1.0, upstream.sumNs)),
                                  durationText(Duration(std::llround(ns / calls)))});
        };
        row("Connecting", upstream.connectNs);
        if (upstream.answered > 0) {
            row("On the way", upstream.wayNs);
            row("In the service", upstream.serverNs);
        } else {
            row("On the way and in the service", upstream.sumNs - upstream.connectNs);
        }
        return table;
    }

    CallFindings m_shared;
    const SpanCalls &m_calls;
    const trace::SpanTable &m_spans;
    const Rules &m_rules;
    const std::stop_token &m_stop;
};

class SlowUpstreamDetector final : public Detector {
public:
    [[nodiscard]] DetectorInfo info() const override
    {
        return {kId, FindingKind::Calls, "Slow calls to another service", Input::Traces, {}};
    }
    void detect(const Inputs &inputs, const Rules &rules, const std::stop_token &stop, Output &output) const override
    {
        UpstreamSearch(inputs, rules, stop).run(output);
    }
};

} // namespace

DetectorPtr makeSlowUpstreamDetector()
{
    return std::make_unique<SlowUpstreamDetector>();
}

} // namespace tailspan::advisor
