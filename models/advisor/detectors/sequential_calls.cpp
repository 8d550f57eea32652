// SPDX-License-Identifier: GPL-3.0-or-later
// Different calls of one parent that wait for each other without need. The order alone proves nothing, so a run counts
// only where something shows that each could begin when the first does: the same pair ran side by side or the other way
// round elsewhere, all ask with the same value, which then was known before the first, or a call takes no value at all.
#include "models/advisor/call_artifacts.h"
#include "models/advisor/call_search.h"
#include "models/advisor/call_text.h"
#include "models/base/number_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace tailspan::advisor {

namespace {

constexpr std::string_view kId = "calls.sequential";
constexpr double kNsPerMs = 1e6;

/// Calls one after the other under one parent, by start.
struct Run {
    std::uint32_t parent = 0;
    std::vector<std::uint32_t> rows;
};
struct RunKind {
    EndpointKey parent;
    std::vector<std::uint32_t> signatures; ///< In order.
    std::vector<Run> runs;
    double sumNs = 0;
};

class SequenceSearch : public CallSearch {
public:
    using CallSearch::CallSearch;

    static DetectorInfo info() { return {kId, FindingKind::Calls, "Calls that could run together", Input::Traces, {}}; }

    void run(Output &output)
    {
        std::vector<RunKind> kinds = collect();
        std::ranges::stable_sort(kinds, std::greater(), &RunKind::sumNs);
        std::set<std::uint64_t> told; // one finding a kind of parent: its costliest run
        for (const RunKind &kind : kinds) {
            if (m_stop.stop_requested())
                return;
            const bool isFrequent = m_shared.isFrequent(kind.runs.size(), kind.parent,
                                                        m_rules.number("calls.sequential.min-places"),
                                                        m_rules.number("calls.sequential.min-share-of-requests"));
            if (isFrequent && !told.contains(kind.parent.number()) && judge(kind, output))
                told.insert(kind.parent.number());
        }
    }

private:
    /// What others must wait for whatever it answers.
    static bool isGate(std::string_view text)
    {
        static constexpr std::array<std::string_view, 9> kWords{"auth",  "verify", "login", "permission", "validate",
                                                                "check", "/lock",  "limit", "send"};
        return std::ranges::any_of(
            kWords, [&](std::string_view word) { return findWithoutCase(text, word) != std::string_view::npos; });
    }

    static bool canRunTogether(const CallSignature &call)
    {
        const bool isKind = call.type == CallType::Http || call.type == CallType::Sql || call.type == CallType::Redis
            || call.type == CallType::JsonRpc;
        return isKind && call.isReading && !call.isPrefetch && (call.type == CallType::Sql || !isGate(call.text));
    }

    std::vector<RunKind> collect()
    {
        constexpr std::size_t kMostCalls = 200; // of one parent; more are a loop
        std::vector<RunKind> kinds;
        std::map<std::vector<std::uint32_t>, std::size_t> numbers;
        Run run;
        for (std::uint32_t parent = 0; parent < m_spans.size(); ++parent) {
            if (isStoppedAt(parent))
                return {};
            if (m_spans.subtreeSize[parent] < 3)
                continue;
            run = {parent, {}};
            const std::uint32_t end = parent + m_spans.subtreeSize[parent];
            std::size_t seen = 0;
            for (std::uint32_t child = parent + 1; child < end && seen < kMostCalls;
                 child += m_spans.subtreeSize[child]) {
                const CallSignature *call = m_calls.signature(child);
                if (call == nullptr || call->type == CallType::PoolConnect)
                    continue;
                ++seen;
                const bool fits = canRunTogether(*call) && !m_spans.isError(SpanRow(child));
                if (fits && !run.rows.empty()) {
                    noteOrder(parent, run.rows.back(), child);
                    if (m_spans.startNs[child] < m_shared.endOf(run.rows.back())) { // beside it already
                        close(run, kinds, numbers);
                    }
                }
                if (fits)
                    run.rows.push_back(child);
                else
                    close(run, kinds, numbers); // what changes something stays where it is
            }
            close(run, kinds, numbers);
        }
        return kinds;
    }

