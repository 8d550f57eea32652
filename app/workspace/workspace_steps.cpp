// SPDX-License-Identifier: GPL-3.0-or-later
// The steps of the workspace that can be undone.
#include "app/workspace/state_command.h"
#include "app/workspace/workspace.h"

#include <algorithm>

namespace tailspan::workspace {

void Workspace::narrowTo(TimeRange range)
{
    std::optional<TimeRange> target;
    if (!range.isEmpty() && !(range == fullRange()))
        target = range;
    if (target != m_narrowed)
        m_history.push(new StateCommand<std::optional<TimeRange>>( // owned there
            target ? tr("Narrow the time range") : tr("Show the full time range"), m_narrowed, target,
            [this](const auto &to) { applyNarrow(to); }));
}

void Workspace::applyNarrow(std::optional<TimeRange> range)
{
    m_narrowed = range;
    Q_EMIT shownRangeChanged();
}

void Workspace::correctClocks(const trace::ClockCorrection &correction)
{
    const trace::ClockCorrection &now = m_clocks.correction();
    if (correction == now || m_snapshot == nullptr)
        return;
    const QString text = correction.isOn == now.isOn ? tr("Set how far clocks are apart")
        : correction.isOn                            ? tr("Correct clocks")
                                                     : tr("Show clocks as recorded");
    m_history.push(new StateCommand<trace::ClockCorrection>(text, now, correction,
                                                            [this](const auto &to) { m_clocks.setCorrection(to); }));
}

void Workspace::setFilter(const items::TraceListFilter &filter)
{
    if (!(filter == m_filter))
        m_history.push(new StateCommand<items::TraceListFilter>(tr("Filter traces"), m_filter, filter,
                                                                [this](const auto &to) { applyFilter(to); }));
}

void Workspace::addFilterTerm(const std::string &term)
{
    items::TraceListFilter filter = m_filter;
    if (std::ranges::find(filter.terms, term) == filter.terms.end())
        filter.terms.push_back(term);
    setFilter(filter);
}

void Workspace::pickTraces(const std::string &title, const std::vector<TraceRow> &traces)
{
    if (m_snapshot == nullptr)
        return;
    items::TraceListFilter filter = m_filter;
    filter.pickTitle = title;
    filter.pickedTraces.clear();
    for (const TraceRow trace : traces)
        filter.pickedTraces.push_back(m_snapshot->traceIdText(m_snapshot->traces()[trace.value()]));
    std::ranges::sort(filter.pickedTraces);
    setFilter(filter);
    selectLongestOf(traces);
    Q_EMIT tracesPicked();
}

/// What is looked at is one of them.
void Workspace::selectLongestOf(const std::vector<TraceRow> &traces)
{
    const auto durationOf = [this](TraceRow row) { return m_snapshot->traces()[row.value()].durationNs; };
    const auto longest = std::ranges::max_element(traces, {}, durationOf);
    if (longest != traces.end() && std::ranges::find(traces, m_selection.trace) == traces.end())
        select({m_snapshot->generation(), *longest, SpanRow(m_snapshot->traces()[longest->value()].rootRow)});
}

std::vector<TraceRow> Workspace::rowsOf(const std::vector<std::string> &traceIds) const
{
    std::vector<TraceRow> rows;
    for (const std::string &id : traceIds) {
        if (const auto row = m_snapshot == nullptr ? std::nullopt : m_snapshot->findTrace(id))
            rows.push_back(*row);
    }
    std::ranges::sort(rows);
    return rows;
}

void Workspace::applyFilter(const items::TraceListFilter &filter)
{
    if (filter == m_filter)
        return;
    m_filter = filter;
    Q_EMIT filterChanged();
}

} // namespace tailspan::workspace
