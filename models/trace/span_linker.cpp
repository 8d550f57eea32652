// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/span_linker.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <span>
#include <unordered_map>

namespace tailspan::trace {

namespace {

constexpr std::uint32_t kNone = LinkedSpans::kNone;
constexpr std::size_t kGrain = 16 * 1024;

struct IdHash {
    std::size_t operator()(const Id &id) const { return id.hash(); }
};

/// Spans by (trace, span id): open addressing over 32-bit draft numbers.
class SpanIndex {
public:
    SpanIndex(const LinkedSpans &spans, std::size_t expected)
        : m_spans(spans), m_slots(std::bit_ceil(std::max<std::size_t>(expected * 2, 64)), kNone),
          m_mask(m_slots.size() - 1), m_hashes(spans.size())
    {}

    static std::uint64_t hashOf(std::uint32_t trace, const Id &id)
    {
        return mixBits(id.hash() + trace * 0x9e3779b97f4a7c15ULL);
    }
    void setHash(std::uint32_t draft) { m_hashes[draft] = hashOf(m_spans.trace[draft], m_spans.drafts[draft]->span); }

    /// The draft that holds the id of `draft` already, or kNone after entering it.
    std::uint32_t enter(std::uint32_t draft)
    {
        const std::uint64_t hash = m_hashes[draft];
        std::size_t slot = hash & m_mask;
        while (m_slots[slot] != kNone) {
            if (isSame(m_slots[slot], hash, m_spans.trace[draft], m_spans.drafts[draft]->span))
                return m_slots[slot];
            slot = (slot + 1) & m_mask;
        }
        m_slots[slot] = draft;
        return kNone;
    }
    std::uint32_t find(std::uint32_t trace, const Id &id) const
    {
        const std::uint64_t hash = hashOf(trace, id);
        std::size_t slot = hash & m_mask;
        while (m_slots[slot] != kNone && !isSame(m_slots[slot], hash, trace, id))
            slot = (slot + 1) & m_mask;
        return m_slots[slot];
    }
    void prefetchFor(std::uint32_t draft) const { __builtin_prefetch(&m_slots[m_hashes[draft] & m_mask]); }

private:
    bool isSame(std::uint32_t holder, std::uint64_t hash, std::uint32_t trace, const Id &id) const
    {
        return m_hashes[holder] == hash && m_spans.trace[holder] == trace && m_spans.drafts[holder]->span == id;
    }

    const LinkedSpans &m_spans;
    std::vector<std::uint32_t> m_slots;
    std::size_t m_mask;
    std::vector<std::uint64_t> m_hashes;
};

class Linker {
public:
    explicit Linker(std::vector<const SpanDraft *> drafts)
    {
        m_spans.drafts = std::move(drafts);
        m_spans.trace.resize(m_spans.size());
        m_spans.parent.resize(m_spans.size(), kNone);
        m_spans.marks.resize(m_spans.size());
        assignTraces();
    }

    Result<LinkedSpans> run(std::stop_token stop)
    {
        SpanIndex index(m_spans, m_spans.size());
        const auto count = static_cast<std::uint32_t>(m_spans.size());
        tbb::parallel_for(tbb::blocked_range<std::uint32_t>(0, count, kGrain), [&](const auto &range) {
            for (std::uint32_t draft = range.begin(); draft != range.end(); ++draft)
                index.setHash(draft);
        });
        enterAll(index);
        sortManySharers();
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "cancelled");
        joinAll(index);
        recordOddParents();
        return std::move(m_spans);
    }

private:
    void assignTraces()
    {
        std::unordered_map<Id, std::uint32_t, IdHash> numbers;
        Id last;
        std::uint32_t lastNumber = kNone;
        for (std::size_t i = 0; i < m_spans.size(); ++i) {
            const Id &id = m_spans.drafts[i]->trace;
            if (lastNumber == kNone || !(id == last)) {
                const auto [entry, isNew] =
                    numbers.try_emplace(id, static_cast<std::uint32_t>(m_spans.traceIds.size()));
                if (isNew)
                    m_spans.traceIds.push_back(id);
                last = id;
                lastNumber = entry->second;
            }
            m_spans.trace[i] = lastNumber;
            m_spans.marks[i] = m_spans.drafts[i]->marks;
        }
    }

