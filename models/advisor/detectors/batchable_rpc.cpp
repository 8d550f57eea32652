// SPDX-License-Identifier: GPL-3.0-or-later
// Questions to a node of a block chain, one after the other, that one JSON-RPC request could ask: reads of any method
// under one parent, each of which waits for a round trip.
#include "models/advisor/call_artifacts.h"
#include "models/advisor/call_search.h"
#include "models/base/number_text.h"

#include <algorithm>
#include <cmath>

namespace tailspan::advisor {

namespace {

constexpr std::string_view kId = "calls.batchable-rpc";

class BatchSearch : public CallSearch {
public:
    using CallSearch::CallSearch;

    static DetectorInfo info()
    {
        return {kId, FindingKind::Calls, "Questions to a chain's node that fit into one", Input::Traces, {}};
    }

    void run(Output &output)
    {
        for (const CallGroups &kind : kinds()) {
            if (m_stop.stop_requested())
                return;
            if (m_shared.isFrequent(kind.groups.size(), kind.parent, m_rules.number("calls.batchable-rpc.min-places"),
                                    m_rules.number("calls.batchable-rpc.min-share-of-requests")))
                judge(kind, output);
        }
    }

private:
    std::vector<CallGroups> kinds()
    {
        std::vector<std::pair<std::uint32_t, std::uint32_t>> reads; // parent, row
        for (std::uint32_t row = 0; row < m_spans.size(); ++row) {
            if (isStoppedAt(row))
                return {};
            const CallSignature *call = m_calls.signature(row);
            if (call != nullptr && call->type == CallType::JsonRpc && call->isReading && !call->isBatch
                && m_spans.parent[row] != SpanRow::kNone)
                reads.emplace_back(m_spans.parent[row], row);
        }
        std::ranges::sort(reads);
        std::vector<CallGroups> found;
        KeyNumbers numbers;
        for (std::size_t begin = 0, end = 0; begin < reads.size(); begin = end) {
            CallGroup group{reads[begin].first, {}};
            for (; end < reads.size() && reads[end].first == group.parent; ++end)
                group.rows.push_back(reads[end].second);
            if (!isSuspect(group))
                continue;
            const EndpointKey parent = EndpointKey::of(m_spans, group.parent);
            const std::uint32_t number = numbers.numberOf(parent.number());
            if (number == found.size())
                found.push_back({parent, {}, {}});
            found[number].groups.push_back(std::move(group));
        }
        return found;
    }

    bool isSuspect(const CallGroup &group) const
    {
        return static_cast<double>(group.rows.size()) >= m_rules.number("calls.batchable-rpc.min-calls")
            && !haveMostFailed(group.rows)
            && m_shared.sequentialShare(group.rows) >= m_rules.number("calls.batchable-rpc.min-sequential-share");
    }

    void judge(const CallGroups &kind, Output &output)
    {
        const OneCall one = oneCallFor(kind, m_shared.merged(kind.rows(), kind.meanCount()));
        if (one.effect.savedMsPerRequest.expected < m_rules.number("calls.batchable-rpc.min-saved-ms"))
            return;
        Finding finding = describe(kind);
        complete(finding, kind, one,
                 countText(kind.rows().size()) + " questions to the node in "
                     + pluralText(kind.groups.size(), "place", "places") + ", each after the answer to the one before.",
                 "batch");
        output.findings.push_back(std::move(finding));
    }

    Finding describe(const CallGroups &kind) const
    {
        const std::string count = decimalText(std::round(kind.meanCount()));
        std::vector<std::string> methods;
        for (const std::uint32_t row : kind.groups.front().rows) {
            const CallSignature &call = *m_calls.signature(row);
            if (std::ranges::find(methods, call.text) == methods.end())
                methods.push_back(call.text);
        }
        std::string listed;
        for (const std::string &method : methods)
            listed += (listed.empty() ? "" : ", ") + method;
        Finding finding;
        finding.detector = kId;
        finding.kind = FindingKind::Calls;
        finding.subject = {
            std::string(m_shared.snapshot().serviceName(ServiceId(kind.parent.service))), {}, shortText(listed)};
        finding.title = "Ask the node once instead of " + count + " times: " + shortText(listed, 40);
        finding.what = m_shared.nameText(kind.parent) + " asks a node " + count
            + " times, each after the answer before: " + listed
            + ". They only read, so one JSON-RPC request can carry them all and wait for one round trip.";
        // Several methods follow from each other more easily than one method with many values.
        finding.confidence = m_rules.number("calls.batchable-rpc.confidence")
            + (methods.size() == 1 && kind.groups.size() > 1 ? m_rules.number("calls.batchable-rpc.confidence-step")
                                                             : 0);
        finding.verification.how = "Worked out from traces; whether the node takes batches is not asked here.";
        finding.artifacts.push_back(jsonRpcBatchArtifact(methods));
        finding.actions.push_back({Action::Verb::Add, "batch " + m_shared.nameText(kind.parent) + " -> node"});
        finding.refutedBy = "A question needs the answer to the one before, or the node refuses arrays of requests.";
        finding.assumptions.push_back("That no question needs an earlier answer cannot be seen in traces.");
        return finding;
    }
};

} // namespace

DetectorPtr makeBatchableRpcDetector()
{
    return std::make_unique<CallDetector<BatchSearch>>();
}

} // namespace tailspan::advisor
