// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/clock_skew.h"

#include "models/base/key_numbers.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <numeric>

namespace tailspan::trace {

namespace {

constexpr std::uint32_t kRowsBetweenStops = 4096;

/// The offsets of B's clock that one call allows.
struct Allowed {
    std::int64_t lowestNs = 0;
    std::int64_t highestNs = 0;
};

/// The calls between two services.
struct Calls {
    std::uint32_t count = 0;
    std::vector<Allowed> allowed; ///< Without those that are too long.
};

bool isEvidence(const SpanTable &spans, std::uint32_t row)
{
    constexpr SpanMarks kNoEvidence = kMarkInferredParent | kMarkAsynchronous | kMarkTimeOutOfRange
        | kMarkMissingDuration | kMarkNegativeDuration | kMarkCycle;
    const std::uint32_t parent = spans.parent[row];
    if (parent == SpanRow::kNone || spans.service[parent] == spans.service[row])
        return false;
    constexpr SpanMarks kNoFrame = kMarkTimeOutOfRange | kMarkMissingDuration | kMarkNegativeDuration;
    return (spans.marks[row] & kNoEvidence) == 0 && (spans.marks[parent] & kNoFrame) == 0
        && spans.kind[row] != SpanKind::Consumer && spans.kind[parent] != SpanKind::Producer;
}

/// How much the offset has to be for the call to be inside its caller, for the called one as B.
Allowed allowedBy(const SpanTable &spans, std::uint32_t row)
{
    const SpanRow call(row);
    const SpanRow caller = spans.parentOf(call);
    return {(spans.start(caller) - spans.start(call)).ns(), (spans.end(caller) - spans.end(call)).ns()};
}

void add(Calls &calls, Allowed allowed, bool isCallerB)
{
    ++calls.count;
    if (isCallerB) // what A's clock lacks, B's has too much
        allowed = {saturatingSubtract(0, allowed.highestNs), saturatingSubtract(0, allowed.lowestNs)};
    if (allowed.lowestNs <= allowed.highestNs)
        calls.allowed.push_back(allowed);
}

std::int64_t distanceToZero(const Allowed &interval)
{
    return std::max({std::int64_t{0}, interval.lowestNs, saturatingSubtract(0, interval.highestNs)});
}

/// Walks over the ends of all intervals in order and counts how many are open: where most are, most calls agree.
void intersect(const std::vector<Allowed> &allowed, ClockPair &pair)
{
    std::vector<std::int64_t> begins, ends;
    for (const Allowed &interval : allowed) {
        begins.push_back(interval.lowestNs);
        ends.push_back(interval.highestNs);
    }
    std::sort(begins.begin(), begins.end());
    std::sort(ends.begin(), ends.end());
    std::size_t ended = 0;
    for (std::size_t begun = 1; begun <= begins.size(); ++begun) {
        while (ends[ended] < begins[begun - 1]) // both ends belong to the interval
            ++ended;
        // Only what the next interval does not begin before is a whole piece with the same calls.
        const auto open = static_cast<std::uint32_t>(begun - ended);
        if (begun < begins.size() && begins[begun] <= ends[ended])
            continue;
        const Allowed piece{begins[begun - 1], ends[ended]};
        if (open > pair.agreeing
            || (open == pair.agreeing && distanceToZero(piece) < distanceToZero({pair.lowestNs, pair.highestNs}))) {
            pair.agreeing = open;
            pair.lowestNs = piece.lowestNs;
            pair.highestNs = piece.highestNs;
        }
    }
}

void estimate(const Calls &calls, ClockPair &pair)
{
    pair.calls = calls.count;
    pair.tooLong = calls.count - static_cast<std::uint32_t>(calls.allowed.size());
    pair.stickingOut = static_cast<std::uint32_t>(std::count_if(
        calls.allowed.begin(), calls.allowed.end(), [](const Allowed &call) { return distanceToZero(call) > 0; }));
    intersect(calls.allowed, pair);
    const auto usable = static_cast<double>(calls.allowed.size());
    const std::uint32_t insideNow = static_cast<std::uint32_t>(calls.allowed.size()) - pair.stickingOut;
    const std::uint32_t repaired = pair.agreeing - insideNow;
    pair.isEstimated = repaired >= ClockPair::kFewestCalls && pair.agreeing >= ClockPair::kFewestAgreeing * usable
        && repaired >= ClockPair::kFewestRepaired * pair.stickingOut;
    if (pair.isEstimated)
        pair.offsetNs = std::midpoint(pair.lowestNs, pair.highestNs);
}

/// Services joined so far, with the offset of each to the one that stands for its group.
class ClockGroups {
public:
    explicit ClockGroups(std::size_t services) : m_group(services), m_members(services), m_offset(services)
    {
        std::iota(m_group.begin(), m_group.end(), 0U);
        for (std::uint32_t service = 0; service < services; ++service)
            m_members[service].push_back(service);
    }