    void enterAll(SpanIndex &index)
    {
        constexpr std::uint32_t kAhead = 16;
        const auto count = static_cast<std::uint32_t>(m_spans.size());
        for (std::uint32_t draft = 0; draft < count; ++draft) {
            if (draft + kAhead < count)
                index.prefetchFor(draft + kAhead);
            if (!m_spans.drafts[draft]->span.isPresent())
                continue;
            const std::uint32_t holder = index.enter(draft);
            if (holder != kNone)
                noteDuplicate(holder, draft);
        }
    }

    void noteDuplicate(std::uint32_t holder, std::uint32_t draft)
    {
        std::vector<std::uint32_t> &holders = m_sharers[holder];
        if (holders.empty()) {
            holders.push_back(holder);
            rememberContent(holder, holder);
        }
        if (const std::uint32_t twin = twinOf(holder, draft); twin != kNone) {
            m_spans.mergedAway.push_back(draft);
            m_spans.repairs.push_back({RepairKind::MergedDuplicate, twin, kNone, m_spans.drafts[draft]->file});
            return;
        }
        holders.push_back(draft);
        rememberContent(holder, draft);
        if (((m_spans.marks[draft] ^ m_spans.marks[holder]) & kMarkSharedId) != 0 && holders.size() == 2)
            return; // the two halves of one Zipkin span
        m_spans.marks[holder] |= kMarkDuplicateId;
        m_spans.marks[draft] |= kMarkDuplicateId;
        m_spans.repairs.push_back({RepairKind::DuplicateSpanId, draft, holder, 0});
    }

    /// The same span from another input, among those that share the id of `holder`.
    std::uint32_t twinOf(std::uint32_t holder, std::uint32_t draft) const
    {
        const auto found = m_byContent.find(contentHash(holder, draft));
        if (found == m_byContent.end())
            return kNone;
        const SpanDraft &span = *m_spans.drafts[draft];
        const auto twin = std::find_if(found->second.begin(), found->second.end(), [&](std::uint32_t other) {
            return m_spans.drafts[other]->file != span.file && hasSameContent(*m_spans.drafts[other], span);
        });
        return twin == found->second.end() ? kNone : *twin;
    }

    /// One draft for each content and input: however many spans share an id, a look-up stays short.
    void rememberContent(std::uint32_t holder, std::uint32_t draft)
    {
        std::vector<std::uint32_t> &known = m_byContent[contentHash(holder, draft)];
        const SpanDraft &span = *m_spans.drafts[draft];
        if (std::none_of(known.begin(), known.end(), [&](std::uint32_t other) {
                return m_spans.drafts[other]->file == span.file && hasSameContent(*m_spans.drafts[other], span);
            }))
            known.push_back(draft);
    }

    std::uint64_t contentHash(std::uint32_t holder, std::uint32_t draft) const
    {
        const SpanDraft &span = *m_spans.drafts[draft];
        const std::uint64_t times = mixBits(static_cast<std::uint64_t>(span.startNs))
            ^ static_cast<std::uint64_t>(span.durationNs);
        return mixBits(mixBits(times + holder) ^ span.parent.hash() ^ (std::uint64_t{span.service.value()} << 32U)
                       ^ span.operation.value());
    }

    static bool hasSameContent(const SpanDraft &a, const SpanDraft &b)
    {
        return a.startNs == b.startNs && a.durationNs == b.durationNs && a.service == b.service
            && a.operation == b.operation && a.parent == b.parent && a.kind == b.kind;
    }

    /// So that bestSharer finds the likely ones of many by their start.
    void sortManySharers()
    {
        for (auto &[holder, holders] : m_sharers) {
            if (holders.size() > kSharersTried)
                std::stable_sort(holders.begin(), holders.end(), [&](std::uint32_t a, std::uint32_t b) {
                    return m_spans.drafts[a]->startNs < m_spans.drafts[b]->startNs;
                });
        }
    }

    void joinAll(const SpanIndex &index)
    {
        const auto count = static_cast<std::uint32_t>(m_spans.size());
        tbb::parallel_for(tbb::blocked_range<std::uint32_t>(0, count, kGrain), [&](const auto &range) {
            for (std::uint32_t draft = range.begin(); draft != range.end(); ++draft)
                m_spans.parent[draft] = parentOf(index, draft);
        });
    }

