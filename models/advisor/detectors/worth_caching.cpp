// SPDX-License-Identifier: GPL-3.0-or-later
// Operations whose answers could be kept: every observed request is replayed against a cache with each of some times to
// live, and the one that saves the most without serving stale answers is suggested. What tells no values, is one user's
// own or changes too often to keep stays out.
#include "models/advisor/cache_edits.h"
#include "models/advisor/redis_facts.h"
#include "models/base/number_text.h"

#include <algorithm>
#include <cmath>

namespace tailspan::advisor {

namespace {

constexpr std::string_view kId = "cache.candidate";

class CacheSearch {
public:
    CacheSearch(const Inputs &inputs, const Rules &rules, const std::stop_token &stop)
        : m_shared(inputs, rules, stop), m_requests(*inputs.keyedRequests), m_redis(inputs.redis), m_rules(rules),
          m_stop(stop)
    {}

    void run(Output &output)
    {
        const std::vector<KnownFront> fronts = knownFronts();
        for (const KeyedOperation &operation : m_requests.operations) {
            if (m_stop.stop_requested())
                return;
            // What a cache holds already is a matter of its time to live.
            if (operation.type != CallType::Redis && isCostly(operation) && !isKept(operation, fronts))
                judge(operation, output);
        }
        tell(m_keyless, "their spans do not tell the values they ask with",
             "Record statement parameters or the whole address as attributes of the spans.", output);
        tell(m_unknown, "how often their answers change is not told",
             "Record a hash of the answer (http.response.header.etag or response.hash).", output);
    }

private:
    static void tell(const std::vector<std::string> &names, const char *why, const char *how, Output &output)
    {
        constexpr std::size_t kShown = 3;
        std::string listed;
        for (std::size_t i = 0; i < std::min(names.size(), kShown); ++i)
            listed += (i == 0 ? "" : ", ") + names[i];
        if (names.size() > kShown)
            listed += " and " + countText(names.size() - kShown) + " more";
        if (!names.empty())
            output.unjudged.push_back({std::string(kId), std::move(listed), why, how});
    }

    struct KnownFront {
        CacheFront front;
        std::vector<std::uint32_t> rows; ///< Of the cache, ascending; only where answers are kept there.
    };
    std::vector<KnownFront> knownFronts() const
    {
        std::vector<KnownFront> fronts;
        for (CacheFront &front : cacheFronts(m_shared.spans(), m_requests)) {
            KnownFront known{std::move(front), {}};
            if (m_stop.stop_requested())
                break;
            if (known.front.keeps())
                known.rows = rowsOf(m_requests, *known.front.front);
            fronts.push_back(std::move(known));
        }
        return fronts;
    }

    bool isKept(const KeyedOperation &operation, const std::vector<KnownFront> &fronts) const
    {
        return std::ranges::any_of(fronts, [&](const KnownFront &known) {
            return m_stop.stop_requested()
                || (known.front.origin == &operation && 2 * known.front.pairs > operation.count)
                || (known.front.keeps() && isAround(operation, known.rows));
        });
    }

    /// Whether most of the requests of an operation ask a key of a cache on their way.
    bool isAround(const KeyedOperation &operation, const std::vector<std::uint32_t> &rows) const
    {
        const auto requests = m_requests.of(operation);
        const auto asks = std::ranges::count_if(requests, [&](const KeyedRequest &request) {
            const auto next = std::ranges::upper_bound(rows, request.row);
            return next != rows.end() && *next < request.row + m_shared.spans().subtreeSize[request.row];
        });
        return 2 * static_cast<std::size_t>(asks) > requests.size();
    }

    bool isCostly(const KeyedOperation &operation) const
    {
        const double share = operation.sumNs / std::max(1.0, m_requests.rootNs);
        return !operation.isOfUser && operation.count >= m_rules.number("cache.candidate.min-requests")
            && share >= m_rules.number("cache.candidate.min-share-of-time");
    }

    void judge(const KeyedOperation &operation, Output &output)
    {
        const auto requests = m_requests.of(operation);
        const std::string named = operation.service + " " + shortText(operation.text);
        if (!operation.tellsKeys) {
            m_keyless.push_back(named);
            return;
        }
        const HitTime hit = hitTimeOf(m_requests, operation.service, m_rules);
        ReplayInput input{requests, changesOf(m_requests, operation), hit.medianNs,
                          m_rules.number("cache.candidate.entry-bytes"), m_requests.range};
        const bool tellsAnswers =
            std::ranges::any_of(requests, [](const KeyedRequest &request) { return request.answer != 0; });
        const bool tellsChanges = tellsAnswers || !input.changesNs.empty();
        std::vector<CacheReplay> replays;
        for (const double ttl : kTriedTtls) {
            // A half of the time must hold it several times over, or nothing is known of it.
            if (ttl * 2 <= m_requests.range.length().toSeconds())
                replays.push_back(replayCache(input, ttl));
        }
        const CacheReplay *best = bestOf(replays);
        if (best == nullptr)
            return;
        if (!tellsChanges) {
            m_unknown.push_back(named + " (" + percentText(best->hitRatio) + " repeat within "
                                + ttlText(best->ttlSeconds) + ")");
            return;
        }
        add(operation, *best, replays, hit, tellsAnswers, output);
    }

