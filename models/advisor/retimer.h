// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/key_numbers.h"
#include "models/trace/trace_snapshot.h"

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace tailspan::advisor {

/// An operation of a service.
struct EndpointKey {
    std::uint32_t service = ServiceId::kNone;
    std::uint32_t operation = OperationId::kNone;

    [[nodiscard]] static EndpointKey of(const trace::SpanTable &spans, std::uint32_t row)
    {
        return {spans.service[row], spans.operation[row]};
    }
    [[nodiscard]] std::uint64_t number() const { return pairKey(service, operation); }
    friend bool operator==(EndpointKey, EndpointKey) = default;
};

/// What is changed in all requests of an endpoint.
struct RetimeEdit {
    enum class Kind : std::uint8_t {
        Scale,    ///< `value` is the new duration over the old one, of the span with all it calls.
        ScaleOwn, ///< `value` is the new over the old time outside the calls of the span.
        Remove,   ///< The spans take no time.
        Merge,    ///< Those of one parent become one call of value * (fixedNs + eachNs * n), at most as long as all n.
        Batch,    ///< The first of one parent takes value * eachNs more for each of the others, which take none.
        Parallel, ///< Those of one parent start with the first of them; each takes `value` times as long.
        Cache,    ///< `value` is the hit ratio; a hit takes fixedNs.
        Hit,      ///< Each span takes value times one of samplesNs, drawn by its place, and never longer than it took.
        Add,      ///< Each span takes value times one of samplesNs longer.
    };
    Kind kind = Kind::Scale;
    std::vector<std::uint32_t> rows; ///< SpanRow values, ascending, each in one edit.
    double value = 1;
    double fixedNs = 0;
    double eachNs = 0;
    std::vector<double> samplesNs = {}; ///< Of Hit and Add.
    /// Of the wait before a span that takes no time any more, so much goes with it.
    std::int64_t droppedGapNs = 0;
    static constexpr std::int64_t kWholeGap = std::numeric_limits<std::int64_t>::max();

    [[nodiscard]] bool isOfGroups() const { return kind == Kind::Merge || kind == Kind::Batch; }
};

/// How far times may be off: a step of the clock that wrote them; of whole milliseconds some, as stores that write on
/// receipt have them late by the way there. 0 for finer clocks.
[[nodiscard]] std::int64_t timeNoiseNs(const trace::SpanTable &spans);

/// Edits found in a plan. A value that changes costs nothing; other rows are compiled anew.
class CompiledEdits {
public:
    void setValue(std::size_t edit, double value) { m_edits[edit].value = value; }
    [[nodiscard]] double value(std::size_t edit) const { return m_edits[edit].value; }
    [[nodiscard]] std::size_t count() const { return m_edits.size(); }
    /// How many requests hold any of the rows.
    [[nodiscard]] std::uint32_t touchedCount() const { return m_touchedCount; }

private:
    friend class RetimePlan;
    friend class RequestRetiming;
    struct Group {
        std::uint32_t calls = 0; ///< 0: merged into the first of its parent.
        std::int64_t sumNs = 0;
    };
    std::vector<RetimeEdit> m_edits;      // without rows
    std::vector<std::uint8_t> m_editOf;   // by place, 0: none
    std::vector<std::uint32_t> m_groupOf; // by place, into m_groups; empty without a merge
    std::vector<Group> m_groups;
    std::vector<std::uint8_t> m_isTouched; // by request
    std::uint32_t m_touchedCount = 0;
    bool m_hasParallel = false;
};

/// The requests of one endpoint, prepared so that they can be retimed many times: what would each have taken, had some
/// of its spans taken less?
///
/// A child starts a fixed gap after the last of the siblings that it waited for; its parent ends a fixed gap after its
/// last child. A child waits for every sibling that ended before it began, unless requests show that spans of these two
/// operations need not wait: there they overlapped, or, where each occurs once, came the other way round. A pair that did
/// so in a tenth of its meetings is independent in all requests; less is noise of clocks. Ends may reach into the next
/// sibling by 1 % or by timeNoiseNs(). Children
/// nobody waits for do not count, those that stick out of their parent count as far as they lie inside; what that leaves
/// out is clippedShare(). Without an edit every request takes what it took; without Add never more.
/// After CRISP (Zhang et al., USENIX ATC 2022) and the retimer of google/calligator; only the idea is theirs.
/// Immutable. Thread: any number of readers.
class RetimePlan {
public:
    struct Limits {
        std::uint32_t requests = 10'000; ///< Of more, every so-many-th.
        std::uint32_t spans = 1'000'000;
    };
    /// Requests inside a request of the same endpoint are part of it. Those without a duration are left out.
    [[nodiscard]] static RetimePlan of(const trace::TraceSnapshot &snapshot, EndpointKey endpoint, Limits limits);

    [[nodiscard]] std::size_t requestCount() const { return m_requests.size(); }
    [[nodiscard]] std::uint64_t requestTotal() const { return m_requestTotal; } ///< Before sampling.
    [[nodiscard]] std::size_t spanCount() const { return m_durationNs.size(); }
    [[nodiscard]] std::uint32_t requestRow(std::size_t request) const { return m_requests[request].row; }
    [[nodiscard]] std::int64_t durationNs(std::size_t request) const { return m_durationNs[m_requests[request].begin]; }
    /// From the first start to the last end of all requests, also of those left out by the limits.
    [[nodiscard]] TimeRange range() const { return m_range; }
    /// Which part of the time of children lies outside their parents: clocks that disagree, children left running.
    [[nodiscard]] double clippedShare() const { return m_clippedShare; }

    /// Rows that are in no request are ignored. At most 255 edits.
    [[nodiscard]] CompiledEdits compile(std::vector<RetimeEdit> edits) const;
    /// What each request takes with the edits; `durationsNs` has one place a request. Uses all cores.
    void retime(const CompiledEdits &edits, std::span<std::int64_t> durationsNs) const;

private:
    friend class RetimePlanBuilder;
    friend class RequestRetiming;

    struct Request {
        std::uint32_t row = 0;
        std::uint32_t begin = 0; ///< Place of the request's own span.
        std::uint32_t count = 0;
    };
    /// Sixty-four kinds of children of one kind of parent; further ones share the last.
    static constexpr std::uint32_t kKinds = 64;
    struct ParentKind {
        std::uint64_t independentOf[kKinds] = {}; ///< By kind of child: which kinds it does not wait for.
        bool hasIndependent = false;
    };
    /// The place of a row, or kNone.
    [[nodiscard]] std::uint32_t placeOf(std::uint32_t row, std::uint32_t &request) const;
    static constexpr std::uint32_t kNone = 0xffffffff;

    std::vector<Request> m_requests; // by row
    // By place: the rows of a request one after the other.
    std::vector<std::int64_t> m_durationNs;
    std::vector<std::int64_t> m_insideNs;    // the part that lies inside the parent
    std::vector<std::int64_t> m_gapNs;       // from what it waited for to its start
    std::vector<std::int64_t> m_tailNs;      // from the end of the last child to its own
    std::vector<std::uint32_t> m_parent;     // place; kNone for a request
    std::vector<std::uint32_t> m_eventBegin; // into m_events; one more than places
    std::vector<std::uint32_t> m_parentKind; // into m_parentKinds
    std::vector<std::uint8_t> m_kind;        // among the children of its parent
    std::vector<std::uint32_t> m_events;     // 2 * (place - place of the request) + 1 for an end
    std::vector<ParentKind> m_parentKinds;
    std::uint64_t m_requestTotal = 0;
    TimeRange m_range;
    double m_clippedShare = 0;
};

} // namespace tailspan::advisor
