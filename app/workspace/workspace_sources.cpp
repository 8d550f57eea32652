// SPDX-License-Identifier: GPL-3.0-or-later
// What the workspace is connected to, and which time that makes.
#include "app/workspace/workspace.h"
#include "models/base/wall_clock.h"
#include "models/loadtest/timeline.h"

#include <QFile>

namespace tailspan::workspace {

namespace {

constexpr Duration kLongestWatched = Duration::seconds(86'400);

} // namespace

void Workspace::connectMetrics()
{
    connect(&m_metrics, &LiveMetrics::chosenChanged, this,
            [this](const std::string &source) { m_connections.keepChosen(source, m_metrics.chosen(source)); });
    connect(&m_time, &TimeChoice::chosen, this, [this] {
        if (isNarrowed())
            narrowTo({});
    });
    connect(&m_time, &TimeChoice::windowChanged, this, [this] {
        if (!isNarrowed())
            Q_EMIT shownRangeChanged();
    });
    connect(this, &Workspace::shownRangeChanged, &m_alerts,
            [this] { m_alerts.setRange(watchedRange(), m_time.isLive() && !isNarrowed()); });
}

/// What is in view, and the whole run of the report: bands lie over all of its lanes, however far one looks into them.
TimeRange Workspace::watchedRange() const
{
    const TimeRange shown = shownRange();
    if (!m_report || !m_report->startedAt)
        return shown;
    const TimeRange run = loadtest::runRangeOf(*m_report);
    const TimeRange both = run.isEmpty() ? shown : shown.united(run);
    // Traces of another day are not asked about together with the run: the steps would become too long.
    const bool isOverlapping = shown.begin < run.end && run.begin < shown.end;
    return isOverlapping || both.length() <= kLongestWatched ? both : shown;
}

void Workspace::connectAdvice()
{
    connect(this, &Workspace::snapshotChanged, &m_advice, &AdviceDesk::noteChange);
    connect(this, &Workspace::reportChanged, &m_advice, &AdviceDesk::noteChange);
    connect(&m_stores, &LiveStores::connectedChanged, &m_advice, &AdviceDesk::noteChange);
    connect(&m_metrics, &LiveMetrics::connectedChanged, &m_advice, &AdviceDesk::noteChange);
    const auto tellMap = [this] { m_warnings.setAdvice(m_advice.serviceWarnings()); };
    connect(&m_advice, &AdviceDesk::changed, this, tellMap);
    connect(&m_advice, &AdviceDesk::marksChanged, this, tellMap);
}

advice::Question Workspace::adviceQuestion() const
{
    advice::Question question;
    question.traces = m_snapshot;
    if (m_report != nullptr && m_report->isPartial)
        question.reports = {};
    else if (m_report != nullptr)
        question.reports.push_back(m_analysis.judged());
    for (const QString &path : m_settings.value().configFiles)
        question.configFiles.push_back(QFile::encodeName(path).toStdString());
    question.stores = m_connectedTo;
    question.range = m_narrowed.value_or(TimeRange());
    question.now = currentTime();
    return question;
}

/// Scaling YAML is for the advisor; the user is led to it.
void Workspace::takeConfigs(const std::vector<std::string> &paths)
{
    QStringList files;
    for (const std::string &path : paths)
        files.append(QFile::decodeName(QByteArray::fromStdString(path)));
    m_advice.addConfigFiles(files);
    saveSettings();
    Q_EMIT configsOpened();
}

void Workspace::connectTo(const std::vector<sources::SourceToOpen> &sources)
{
    m_connectedTo = sources;
    std::vector<sources::SourceToOpen> traces;
    std::vector<sources::SourceToOpen> metrics;
    for (const sources::SourceToOpen &source : sources)
        (LiveMetrics::isForMetrics(source) ? metrics : traces).push_back(source);
    for (const sources::SourceToOpen &source : metrics)
        m_metrics.setChosen(source.name, m_connections.chosenQueries(source.name));
    m_metrics.connectTo(metrics);
    if (!traces.empty() || m_stores.isConnected())
        m_stores.connectTo(traces);
}

void Workspace::showDashboard(std::shared_ptr<const metric::Dashboard> dashboard)
{
    m_dashboard = std::move(dashboard);
    Q_EMIT dashboardChanged();
}

TimeRange Workspace::fullRange() const
{
    const TimeRange traces = m_snapshot ? m_snapshot->range() : TimeRange();
    const TimeRange run = m_report && m_report->startedAt ? loadtest::runRangeOf(*m_report) : TimeRange();
    if (traces.isEmpty())
        return run.isEmpty() ? m_time.window() : run;
    if (traces.begin < run.end && run.begin < traces.end) // of the run: what the stores are asked for is another time
        return traces.united(run);
    // Traces of stores may reach back less far than what was chosen: a limit cut them.
    const bool isOfStores = m_tracePaths.isEmpty() && m_stores.isConnected() && m_time.last().ns() > 0;
    return isOfStores ? traces.united(m_time.window()) : traces;
}

} // namespace tailspan::workspace
