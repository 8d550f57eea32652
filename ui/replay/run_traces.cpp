// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/run_traces.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"

#include <QCoreApplication>
#include <QPointer>

#include <algorithm>

namespace tailspan::replay {

using items::toQString;
using loadtest::FoundBy;
using loadtest::FoundTraces;
using loadtest::TracesWanted;

namespace {

constexpr std::size_t kMostSearched = 50; // traces
constexpr std::size_t kMostNamed = 500;   // ids that the stores are asked for

QString tr(const char *text)
{
    return QCoreApplication::translate("RunTraces", text);
}

QString tracesText(std::size_t count)
{
    return toQString(pluralText(count, "trace", "traces"));
}

/// "by time, duration and operation of the service payment", and why no better way was there.
QString wayText(const TracesWanted &wanted, const FoundTraces &found)
{
    const QString noIds = tr("the report names no traces there");
    const QString service = found.service.empty() ? QString() : tr(" of the service %1").arg(toQString(found.service));
    const QString time = wanted.hasBand() ? tr("time, duration") : tr("time");
    const QString timeAlone = wanted.hasBand() ? tr("time and duration") : tr("time");
    switch (found.by) {
    case FoundBy::TraceId: return tr("by the trace ids in the report");
    case FoundBy::Operation: return tr("by %1 and operation%2: %3").arg(time, service, noIds);
    case FoundBy::Attribute: return tr("by %1 and route%2: %3").arg(time, service, noIds);
    case FoundBy::Time: break;
    }
    if (found.isEndpointUnknown)
        return tr("by %1 alone: no operation or route there is named like %2, and %3")
            .arg(timeAlone, toQString(wanted.endpoint), noIds);
    return tr("by %1: %2").arg(timeAlone, noIds);
}

/// The same in a few words, for the chip of the filter.
QString shortWay(const TracesWanted &wanted, const FoundTraces &found)
{
    switch (found.by) {
    case FoundBy::TraceId: return tr("by trace id");
    case FoundBy::Operation: return tr("by time and operation");
    case FoundBy::Attribute: return tr("by time and route");
    case FoundBy::Time: break;
    }
    return wanted.hasBand() ? tr("by time and duration") : tr("by time");
}

trace::TraceQuery queryOf(const TracesWanted &wanted)
{
    trace::TraceQuery query;
    query.range = wanted.time;
    query.minDurationNs = wanted.lowNs;
    query.maxDurationNs = wanted.highNs;
    query.order = trace::TraceOrder::Longest;
    query.traceLimit = kMostSearched;
    return query;
}

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
    if (!wanted.line.empty())
        text += QStringLiteral(" (%1)").arg(toQString(wanted.line));
    if (!wanted.endpoint.empty())
        text += QStringLiteral(", ") + toQString(wanted.endpoint);
    return text;
}

void RunTraces::show(const TracesWanted &wanted)
{
    ++m_round; // what the stores still give is of an older question
    m_isAsking = false;
    find(wanted, {});
}

void RunTraces::find(const TracesWanted &wanted, const std::vector<std::string> &fetched)
{
    const loadtest::LoadTestReportPtr report = m_workspace.report();
    if (!report)
        return;
    const trace::TraceSnapshotPtr snapshot = m_workspace.snapshot();
    m_finding.start(
        [report, snapshot, wanted, times = m_workspace.traceMoments().times()](std::stop_token stop,
                                                                               Progress &) mutable -> Result<Found> {
            if (snapshot != nullptr && (times == nullptr || times->snapshot() != snapshot))
                times = std::make_shared<const loadtest::TraceTimes>(snapshot);
            return Found{loadtest::findTraces(*report, snapshot == nullptr ? nullptr : times.get(), wanted, stop),
                         snapshot};
        },
        [this, wanted, fetched](const Result<Found> &found) {
            if (!found.has_value())
                Q_EMIT said(toQString(found.error().text()));
            else
                take(wanted, *found, fetched);
        });
}

void RunTraces::take(const TracesWanted &wanted, const Found &found, const std::vector<std::string> &fetched)
{
    const bool isConnected = m_workspace.stores().isConnected();
    const bool isFetched = !fetched.empty();
    const bool isNamed = found.traces.by == FoundBy::TraceId;
    if (!isFetched && isConnected && (found.traces.rows.empty() || !found.traces.missingIds.empty()))
        return askStores(wanted, found.traces);
    if (!found.traces.rows.empty())
        return pick(wanted, found, isFetched);
    if (isFetched) { // a store counts its spans, not whole traces
        Found some = found;
        some.snapshot = m_workspace.snapshot();
        some.traces.rows = m_workspace.rowsOf(fetched);
        if (!some.traces.rows.empty())
            return pick(wanted, some, true);
        Q_EMIT said(tr("The traces were found, but there is no room to load them. Narrow the time and try again."));
    } else if (isNamed) {
        Q_EMIT said(
            tr("The report names %1 of %2, and none of them is loaded. Open them, or connect the store that has "
               "them under Sources.")
                .arg(tracesText(found.traces.missingIds.size()), wantedText(wanted)));
    } else {
        Q_EMIT said(tr("No loaded trace ran in %1. Open the traces of that time, or connect a store of traces under "
                       "Sources.")
                        .arg(wantedText(wanted)));
    }
}

void RunTraces::askStores(const TracesWanted &wanted, const FoundTraces &found)
{
    m_isAsking = true;
    const QPointer<RunTraces> here = this; // the stores outlive the page
    const std::uint64_t round = m_round;
    const bool hasSome = !found.rows.empty();
    const auto done = [this, here, round, wanted, hasSome](const Result<std::vector<std::string>> &ids) {
        if (here == nullptr || round != m_round)
            return;
        m_isAsking = false;
        if (!ids.has_value())
            Q_EMIT said(toQString(ids.error().text()));
        else if (ids->empty() && !hasSome)
            Q_EMIT said(tr("The stores have no trace of %1.").arg(wantedText(wanted)));
        else
            find(wanted, *ids);
    };
    if (found.by == FoundBy::TraceId) {
        std::vector<std::string> ids = found.missingIds;
        ids.resize(std::min(ids.size(), kMostNamed));
        Q_EMIT said(tr("Looking for the %1 that the report names for %2 in the stores")
                        .arg(tracesText(ids.size()), wantedText(wanted)));
        m_workspace.stores().loadTracesOf(ids, done);
        return;
    }
    Q_EMIT said(tr("Looking for traces of %1 in the stores").arg(wantedText(wanted)));
    m_workspace.stores().loadTraces(queryOf(wanted), done);
}

void RunTraces::pick(const TracesWanted &wanted, const Found &found, bool isFetched)
{
    std::vector<TraceRow> rows = found.traces.rows;
    if (found.snapshot != m_workspace.snapshot()) { // other traces came meanwhile
        std::vector<std::string> ids;
        for (const TraceRow row : rows)
            ids.push_back(found.snapshot->traceIdText(found.snapshot->traces()[row.value()]));
        rows = m_workspace.rowsOf(ids);
    }
    QString text = isFetched ? tr("%1 of %2, fetched from the stores, found %3.") : tr("%1 loaded of %2, found %3.");
    text = text.arg(tracesText(rows.size()), wantedText(wanted), wayText(wanted, found.traces));
    if (found.traces.isWidened)
        text += u' '
            + tr("A trace is shorter than its request; none was as long, so those from %1 up are taken.")
                  .arg(toQString(durationText(Duration(found.traces.band.lowNs.value_or(0)))));
    if (!found.traces.missingIds.empty())
        text += u' ' + tr("%1 more that it names are not there.").arg(found.traces.missingIds.size());
    if (found.traces.isCut)
        text += u' ' + tr("There are more: only some could be looked into.");
    Q_EMIT said(text);
    m_workspace.pickTraces(tr("run, %1 (%2)").arg(wantedText(wanted), shortWay(wanted, found.traces)).toStdString(),
                           rows);
}

} // namespace tailspan::replay
