// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/carried_folds.h"

#include <unordered_map>

namespace tailspan::layout {

namespace {

using trace::IdForm;
using trace::TraceSummary;

const TraceSummary &summaryOf(const TraceOf &of)
{
    return of.snapshot.traces()[of.trace.value()];
}

/// Ids that are texts are numbers of a string pool, each snapshot its own.
bool isSameId(const TraceOf &a, SpanRow rowA, const TraceOf &b, SpanRow rowB)
{
    const trace::Id idA = a.snapshot.spans().id(rowA);
    const trace::Id idB = b.snapshot.spans().id(rowB);
    if (idA.form != IdForm::Text || idB.form != IdForm::Text)
        return idA == idB;
    return a.snapshot.spanIdText(rowA) == b.snapshot.spanIdText(rowB);
}

struct IdHash {
    std::size_t operator()(const trace::Id &id) const { return static_cast<std::size_t>(id.hash()); }
};

/// The new rows of the spans in folds, by id.
class NewRows {
public:
    NewRows(const TraceOf &from, const TraceOf &to, const RowFolds &folds) : m_from(from), m_to(to)
    {
        for (const std::vector<std::uint32_t> *rows :
             {&folds.folded.spans, &folds.folded.runs, &folds.opened.spans, &folds.opened.runs}) {
            for (const std::uint32_t row : *rows)
                m_rows.try_emplace(idInTo(row), SpanRow::kNone);
        }
        for (const ShownEvents &shown : folds.opened.events)
            m_rows.try_emplace(idInTo(shown.row), SpanRow::kNone);
        std::size_t missing = m_rows.size();
        const std::uint32_t firstRow = summaryOf(to).firstRow;
        for (std::uint32_t row = 0; row < summaryOf(to).spanCount && missing > 0; ++row) {
            const auto found = m_rows.find(to.snapshot.spans().id(SpanRow(firstRow + row)));
            if (found == m_rows.end() || found->second != SpanRow::kNone)
                continue;
            found->second = row;
            --missing;
        }
    }

    [[nodiscard]] std::vector<std::uint32_t> of(const std::vector<std::uint32_t> &rows) const
    {
        std::vector<std::uint32_t> carried;
        for (const std::uint32_t row : rows) {
            const std::uint32_t now = m_rows.at(idInTo(row));
            if (now != SpanRow::kNone)
                carried.push_back(now);
        }
        return carried;
    }

    [[nodiscard]] std::vector<ShownEvents> of(const std::vector<ShownEvents> &events) const
    {
        std::vector<ShownEvents> carried;
        for (const ShownEvents &shown : events) {
            const std::uint32_t now = m_rows.at(idInTo(shown.row));
            if (now != SpanRow::kNone)
                carried.push_back({now, shown.events});
        }
        return carried;
    }

private:
    /// As the new snapshot writes the id of an old row; absent when it has no such text.
    [[nodiscard]] trace::Id idInTo(std::uint32_t relative) const
    {
        const SpanRow row(summaryOf(m_from).firstRow + relative);
        const trace::Id id = m_from.snapshot.spans().id(row);
        return id.form == IdForm::Text ? trace::findId(m_from.snapshot.spanIdText(row), m_to.snapshot.strings()) : id;
    }

    const TraceOf &m_from;
    const TraceOf &m_to;
    std::unordered_map<trace::Id, std::uint32_t, IdHash> m_rows;
};

} // namespace

bool hasSameRows(const TraceOf &a, const TraceOf &b)
{
    const TraceSummary &one = summaryOf(a);
    const TraceSummary &other = summaryOf(b);
    if (one.spanCount != other.spanCount)
        return false;
    for (std::uint32_t row = 0; row < one.spanCount; ++row) {
        if (!isSameId(a, SpanRow(one.firstRow + row), b, SpanRow(other.firstRow + row)))
            return false;
    }
    return true;
}

RowFolds carriedFolds(const TraceOf &from, const TraceOf &to, const RowFolds &folds)
{
    const NewRows rows(from, to, folds);
    return {{true, rows.of(folds.folded.spans), rows.of(folds.folded.runs), {}},
            {false, rows.of(folds.opened.spans), rows.of(folds.opened.runs), rows.of(folds.opened.events)}};
}

} // namespace tailspan::layout
