// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/retimer.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <numeric>

namespace tailspan::advisor {

namespace {

using trace::SpanTable;

/// How far an end may reach into what comes after it: the share of the earlier span.
constexpr std::int64_t kOverlapDivisor = 100;
/// A pair is independent when it overlaps by more than this share of the shorter span: times are no better than that.
constexpr std::int64_t kProofDivisor = 20;

constexpr trace::SpanMarks kNotWaitedFor = trace::kMarkAsynchronous | trace::kMarkTimeOutOfRange;
constexpr trace::SpanMarks kWithoutDuration = trace::kMarkMissingDuration | trace::kMarkNegativeDuration
    | trace::kMarkTimeOutOfRange;

/// A pair is independent when it shows so in one meeting of so many.
constexpr std::uint32_t kFewestProofs = 10;

} // namespace

std::int64_t timeNoiseNs(const SpanTable &spans)
{
    constexpr std::size_t kLooked = 2'000;
    constexpr std::int64_t kMillisecond = 1'000'000;
    constexpr std::int64_t kStepsOfReceipt = 4;
    std::int64_t step = kMillisecond;
    const std::size_t every = std::max<std::size_t>(1, spans.size() / kLooked);
    for (std::size_t row = 0; row < spans.size() && step > 1; row += every)
        while (step > 1 && (spans.startNs[row] % step != 0 || spans.durationNs[row] % step != 0))
            step /= 1'000;
    if (step == kMillisecond)
        return step * kStepsOfReceipt;
    return step > 1 ? step : 0;
}

/// Thread: one. Use once.
class RetimePlanBuilder {
public:
    RetimePlanBuilder(const trace::TraceSnapshot &snapshot, RetimePlan &plan)
        : m_spans(snapshot.spans()), m_plan(plan), m_noiseNs(timeNoiseNs(m_spans))
    {}

    void run(EndpointKey endpoint, RetimePlan::Limits limits)
    {
        chooseRequests(endpoint, limits);
        for (const RetimePlan::Request &request : m_plan.m_requests)
            addSpans(request);
        m_plan.m_eventBegin.assign(m_plan.m_durationNs.size() + 1, 0);
        // Gaps depend on what is independent anywhere, so all requests are learned from first.
        for (const RetimePlan::Request &request : m_plan.m_requests)
            visitParents(request, [&](std::uint32_t parent) { learn(parent); });
        conclude();
        for (const RetimePlan::Request &request : m_plan.m_requests)
            visitParents(request, [&](std::uint32_t parent) { layDown(request, parent); });
        m_plan.m_eventBegin.back() = static_cast<std::uint32_t>(m_plan.m_events.size());
        for (std::size_t place = m_plan.m_eventBegin.size() - 1; place-- > 0;) {
            if (m_plan.m_eventBegin[place] == 0)
                m_plan.m_eventBegin[place] = m_plan.m_eventBegin[place + 1];
            else
                --m_plan.m_eventBegin[place];
        }
        m_plan.m_clippedShare = m_childNs > 0 ? m_clippedNs / m_childNs : 0;
    }

private:
    struct Child {
        std::uint32_t place = 0;
        std::int64_t beginNs = 0; ///< From the parent's start, inside it.
        std::int64_t endNs = 0;
        std::int64_t settledNs = 0; ///< What begins from here on can have waited for it.
    };

    [[nodiscard]] std::int64_t endOf(std::uint32_t row) const
    {
        return saturatingAdd(m_spans.startNs[row], m_spans.durationNs[row]);
    }

    void chooseRequests(EndpointKey endpoint, RetimePlan::Limits limits)
    {
        std::vector<std::uint32_t> rows;
        std::uint64_t spans = 0;
        std::uint32_t end = 0; // of the request before: what lies inside it is part of it
        for (std::uint32_t row = 0; row < m_spans.size(); ++row) {
            if (m_spans.operation[row] != endpoint.operation || m_spans.service[row] != endpoint.service || row < end
                || (m_spans.marks[row] & kWithoutDuration) != 0)
                continue;
            rows.push_back(row);
            end = row + m_spans.subtreeSize[row];
            spans += m_spans.subtreeSize[row];
            m_plan.m_range =
                m_plan.m_range.united({m_spans.start(SpanRow(row)), TimePoint(saturatingAdd(endOf(row), 1))});
        }
        m_plan.m_requestTotal = rows.size();
        const double share = std::min({1.0, limits.requests / std::max(1.0, static_cast<double>(rows.size())),
                                       limits.spans / std::max(1.0, static_cast<double>(spans))});
        const auto kept = std::max<std::size_t>(std::min<std::size_t>(rows.size(), 1),
                                                static_cast<std::size_t>(share * static_cast<double>(rows.size())));
        std::uint32_t begin = 0;
        for (std::size_t i = 0; i < kept; ++i) {
            const std::uint32_t row = rows[i * rows.size() / kept];
            m_plan.m_requests.push_back({row, begin, m_spans.subtreeSize[row]});
            begin += m_spans.subtreeSize[row];
        }
    }

