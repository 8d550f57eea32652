// SPDX-License-Identifier: GPL-3.0-or-later
// Questions to a node of a block chain, one after the other, that one JSON-RPC request could ask: reads of any method
// under one parent, each of which waits for a round trip.
#include "models/advisor/call_artifacts.h"
#include "models/advisor/call_findings.h"
#include "models/base/number_text.h"

#include <algorithm>
#include <cmath>

namespace tailspan::advisor {

namespace {

constexpr std::string_view kId = "calls.batchable-rpc";

/// Reads under one parent, by start.
struct Batch {
    std::uint32_t parent = 0;
    std::vector<std::uint32_t> rows;
};
struct BatchKind {
    EndpointKey parent;
    std::vector<Batch> batches;
};

class BatchSearch {
public:
    BatchSearch(const Inputs &inputs, const Rules &rules, const std::stop_token &stop)
        : m_shared(inputs, rules), m_calls(*inputs.calls), m_spans(inputs.traces->spans()), m_rules(rules), m_stop(stop)
    {}

    void run(Output &output)
    {
        for (const BatchKind &kind : kinds()) {
            if (m_stop.stop_requested())
                return;
            if (m_shared.isFrequent(kind.batches.size(), kind.parent, m_rules.number("calls.batchable-rpc.min-places"),
                                    m_rules.number("calls.batchable-rpc.min-share-of-requests")))
                judge(kind, output);
        }
    }

private:
    std::vector<BatchKind> kinds()
    {
        constexpr std::uint32_t kLookEvery = 4'096;
        std::vector<std::pair<std::uint32_t, std::uint32_t>> reads; // parent, row
        for (std::uint32_t row = 0; row < m_spans.size(); ++row) {
            if (row % kLookEvery == 0 && m_stop.stop_requested())
                return {};
            const CallSignature *call = m_calls.signature(row);
            if (call != nullptr && call->type == CallType::JsonRpc && call->isReading && !call->isBatch
                && m_spans.parent[row] != SpanRow::kNone)
                reads.emplace_back(m_spans.parent[row], row);
        }
        std::ranges::sort(reads);
        std::vector<BatchKind> found;
        KeyNumbers numbers;
        for (std::size_t begin = 0, end = 0; begin < reads.size(); begin = end) {
            Batch batch{reads[begin].first, {}};
            for (; end < reads.size() && reads[end].first == batch.parent; ++end)
                batch.rows.push_back(reads[end].second);
            if (!isSuspect(batch))
                continue;
            const EndpointKey parent = EndpointKey::of(m_spans, batch.parent);
            const std::uint32_t number = numbers.numberOf(parent.number());
            if (number == found.size())
                found.push_back({parent, {}});
            found[number].batches.push_back(std::move(batch));
        }
        return found;
    }

    bool isSuspect(const Batch &batch) const
    {
        if (static_cast<double>(batch.rows.size()) < m_rules.number("calls.batchable-rpc.min-calls"))
            return false;
        std::size_t failed = 0;
        for (const std::uint32_t row : batch.rows)
            failed += m_spans.isError(SpanRow(row)) ? 1 : 0;
        return 2 * failed <= batch.rows.size()
            && m_shared.sequentialShare(batch.rows) >= m_rules.number("calls.batchable-rpc.min-sequential-share");
    }

    void judge(const BatchKind &kind, Output &output)
    {
        std::vector<std::uint32_t> rows, parents;
        double count = 0;
        for (const Batch &batch : kind.batches) {
            rows.insert(rows.end(), batch.rows.begin(), batch.rows.end());
            parents.push_back(batch.parent);
            count += static_cast<double>(batch.rows.size());
        }
        count /= static_cast<double>(kind.batches.size());
        std::ranges::sort(rows);
        const EndpointKey endpoint = m_shared.finder().endpointOfMost(parents);
        const MergedCalls merged = m_shared.merged(rows, count);
        const EndpointEffect effect = m_shared.effect(endpoint, {merged.edit}, merged.value);
        if (effect.savedMsPerRequest.expected < m_rules.number("calls.batchable-rpc.min-saved-ms"))
            return;
        Finding finding = describe(kind, parents, count);
        m_shared.setEffect(finding, endpoint, effect, merged.basis);
        finding.subject.operation = m_shared.operationText(endpoint);
        finding.id = findingId(kId, finding.subject, m_shared.nameText(kind.parent));
        finding.evidence.push_back(m_shared.traceEvidence(parents, endpoint,
                                                          countText(rows.size()) + " questions to the node in "
                                                              + pluralText(parents.size(), "place", "places")
                                                              + ", each after the answer to the one before."));
        const Batch &shown =
            *std::ranges::max_element(kind.batches, {}, [](const Batch &batch) { return batch.rows.size(); });
        finding.picture = m_shared.picture(shown.parent, shown.rows, "batch", std::llround(merged.costNs));
        output.findings.push_back(std::move(finding));
    }

    Finding describe(const BatchKind &kind, std::span<const std::uint32_t> parents, double count) const
    {
        std::vector<std::string> methods;
        std::vector<std::uint64_t> values;
        for (const std::uint32_t row : kind.batches.front().rows) {
            const CallSignature &call = *m_calls.signature(row);
            if (std::ranges::find(methods, call.text) == methods.end())
                methods.push_back(call.text);
            if (m_calls.parametersOf[row] != 0)
                values.push_back(m_calls.parametersOf[row]);
        }
        std::string listed;
        for (const std::string &method : methods)
            listed += (listed.empty() ? "" : ", ") + method;
        Finding finding;
        finding.detector = kId;
        finding.kind = FindingKind::Calls;
        finding.subject = {
            std::string(m_shared.snapshot().serviceName(ServiceId(kind.parent.service))), {}, shortText(listed)};
        finding.title = "Ask the node once instead of " + decimalText(std::round(count))
            + " times: " + shortText(listed, 40);
        finding.what = m_shared.nameText(kind.parent) + " asks a node " + decimalText(std::round(count))
            + " times, each after the answer before: " + listed
            + ". They only read, so one JSON-RPC request can carry them all and wait for one round trip.";
        // Several methods follow from each other more easily than one method with many values.
        finding.confidence = m_rules.number("calls.batchable-rpc.confidence")
            + (methods.size() == 1 && parents.size() > 1 ? m_rules.number("calls.batchable-rpc.confidence-step") : 0);
        finding.verification.how = "Worked out from traces; whether the node takes batches is not asked here.";
        finding.artifacts.push_back(jsonRpcBatchArtifact(methods));
        finding.actions.push_back({Action::Verb::Add, "batch " + m_shared.nameText(kind.parent) + " -> node"});
        finding.refutedBy = "A question needs the answer to the one before, or the node refuses arrays of requests.";
        finding.assumptions.push_back("That no question needs an earlier answer cannot be seen in traces.");
        return finding;
    }

    CallFindings m_shared;
    const SpanCalls &m_calls;
    const trace::SpanTable &m_spans;
    const Rules &m_rules;
    const std::stop_token &m_stop;
};

class BatchableRpcDetector final : public Detector {
public:
    [[nodiscard]] DetectorInfo info() const override
    {
        return {kId, FindingKind::Calls, "Questions to a chain's node that fit into one", Input::Traces, {}};
    }
    void detect(const Inputs &inputs, const Rules &rules, const std::stop_token &stop, Output &output) const override
    {
        BatchSearch(inputs, rules, stop).run(output);
    }
};

} // namespace

DetectorPtr makeBatchableRpcDetector()
{
    return std::make_unique<BatchableRpcDetector>();
}

} // namespace tailspan::advisor
