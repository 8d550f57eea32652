// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/cache_edits.h"

#include "models/base/number_text.h"
#include "models/loadtest/interval.h"

#include <algorithm>
#include <cmath>

namespace tailspan::advisor {

namespace {

constexpr double kNsPerMs = 1e6;
constexpr std::size_t kFewestReads = 50;
constexpr std::size_t kMostSamples = 2'000;

/// Every so-many-th.
std::vector<double> thinnedSamples(std::vector<double> values)
{
    if (values.size() <= kMostSamples)
        return values;
    std::vector<double> kept;
    for (std::size_t i = 0; i < kMostSamples; ++i)
        kept.push_back(values[i * values.size() / kMostSamples]);
    return kept;
}

double medianOfSamples(std::vector<double> values)
{
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

/// Reads of Redis by a service, as far as told.
std::vector<double> readsOf(const KeyedRequests &requests, const std::string &service)
{
    std::vector<double> reads;
    for (const KeyedOperation &operation : requests.operations) {
        if (operation.type != CallType::Redis || operation.isServed || operation.service != service)
            continue;
        for (const KeyedRequest &request : requests.of(operation)) {
            if (!request.isError && request.durationNs > 0)
                reads.push_back(static_cast<double>(request.durationNs));
        }
    }
    return thinnedSamples(std::move(reads));
}

/// What a miss asks beside the cache: the origin, and the command that fills the cache.
struct MissRows {
    std::uint32_t origin = SpanRow::kNone;
    std::uint32_t fill = SpanRow::kNone;
};
/// `origins`: rows of what is asked behind the cache, ascending; whatever else comes next is no origin.
MissRows missRowsOf(const trace::SpanTable &spans, const SpanCalls &calls, std::uint32_t front,
                    std::span<const std::uint32_t> origins)
{
    const std::uint32_t parent = spans.parent[front];
    if (parent == SpanRow::kNone)
        return {};
    const std::uint32_t end = parent + spans.subtreeSize[parent];
    MissRows rows;
    rows.origin = front + spans.subtreeSize[front]; // siblings stand by start
    if (rows.origin >= end || !std::ranges::binary_search(origins, rows.origin))
        return {};
    const std::uint32_t next = rows.origin + spans.subtreeSize[rows.origin];
    const CallSignature *call = next < end ? calls.signature(next) : nullptr;
    if (call != nullptr && call->type == CallType::Redis && !call->isReading)
        rows.fill = next;
    return rows;
}

} // namespace

HitTime hitTimeOf(const KeyedRequests &requests, const std::string &service, const Rules &rules)
{
    HitTime hit;
    hit.samplesNs = readsOf(requests, service);
    if (hit.samplesNs.size() >= kFewestReads) {
        const double off = rules.number("cache.hit.measured-factor");
        hit.factor = {1 / off, 1, off};
        hit.medianNs = medianOfSamples(hit.samplesNs);
        hit.text = decimalText(hit.medianNs / kNsPerMs) + " ms, as its other reads of Redis do";
        return hit;
    }
    hit.medianNs = rules.number("cache.hit.ms") * kNsPerMs;
    const double spread = rules.number("cache.hit.spread");
    constexpr int kQuantiles = 99;
    hit.samplesNs.clear();
    for (int i = 1; i <= kQuantiles; ++i)
        hit.samplesNs.push_back(hit.medianNs * std::pow(spread, loadtest::normalQuantile(i / (kQuantiles + 1.0))));
    hit.factor = {rules.number("cache.hit.ms-low") / rules.number("cache.hit.ms"), 1,
                  rules.number("cache.hit.ms-high") / rules.number("cache.hit.ms")};
    hit.text = decimalText(rules.number("cache.hit.ms-low")) + " to " + decimalText(rules.number("cache.hit.ms-high"))
        + " ms, as a Redis nearby does";
    return hit;
}

CacheEdits keepingEdits(std::span<const KeyedRequest> requests, const CacheReplay &replay, const HitTime &hit)
{
    RetimeEdit hits;
    hits.kind = RetimeEdit::Kind::Hit;
    hits.rows = replay.hitRows;
    hits.samplesNs = hit.samplesNs;
    RetimeEdit misses;
    misses.kind = RetimeEdit::Kind::Add;
    for (const KeyedRequest &request : requests) {
        if (!std::ranges::binary_search(replay.hitRows, request.row))
            misses.rows.push_back(request.row);
    }
    std::ranges::sort(misses.rows);
    for (const double ns : hit.samplesNs)
        misses.samplesNs.push_back(2 * ns); // asked, and filled
    return {{std::move(hits), std::move(misses)}, {hit.factor, hit.factor}};
}

CacheEdits ttlEdits(const trace::SpanTable &spans, const SpanCalls &calls, const KeyedRequests &requests,
                    const TtlStudy &study, const CacheReplay &replay)
{
    RetimeEdit gone;
    gone.kind = RetimeEdit::Kind::Remove;
    RetimeEdit added;
    added.kind = RetimeEdit::Kind::Add;
    const auto asked = requests.of(*study.front.front);
    const std::vector<std::uint32_t> origins = rowsOf(requests, *study.front.origin);
    for (std::size_t i = 0; i < asked.size(); ++i) {
        const bool isHit = std::ranges::binary_search(replay.hitRows, asked[i].row);
        if (study.front.isMiss[i] == 0) {
            if (!isHit)
                added.rows.push_back(asked[i].row);
            continue;
        }
        const MissRows miss = missRowsOf(spans, calls, asked[i].row, origins);
        if (miss.origin == SpanRow::kNone)
            continue;
        double ns = 0;
        for (const std::uint32_t row : {miss.origin, miss.fill}) {
            if (row == SpanRow::kNone)
                continue;
            ns += static_cast<double>(std::max<std::int64_t>(0, spans.durationNs[row]));
            if (isHit)
                gone.rows.push_back(row);
        }
        added.samplesNs.push_back(ns);
    }
    added.samplesNs = thinnedSamples(std::move(added.samplesNs));
    std::ranges::sort(gone.rows);
    std::ranges::sort(added.rows);
    return {{std::move(gone), std::move(added)}, {}};
}

EndpointEffect ofLaterRequests(EndpointEffect effect)
{
    if (effect.requestTotal == 0)
        return effect;
    // The variance of a percentile falls with the number of requests that it is taken of.
    const double wider = std::sqrt(1 + static_cast<double>(effect.requests) / static_cast<double>(effect.requestTotal));
    for (Change &change : effect.quantilesMs) {
        change.low = std::max(0.0, change.expected - wider * (change.expected - change.low));
        change.high = change.expected + wider * (change.high - change.expected);
    }
    return effect;
}

} // namespace tailspan::advisor