    void addSpans(const RetimePlan::Request &request)
    {
        RetimePlan &plan = m_plan;
        for (std::uint32_t i = 0; i < request.count; ++i) {
            const std::uint32_t row = request.row + i;
            plan.m_durationNs.push_back(m_spans.durationNs[row]);
            plan.m_insideNs.push_back(m_spans.durationNs[row]);
            plan.m_gapNs.push_back(0);
            plan.m_tailNs.push_back(0);
            plan.m_parent.push_back(i == 0 ? RetimePlan::kNone : request.begin + m_spans.parent[row] - request.row);
            const std::uint32_t kind = m_parentKinds.numberOf(EndpointKey::of(m_spans, row).number());
            plan.m_parentKind.push_back(kind);
            std::uint32_t own = 0;
            if (i > 0)
                own = kindOfChild(plan.m_parentKind[plan.m_parent.back()], kind);
            plan.m_kind.push_back(static_cast<std::uint8_t>(own));
            m_rowOf.push_back(row);
        }
        plan.m_parentKinds.resize(m_parentKinds.size());
    }

    std::uint32_t kindOfChild(std::uint32_t parentKind, std::uint32_t kind)
    {
        const std::uint32_t number = m_childKinds.numberOf(pairKey(parentKind, kind));
        if (number == m_kindOfPair.size()) {
            m_kindsOfParent.resize(std::max<std::size_t>(m_kindsOfParent.size(), parentKind + 1));
            m_kindOfPair.push_back(std::min(m_kindsOfParent[parentKind]++, RetimePlan::kKinds - 1));
        }
        return m_kindOfPair[number];
    }

    template <class Visit>
    void visitParents(const RetimePlan::Request &request, Visit &&visit)
    {
        for (std::uint32_t place = request.begin; place < request.begin + request.count; ++place) {
            if (m_spans.subtreeSize[m_rowOf[place]] > 1 && takeChildren(place))
                visit(place);
        }
    }

    /// The children that the parent waits for, by start, and their order by end.
    bool takeChildren(std::uint32_t parent)
    {
        const std::uint32_t row = m_rowOf[parent];
        const std::int64_t beginNs = m_spans.startNs[row];
        const std::int64_t durationNs = m_spans.durationNs[row];
        m_children.clear();
        for (std::uint32_t child = row + 1; child < row + m_spans.subtreeSize[row];
             child += m_spans.subtreeSize[child]) {
            if ((m_spans.marks[child] & kNotWaitedFor) != 0)
                continue;
            Child found{parent + (child - row)};
            const auto inside = [&](std::int64_t ns) {
                return std::clamp<std::int64_t>(saturatingSubtract(ns, beginNs), 0, durationNs);
            };
            found.beginNs = inside(m_spans.startNs[child]);
            found.endNs = inside(endOf(child));
            const std::int64_t length = found.endNs - found.beginNs;
            found.settledNs = found.endNs - std::min(length, std::max(length / kOverlapDivisor, m_noiseNs));
            m_children.push_back(found);
        }
        m_byEnd.resize(m_children.size());
        std::iota(m_byEnd.begin(), m_byEnd.end(), 0U);
        std::stable_sort(m_byEnd.begin(), m_byEnd.end(), [&](std::uint32_t a, std::uint32_t b) {
            return m_children[a].settledNs < m_children[b].settledNs;
        });
        return !m_children.empty();
    }

    /// Calls onStart(child) and onEnd(child) in the order in which things happened; an end comes after its start.
    template <class OnStart, class OnEnd>
    void walk(OnStart &&onStart, OnEnd &&onEnd) const
    {
        std::size_t ended = 0;
        for (std::size_t next = 0; next <= m_children.size(); ++next) {
            const bool isLast = next == m_children.size();
            while (ended < m_byEnd.size()
                   && (isLast
                       || (m_byEnd[ended] < next && m_children[m_byEnd[ended]].settledNs <= m_children[next].beginNs)))
                onEnd(m_children[m_byEnd[ended++]]);
            if (!isLast)
                onStart(m_children[next]);
        }
    }