    /// Remembers which of two calls under a kind of parent began before the other had ended.
    void noteOrder(std::uint32_t parent, std::uint32_t before, std::uint32_t after)
    {
        const std::uint32_t a = m_calls.signatureOf[before], b = m_calls.signatureOf[after];
        if (a == b)
            return;
        const std::uint32_t kind = m_kinds.numberOf(EndpointKey::of(m_spans, parent).number());
        const std::int64_t overlapNs = m_shared.endOf(before) - m_spans.startNs[after];
        const std::int64_t shorterNs = std::min(m_spans.durationNs[before], m_spans.durationNs[after]);
        m_orders.insert({kind, a, b}); // a first
        if (overlapNs > shorterNs / 5)
            m_orders.insert({kind, b, a}); // and together
    }

    /// Keeps a run of at least two different calls.
    void close(Run &run, std::vector<RunKind> &kinds, std::map<std::vector<std::uint32_t>, std::size_t> &numbers)
    {
        const std::uint32_t parent = run.parent;
        std::vector<std::uint32_t> key;
        double sumNs = 0, longestNs = 0;
        for (const std::uint32_t row : run.rows) {
            if (key.empty() || key.back() != m_calls.signatureOf[row])
                key.push_back(m_calls.signatureOf[row]);
            const auto ns = static_cast<double>(m_spans.durationNs[row]);
            sumNs += ns;
            longestNs = std::max(longestNs, ns);
        }
        std::vector<std::uint32_t> sorted = key;
        std::ranges::sort(sorted);
        const bool isOnce = std::ranges::adjacent_find(sorted) == sorted.end() && key.size() == run.rows.size();
        const double savedMs = (sumNs - longestNs) / kNsPerMs;
        if (key.size() >= 2 && isOnce && savedMs >= m_rules.number("calls.sequential.min-saved-ms")) {
            const std::vector<std::uint32_t> signatures = key;
            key.push_back(m_spans.service[parent]);
            key.push_back(m_spans.operation[parent]);
            const auto [entry, isNew] = numbers.try_emplace(std::move(key), kinds.size());
            if (isNew)
                kinds.push_back({EndpointKey::of(m_spans, parent), signatures, {}, 0});
            kinds[entry->second].runs.push_back(run);
            kinds[entry->second].sumNs += sumNs;
        }
        run.rows.clear();
    }

    /// Why the later of two calls need not wait for the earlier; empty where nothing says so.
    std::string proofOf(const RunKind &kind, std::size_t earlier, std::size_t later) const
    {
        const std::uint32_t a = kind.signatures[earlier], b = kind.signatures[later];
        const std::uint32_t number = m_kinds.find(kind.parent.number());
        if (m_orders.contains({number, b, a}))
            return "elsewhere they ran side by side or in another order";
        std::size_t same = 0, told = 0, without = 0;
        for (const Run &run : kind.runs) {
            const std::uint64_t first = m_calls.parametersOf[run.rows[0]];
            const std::uint64_t value = m_calls.parametersOf[run.rows[later]];
            told += first != 0 && value != 0 ? 1 : 0;
            same += first != 0 && first == value ? 1 : 0;
            without += value == 0 ? 1 : 0;
        }
        if (told > 0 && same == kind.runs.size())
            return "all ask with the same value";
        const CallSignature &call = m_calls.signatures[b];
        // Only a whole statement shows that nothing goes in; a request has headers and a body.
        const bool takesNone = call.type == CallType::Sql && without == kind.runs.size() && !call.isFromName
            && call.text.find('?') == std::string::npos && call.text.find(' ') != std::string::npos;
        return takesNone ? "it asks without any value" : std::string();
    }

