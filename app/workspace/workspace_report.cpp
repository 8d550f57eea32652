// SPDX-License-Identifier: GPL-3.0-or-later
// The part of Workspace that concerns load-test reports: answers to what their files leave open, and showing them
// while they are read.
#include "app/workspace/named_zone.h"
#include "app/workspace/state_command.h"
#include "app/workspace/workspace.h"

#include <QDateTime>
#include <QFile>
#include <QFileInfo>

#include <map>

namespace tailspan::workspace {

namespace {

using Answers = std::map<std::string, settings::ReportAnswer>;

Answers answersByLocalPath(const QMap<QString, settings::ReportAnswer> &answers)
{
    Answers local;
    for (auto it = answers.begin(); it != answers.end(); ++it)
        local.emplace(QFile::encodeName(it.key()).toStdString(), it.value());
    return local;
}

std::vector<std::string> localPaths(const QStringList &paths)
{
    std::vector<std::string> local;
    for (const QString &path : paths)
        local.push_back(QFile::encodeName(QFileInfo(path).absoluteFilePath()).toStdString());
    return local;
}

reports::ReadOptions optionsFor(const Answers &answers, const std::string &path)
{
    reports::ReadOptions options;
    const auto at = answers.find(path);
    if (at == answers.end())
        return options;
    if (const auto zone = zoneNamed(at->second.zone); zone && !at->second.zone.isEmpty())
        options.zone = *zone;
    else if (at->second.zoneMinutes)
        options.zone = loadtest::ZoneRule(Duration::seconds(60LL * *at->second.zoneMinutes));
    if (at->second.unitNs)
        options.unit = Duration(*at->second.unitNs);
    return options;
}

} // namespace

/// What reads the files of the open that begins now.
Opener Workspace::openerForNow()
{
    const std::uint64_t number = ++m_openNumber;
    if (m_opener)
        return m_opener;
    const auto give = [this, number](loadtest::LoadTestReport report) {
        auto shared = std::make_shared<const loadtest::LoadTestReport>(std::move(report));
        m_partials.post([this, number, shared = std::move(shared)] { showPartial(number, shared); });
    };
    return [give, answers = answersByLocalPath(m_settings.value().reportAnswers)](
               const std::vector<std::string> &paths, std::stop_token stop, Progress &progress) {
        const auto optionsOf = [&](const std::string &path) {
            reports::ReadOptions options = optionsFor(answers, path);
            options.partial = give;
            return options;
        };
        return openFiles(paths, optionsOf, std::move(stop), progress);
    };
}

void Workspace::showPartial(std::uint64_t number, const loadtest::LoadTestReportPtr &report)
{
    if (number != m_openNumber || !m_opening.isRunning() || report->timeline.empty())
        return;
    if (!m_reportBefore)
        m_reportBefore = m_report;
    m_report = report;
    Q_EMIT reportChanged();
    Q_EMIT shownRangeChanged();
}

/// Back to the report that was open before: what was being read will not become whole.
void Workspace::dropPartial()
{
    if (!m_reportBefore)
        return;
    m_report = *std::exchange(m_reportBefore, std::nullopt);
    Q_EMIT reportChanged();
    Q_EMIT shownRangeChanged();
}

reports::OptionsOf Workspace::answersForFiles() const
{
    return [answers = answersByLocalPath(m_settings.value().reportAnswers)](const std::string &path) {
        return optionsFor(answers, path);
    };
}

void Workspace::compareWith(const QStringList &paths)
{
    rememberRuns(paths);
    m_analysis.compareWith(localPaths(paths), answersForFiles());
}

void Workspace::showTrendOf(const QStringList &paths)
{
    rememberRuns(paths);
    m_trend.read(localPaths(paths), answersForFiles());
}

void Workspace::rememberRuns(const QStringList &paths)
{
    QStringList absolute;
    for (const QString &path : paths)
        absolute << QFileInfo(path).absoluteFilePath();
    settings::addRecentRuns(m_settings.edit(), absolute);
    saveSettings();
}

void Workspace::openLimits(const QString &path)
{
    m_analysis.openLimits(QFile::encodeName(path).toStdString());
}

void Workspace::answerReport(const settings::ReportAnswer &answer)
{
    if (m_reportPaths.isEmpty())
        return;
    rememberOfReport([&answer](settings::ReportAnswer &kept) {
        if (answer.zoneMinutes || !answer.zone.isEmpty()) {
            kept.zoneMinutes = answer.zoneMinutes;
            kept.zone = answer.zone;
        }
        kept.unitNs = answer.unitNs ? answer.unitNs : kept.unitNs;
    });
    open(m_reportPaths);
}

settings::RunMetrics Workspace::runMetrics() const
{
    return m_reportPaths.isEmpty() ? settings::RunMetrics()
                                   : m_settings.value().runMetrics.value(m_reportPaths.front());
}

void Workspace::setRunMetrics(const settings::RunMetrics &metrics)
{
    QMap<QString, settings::RunMetrics> &kept = m_settings.edit().runMetrics;
    for (const QString &path : std::as_const(m_reportPaths)) {
        if (metrics == settings::RunMetrics())
            kept.remove(path);
        else
            kept.insert(path, metrics);
    }
    while (kept.size() > settings::kReportAnswerLimit)
        kept.erase(kept.begin());
    saveSettings();
}

bool Workspace::canAlignReport() const
{
    const loadtest::LoadTestReportPtr &read = m_reportAsRead ? m_reportAsRead : m_report;
    return read && !m_report->isPartial && !read->isPartial && !read->startedAt
        && loadtest::runLengthOf(*read).ns() > 0;
}

std::optional<TimePoint> Workspace::reportWrittenAt() const
{
    std::optional<TimePoint> written;
    for (const QString &path : m_reportPaths) {
        const QFileInfo file(path);
        if (!file.exists())
            continue;
        const TimePoint at(file.lastModified().toMSecsSinceEpoch() * 1'000'000);
        written = written ? std::max(*written, at) : at;
    }
    return written;
}

void Workspace::alignReport(std::optional<loadtest::RunAlignment> alignment)
{
    if (!canAlignReport() || alignment == m_alignment)
        return;
    m_history.push(new StateCommand<std::optional<loadtest::RunAlignment>>( // owned there
        alignment ? tr("Say when the run began") : tr("Forget when the run began"), m_alignment, alignment,
        [this](const auto &to) { applyAlignment(to); }));
}

void Workspace::applyAlignment(const std::optional<loadtest::RunAlignment> &alignment)
{
    m_alignment = alignment;
    shapeReport();
    rememberOfReport([this](settings::ReportAnswer &kept) {
        kept.beganNs = m_alignment ? std::optional<qint64>(m_alignment->began.ns()) : std::nullopt;
        kept.beganHow = m_alignment
            ? QString::fromLatin1(loadtest::alignmentId(m_alignment->how).data(),
                                  static_cast<qsizetype>(loadtest::alignmentId(m_alignment->how).size()))
            : QString();
    });
    Q_EMIT reportChanged();
    Q_EMIT shownRangeChanged();
}

/// The report as it was read, laid on the axis, and with what counts.
void Workspace::shapeReport()
{
    if (!m_reportAsRead)
        m_reportAsRead = m_report;
    m_report = m_reportAsRead;
    if (m_alignment)
        m_report = std::make_shared<const loadtest::LoadTestReport>(loadtest::aligned(*m_report, *m_alignment));
    if (m_counting.isDefault())
        return;
    if (auto counted = loadtest::counted(*m_report, m_counting))
        m_report = std::make_shared<const loadtest::LoadTestReport>(std::move(*counted));
    else
        m_counting = {}; // another file stands under that path now
}

/// A report that was just read, as it was laid on the axis and counted when it was open before.
void Workspace::shapeAsRemembered()
{
    m_reportAsRead.reset();
    m_alignment.reset();
    m_counting = {};
    if (!m_report || m_report->isPartial || m_reportPaths.isEmpty())
        return;
    const settings::ReportAnswer answer = m_settings.value().reportAnswers.value(m_reportPaths.front());
    const auto how = loadtest::alignmentOf(answer.beganHow.toStdString());
    if (answer.beganNs && how && canAlignReport())
        m_alignment = loadtest::RunAlignment{TimePoint(*answer.beganNs), *how};
    m_counting = {!answer.leavesOutFailures, !answer.leavesOutSetup, Duration(answer.warmUpNs.value_or(0))};
    shapeReport();
    askCapacityAsRemembered();
}

void Workspace::rememberOfReport(const std::function<void(settings::ReportAnswer &)> &change)
{
    QMap<QString, settings::ReportAnswer> &answers = m_settings.edit().reportAnswers;
    for (const QString &path : m_reportPaths) {
        settings::ReportAnswer &kept = answers[path];
        change(kept);
        if (kept == settings::ReportAnswer())
            answers.remove(path);
    }
    while (answers.size() > settings::kReportAnswerLimit)
        answers.erase(answers.begin());
    saveSettings();
}

} // namespace tailspan::workspace
