// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/cache_findings.h"

#include "models/base/number_text.h"

#include <algorithm>
#include <cmath>

namespace tailspan::advisor {

std::string ttlText(double seconds)
{
    constexpr double kMinute = 60, kHour = 3'600, kDay = 86'400;
    if (seconds >= kDay)
        return decimalText(seconds / kDay) + " d";
    if (seconds >= kHour)
        return decimalText(seconds / kHour) + " h";
    return seconds >= 5 * kMinute ? decimalText(seconds / kMinute) + " m" : decimalText(seconds) + " s";
}

CurvePicture ttlPicture(const std::vector<CacheReplay> &replays, double chosen, std::optional<double> budget)
{
    CurvePicture picture;
    picture.xName = "Time to live";
    picture.xUnit = "s";
    picture.yName = "Share of requests";
    picture.yUnit = "%";
    picture.isLogX = true;
    CurvePicture::Curve hits{"Hit ratio", {}, {}, true}, stale{"Stale answers", {}, {}, false};
    constexpr double kPercent = 100;
    for (const CacheReplay &replay : replays) {
        hits.x.push_back(replay.ttlSeconds);
        hits.y.push_back(replay.hitRatio * kPercent);
        stale.x.push_back(replay.ttlSeconds);
        stale.y.push_back(replay.staleShare * kPercent);
    }
    picture.curves = {std::move(hits), std::move(stale)};
    if (budget)
        picture.limits.emplace_back("stale budget", *budget * kPercent);
    picture.chosenX = chosen;
    return picture;
}

std::vector<Artifact> cacheArtifacts(const KeyedOperation &operation, double ttlSeconds)
{
    const std::string ttl = std::to_string(std::llround(ttlSeconds));
    const std::string jitter = std::to_string(std::max<long long>(1, std::llround(ttlSeconds / 10)));
    std::vector<Artifact> artifacts;
    artifacts.push_back({"js", "Ask Redis first, with ioredis",
                         "   // " + operation.text
                             + "\n"
                               "+  const key = `cache:"
                             + operation.service
                             + ":${queryName}:${JSON.stringify(values)}`; // all values, and the tenant\n"
                               "+  const kept = await redis.get(key);\n"
                               "+  if (kept !== null) return JSON.parse(kept);\n"
                               "   const answer = await ask(values);\n"
                               "+  const seconds = "
                             + ttl + " + Math.floor(Math.random() * " + jitter
                             + "); // not all at once\n"
                               "+  await redis.set(key, JSON.stringify(answer), 'EX', seconds);\n"
                               "   return answer;\n"
                               "+  // where it is changed, after the commit: await redis.del(key);",
                         "Remove the lines again; then, to drop what is kept:\n"
                         "redis-cli --scan --pattern 'cache:"
                             + operation.service + ":*' | xargs -r redis-cli unlink"});
    if (operation.isServed && operation.type == CallType::Http && !operation.isOfUser) {
        artifacts.push_back(
            {"http", "Header of the answer, for CDN and browsers",
             "Cache-Control: public, max-age=" + jitter + ", s-maxage=" + ttl + ", stale-while-revalidate=" + jitter,
             "Cache-Control: no-store"});
    }
    return artifacts;
}

Artifact ttlArtifact(const std::string &title, double fromSeconds, double toSeconds)
{
    const auto setting = [](double seconds) {
        const long long whole = std::llround(seconds);
        return "await redis.set(key, value, 'EX', " + std::to_string(whole) + " + Math.floor(Math.random() * "
            + std::to_string(std::max(1LL, whole / 10)) + "));";
    };
    const std::string before = "await redis.set(key, value, 'EX', " + std::to_string(std::llround(fromSeconds)) + ");";
    return {"js", title,
            "-  " + before + "\n+  " + setting(toSeconds)
                + " // not all at once\n"
                  "+  // where it is changed, after the commit: await redis.del(key);",
            "   " + before};
}

std::string keyOfRedisText(const std::string &text)
{
    return text.substr(std::min(text.size(), text.find(' ') + 1));
}

namespace {

constexpr std::uint32_t kNoOperation = 0xffffffff;

/// What is asked after each request of a front, under the same parent.
std::vector<std::uint32_t> originsOf(const trace::SpanTable &spans, const KeyedRequests &requests,
                                     const KeyedOperation &front, std::span<const std::uint32_t> operationOf)
{
    std::vector<std::uint32_t> origins(front.count, kNoOperation);
    for (std::uint32_t i = 0; i < front.count; ++i) {
        const std::uint32_t row = requests.requests[front.begin + i].row;
        const std::uint32_t parent = spans.parent[row];
        const std::uint32_t next = row + spans.subtreeSize[row]; // siblings stand by start
        const bool isSibling = parent != SpanRow::kNone && next < parent + spans.subtreeSize[parent];
        if (isSibling && operationOf[next] != kNoOperation
            && requests.operations[operationOf[next]].type != CallType::Redis)
            origins[i] = operationOf[next];
    }
    return origins;
}

} // namespace

std::vector<std::uint32_t> rowsOf(const KeyedRequests &requests, const KeyedOperation &operation)
{
    std::vector<std::uint32_t> rows;
    for (const KeyedRequest &request : requests.of(operation))
        rows.push_back(request.row);
    std::ranges::sort(rows);
    return rows;
}

std::vector<CacheFront> cacheFronts(const trace::SpanTable &spans, const KeyedRequests &requests)
{
    std::vector<std::uint32_t> operationOf(spans.size(), kNoOperation);
    for (std::uint32_t number = 0; number < requests.operations.size(); ++number) {
        for (const KeyedRequest &request : requests.of(requests.operations[number]))
            operationOf[request.row] = number;
    }
    std::vector<CacheFront> fronts;
    for (const KeyedOperation &front : requests.operations) {
        if (front.type != CallType::Redis)
            continue;
        const std::vector<std::uint32_t> origins = originsOf(spans, requests, front, operationOf);
        std::map<std::uint32_t, std::uint64_t> counts;
        for (const std::uint32_t origin : origins) {
            if (origin != kNoOperation)
                ++counts[origin];
        }
        const auto most = std::ranges::max_element(counts, {}, [](const auto &count) { return count.second; });
        if (most == counts.end())
            continue;
        CacheFront found{&front, &requests.operations[most->first], most->second, {}, false};
        for (std::uint32_t i = 0; i < front.count; ++i) {
            const std::int8_t told = requests.requests[front.begin + i].hit;
            const bool isMiss = told >= 0 ? told == 0 : origins[i] == most->first;
            found.isMiss.push_back(isMiss ? 1 : 0);
            found.tellsHits |= told >= 0;
        }
        fronts.push_back(std::move(found));
    }
    return fronts;
}

} // namespace tailspan::advisor
