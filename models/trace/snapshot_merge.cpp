// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/snapshot_merge.h"

#include "models/trace/snapshot_generation.h"
#include "models/trace/time_bounds.h"

#include <algorithm>

namespace tailspan::trace {

namespace {

constexpr std::uint32_t kNone = SpanRow::kNone;

/// What the numbers of one of the two snapshots become in the result.
struct Translation {
    std::vector<std::uint32_t> services;
    std::vector<std::uint32_t> operations;
    std::uint32_t firstResource = 0;
};

/// Dense numbers for names, as they come.
class Names {
public:
    explicit Names(std::vector<StringId> &target) : m_target(target) {}
    std::uint32_t numberOf(StringId name)
    {
        if (m_numbers.size() <= name.value())
            m_numbers.resize(name.value() + 1, kNone);
        std::uint32_t &number = m_numbers[name.value()];
        if (number == kNone) {
            number = static_cast<std::uint32_t>(m_target.size());
            m_target.push_back(name);
        }
        return number;
    }

private:
    std::vector<StringId> &m_target;
    std::vector<std::uint32_t> m_numbers;
};

/// Copies a range of one column.
template <class T>
void copyColumn(const std::vector<T> &from, std::size_t first, std::size_t count, std::vector<T> &to, std::size_t at)
{
    std::copy_n(from.begin() + static_cast<std::ptrdiff_t>(first), count, to.begin() + static_cast<std::ptrdiff_t>(at));
}

} // namespace

/// Copies traces into a new snapshot. (Named here because TraceSnapshot befriends it.)
class SnapshotMerge {
public:
    SnapshotMerge(const TraceChoice &base, const TraceChoice &fresh, std::vector<TraceInput> inputs)
        : m_choices{&base, &fresh}, m_result(std::make_shared<TraceSnapshot>())
    {
        m_result->m_generation = nextGeneration();
        m_result->m_inputs = std::move(inputs);
    }

    TraceSnapshotPtr run()
    {
        translateNames();
        const std::vector<Piece> pieces = piecesByStart();
        makeRoom(pieces);
        for (const Piece &piece : pieces)
            copyTrace(piece);
        setRange();
        return m_result;
    }

private:
    struct Piece {
        const TraceSnapshot *from = nullptr;
        const TraceSummary *trace = nullptr;
        std::size_t side = 0;
    };

    void translateNames()
    {
        Names services(m_result->m_services);
        Names operations(m_result->m_operations);
        for (std::size_t side = 0; side < 2; ++side) {
            const TraceSnapshot &from = m_choices[side]->from;
            Translation &translation = m_translations[side];
            for (const StringId name : from.m_services)
                translation.services.push_back(
                    services.numberOf(m_result->m_strings.intern(from.m_strings.view(name))));
            for (const StringId name : from.m_operations)
                translation.operations.push_back(
                    operations.numberOf(m_result->m_strings.intern(from.m_strings.view(name))));
            translation.firstResource = static_cast<std::uint32_t>(m_result->m_resources.size());
            m_result->m_resources.insert(m_result->m_resources.end(), from.m_resources.begin(), from.m_resources.end());
        }
    }

    std::vector<Piece> piecesByStart() const
    {
        std::vector<Piece> pieces;
        for (std::size_t side = 0; side < 2; ++side) {
            const TraceChoice &choice = *m_choices[side];
            for (std::size_t t = 0; t < choice.taken.size(); ++t) {
                if (choice.taken[t])
                    pieces.push_back({&choice.from, &choice.from.m_traces[t], side});
            }
        }
        std::stable_sort(pieces.begin(), pieces.end(),
                         [](const Piece &a, const Piece &b) { return a.trace->startNs < b.trace->startNs; });
        return pieces;
    }

    void makeRoom(const std::vector<Piece> &pieces)
    {
        std::size_t rows = 0;
        bool hasHighIds = false;
        for (const Piece &piece : pieces) {
            rows += piece.trace->spanCount;
            hasHighIds = hasHighIds || !piece.from->m_spans.idHigh.empty();
        }
        m_result->m_spans.resize(rows, hasHighIds);
        m_result->m_traces.reserve(pieces.size());
    }

    void copyTrace(const Piece &piece)
    {
        const std::uint32_t firstRow = m_rows;
        copyPlainColumns(piece, firstRow);
        copyNumberedColumns(piece, firstRow);
        copyOddParents(piece, firstRow);
        copySummary(piece, firstRow);
        copyLedger(piece, firstRow);
        m_rows += piece.trace->spanCount;
    }

    void copyPlainColumns(const Piece &piece, std::uint32_t at)
    {
        const SpanTable &from = piece.from->m_spans;
        SpanTable &to = m_result->m_spans;
        const auto copy = [&](auto SpanTable::*column) {
            copyColumn(from.*column, piece.trace->firstRow, piece.trace->spanCount, to.*column, at);
        };
        copy(&SpanTable::startNs);
        copy(&SpanTable::durationNs);
        copy(&SpanTable::idLow);
        if (!from.idHigh.empty())
            copy(&SpanTable::idHigh);
        copy(&SpanTable::subtreeSize);
        copy(&SpanTable::depth);
        copy(&SpanTable::recordOffset);
        copy(&SpanTable::recordLength);
        copy(&SpanTable::file);
        copy(&SpanTable::marks);
        copy(&SpanTable::idForm);
        copy(&SpanTable::kind);
        copy(&SpanTable::status);
    }