    std::uint32_t parentOf(const SpanIndex &index, std::uint32_t draft) const
    {
        const SpanDraft &span = *m_spans.drafts[draft];
        const std::uint32_t trace = m_spans.trace[draft];
        const bool isServerHalf = (m_spans.marks[draft] & kMarkSharedId) != 0;
        const Id &wanted = isServerHalf && span.span.isPresent() ? span.span : span.parent;
        if (!wanted.isPresent())
            return kNone;
        std::uint32_t found = index.find(trace, wanted);
        if (found != kNone)
            found = bestSharer(found, draft);
        if (isServerHalf && (found == kNone || found == draft))
            return span.parent.isPresent() ? index.find(trace, span.parent) : kNone;
        return found;
    }

    /// Of the spans that share an id, the one that encloses the child best; never the child itself if there is another,
    /// never a server half for a server half. Of a crowd only those that started around the child are tried.
    std::uint32_t bestSharer(std::uint32_t holder, std::uint32_t child) const
    {
        const auto entry = m_sharers.find(holder);
        if (entry == m_sharers.end())
            return holder;
        std::uint32_t best = kNone;
        int bestScore = std::numeric_limits<int>::min();
        for (const std::uint32_t candidate : likelySharers(entry->second, child)) {
            if (candidate == child && entry->second.size() > 1)
                continue;
            if ((m_spans.marks[candidate] & m_spans.marks[child] & kMarkSharedId) != 0)
                continue;
            const int score = scoreAsParent(candidate, child);
            if (score > bestScore) {
                best = candidate;
                bestScore = score;
            }
        }
        return best;
    }

    std::span<const std::uint32_t> likelySharers(const std::vector<std::uint32_t> &holders, std::uint32_t child) const
    {
        if (holders.size() <= kSharersTried)
            return holders;
        const auto after = std::upper_bound(
            holders.begin(), holders.end(), m_spans.drafts[child]->startNs,
            [&](std::int64_t start, std::uint32_t holder) { return start < m_spans.drafts[holder]->startNs; });
        const auto place = static_cast<std::size_t>(after - holders.begin());
        const std::size_t first =
            std::min(place - std::min(place, kSharersTried * 3 / 4), holders.size() - kSharersTried);
        return std::span(holders).subspan(first, kSharersTried);
    }

    int scoreAsParent(std::uint32_t candidate, std::uint32_t child) const
    {
        const SpanDraft &parent = *m_spans.drafts[candidate];
        const SpanDraft &span = *m_spans.drafts[child];
        const bool isServerHalf = (m_spans.marks[candidate] & kMarkSharedId) != 0;
        const bool startsInside = span.startNs >= parent.startNs;
        const bool endsInside = saturatingAdd(span.startNs, span.durationNs)
            <= saturatingAdd(parent.startNs, parent.durationNs);
        return (startsInside ? 4 : 0) + (endsInside ? 2 : 0) + (span.service == parent.service ? 1 : 0)
            + (isServerHalf ? 1 : 0);
    }

    void recordOddParents()
    {
        for (std::uint32_t draft = 0; draft < m_spans.size(); ++draft) {
            if (m_spans.parent[draft] == draft) {
                m_spans.parent[draft] = kNone;
                m_spans.marks[draft] |= kMarkSelfParent;
                m_spans.repairs.push_back({RepairKind::SelfParent, draft, kNone, 0});
            } else if (m_spans.parent[draft] == kNone && m_spans.drafts[draft]->parent.isPresent()) {
                m_spans.marks[draft] |= kMarkUnresolvedParent;
            }
        }
    }

    static constexpr std::size_t kSharersTried = 64;

    LinkedSpans m_spans;
    /// Drafts that share a span id, by the first of them.
    std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> m_sharers;
    /// Of those, one for each content and input, by contentHash.
    std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> m_byContent;
};

} // namespace

Result<LinkedSpans> linkSpans(std::vector<const SpanDraft *> drafts, std::stop_token stop)
{
    return Linker(std::move(drafts)).run(stop);
}

} // namespace tailspan::trace
