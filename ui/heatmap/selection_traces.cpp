// SPDX-License-Identifier: GPL-3.0-or-later
// From a box on the map to the traces behind it: those that are loaded, else some that the stores find.
#include "models/items/qt_text.h"
#include "ui/heatmap/selection_panel.h"

#include <QPointer>

#include <limits>

namespace tailspan::heatmap {

using items::toQString;
using workspace::Workspace;

namespace {

constexpr std::size_t kMostSearched = 50; // traces

} // namespace

QString SelectionPanel::pickTitle() const
{
    return tr("%1 in %2, %3")
        .arg(m_state.subjectName(), toQString(layout::bandText(m_state.box()->band)),
             toQString(layout::timeRangeText(m_state.box()->time)));
}

void SelectionPanel::showTraces()
{
    if (!m_state.box())
        return;
    m_finding.start(
        [selection = selection(), cache = m_state.cache()](std::stop_token stop, Progress &progress) {
            return tracesInBox(selection, *cache, stop, progress);
        },
        [this](Result<std::vector<TraceRow>> traces) {
            if (!traces.has_value())
                say(toQString(traces.error().text()));
            else if (!traces->empty())
                pick(*traces);
            else if (m_state.workspace().stores().isConnected())
                searchStores();
            else
                say(tr("None of these is loaded, and no store of traces is connected. Connect one under Sources."));
        });
}

void SelectionPanel::pick(const std::vector<TraceRow> &traces)
{
    m_state.workspace().pickTraces(pickTitle().toStdString(), traces);
}

/// A map of metrics, or of all that is stored, knows more than is loaded: the nearest traces of that service, time and
/// latency are fetched, the slowest first.
void SelectionPanel::searchStores()
{
    trace::TraceQuery query;
    const layout::HeatBox &box = *m_state.box();
    query.range = box.time;
    const workspace::HeatSelection asked = selection();
    std::string service = asked.subject.service;
    if (service.empty())
        service = workspace::onlyServiceOf(asked.narrowed.terms);
    if (!service.empty())
        query.services.push_back(service);
    if (!asked.subject.operation.empty())
        query.operations.push_back(asked.subject.operation);
    query.errorsOnly = asked.subject.onlyFailed;
    if (box.band.aboveNs > 0)
        query.minDurationNs = box.band.aboveNs;
    if (box.band.atMostNs < std::numeric_limits<std::int64_t>::max())
        query.maxDurationNs = box.band.atMostNs;
    query.order = trace::TraceOrder::Longest;
    query.traceLimit = kMostSearched;
    say(tr("Looking for traces of the box in the stores"), true);
    m_isSearching = true;
    const QPointer<SelectionPanel> panel = this; // the stores outlive the page
    const std::uint64_t round = ++m_searchRound;
    m_state.workspace().stores().loadTraces(query, [this, panel, round](const Result<std::vector<std::string>> &found) {
        if (panel == nullptr || round != m_searchRound)
            return;
        m_isSearching = false;
        if (!found.has_value())
            say(toQString(found.error().text()));
        else if (found->empty())
            say(tr("The stores have no trace of this service, time and latency."));
        else
            pickLoaded(*found);
    });
}

void SelectionPanel::pickLoaded(const std::vector<std::string> &ids)
{
    const std::vector<TraceRow> traces = m_state.workspace().rowsOf(ids);
    if (traces.empty())
        return say(tr("The traces were found, but there is no room to load them. Narrow the time and try again."));
    showBox();
    pick(traces);
}

} // namespace tailspan::heatmap
