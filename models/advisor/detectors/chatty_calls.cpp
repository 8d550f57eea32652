// SPDX-License-Identifier: GPL-3.0-or-later
// Two services that talk too much: one request of the first makes many different calls to the second, one after the
// other, which a coarser call could answer at once. The same call again and again is n_plus_one.cpp's.
#include "models/advisor/call_artifacts.h"
#include "models/advisor/call_search.h"
#include "models/base/number_text.h"

#include <algorithm>
#include <cmath>

namespace tailspan::advisor {

namespace {

constexpr std::string_view kId = "calls.chatty";

class TalkSearch : public CallSearch {
public:
    using CallSearch::CallSearch;

    static DetectorInfo info() { return {kId, FindingKind::Calls, "Services that talk too much", Input::Traces, {}}; }

    void run(Output &output)
    {
        for (const CallGroups &kind : kinds()) {
            if (m_stop.stop_requested())
                return;
            if (m_shared.isFrequent(kind.groups.size(), kind.parent, m_rules.number("calls.chatty.min-places"),
                                    m_rules.number("calls.chatty.min-share-of-requests")))
                judge(kind, output);
        }
    }

private:
    /// The service that answers, by its own span or by what the call says.
    std::string targetOf(std::uint32_t row) const
    {
        const CallSignature &call = *m_calls.signature(row);
        if (!call.target.empty() || m_spans.subtreeSize[row] == 1)
            return call.target;
        return m_spans.service[row + 1] != m_spans.service[row]
            ? std::string(m_shared.snapshot().serviceOf(SpanRow(row + 1)))
            : std::string();
    }

    std::vector<CallGroups> kinds()
    {
        std::vector<CallGroups> kinds;
        std::map<std::pair<std::uint64_t, std::string>, std::size_t> numbers;
        const auto minCalls = static_cast<std::size_t>(std::max(2.0, m_rules.number("calls.chatty.min-calls")));
        for (std::uint32_t parent = 0; parent < m_spans.size(); ++parent) {
            if (isStoppedAt(parent))
                return {};
            if (m_spans.subtreeSize[parent] <= minCalls)
                continue;
            for (auto &[target, rows] : callsByTarget(parent, minCalls)) {
                if (rows.size() < minCalls || !isSuspect(rows))
                    continue;
                const auto [entry, isNew] =
                    numbers.try_emplace({EndpointKey::of(m_spans, parent).number(), target}, kinds.size());
                if (isNew)
                    kinds.push_back({EndpointKey::of(m_spans, parent), target, {}});
                kinds[entry->second].groups.push_back({parent, std::move(rows)});
            }
        }
        return kinds;
    }

    std::map<std::string, std::vector<std::uint32_t>> callsByTarget(std::uint32_t parent, std::size_t minCalls) const
    {
        std::vector<std::uint32_t> rows;
        const std::uint32_t end = parent + m_spans.subtreeSize[parent];
        for (std::uint32_t child = parent + 1; child < end; child += m_spans.subtreeSize[child]) {
            if (m_calls.type(child) == CallType::Http || m_calls.type(child) == CallType::Other)
                rows.push_back(child);
        }
        std::map<std::string, std::vector<std::uint32_t>> byTarget;
        if (rows.size() < minCalls)
            return byTarget;
        for (const std::uint32_t row : rows) {
            if (std::string target = targetOf(row); !target.empty())
                byTarget[std::move(target)].push_back(row);
        }
        return byTarget;
    }

    bool isSuspect(std::span<const std::uint32_t> rows) const
    {
        std::map<std::uint32_t, std::size_t> counts;
        for (const std::uint32_t row : rows)
            ++counts[m_calls.signatureOf[row]];
        const std::size_t most =
            std::ranges::max_element(counts, {}, [](const auto &count) { return count.second; })->second;
        const auto size = static_cast<double>(rows.size());
        return counts.size() >= 2 && static_cast<double>(most) / size <= m_rules.number("calls.chatty.max-share-of-one")
            && !haveMostFailed(rows)
            && m_shared.sequentialShare(rows) >= m_rules.number("calls.chatty.min-sequential-share");
    }

    void judge(const CallGroups &kind, Output &output)
    {
        std::vector<std::uint32_t> rows = kind.rows();
        const std::string evidence = countText(rows.size()) + " calls to " + kind.target + " in "
            + pluralText(kind.groups.size(), "place", "places") + ".";
        const auto oneNs = static_cast<double>(m_shared.medianNs(rows));
        const EachCall each{{m_rules.number("calls.chatty.batch-share-low") * oneNs,
                             m_rules.number("calls.chatty.batch-share") * oneNs,
                             m_rules.number("calls.chatty.batch-share-high") * oneNs},
                            "each further one adds a part of its work, which is not known"};
        const OneCall one = oneCallFor(kind, m_shared.merged(std::move(rows), kind.meanCount(), each));
        if (one.effect.savedMsPerRequest.expected < m_rules.number("calls.chatty.min-saved-ms"))
            return;
        Finding finding = describe(kind);
        complete(finding, kind, one, evidence, "one coarser call");
        output.findings.push_back(std::move(finding));
    }

    Finding describe(const CallGroups &kind) const
    {
        const std::string count = decimalText(std::round(kind.meanCount()));
        std::vector<std::string> texts;
        for (const std::uint32_t row : kind.groups.front().rows) {
            const std::string text = shortText(m_calls.signature(row)->text, 40);
            if (std::ranges::find(texts, text) == texts.end())
                texts.push_back(text);
        }
        std::string listed;
        for (const std::string &text : texts)
            listed += (listed.empty() ? "" : ", ") + text;
        Finding finding;
        finding.detector = kId;
        finding.kind = FindingKind::Calls;
        finding.subject = {
            std::string(m_shared.snapshot().serviceName(ServiceId(kind.parent.service))), {}, kind.target};
        finding.title = "Ask " + kind.target + " once instead of " + count + " times a request";
        finding.what = m_shared.nameText(kind.parent) + " makes " + count + " calls to " + kind.target
            + " in a request, one after the other: " + listed
            + ". A route that answers them together would cost one round trip.";
        finding.confidence = m_rules.number("calls.chatty.confidence");
        finding.verification.how = "Worked out from traces; the coarser call does not exist yet.";
        CallSignature call;
        call.type = CallType::Http;
        call.text = texts.front();
        finding.artifacts = batchArtifacts({{&call}});
        finding.actions.push_back(
            {Action::Verb::Add, "batch " + m_shared.nameText(kind.parent) + " -> " + kind.target});
        finding.refutedBy = "Each call needs what the one before it answered.";
        finding.assumptions.push_back("That the calls do not need each other's answers cannot be seen in traces.");
        return finding;
    }
};

} // namespace

DetectorPtr makeChattyCallsDetector()
{
    return std::make_unique<CallDetector<TalkSearch>>();
}

} // namespace tailspan::advisor