    /// What overlaps does not wait for each other; nor do two of which each occurs once and comes first somewhere.
    void learn(std::uint32_t parent)
    {
        if (m_children.size() < 2)
            return;
        const std::uint32_t parentKind = m_plan.m_parentKind[parent];
        std::uint64_t once = 0, twice = 0;
        for (const Child &child : m_children) {
            const std::uint64_t bit = bitOf(child);
            twice |= once & bit;
            once |= bit;
        }
        once &= ~twice;
        std::uint64_t started = 0;
        const Child *last = nullptr; // that ended
        std::vector<const Child *> &open = m_open;
        open.clear();
        const auto onStart = [&](const Child &child) {
            const std::uint8_t kind = m_plan.m_kind[child.place];
            const std::uint64_t later = (bitOf(child) & once) != 0 ? once & ~started & ~bitOf(child) : 0;
            for (std::uint64_t left = later; left != 0; left &= left - 1) // those have not begun, so it did not wait
                ++meetingOf(parentKind, static_cast<std::uint8_t>(std::countr_zero(left)), kind).proofs;
            for (const Child *other : open)
                meetingOf(parentKind, m_plan.m_kind[other->place], kind).proofs += isProof(*other, child) ? 1 : 0;
            if (last != nullptr)
                ++meetingOf(parentKind, m_plan.m_kind[last->place], kind).inTurn;
            started |= bitOf(child);
            if (open.size() < kMostOpen)
                open.push_back(&child);
        };
        walk(onStart, [&](const Child &child) {
            std::erase(open, &child);
            last = &child;
        });
    }

    /// How often spans of two kinds met under parents of one kind.
    struct Meeting {
        std::uint32_t proofs = 0; ///< The later one did not wait.
        std::uint32_t inTurn = 0; ///< It may have.
    };
    Meeting &meetingOf(std::uint32_t parentKind, std::uint8_t earlier, std::uint8_t later)
    {
        const std::uint32_t number = m_pairs.numberOf(pairKey(parentKind, earlier * RetimePlan::kKinds + later));
        if (number == m_meetings.size())
            m_meetings.emplace_back();
        return m_meetings[number];
    }

    void conclude()
    {
        for (std::uint32_t number = 0; number < m_meetings.size(); ++number) {
            const Meeting &meeting = m_meetings[number];
            if (meeting.proofs == 0 || meeting.proofs * (kFewestProofs - 1) < meeting.inTurn)
                continue;
            const std::uint64_t key = m_pairs.keys()[number];
            RetimePlan::ParentKind &kinds = m_plan.m_parentKinds[highOfPair(key)];
            kinds.independentOf[lowOfPair(key) % RetimePlan::kKinds] |= std::uint64_t{1}
                << lowOfPair(key) / RetimePlan::kKinds;
            kinds.hasIndependent = true;
        }
    }

    [[nodiscard]] bool isProof(const Child &earlier, const Child &later) const
    {
        const std::int64_t overlap = std::min(earlier.endNs, later.endNs) - later.beginNs;
        const std::int64_t shorter = std::min(earlier.endNs - earlier.beginNs, later.endNs - later.beginNs);
        return overlap > std::max(shorter / kProofDivisor, m_noiseNs);
    }

    [[nodiscard]] std::uint64_t bitOf(const Child &child) const
    {
        return std::uint64_t{1} << m_plan.m_kind[child.place];
    }