    bool judge(const RunKind &kind, Output &output)
    {
        // The longest part of the run in which every call but the first is shown not to wait.
        std::vector<std::size_t> members{0};
        std::string proofs;
        for (std::size_t i = 1; i < kind.signatures.size(); ++i) {
            std::string proof;
            for (std::size_t member = 0; member < members.size(); ++member) {
                proof = proofOf(kind, members[member], i);
                if (proof.empty())
                    break;
            }
            if (proof.empty())
                continue;
            members.push_back(i);
            proofs += (proofs.empty() ? "" : "; ") + shortText(m_calls.signatures[kind.signatures[i]].text, 40) + ": "
                + proof;
        }
        if (members.size() < 2)
            return false;
        std::vector<std::uint32_t> rows, parents;
        for (const Run &run : kind.runs) {
            parents.push_back(run.parent);
            for (const std::size_t member : members)
                rows.push_back(run.rows[member]);
        }
        std::ranges::sort(rows);
        std::ranges::sort(parents);
        const EndpointKey endpoint = m_shared.finder().endpointOfMost(parents);
        RetimeEdit edit;
        edit.kind = RetimeEdit::Kind::Parallel;
        edit.rows = rows;
        const ValueInterval value{1, m_rules.number("calls.sequential.slowdown"),
                                  m_rules.number("calls.sequential.slowdown-high")};
        const EndpointEffect effect = m_shared.effect(endpoint, {std::move(edit)}, value);
        const double least = std::max(m_rules.number("calls.sequential.min-saved-ms"),
                                      m_rules.number("calls.sequential.min-saved-share") * effect.p50().now);
        if (effect.savedMsPerRequest.expected < least)
            return false;
        output.findings.push_back(describe(kind, members, proofs, parents, endpoint, effect));
        return true;
    }

    Finding describe(const RunKind &kind, const std::vector<std::size_t> &members, const std::string &proofs,
                     std::span<const std::uint32_t> parents, EndpointKey endpoint, const EndpointEffect &effect)
    {
        std::vector<std::string> texts;
        std::string listed;
        for (const std::size_t member : members) {
            texts.push_back(m_calls.signatures[kind.signatures[member]].text);
            listed += (listed.empty() ? "" : ", ") + shortText(texts.back(), 40);
        }
        Finding finding;
        finding.detector = kId;
        finding.kind = FindingKind::Calls;
        finding.subject = {std::string(m_shared.snapshot().serviceName(ServiceId(kind.parent.service))),
                           m_shared.operationText(endpoint), shortText(listed, 80)};
        finding.id = findingId(kId, finding.subject, m_shared.nameText(kind.parent));
        finding.title = "Run " + std::to_string(texts.size()) + " calls of " + m_shared.operationText(kind.parent)
            + " together";
        finding.what = m_shared.nameText(kind.parent) + " waits for " + listed
            + " one after the other, though they need not wait: " + proofs + ".";
        finding.confidence = m_rules.number("calls.sequential.confidence");
        m_shared.setEffect(finding, endpoint, effect,
                           std::to_string(texts.size()) + " calls run side by side and take as long as the longest");
        finding.evidence.push_back(m_shared.traceEvidence(
            parents, endpoint, pluralText(kind.runs.size(), "request", "requests") + " run them in turn."));
        finding.verification.how = "Worked out from traces: " + proofs + ".";
        finding.artifacts.push_back(togetherArtifact(texts));
        finding.picture = pictureOf(kind, members);
        finding.actions.push_back({Action::Verb::Add, "together " + m_shared.nameText(kind.parent)});
        finding.refutedBy =
            "A call uses what an earlier one answered, or all go to one connection that takes them in turn.";
        return finding;
    }

    CallsPicture pictureOf(const RunKind &kind, const std::vector<std::size_t> &members) const
    {
        const Run &run = kind.runs[kind.runs.size() / 2];
        std::vector<std::uint32_t> changed;
        std::int64_t longestNs = 0;
        for (const std::size_t member : members) {
            changed.push_back(run.rows[member]);
            longestNs = std::max(longestNs, m_spans.durationNs[run.rows[member]]);
        }
        CallsPicture picture = m_shared.picture(run.parent, changed, {}, longestNs);
        // In the place of one bar stand all, from one start.
        const auto all =
            std::ranges::find_if(picture.after, [](const CallsPicture::Bar &bar) { return bar.label.empty(); });
        const std::int64_t beginNs = all == picture.after.end() ? 0 : all->beginNs;
        std::erase_if(picture.after, [](const CallsPicture::Bar &bar) { return bar.label.empty(); });
        for (const std::uint32_t row : changed)
            picture.after.push_back({m_calls.signature(row)->text, beginNs, beginNs + m_spans.durationNs[row], 1});
        std::ranges::stable_sort(picture.after, {}, &CallsPicture::Bar::beginNs);
        return picture;
    }

    KeyNumbers m_kinds;                              // of parents
    std::set<std::array<std::uint32_t, 3>> m_orders; // kind of parent, a, b: a began while b had not ended
};

} // namespace

DetectorPtr makeSequentialCallsDetector()
{
    return std::make_unique<CallDetector<SequenceSearch>>();
}

} // namespace tailspan::advisor