    /// `offsetNs` is what B's times lack to be on A's clock.
    void join(std::uint32_t a, std::uint32_t b, std::int64_t offsetNs)
    {
        if (m_group[a] == m_group[b])
            return;
        // time on a's group's clock = time of b + offset + a's own offset
        std::int64_t shift = saturatingSubtract(saturatingAdd(offsetNs, m_offset[a]), m_offset[b]);
        std::uint32_t into = m_group[a];
        std::uint32_t from = m_group[b];
        if (m_members[into].size() < m_members[from].size()) { // each service moves at most log n times
            std::swap(into, from);
            shift = saturatingSubtract(0, shift);
        }
        for (const std::uint32_t member : m_members[from]) {
            m_group[member] = into;
            m_offset[member] = saturatingAdd(m_offset[member], shift);
            m_members[into].push_back(member);
        }
        m_members[from].clear();
    }

    const std::vector<std::uint32_t> &members(std::uint32_t group) const { return m_members[group]; }
    std::int64_t offset(std::uint32_t service) const { return m_offset[service]; }

private:
    std::vector<std::uint32_t> m_group;
    std::vector<std::vector<std::uint32_t>> m_members;
    std::vector<std::int64_t> m_offset;
};

} // namespace

Result<std::vector<ClockPair>> clockPairsOf(const TraceSnapshot &snapshot, const std::stop_token &stop)
{
    const SpanTable &spans = snapshot.spans();
    KeyNumbers numbers; // pairKey(A, B)
    std::vector<Calls> calls;
    for (std::uint32_t row = 0; row < spans.size(); ++row) {
        if (row % kRowsBetweenStops == 0 && stop.stop_requested())
            return fail(ErrorCode::Cancelled, "cancelled");
        if (!isEvidence(spans, row))
            continue;
        const std::uint32_t caller = spans.service[spans.parent[row]];
        const auto [a, b] = std::minmax(caller, spans.service[row]);
        const std::uint32_t number = numbers.numberOf(pairKey(a, b));
        calls.resize(numbers.size());
        add(calls[number], allowedBy(spans, row), caller == b);
    }
    std::vector<ClockPair> pairs(calls.size());
    tbb::parallel_for(std::size_t{0}, pairs.size(), [&](std::size_t number) {
        pairs[number].serviceA = highOfPair(numbers.keys()[number]);
        pairs[number].serviceB = lowOfPair(numbers.keys()[number]);
        if (!stop.stop_requested())
            estimate(calls[number], pairs[number]);
    });
    if (stop.stop_requested())
        return fail(ErrorCode::Cancelled, "cancelled");
    std::sort(pairs.begin(), pairs.end(), [](const ClockPair &x, const ClockPair &y) {
        return pairKey(x.serviceA, x.serviceB) < pairKey(y.serviceA, y.serviceB);
    });
    return pairs;
}

ClockOffsets clockOffsetsOf(const TraceSnapshot &snapshot, const std::vector<ClockPair> &pairs)
{
    const SpanTable &spans = snapshot.spans();
    std::vector<ClockPair> strongest(pairs);
    std::stable_sort(strongest.begin(), strongest.end(),
                     [](const ClockPair &x, const ClockPair &y) { return x.agreeing > y.agreeing; });
    ClockGroups groups(snapshot.serviceCount());
    for (const ClockPair &pair : strongest)
        groups.join(pair.serviceA, pair.serviceB, pair.offsetNs);

    std::vector<std::uint32_t> roots(snapshot.serviceCount());
    std::vector<bool> isUsed(snapshot.serviceCount());
    for (std::uint32_t row = 0; row < spans.size(); ++row) {
        roots[spans.service[row]] += spans.parent[row] == SpanRow::kNone ? 1 : 0;
        isUsed[spans.service[row]] = true;
    }
    ClockOffsets offsets{std::vector<std::int64_t>(snapshot.serviceCount()),
                         std::vector<std::uint32_t>(snapshot.serviceCount(), ClockOffsets::kNoReference)};
    for (std::uint32_t group = 0; group < snapshot.serviceCount(); ++group) {
        const std::vector<std::uint32_t> &members = groups.members(group);
        const auto reference = std::max_element(members.begin(), members.end(), [&](std::uint32_t x, std::uint32_t y) {
            return roots[x] != roots[y] ? roots[x] < roots[y] : x > y; // of several the first
        });
        for (const std::uint32_t member : members) {
            if (!isUsed[member])
                continue;
            offsets.reference[member] = *reference;
            offsets.offsetNs[member] = saturatingSubtract(groups.offset(member), groups.offset(*reference));
        }
    }
    return offsets;
}

} // namespace tailspan::trace
