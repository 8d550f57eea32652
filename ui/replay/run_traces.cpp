// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/run_traces.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"

#include <QPointer>

#include <algorithm>

namespace tailspan::replay {

using items::toQString;
using loadtest::TracesWanted;

namespace {

constexpr std::size_t kMostSearched = 50; // traces

} // namespace

RunTraces::RunTraces(workspace::Workspace &workspace, QObject *parent) : QObject(parent), m_workspace(workspace) {}

QString wantedText(const TracesWanted &wanted)
{
    QString text = toQString(clockText(wanted.time.begin)) + QStringLiteral(" - ")
        + toQString(clockText(wanted.time.end)) + QStringLiteral(" UTC");
    if (wanted.lowNs && wanted.highNs)
        text += QStringLiteral(", %1 - %2")
                    .arg(toQString(durationText(Duration(*wanted.lowNs))),
                         toQString(durationText(Duration(*wanted.highNs))));
    return text;
}

void RunTraces::show(const TracesWanted &wanted)
{
    const trace::TraceSnapshotPtr &snapshot = m_workspace.snapshot();
    const std::vector<TraceRow> traces = snapshot ? loadtest::tracesThen(*snapshot, wanted) : std::vector<TraceRow>();
    if (!traces.empty())
        pick(wanted, traces, false);
    else if (m_workspace.stores().isConnected())
        search(wanted);
    else
        Q_EMIT said(tr("No loaded trace ran in %1. Open the traces of that time, or connect a store of traces under "
                       "Sources.")
                        .arg(wantedText(wanted)));
}

void RunTraces::search(const TracesWanted &wanted)
{
    trace::TraceQuery query;
    query.range = wanted.time;
    query.minDurationNs = wanted.lowNs;
    query.maxDurationNs = wanted.highNs;
    query.order = trace::TraceOrder::Longest;
    query.traceLimit = kMostSearched;
    Q_EMIT said(tr("Looking for traces of %1 in the stores").arg(wantedText(wanted)));
    m_isSearching = true;
    const QPointer<RunTraces> here = this; // the stores outlive the page
    const std::uint64_t round = ++m_round;
    m_workspace.stores().loadTraces(query, [this, here, round, wanted](const Result<std::vector<std::string>> &found) {
        if (here == nullptr || round != m_round)
            return;
        m_isSearching = false;
        if (!found.has_value())
            Q_EMIT said(toQString(found.error().text()));
        else if (found->empty())
            Q_EMIT said(tr("The stores have no trace of %1.").arg(wantedText(wanted)));
        else
            pickLoaded(wanted, *found);
    });
}

void RunTraces::pickLoaded(const TracesWanted &wanted, const std::vector<std::string> &ids)
{
    const trace::TraceSnapshotPtr snapshot = m_workspace.snapshot();
    std::vector<TraceRow> traces;
    for (const std::string &id : ids) {
        if (const auto row = snapshot == nullptr ? std::nullopt : snapshot->findTrace(id))
            traces.push_back(*row);
    }
    std::ranges::sort(traces);
    if (traces.empty())
        Q_EMIT said(tr("The traces were found, but there is no room to load them. Narrow the time and try again."));
    else
        pick(wanted, traces, true);
}

void RunTraces::pick(const TracesWanted &wanted, const std::vector<TraceRow> &traces, bool isFetched)
{
    const QString how = wanted.hasBand() ? tr("by time and duration") : tr("by time");
    Q_EMIT said(isFetched ? tr("%1 traces of %2, fetched from the stores, found %3: the report has no trace ids.")
                                .arg(traces.size())
                                .arg(wantedText(wanted), how)
                          : tr("%1 loaded traces of %2, found %3: the report has no trace ids.")
                                .arg(traces.size())
                                .arg(wantedText(wanted), how));
    m_workspace.pickTraces(tr("run, %1 (%2)").arg(wantedText(wanted), how).toStdString(), traces);
}

} // namespace tailspan::replay
