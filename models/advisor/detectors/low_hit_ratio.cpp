// SPDX-License-Identifier: GPL-3.0-or-later
// A cache that misses what it was asked before and should still hold. First questions, the time after the start and keys
// asked for once are no misses of that kind.
#include "models/advisor/cache_ttl.h"
#include "models/base/number_text.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace tailspan::advisor {

namespace {

constexpr std::string_view kId = "cache.low-hit-ratio";
constexpr double kNsPerSecond = 1e9;

/// Questions that ask again within the time to live.
struct Repeats {
    double count = 0;
    double misses = 0;
    std::vector<std::uint32_t> missRows;
};

class HitSearch {
public:
    HitSearch(const Inputs &inputs, const Rules &rules, const std::stop_token &stop)
        : m_inputs(inputs), m_rules(rules), m_stop(stop)
    {}

    void run(Output &output)
    {
        if (m_inputs.traces != nullptr && m_inputs.keyedRequests != nullptr)
            searchTraces(output);
        if (m_inputs.redis != nullptr && output.findings.empty())
            searchRedis(output);
        if (m_inputs.keyedRequests == nullptr && m_inputs.redis == nullptr)
            output.unjudged.push_back({std::string(kId),
                                       {},
                                       "It needs traces that tell keys, or Redis statistics.",
                                       "Open a trace file, or connect Redis."});
    }

private:
    void searchTraces(Output &output)
    {
        CallFindings shared(m_inputs, m_rules);
        const KeyedRequests &requests = *m_inputs.keyedRequests;
        for (const TtlStudy &study : studyTtls(shared.spans(), requests, m_inputs.redis,
                                               m_rules.number("cache.low-hit-ratio.min-requests"), m_stop)) {
            if (m_stop.stop_requested())
                return;
            // Without the time to live nobody can say what should still be there.
            if (!study.isTtlTold)
                continue;
            const Repeats repeats = repeatsOf(requests, study);
            const double hits = 1 - repeats.misses / std::max(1.0, repeats.count);
            if (repeats.count >= m_rules.number("cache.low-hit-ratio.min-repeats")
                && hits < m_rules.number("cache.low-hit-ratio.min-hit-ratio"))
                add(shared, study, repeats, hits, output);
        }
    }

    Repeats repeatsOf(const KeyedRequests &requests, const TtlStudy &study) const
    {
        Repeats repeats;
        std::unordered_map<std::uint64_t, std::int64_t> storedNs; // after the last miss
        const auto asked = requests.of(*study.front.front);
        const double warmUpNs = m_rules.number("cache.low-hit-ratio.warm-up-seconds") * kNsPerSecond;
        const double ttlNs = study.ttlSeconds * kNsPerSecond * m_rules.number("cache.low-hit-ratio.sure-share-of-ttl");
        for (std::size_t i = 0; i < asked.size(); ++i) {
            const bool isMiss = study.front.isMiss[i] != 0;
            const auto known = storedNs.find(asked[i].key);
            const bool isWarm = static_cast<double>(asked[i].startNs - requests.range.begin.ns()) >= warmUpNs;
            if (known != storedNs.end() && isWarm && asked[i].startNs >= known->second
                && static_cast<double>(asked[i].startNs - known->second) < ttlNs) {
                ++repeats.count;
                repeats.misses += isMiss ? 1 : 0;
                if (isMiss)
                    repeats.missRows.push_back(asked[i].row);
            }
            if (isMiss)
                storedNs[asked[i].key] = saturatingAdd(asked[i].startNs, static_cast<std::int64_t>(study.originNs));
        }
        std::ranges::sort(repeats.missRows);
        return repeats;
    }

    void add(CallFindings &shared, const TtlStudy &study, const Repeats &repeats, double hits, Output &output)
    {
        const KeyedOperation &front = *study.front.front;
        const std::string key = keyOfRedisText(front.text);
        const std::vector<std::uint32_t> rows =
            originRows(shared.spans(), *m_inputs.keyedRequests, study, repeats.missRows);
        if (rows.empty())
            return;
        const EndpointKey endpoint = shared.finder().endpointOfMost(rows);
        RetimeEdit edit;
        edit.kind = RetimeEdit::Kind::Cache;
        edit.rows = rows;
        const EndpointEffect effect = shared.effect(
            endpoint, {std::move(edit)},
            {m_rules.number("cache.low-hit-ratio.kept-low"), m_rules.number("cache.low-hit-ratio.kept"), 1});
        Finding finding = begin(front.service, shared.operationText(endpoint), key);
        finding.title = "Find out why Redis loses " + shortText(key, 40);
        finding.what = "Of " + countText(static_cast<std::uint64_t>(repeats.count))
            + " requests that asked again for a key within its time to live (" + ttlText(std::round(study.ttlSeconds))
            + ") only " + percentText(hits) + " were hits. " + lossText();
        shared.setEffect(finding, endpoint, effect, "repeated questions find what was stored");
        finding.evidence.push_back(shared.traceEvidence(
            rows, endpoint,
            countText(rows.size()) + " questions went on to the origin though the key should still have been there."));
        addRedis(finding);
        output.findings.push_back(std::move(finding));
    }

