// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/cache_ttl.h"

#include <algorithm>
#include <unordered_map>

namespace tailspan::advisor {

namespace {

constexpr double kNsPerSecond = 1e9;
/// Redis tells what is left to live of a sample; the longest is a little less than what keys were given.
constexpr double kFewestSampled = 5;

class Study {
public:
    Study(const trace::SpanTable &spans, const KeyedRequests &requests, const RedisFacts *redis)
        : m_spans(spans), m_requests(requests), m_redis(redis)
    {}

    TtlStudy run(CacheFront front)
    {
        TtlStudy study;
        study.front = std::move(front);
        const KeyedOperation &origin = *study.front.origin;
        const auto asked = m_requests.of(*study.front.front);
        std::vector<KeyedRequest> stream(asked.begin(), asked.end());
        std::size_t misses = 0;
        for (std::size_t i = 0; i < stream.size(); ++i) {
            stream[i].answer = 0;
            misses += study.front.isMiss[i] != 0 ? 1 : 0;
        }
        study.missRatio = static_cast<double>(misses) / static_cast<double>(std::max<std::size_t>(1, stream.size()));
        study.originNs = medianOriginNs(origin);
        study.tellsChanges = takeAnswers(study, stream);
        findTtl(study, stream);
        ReplayInput input{stream, changesOf(m_requests, origin), 0, 0, m_requests.range};
        study.tellsChanges |= !input.changesNs.empty();
        for (KeyedRequest &request : stream)
            request.durationNs = static_cast<std::int64_t>(study.originNs); // what a miss costs
        if (study.ttlSeconds <= 0)
            return study;
        study.now = replayCache(input, study.ttlSeconds);
        for (const double ttl : kTriedTtls) {
            if (ttl * 2 <= m_requests.range.length().toSeconds())
                study.replays.push_back(replayCache(input, ttl));
        }
        return study;
    }

private:
    double medianOriginNs(const KeyedOperation &origin) const
    {
        std::vector<std::int64_t> durations;
        for (const KeyedRequest &request : m_requests.of(origin))
            durations.push_back(request.durationNs);
        const auto middle = durations.begin() + static_cast<std::ptrdiff_t>(durations.size() / 2);
        std::ranges::nth_element(durations, middle);
        return static_cast<double>(*middle);
    }

    /// Gives misses the origin's answers and hits what lies between.
    bool takeAnswers(const TtlStudy &study, std::vector<KeyedRequest> &stream) const
    {
        std::unordered_map<std::uint32_t, std::uint64_t> answers; // by row of the origin
        for (const KeyedRequest &request : m_requests.of(*study.front.origin)) {
            if (request.answer != 0)
                answers.emplace(request.row, request.answer);
        }
        if (answers.empty())
            return false;
        std::unordered_map<std::uint64_t, std::vector<std::size_t>> byKey;
        for (std::size_t i = 0; i < stream.size(); ++i) {
            byKey[stream[i].key].push_back(i);
            const auto found = answers.find(stream[i].row + m_spans.subtreeSize[stream[i].row]);
            if (study.front.isMiss[i] != 0 && found != answers.end())
                stream[i].answer = found->second;
        }
        for (const auto &[key, places] : byKey)
            fillBetween(stream, places);
        return true;
    }

    static void fillBetween(std::vector<KeyedRequest> &stream, const std::vector<std::size_t> &places)
    {
        std::size_t last = places.size(); // the last fetch before
        for (std::size_t i = 0; i < places.size(); ++i) {
            const std::uint64_t answer = stream[places[i]].answer;
            if (answer == 0)
                continue;
            if (last < places.size()) {
                const std::size_t middle = last + (i - last) / 2;
                for (std::size_t between = last + 1; between < i; ++between)
                    stream[places[between]].answer = between <= middle ? stream[places[last]].answer : answer;
            }
            last = i;
        }
    }

    void findTtl(TtlStudy &study, const std::vector<KeyedRequest> &stream) const
    {
        const std::string &text = study.front.front->text;
        const RedisKeyPattern *pattern = m_redis == nullptr ? nullptr : m_redis->pattern(keyOfRedisText(text));
        if (pattern != nullptr && static_cast<double>(pattern->sampled - pattern->withoutTtl) >= kFewestSampled) {
            study.ttlSeconds = pattern->longestTtlSeconds;
            study.isTtlTold = true;
            return;
        }
        std::unordered_map<std::uint64_t, std::int64_t> lastMiss;
        std::vector<double> gaps;
        for (std::size_t i = 0; i < stream.size(); ++i) {
            if (study.front.isMiss[i] == 0)
                continue;
            const auto [entry, isNew] = lastMiss.try_emplace(stream[i].key, stream[i].startNs);
            if (!isNew) {
                gaps.push_back(static_cast<double>(stream[i].startNs - entry->second) / kNsPerSecond);
                entry->second = stream[i].startNs;
            }
        }
        constexpr std::size_t kFewestGaps = 20;
        constexpr double kEarly = 0.05; // a few fetches at once are no expiry
        if (gaps.size() < kFewestGaps)
            return;
        std::ranges::sort(gaps);
        study.ttlSeconds = gaps[static_cast<std::size_t>(kEarly * static_cast<double>(gaps.size()))];
    }

    const trace::SpanTable &m_spans;
    const KeyedRequests &m_requests;
    const RedisFacts *m_redis;
};

} // namespace

std::vector<TtlStudy> studyTtls(const trace::SpanTable &spans, const KeyedRequests &requests, const RedisFacts *redis,
                                double fewest, const std::stop_token &stop)
{
    std::vector<TtlStudy> studies;
    for (CacheFront &front : cacheFronts(spans, requests)) {
        if (stop.stop_requested())
            return {};
        if (front.front->count >= fewest && front.front->tellsKeys && front.origin->count > 0)
            studies.push_back(Study(spans, requests, redis).run(std::move(front)));
    }
    return studies;
}

std::vector<std::uint32_t> originRows(const trace::SpanTable &spans, const KeyedRequests &requests,
                                      const TtlStudy &study, std::span<const std::uint32_t> frontRows)
{
    std::vector<std::uint32_t> rows;
    const auto asked = requests.of(*study.front.front);
    const std::vector<std::uint32_t> origins = rowsOf(requests, *study.front.origin);
    for (std::size_t i = 0; i < asked.size(); ++i) {
        if (study.front.isMiss[i] == 0 || !std::ranges::binary_search(frontRows, asked[i].row))
            continue;
        const std::uint32_t next = asked[i].row + spans.subtreeSize[asked[i].row];
        if (std::ranges::binary_search(origins, next))
            rows.push_back(next);
    }
    std::ranges::sort(rows);
    return rows;
}

} // namespace tailspan::advisor
