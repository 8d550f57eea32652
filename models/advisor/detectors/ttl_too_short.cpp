// SPDX-License-Identifier: GPL-3.0-or-later
// Keys that Redis drops long before what they hold changes: a longer time to live, by replaying the observed requests.
#include "models/advisor/cache_edits.h"
#include "models/base/number_text.h"

#include <algorithm>
#include <cmath>

namespace tailspan::advisor {

namespace {

constexpr std::string_view kId = "cache.ttl-too-short";

class ShortSearch {
public:
    ShortSearch(const Inputs &inputs, const Rules &rules, const std::stop_token &stop)
        : m_shared(inputs, rules, stop), m_requests(*inputs.keyedRequests), m_redis(inputs.redis), m_rules(rules),
          m_stop(stop)
    {}

    void run(Output &output)
    {
        for (const TtlStudy &study : studyTtls(m_shared.spans(), m_requests, m_redis,
                                               m_rules.number("cache.ttl-too-short.min-requests"), m_stop)) {
            if (m_stop.stop_requested())
                return;
            const CacheReplay *best = bestOf(study);
            if (best == nullptr)
                continue;
            if (study.tellsChanges)
                add(study, *best, output);
            else
                output.unjudged.push_back(
                    {std::string(kId), study.front.front->text,
                     "how often the answer of " + shortText(study.front.origin->text) + " changes is not told",
                     "Record a hash of the answer (http.response.header.etag or response.hash)."});
        }
    }

private:
    const CacheReplay *bestOf(const TtlStudy &study) const
    {
        const CacheReplay *best = nullptr;
        const double saved = study.now.savedNs; // by the hits of today
        for (const CacheReplay &replay : study.replays) {
            const bool isLonger = replay.ttlSeconds
                >= study.ttlSeconds * m_rules.number("cache.ttl-too-short.min-factor");
            const bool isFresh = !study.tellsChanges
                || replay.staleShare <= m_rules.number("cache.ttl-too-short.stale-budget");
            const bool isBetter = replay.hitRatio - study.now.hitRatio
                >= m_rules.number("cache.ttl-too-short.min-gain");
            const double gain = 1 + m_rules.number("cache.ttl-too-short.min-step-gain");
            if (isLonger && isFresh && isBetter
                && (best == nullptr || replay.savedNs - saved > (best->savedNs - saved) * gain))
                best = &replay;
        }
        return best;
    }

    void add(const TtlStudy &study, const CacheReplay &best, Output &output)
    {
        const KeyedOperation &front = *study.front.front;
        const std::vector<std::uint32_t> rows = originRows(m_shared.spans(), m_requests, study, best.hitRows);
        if (rows.empty())
            return;
        const EndpointKey endpoint = m_shared.finder().endpointOfMost(rows);
        CacheEdits edits = ttlEdits(m_shared.spans(), m_shared.calls(), m_requests, study, best);
        const EndpointEffect effect = ofLaterRequests(m_shared.effect(endpoint, std::move(edits.edits), edits.values));
        const std::string key = keyOfRedisText(front.text);
        const std::string ttl = ttlText(best.ttlSeconds);
        Finding finding;
        finding.detector = kId;
        finding.kind = FindingKind::Cache;
        finding.subject = {front.service, m_shared.operationText(endpoint), key};
        finding.id = findingId(kId, finding.subject);
        finding.title = "Keep " + shortText(key, 40) + " for " + ttl + " instead of "
            + ttlText(std::round(study.ttlSeconds));
        finding.what = "Keys " + key + " live " + ttlText(std::round(study.ttlSeconds))
            + (study.isTtlTold ? "" : ", as the times between two questions to the origin show,") + " and "
            + percentText(study.missRatio) + " of " + countText(front.count) + " requests go on to "
            + shortText(study.front.origin->text) + ". Kept for " + ttl + ", " + percentText(best.hitRatio)
            + " would have been hits, " + percentText(best.staleShare) + " stale.";
        finding.confidence = m_rules.number("cache.ttl-too-short.confidence");
        m_shared.setEffect(finding, endpoint, effect,
                           percentText(best.hitRatio) + " of the requests do not ask the origin, today "
                               + percentText(1 - study.missRatio) + ", by an exact replay");
        finding.evidence.push_back(m_shared.traceEvidence(
            rows, endpoint, countText(rows.size()) + " questions to the origin whose answer was known."));
        finding.verification = {VerificationState::Verified,
                                "Every observed request was replayed with this time to live."};
        finding.artifacts.push_back(
            ttlArtifact("The longer time to live, with ioredis", study.ttlSeconds, best.ttlSeconds));
        finding.picture =
            ttlPicture(study.replays, best.ttlSeconds, m_rules.number("cache.ttl-too-short.stale-budget"));
        finding.actions.push_back({Action::Verb::Raise, "ttl " + key});
        finding.refutedBy = "What the keys hold changes without a trace of it here, or must never be old.";
        output.findings.push_back(std::move(finding));
    }

    CallFindings m_shared;
    const KeyedRequests &m_requests;
    const RedisFacts *m_redis;
    const Rules &m_rules;
    const std::stop_token &m_stop;
};

class TtlTooShortDetector final : public Detector {
public:
    [[nodiscard]] DetectorInfo info() const override
    {
        return {kId, FindingKind::Cache, "Time to live too short", Input::Traces, Input::Redis};
    }
    void detect(const Inputs &inputs, const Rules &rules, const std::stop_token &stop, Output &output) const override
    {
        if (inputs.keyedRequests != nullptr)
            ShortSearch(inputs, rules, stop).run(output);
    }
};

} // namespace

DetectorPtr makeTtlTooShortDetector()
{
    return std::make_unique<TtlTooShortDetector>();
}

} // namespace tailspan::advisor