    /// The most saved of those within the budget of stale answers.
    const CacheReplay *bestOf(const std::vector<CacheReplay> &replays) const
    {
        const CacheReplay *best = nullptr;
        for (const CacheReplay &replay : replays) {
            const bool isFresh = replay.staleShare <= m_rules.number("cache.candidate.stale-budget");
            const bool isSteady = std::abs(replay.firstHalf - replay.secondHalf)
                <= m_rules.number("cache.candidate.max-half-difference");
            const bool isWorth = replay.hitRatio >= m_rules.number("cache.candidate.min-hit-ratio");
            // A longer time to live must earn its place.
            const double gain = 1 + m_rules.number("cache.candidate.min-gain");
            if (isFresh && isSteady && isWorth && (best == nullptr || replay.savedNs > best->savedNs * gain))
                best = &replay;
        }
        return best;
    }

    void add(const KeyedOperation &operation, const CacheReplay &best, const std::vector<CacheReplay> &replays,
             const HitTime &hit, bool tellsAnswers, Output &output)
    {
        const EndpointKey endpoint = m_shared.finder().endpointOfMost(best.hitRows);
        CacheEdits edits = keepingEdits(m_requests.of(operation), best, hit);
        const EndpointEffect effect = ofLaterRequests(m_shared.effect(endpoint, std::move(edits.edits), edits.values));
        if (effect.savedMsPerRequest.expected < m_rules.number("cache.candidate.min-saved-ms"))
            return;
        const std::string ttl = ttlText(best.ttlSeconds);
        Finding finding;
        finding.detector = kId;
        finding.kind = FindingKind::Cache;
        finding.subject = {operation.service, m_shared.operationText(endpoint), shortText(operation.text)};
        finding.id = findingId(kId, finding.subject);
        finding.title = "Keep answers of " + shortText(operation.text, 48) + " for " + ttl;
        finding.what = textOf(operation, best);
        finding.confidence = m_rules.number("cache.candidate.confidence")
            + (tellsAnswers ? m_rules.number("cache.candidate.confidence-step") : 0);
        m_shared.setEffect(finding, endpoint, effect,
                           percentText(best.hitRatio) + " of the requests hit, by an exact replay, and take " + hit.text
                               + "; the others ask the cache in vain and fill it");
        finding.evidence.push_back(
            m_shared.traceEvidence(best.hitRows, endpoint,
                                   countText(best.hitRows.size())
                                       + " requests asked again what had been answered less than " + ttl + " before."));
        finding.verification = {VerificationState::Verified,
                                "Every observed request was replayed against a cache with this time to live."};
        finding.artifacts = cacheArtifacts(operation, best.ttlSeconds);
        finding.picture = ttlPicture(replays, best.ttlSeconds, m_rules.number("cache.candidate.stale-budget"));
        finding.actions.push_back({Action::Verb::Add, "cache " + operation.service + " " + operation.text});
        finding.refutedBy =
            "Answers differ by something that the spans do not tell (a user, a language), or must never be old.";
        if (!tellsAnswers)
            finding.assumptions.push_back("Every write to a table that it reads was taken to change every answer; "
                                          "writes that leave no span are not known.");
        addMemory(best, finding);
        output.findings.push_back(std::move(finding));
    }

    static std::string textOf(const KeyedOperation &operation, const CacheReplay &best)
    {
        const std::string ttl = ttlText(best.ttlSeconds);
        return countText(operation.count) + " requests were replayed against a cache: kept for " + ttl + ", "
            + percentText(best.hitRatio) + " would have been answered from it (" + percentText(best.firstHalf)
            + " in the first, " + percentText(best.secondHalf) + " in the second half of the time), "
            + percentText(best.staleShare) + " with an answer that had changed. It would have held "
            + pluralText(best.mostEntries, "entry", "entries") + ", "
            + bytesText(static_cast<std::uint64_t>(best.memoryBytes)) + ".";
    }

    void addMemory(const CacheReplay &best, Finding &finding) const
    {
        if (m_redis == nullptr || !m_redis->maxMemoryBytes || *m_redis->maxMemoryBytes <= 0)
            return;
        const double used = m_redis->usedMemoryBytes.value_or(0) + best.memoryBytes;
        const bool isTight = used > *m_redis->maxMemoryBytes * m_rules.number("cache.candidate.full-share");
        const bool isEvicting = m_redis->evictedKeys.value_or(0) > 0;
        if (isTight || isEvicting)
            finding.assumptions.push_back("Redis " + std::string(isEvicting ? "evicts keys already" : "is nearly full")
                                          + " (" + bytesText(static_cast<std::uint64_t>(*m_redis->maxMemoryBytes))
                                          + " at most): give it more memory first.");
    }

    CallFindings m_shared;
    const KeyedRequests &m_requests;
    const RedisFacts *m_redis;
    const Rules &m_rules;
    const std::stop_token &m_stop;
    std::vector<std::string> m_keyless; // operations that cannot be judged
    std::vector<std::string> m_unknown;
};

class WorthCachingDetector final : public Detector {
public:
    [[nodiscard]] DetectorInfo info() const override
    {
        return {kId, FindingKind::Cache, "Operations worth caching", Input::Traces, Input::Redis};
    }
    void detect(const Inputs &inputs, const Rules &rules, const std::stop_token &stop, Output &output) const override
    {
        if (inputs.keyedRequests != nullptr)
            CacheSearch(inputs, rules, stop).run(output);
        else
            output.unjudged.push_back({std::string(kId),
                                       {},
                                       "no span tells what was asked for",
                                       "Record statements, addresses or keys as attributes of the spans."});
    }
};

} // namespace

DetectorPtr makeWorthCachingDetector()
{
    return std::make_unique<WorthCachingDetector>();
}

} // namespace tailspan::advisor