    void copyNumberedColumns(const Piece &piece, std::uint32_t at)
    {
        const SpanTable &from = piece.from->m_spans;
        SpanTable &to = m_result->m_spans;
        const Translation &translation = m_translations[piece.side];
        for (std::uint32_t i = 0; i < piece.trace->spanCount; ++i) {
            const std::uint32_t row = piece.trace->firstRow + i;
            to.trace[at + i] = static_cast<std::uint32_t>(m_result->m_traces.size());
            to.parent[at + i] = moved(from.parent[row], piece, at);
            to.service[at + i] = translation.services[from.service[row]];
            to.operation[at + i] = translation.operations[from.operation[row]];
            to.resource[at + i] = from.resource[row] == SpanTable::kNoResource
                ? SpanTable::kNoResource
                : from.resource[row] + translation.firstResource;
            if (from.idForm[row] == IdForm::Text)
                to.idLow[at + i] = textId(from.idLow[row], piece);
        }
    }

    void copyOddParents(const Piece &piece, std::uint32_t at)
    {
        const auto &from = piece.from->m_oddParents;
        auto odd = std::lower_bound(from.begin(), from.end(), piece.trace->firstRow,
                                    [](const auto &entry, std::uint32_t row) { return entry.row < row; });
        for (; odd != from.end() && odd->row < piece.trace->firstRow + piece.trace->spanCount; ++odd) {
            auto entry = *odd;
            entry.row = moved(entry.row, piece, at);
            if (entry.recorded.form == IdForm::Text)
                entry.recorded.low = textId(entry.recorded.low, piece);
            m_result->m_oddParents.push_back(entry);
        }
    }

    void copySummary(const Piece &piece, std::uint32_t at)
    {
        TraceSummary summary = *piece.trace;
        if (summary.id.form == IdForm::Text)
            summary.id.low = textId(summary.id.low, piece);
        summary.rootRow = moved(summary.rootRow, piece, at);
        summary.firstRow = at;
        summary.firstService = static_cast<std::uint32_t>(m_result->m_traceServices.size());
        for (const std::uint32_t service : piece.from->servicesOf(*piece.trace))
            m_result->m_traceServices.push_back(m_translations[piece.side].services[service]);
        m_result->m_traces.push_back(summary);
    }

    void copyLedger(const Piece &piece, std::uint32_t at)
    {
        const auto &from = piece.from->m_ledger.entries();
        auto entry = std::lower_bound(from.begin(), from.end(), piece.trace->firstRow,
                                      [](const Repair &repair, std::uint32_t row) { return repair.row.value() < row; });
        for (; entry != from.end() && entry->row.value() < piece.trace->firstRow + piece.trace->spanCount; ++entry) {
            Repair repair = *entry;
            repair.row = SpanRow(moved(repair.row.value(), piece, at));
            if (repair.other.isValid())
                repair.other = SpanRow(moved(repair.other.value(), piece, at));
            m_result->m_ledger.add(repair);
        }
    }

    static std::uint32_t moved(std::uint32_t row, const Piece &piece, std::uint32_t at)
    {
        return row == kNone ? kNone : row - piece.trace->firstRow + at;
    }

    std::uint64_t textId(std::uint64_t id, const Piece &piece)
    {
        return m_result->m_strings.intern(piece.from->m_strings.view(StringId(static_cast<std::uint32_t>(id)))).value();
    }

    void setRange()
    {
        TimeBounds plausible;
        TimeBounds any;
        const SpanTable &spans = m_result->m_spans;
        for (const TraceSummary &trace : m_result->m_traces) {
            const auto first = spans.marks.begin() + trace.firstRow;
            const bool isPlausible = std::any_of(first, first + trace.spanCount,
                                                 [](SpanMarks marks) { return (marks & kMarkTimeOutOfRange) == 0; });
            (isPlausible ? plausible : any).add(trace.startNs, trace.durationNs);
        }
        const TimeBounds &bounds = plausible.isEmpty() ? any : plausible;
        if (!bounds.isEmpty())
            m_result->m_range = {TimePoint(bounds.beginNs), TimePoint(bounds.endNs)};
    }

    const TraceChoice *m_choices[2];
    Translation m_translations[2];
    std::shared_ptr<TraceSnapshot> m_result;
    std::uint32_t m_rows = 0;
};

TraceSnapshotPtr mergeSnapshots(const TraceChoice &base, const TraceChoice &fresh, std::vector<TraceInput> inputs)
{
    return SnapshotMerge(base, fresh, std::move(inputs)).run();
}

} // namespace tailspan::trace