    std::string lossText() const
    {
        if (isEvicting())
            return "Redis evicts keys: " + countText(static_cast<std::uint64_t>(*m_inputs.redis->evictedKeys))
                + " since it was started.";
        return "Redis evicts nothing, so somebody drops them, or they are stored under other names than asked for.";
    }

    bool isEvicting() const { return m_inputs.redis != nullptr && m_inputs.redis->evictedKeys.value_or(0) > 0; }

    Finding begin(const std::string &service, const std::string &operation, const std::string &object) const
    {
        Finding finding;
        finding.detector = kId;
        finding.kind = FindingKind::Cache;
        finding.subject = {service, operation, object};
        finding.id = findingId(kId, finding.subject);
        finding.confidence = m_rules.number("cache.low-hit-ratio.confidence");
        finding.verification.how = "Counted; what more memory would keep is not tried.";
        finding.refutedBy = "The keys are dropped on purpose whenever what they hold changes.";
        finding.actions.push_back({Action::Verb::Raise, "redis memory"});
        return finding;
    }

    void addRedis(Finding &finding) const
    {
        if (!isEvicting())
            return;
        const RedisFacts &redis = *m_inputs.redis;
        const double most = redis.maxMemoryBytes.value_or(0);
        finding.evidence.push_back(
            {"redis",
             redis.place + " uses " + bytesText(static_cast<std::uint64_t>(redis.usedMemoryBytes.value_or(0))) + " of "
                 + bytesText(static_cast<std::uint64_t>(most)) + ", policy " + redis.evictionPolicy + ".",
             {}});
        if (most <= 0)
            return;
        const auto megabytes = [](double bytes) { return std::to_string(std::llround(bytes / (1024 * 1024))) + "mb"; };
        finding.artifacts.push_back({"sh", "More memory, and the rarely used go first",
                                     "redis-cli CONFIG SET maxmemory " + megabytes(most * 2)
                                         + "\nredis-cli CONFIG SET maxmemory-policy allkeys-lfu",
                                     "redis-cli CONFIG SET maxmemory " + megabytes(most)
                                         + "\nredis-cli CONFIG SET maxmemory-policy " + redis.evictionPolicy});
    }

    /// The server's own counters: they hold first questions as well, so only with evictions they say something.
    void searchRedis(Output &output)
    {
        const RedisFacts &redis = *m_inputs.redis;
        if (!redis.hits || !redis.misses || !redis.uptimeSeconds)
            return;
        const double all = *redis.hits + *redis.misses;
        const double ratio = all > 0 ? *redis.hits / all : 1;
        if (all < m_rules.number("cache.low-hit-ratio.min-server-requests")
            || *redis.uptimeSeconds < m_rules.number("cache.low-hit-ratio.min-uptime-seconds")
            || ratio >= m_rules.number("cache.low-hit-ratio.min-hit-ratio"))
            return;
        if (redis.evictedKeys.value_or(0) < *redis.misses * m_rules.number("cache.low-hit-ratio.min-evicted-share")) {
            output.unjudged.push_back(
                {std::string(kId), redis.place,
                 "its hit ratio is " + percentText(ratio)
                     + ", but it evicts nothing: keys asked for once, or a cold start, look the same",
                 "Open traces whose Redis spans tell their keys."});
            return;
        }
        Finding finding = begin({}, {}, redis.place);
        finding.severity = Severity::Medium;
        finding.title = "Give Redis at " + redis.place + " more memory";
        finding.what = "Of " + countText(static_cast<std::uint64_t>(all)) + " questions " + percentText(ratio)
            + " were hits, while " + countText(static_cast<std::uint64_t>(*redis.evictedKeys))
            + " keys were evicted before their time.";
        finding.impactText = percentText(ratio) + " hits";
        addRedis(finding);
        output.findings.push_back(std::move(finding));
    }

    const Inputs &m_inputs;
    const Rules &m_rules;
    const std::stop_token &m_stop;
};

class LowHitRatioDetector final : public Detector {
public:
    [[nodiscard]] DetectorInfo info() const override
    {
        return {kId, FindingKind::Cache, "Cache that misses what it should hold", {}, Input::Traces | Input::Redis};
    }
    void detect(const Inputs &inputs, const Rules &rules, const std::stop_token &stop, Output &output) const override
    {
        HitSearch(inputs, rules, stop).run(output);
    }
};

} // namespace

DetectorPtr makeLowHitRatioDetector()
{
    return std::make_unique<LowHitRatioDetector>();
}

} // namespace tailspan::advisor