    void layDown(const RetimePlan::Request &request, std::uint32_t parent)
    {
        const RetimePlan::ParentKind &kinds = m_plan.m_parentKinds[m_plan.m_parentKind[parent]];
        // One is added, so that 0 says "no children"; run() takes it off.
        m_plan.m_eventBegin[parent] = static_cast<std::uint32_t>(m_plan.m_events.size()) + 1;
        std::int64_t lastNs[RetimePlan::kKinds] = {};
        std::uint64_t ended = 0;
        std::int64_t latestNs = 0;
        const auto onStart = [&](const Child &child) {
            const std::uint8_t kind = m_plan.m_kind[child.place];
            std::int64_t waitedNs = 0;
            for (std::uint64_t left = ended & ~kinds.independentOf[kind]; left != 0; left &= left - 1)
                waitedNs = std::max(waitedNs, lastNs[std::countr_zero(left)]);
            m_plan.m_gapNs[child.place] = child.beginNs - waitedNs;
            m_plan.m_insideNs[child.place] = child.endNs - child.beginNs;
            m_plan.m_events.push_back(2 * (child.place - request.begin));
            const auto duration = static_cast<double>(m_plan.m_durationNs[child.place]);
            m_childNs += duration;
            m_clippedNs += duration - static_cast<double>(child.endNs - child.beginNs);
        };
        const auto onEnd = [&](const Child &child) {
            const std::uint8_t kind = m_plan.m_kind[child.place];
            lastNs[kind] = std::max(lastNs[kind], child.endNs);
            ended |= bitOf(child);
            latestNs = std::max(latestNs, child.endNs);
            m_plan.m_events.push_back(2 * (child.place - request.begin) + 1);
        };
        walk(onStart, onEnd);
        m_plan.m_tailNs[parent] = m_plan.m_durationNs[parent] - latestNs;
    }

    /// Of more siblings running at once the first say enough.
    static constexpr std::size_t kMostOpen = 64;

    const SpanTable &m_spans;
    RetimePlan &m_plan;
    std::int64_t m_noiseNs;
    KeyNumbers m_parentKinds;
    KeyNumbers m_childKinds;
    KeyNumbers m_pairs;
    std::vector<Meeting> m_meetings;            // by number of m_pairs
    std::vector<std::uint32_t> m_kindOfPair;    // by number of m_childKinds
    std::vector<std::uint32_t> m_kindsOfParent; // how many there are
    std::vector<std::uint32_t> m_rowOf;         // by place
    std::vector<Child> m_children;
    std::vector<std::uint32_t> m_byEnd;
    std::vector<const Child *> m_open;
    double m_childNs = 0;
    double m_clippedNs = 0;
};

RetimePlan RetimePlan::of(const trace::TraceSnapshot &snapshot, EndpointKey endpoint, Limits limits)
{
    RetimePlan plan;
    RetimePlanBuilder(snapshot, plan).run(endpoint, limits);
    return plan;
}

std::uint32_t RetimePlan::placeOf(std::uint32_t row, std::uint32_t &request) const
{
    const auto after =
        std::ranges::upper_bound(m_requests, row, {}, [](const Request &candidate) { return candidate.row; });
    if (after == m_requests.begin())
        return kNone;
    const Request &found = *(after - 1);
    if (row - found.row >= found.count)
        return kNone;
    request = static_cast<std::uint32_t>(after - 1 - m_requests.begin());
    return found.begin + (row - found.row);
}

CompiledEdits RetimePlan::compile(std::vector<RetimeEdit> edits) const
{
    constexpr std::size_t kMostEdits = 255;
    if (edits.size() > kMostEdits)
        edits.resize(kMostEdits);
    CompiledEdits compiled;
    compiled.m_editOf.assign(m_durationNs.size(), 0);
    compiled.m_isTouched.assign(m_requests.size(), 0);
    for (std::size_t e = 0; e < edits.size(); ++e) {
        const bool isMerge = edits[e].isOfGroups();
        compiled.m_hasParallel |= edits[e].kind == RetimeEdit::Kind::Parallel;
        if (isMerge)
            compiled.m_groupOf.resize(m_durationNs.size());
        KeyNumbers groups; // by parent
        const std::size_t groupsBefore = compiled.m_groups.size();
        for (const std::uint32_t row : edits[e].rows) {
            std::uint32_t request = 0;
            const std::uint32_t place = placeOf(row, request);
            if (place == kNone)
                continue;
            compiled.m_editOf[place] = static_cast<std::uint8_t>(e + 1);
            compiled.m_touchedCount += compiled.m_isTouched[request] == 0 ? 1 : 0;
            compiled.m_isTouched[request] = 1;
            if (!isMerge)
                continue;
            const std::size_t group = groupsBefore + groups.numberOf(m_parent[place]);
            if (group == compiled.m_groups.size()) {
                compiled.m_groups.push_back({0, 0});
                compiled.m_groupOf[place] = static_cast<std::uint32_t>(group + 1); // the first carries them all
            }
            ++compiled.m_groups[group].calls;
            compiled.m_groups[group].sumNs += m_durationNs[place];
        }
        edits[e].rows.clear();
    }
    compiled.m_edits = std::move(edits);
    return compiled;
}

} // namespace tailspan::advisor
