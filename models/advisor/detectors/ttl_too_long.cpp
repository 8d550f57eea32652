// SPDX-License-Identifier: GPL-3.0-or-later
// Keys that outlive what they hold: too many answers are old by the time they are given.
#include "models/advisor/cache_ttl.h"
#include "models/base/number_text.h"

#include <algorithm>
#include <cmath>

namespace tailspan::advisor {

namespace {

constexpr std::string_view kId = "cache.ttl-too-long";

/// Wilson's interval of a share, 80 %.
std::pair<double, double> shareInterval(double share, double count)
{
    constexpr double kDeviate = 1.2816;
    const double z2 = kDeviate * kDeviate;
    const double middle = (share + z2 / (2 * count)) / (1 + z2 / count);
    const double arm = kDeviate * std::sqrt(share * (1 - share) / count + z2 / (4 * count * count)) / (1 + z2 / count);
    return {std::max(0.0, middle - arm), std::min(1.0, middle + arm)};
}

Artifact dropArtifact()
{
    return {"js", "Drop the key where it changes", "   await change(values); // commits\n+  await redis.del(key);",
            "   await change(values); // commits"};
}

class LongSearch {
public:
    LongSearch(const Inputs &inputs, const Rules &rules, const std::stop_token &stop)
        : m_shared(inputs, rules, stop), m_requests(*inputs.keyedRequests), m_redis(inputs.redis), m_rules(rules),
          m_stop(stop)
    {}

    void run(Output &output)
    {
        for (const TtlStudy &study : studyTtls(m_shared.spans(), m_requests, m_redis,
                                               m_rules.number("cache.ttl-too-long.min-requests"), m_stop)) {
            if (!study.tellsChanges || study.now.staleShare < m_rules.number("cache.ttl-too-long.min-stale-share"))
                continue;
            const CacheReplay *best = bestOf(study);
            if (best != nullptr)
                output.findings.push_back(describe(study, *best));
        }
    }

private:
    /// The longest that keeps within the budget.
    const CacheReplay *bestOf(const TtlStudy &study) const
    {
        const CacheReplay *best = nullptr;
        for (const CacheReplay &replay : study.replays) {
            if (replay.ttlSeconds < study.ttlSeconds
                && replay.staleShare <= m_rules.number("cache.ttl-too-long.stale-budget"))
                best = &replay;
        }
        return best;
    }

    Finding describe(const TtlStudy &study, const CacheReplay &best)
    {
        constexpr double kPercent = 100;
        const KeyedOperation &front = *study.front.front;
        const std::string key = keyOfRedisText(front.text);
        const EndpointKey endpoint = m_shared.finder().endpointOfMost(study.now.hitRows);
        const auto [low, high] = shareInterval(best.staleShare, std::max(1.0, static_cast<double>(front.count)));
        Finding finding;
        finding.detector = kId;
        finding.kind = FindingKind::Cache;
        finding.severity = Severity::Medium; // wrong answers, not time
        finding.subject = {front.service, m_shared.operationText(endpoint), key};
        finding.id = findingId(kId, finding.subject);
        finding.title = "Keep " + shortText(key, 40) + " for " + ttlText(best.ttlSeconds) + " instead of "
            + ttlText(std::round(study.ttlSeconds));
        finding.what = "Of " + countText(front.count) + " requests for " + key + " " + percentText(study.now.staleShare)
            + " were answered with what had changed meanwhile. With " + ttlText(best.ttlSeconds)
            + " it would have been " + percentText(best.staleShare) + ", and " + percentText(best.hitRatio)
            + " instead of " + percentText(study.now.hitRatio)
            + " hits. Dropping the key where it changes would keep both.";
        finding.confidence = m_rules.number("cache.ttl-too-long.confidence");
        finding.impactText = percentText(study.now.staleShare) + " stale answers";
        finding.estimate = Estimate{"stale answers for " + key,
                                    "%",
                                    low * kPercent,
                                    best.staleShare * kPercent,
                                    high * kPercent,
                                    study.now.staleShare * kPercent,
                                    "every observed request replayed with both times to live"};
        finding.evidence.push_back(m_shared.traceEvidence(
            study.now.hitRows, endpoint, countText(study.now.hitRows.size()) + " answers came from the cache."));
        finding.verification = {VerificationState::Verified,
                                "Every observed request was replayed with this time to live."};
        finding.artifacts.push_back(dropArtifact());
        finding.artifacts.push_back(
            ttlArtifact("Or the shorter time to live, with ioredis", study.ttlSeconds, best.ttlSeconds));
        finding.picture = ttlPicture(study.replays, best.ttlSeconds, m_rules.number("cache.ttl-too-long.stale-budget"));
        finding.actions.push_back({Action::Verb::Lower, "ttl " + key});
        finding.refutedBy = "Old answers are good enough here, or the writes change other rows than the keys hold.";
        finding.assumptions.push_back(
            "Between two fetches with different answers the change is taken to have come halfway.");
        return finding;
    }

    CallFindings m_shared;
    const KeyedRequests &m_requests;
    const RedisFacts *m_redis;
    const Rules &m_rules;
    const std::stop_token &m_stop;
};

class TtlTooLongDetector final : public Detector {
public:
    [[nodiscard]] DetectorInfo info() const override
    {
        return {kId, FindingKind::Cache, "Time to live too long", Input::Traces, Input::Redis};
    }
    void detect(const Inputs &inputs, const Rules &rules, const std::stop_token &stop, Output &output) const override
    {
        if (inputs.keyedRequests != nullptr)
            LongSearch(inputs, rules, stop).run(output);
    }
};

} // namespace

DetectorPtr makeTtlTooLongDetector()
{
    return std::make_unique<TtlTooLongDetector>();
}

} // namespace tailspan::advisor
