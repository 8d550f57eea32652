// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/workspace.h"

#include "models/loadtest/timeline.h"

#include <QFileInfo>

namespace tailspan::workspace {

namespace {

QStringList absolutePaths(const QStringList &paths)
{
    QStringList absolute;
    for (const QString &path : paths) {
        const QString full = QFileInfo(path).absoluteFilePath();
        if (!absolute.contains(full))
            absolute.append(full);
    }
    return absolute;
}

std::vector<std::string> localPaths(const QStringList &paths)
{
    std::vector<std::string> local;
    for (const QString &path : paths)
        local.push_back(QFile::encodeName(path).toStdString());
    return local;
}

QString pathOf(const std::string &local)
{
    return QFile::decodeName(QByteArray::fromStdString(local));
}

} // namespace

Workspace::Workspace(settings::SettingsStore &settings, Opener opener, QObject *parent)
    : QObject(parent), m_settings(settings), m_opener(std::move(opener)), m_secrets(settings.isKept()),
      m_connections(settings, m_secrets), m_alerts(m_metrics, m_warnings), m_time(m_stores, m_metrics),
      m_resources(m_metrics, m_analysis), m_peakLoad(m_metrics), m_advice(settings, [this] { return adviceQuestion(); })
{
    connectMetrics();
    connectAdvice();
    connect(this, &Workspace::reportChanged, &m_analysis, [this] {
        m_analysis.setReport(m_report, localPaths(m_reportPaths));
        m_resources.setReport(m_report);
    });
    connect(this, &Workspace::snapshotChanged, &m_traceMoments,
            [this](bool isRenewal) { m_traceMoments.setSnapshot(m_snapshot, isRenewal); });
    connect(&m_stores, &LiveStores::snapshotReady, this, &Workspace::takeLive);
    connect(&m_clocks, &ClockLayer::shown, this, &Workspace::showRenewed);
    connect(&m_clocks, &ClockLayer::failed, this, &Workspace::openFailed);
    connect(&m_stores, &LiveStores::failed, this, &Workspace::openFailed);
    connect(&m_stores, &LiveStores::noted, this, &Workspace::openNoted);
    connect(&m_stores, &LiveStores::searchStarted, this, &Workspace::openStarted);
    connect(&m_stores, &LiveStores::searchFinished, this, &Workspace::openFinished);
}

Workspace::~Workspace() = default;

void Workspace::open(const QStringList &paths)
{
    const QStringList wanted = absolutePaths(paths);
    if (wanted.isEmpty())
        return;
    dropPartial();
    m_opening.start([opener = openerForNow(), local = localPaths(wanted)](
                        std::stop_token stop, Progress &progress) { return opener(local, stop, progress); },
                    [this](Result<Opened> outcome) { finish(std::move(outcome)); });
    Q_EMIT openStarted();
}

void Workspace::openLink(const trace::TraceLink &link)
{
    m_waitingLink.reset();
    if (goTo(link))
        return;
    const QString file = QString::fromStdString(link.file);
    m_waitingLink = link;
    if (m_opening.isRunning())
        return; // what is on its way may hold it
    if (!file.isEmpty() && !m_tracePaths.contains(file)) {
        m_waitingLink->file.clear(); // it is opened once
        open({file});
    } else if (m_stores.isConnected())
        m_stores.search(QStringLiteral("trace=\"%1\"").arg(QString::fromStdString(link.traceId)));
    else
        followWaitingLink();
}

bool Workspace::goTo(const trace::TraceLink &link)
{
    const auto trace = m_snapshot == nullptr ? std::nullopt : m_snapshot->findTrace(link.traceId);
    if (!trace)
        return false;
    const trace::TraceSummary &summary = m_snapshot->traces()[trace->value()];
    const SpanRow span = m_snapshot->findSpan(*trace, link.spanId).value_or(SpanRow(summary.rootRow));
    select({m_snapshot->generation(), *trace, span});
    Q_EMIT linkFollowed(link.traceId, link.window);
    return true;
}

/// What was asked for is there now, or never will be.
void Workspace::followWaitingLink()
{
    const std::optional<trace::TraceLink> link = std::exchange(m_waitingLink, std::nullopt);
    if (!link || goTo(*link))
        return;
    if (!link->file.empty() && !m_tracePaths.contains(QString::fromStdString(link->file)))
        openLink(*link);
    else
        Q_EMIT openFailed(tr("The trace %1 of the link is not in what is open. Open its file, or connect to the store "
                             "that has it, then open the link again.")
                              .arg(QString::fromStdString(link->traceId)));
}

void Workspace::openSample(const Sample &sample)
{
    const Result<QString> path = samplePath(sample);
    if (path)
        open({*path});
    else
        Q_EMIT openFailed(QString::fromStdString(path.error().text()));
}

void Workspace::cancelOpen()
{
    if (m_stores.isSearching()) {
        m_stores.cancel();
        Q_EMIT openCancelled();
    }
    if (!m_opening.isRunning())
        return;
    m_opening.cancel();
    dropPartial();
    Q_EMIT openCancelled();
    Q_EMIT openFinished();
}

void Workspace::finish(Result<Opened> outcome)
{
    if (!outcome || !outcome->report)
        dropPartial();
    m_reportBefore.reset();
    if (outcome) {
        take(std::move(*outcome));
        followWaitingLink();
    } else if (outcome.error().code == ErrorCode::Cancelled) {
        m_waitingLink.reset();
        Q_EMIT openCancelled();
    } else {
        m_waitingLink.reset();
        Q_EMIT openFailed(QString::fromStdString(outcome.error().text()));
    }
    Q_EMIT openFinished();
}

void Workspace::take(Opened opened)
{
    if (opened.dashboard) {
        settings::addRecentFile(m_settings.edit(), pathOf(opened.dashboardPath));
        showDashboard(opened.dashboard);
    }
    if (opened.snapshot || opened.report)
        takeData(opened);
    if (!opened.configPaths.empty())
        takeConfigs(opened.configPaths);
    QStringList notes;
    for (const std::string &note : opened.allNotes())
        notes.append(QString::fromStdString(note));
    if (!notes.isEmpty())
        Q_EMIT openNoted(notes.join(u'\n'));
}

void Workspace::takeData(Opened &opened)
{
    m_history.clear();
    m_narrowed.reset();
    if (opened.snapshot != nullptr)
        applyFilter({});
    m_selection = {};
    m_moment.reset();
    const bool hasTraces = opened.snapshot != nullptr;
    const bool hasReport = opened.report != nullptr;
    if (hasTraces) {
        m_stores.connectTo({});
        m_snapshot = std::move(opened.snapshot);
        m_tracePaths.clear();
        for (const std::string &path : opened.tracePaths)
            m_tracePaths.append(pathOf(path));
        m_clocks.begin(m_snapshot);
    }
    if (hasReport) {
        m_report = std::move(opened.report);
        m_reportPaths.clear();
        for (const std::string &path : opened.reportPaths)
            m_reportPaths.append(pathOf(path));
        shapeAsRemembered();
    }
    if (hasTraces)
        Q_EMIT snapshotChanged();
    if (hasReport)
        Q_EMIT reportChanged();
    Q_EMIT selectionChanged();
    Q_EMIT momentChanged();
    Q_EMIT shownRangeChanged();
    remember(hasTraces ? m_tracePaths : QStringList(), hasReport ? m_reportPaths : QStringList());
}

void Workspace::openSourcesOfStart()
{
    std::vector<sources::SourceToOpen> stores;
    for (const settings::Profile &profile : m_settings.value().profiles) {
        if (!profile.opensAtStart)
            continue;
        const auto store = m_connections.toOpen(m_connections.draft(profile.name));
        if (store)
            stores.push_back(*store);
        else
            Q_EMIT openFailed(QString::fromStdString(store.error().text()));
    }
    if (!stores.empty())
        connectTo(stores);
}

/// The same trace and span in a renewed snapshot; nothing where they are gone.
Selection Workspace::translated(const trace::TraceSnapshot &to) const
{
    Selection selection;
    if (!m_snapshot || !m_selection.trace.isValid() || m_selection.generation != m_snapshot->generation())
        return selection;
    const trace::TraceSummary &trace = m_snapshot->traces()[m_selection.trace.value()];
    const auto row = to.findTrace(m_snapshot->traceIdText(trace));
    if (!row)
        return selection;
    selection = {to.generation(), *row, SpanRow(to.traces()[row->value()].rootRow)};
    if (!m_selection.span.isValid())
        return selection;
    selection.span = to.findSpan(*row, m_snapshot->spanIdText(m_selection.span)).value_or(selection.span);
    return selection;
}

void Workspace::takeLive(const trace::TraceSnapshotPtr &snapshot, bool isRenewal)
{
    if (!m_tracePaths.isEmpty()) {
        applyFilter({});
        m_tracePaths.clear();
        m_settings.edit().openFiles = openPaths();
        saveSettings();
    }
    if (isRenewal) {
        if (m_clocks.renew(snapshot))
            showRenewed(snapshot);
        return;
    }
    m_history.clear();
    m_narrowed.reset();
    m_moment.reset();
    m_snapshot = snapshot;
    m_selection = {};
    m_clocks.begin(m_snapshot);
    Q_EMIT snapshotChanged();
    Q_EMIT selectionChanged();
    Q_EMIT shownRangeChanged();
    followWaitingLink();
}

/// The same traces: grown, or with clocks put right.
void Workspace::showRenewed(const trace::TraceSnapshotPtr &snapshot)
{
    m_selection = translated(*snapshot);
    m_snapshot = snapshot;
    Q_EMIT snapshotChanged(true);
    Q_EMIT selectionChanged();
    Q_EMIT shownRangeChanged();
}

void Workspace::remember(const QStringList &traces, const QStringList &report)
{
    settings::Settings &settings = m_settings.edit();
    const QStringList opened = report + traces;
    for (qsizetype i = opened.size() - 1; i >= 0; --i) {
        if (!opened[i].startsWith(sampleFolder()))
            settings::addRecentFile(settings, opened[i]);
    }
    settings.openFiles = openPaths();
    saveSettings();
    Q_EMIT recentFilesChanged();
}

void Workspace::forgetRecentFile(const QString &path)
{
    m_settings.edit().recentFiles.removeAll(path);
    saveSettings();
    Q_EMIT recentFilesChanged();
}

void Workspace::saveSettings()
{
    const Result<> saved = m_settings.save();
    if (saved) {
        m_saidNotSaved = false;
    } else if (!m_saidNotSaved) {
        m_saidNotSaved = true;
        Q_EMIT settingsNotSaved(QString::fromStdString(saved.error().text()));
    }
}

void Workspace::closeAll()
{
    cancelOpen();
    connectTo({});
    applyFilter({});
    if (!hasOpenFiles())
        return;
    m_history.clear();
    m_narrowed.reset();
    m_selection = {};
    m_moment.reset();
    m_snapshot.reset();
    m_clocks.begin(nullptr);
    m_report.reset();
    m_reportAsRead.reset();
    m_alignment.reset();
    m_tracePaths.clear();
    m_reportPaths.clear();
    m_settings.edit().openFiles.clear();
    saveSettings();
    Q_EMIT snapshotChanged();
    Q_EMIT reportChanged();
    Q_EMIT selectionChanged();
    Q_EMIT momentChanged();
    Q_EMIT shownRangeChanged();
}

QStringList Workspace::openPaths() const
{
    return m_tracePaths + m_reportPaths;
}

TimeRange Workspace::shownRange() const
{
    return m_narrowed.value_or(fullRange());
}

void Workspace::select(Selection selection)
{
    if (selection == m_selection)
        return;
    m_selection = selection;
    Q_EMIT selectionChanged();
}

TimeRange Workspace::momentStep() const
{
    if (!m_moment)
        return {};
    if (m_report && m_report->startedAt) {
        const auto &steps = m_report->timeline;
        const auto next = std::upper_bound(steps.begin(), steps.end(), *m_moment,
                                           [](TimePoint time, const auto &step) { return time < step.range.begin; });
        if (next != steps.begin() && std::prev(next)->range.contains(*m_moment))
            return std::prev(next)->range;
    }
    constexpr std::int64_t kSecondNs = 1'000'000'000;
    const std::int64_t inSecond = (m_moment->ns() % kSecondNs + kSecondNs) % kSecondNs;
    const TimePoint begin = *m_moment - Duration(inSecond);
    return {begin, begin + Duration(kSecondNs)};
}

void Workspace::setMoment(std::optional<TimePoint> moment)
{
    if (moment == m_moment)
        return;
    m_moment = moment;
    Q_EMIT momentChanged();
}

} // namespace tailspan::workspace
