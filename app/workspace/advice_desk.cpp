// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/advice_desk.h"

#include "app/advice/advice_text.h"
#include "app/advice/rules_file.h"
#include "app/workspace/advice_pdf.h"
#include "models/advisor/named_span.h"
#include "models/base/wall_clock.h"
#include "models/items/qt_text.h"

#include <QSaveFile>

#include <algorithm>
#include <limits>
#include <set>
#include <sstream>

namespace tailspan::workspace {

using advisor::Finding;
using items::toQString;
using settings::AdviceMark;

AdviceDesk::AdviceDesk(settings::SettingsStore &settings, Ask ask, QObject *parent)
    : QObject(parent), m_settings(settings), m_ask(std::move(ask))
{}

AdviceDesk::~AdviceDesk() = default;

void AdviceDesk::run()
{
    m_changedMeanwhile = false;
    m_job.start(
        [question = m_ask()](const std::stop_token &stop, Progress &progress) -> Result<advice::AdvisedPtr> {
            return advise(question, advice::builtInRules(), stop, progress);
        },
        [this](Result<advice::AdvisedPtr> advised) { take(std::move(advised)); });
    Q_EMIT runningChanged();
}

void AdviceDesk::cancel()
{
    m_job.cancel();
    Q_EMIT runningChanged();
}

void AdviceDesk::setAdvised(advice::AdvisedPtr advised)
{
    m_job.cancel();
    m_changedMeanwhile = false;
    take(std::move(advised));
}

void AdviceDesk::take(Result<advice::AdvisedPtr> advised)
{
    if (advised) {
        m_advised = std::move(*advised);
        m_namedIn.reset();
        m_error.clear();
    } else if (advised.error().code != ErrorCode::Cancelled) {
        m_error = toQString(advised.error().text());
    }
    m_isStale = m_changedMeanwhile;
    Q_EMIT runningChanged();
    Q_EMIT changed();
}

QString AdviceDesk::summary() const
{
    return m_advised == nullptr ? QString() : toQString(sourcesText(*m_advised));
}

Result<> AdviceDesk::saveAs(const QString &path, const ReportLook &look) const
{
    if (m_advised == nullptr)
        return fail(ErrorCode::NotFound, "There is no advice yet.");
    std::ostringstream text;
    const auto endsIn = [&](const char *ending) { return path.endsWith(QLatin1String(ending), Qt::CaseInsensitive); };
    const bool isPdf = endsIn(".pdf");
    if (endsIn(".md"))
        writeAdviceMarkdown(text, *m_advised);
    else if (endsIn(".json"))
        writeAdviceJson(text, *m_advised);
    else if (!isPdf)
        writeAdviceHtml(text, *m_advised, look.light, look.dark);
    const QByteArray bytes = isPdf ? adviceAsPdf(*m_advised, look) : QByteArray::fromStdString(text.str());
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        return fail(ErrorCode::Internal,
                    "The file could not be written: " + file.errorString().toStdString()
                        + ". Check that its folder exists and can be written to.",
                    path.toStdString());
    return {};
}

void AdviceDesk::noteChange()
{
    m_changedMeanwhile = true;
    if (m_isStale || m_advised == nullptr)
        return;
    m_isStale = true;
    Q_EMIT changed();
}

const Finding *AdviceDesk::finding(const QString &id) const
{
    if (m_advised == nullptr)
        return nullptr;
    const auto &findings = m_advised->advice.findings;
    const auto found = std::ranges::find(findings, id.toStdString(), &Finding::id);
    return found == findings.end() ? nullptr : &*found;
}

bool AdviceDesk::isOpen(const Finding &finding) const
{
    return finding.verification.state != advisor::VerificationState::Refuted && !isDismissed(finding)
        && !isApplied(toQString(finding.id));
}

std::vector<ServiceWarning> AdviceDesk::serviceWarnings() const
{
    std::vector<ServiceWarning> warnings;
    if (m_advised == nullptr)
        return warnings;
    for (const Finding &finding : m_advised->advice.findings) {
        if (isOpen(finding) && finding.severity >= advisor::Severity::Medium && !finding.subject.service.empty())
            warnings.push_back({finding.subject.service, "Advisor: " + finding.title, false});
    }
    return warnings;
}

const std::vector<AdviceDesk::Operation> &AdviceDesk::namedOperations(const trace::TraceSnapshot &snapshot) const
{
    if (m_namedIn == snapshot.generation())
        return m_named;
    m_namedIn = snapshot.generation();
    m_named.clear();
    const trace::SpanTable &spans = snapshot.spans();
    for (const Finding &finding : m_advised->advice.findings) {
        const auto span = advisor::namedSpan(finding, snapshot);
        m_named.push_back(span ? Operation({spans.service[span->value()], spans.operation[span->value()]})
                               : std::nullopt);
    }
    return m_named;
}

std::shared_ptr<const layout::RowSet> AdviceDesk::advisedRows(const trace::TraceSnapshot &snapshot,
                                                              TraceRow trace) const
{
    if (m_advised == nullptr)
        return nullptr;
    std::set<std::pair<std::uint32_t, std::uint32_t>> operations;
    const std::vector<Operation> &named = namedOperations(snapshot);
    for (std::size_t i = 0; i < named.size(); ++i) {
        if (named[i] && isOpen(m_advised->advice.findings[i]))
            operations.insert(*named[i]);
    }
    if (operations.empty())
        return nullptr;
    const trace::SpanTable &spans = snapshot.spans();
    const trace::TraceSummary &summary = snapshot.traces()[trace.value()];
    auto rows = std::make_shared<layout::RowSet>(summary.spanCount);
    for (std::uint32_t i = 0; i < summary.spanCount; ++i) {
        const std::uint32_t row = summary.firstRow + i;
        if (operations.contains({spans.service[row], spans.operation[row]}))
            rows->set(i, true);
    }
    return rows;
}

std::vector<const Finding *> AdviceDesk::findingsAt(const trace::TraceSnapshot &snapshot, SpanRow span) const
{
    std::vector<const Finding *> found;
    if (m_advised == nullptr || !span.isValid())
        return found;
    const trace::SpanTable &spans = snapshot.spans();
    const Operation wanted({spans.service[span.value()], spans.operation[span.value()]});
    const std::vector<Operation> &named = namedOperations(snapshot);
    for (std::size_t i = 0; i < named.size(); ++i) {
        if (named[i] == wanted && isOpen(m_advised->advice.findings[i]))
            found.push_back(&m_advised->advice.findings[i]);
    }
    return found;
}

std::vector<RunAdvice> AdviceDesk::runAdvice(const loadtest::LoadTestReport &report) const
{
    std::vector<RunAdvice> advice;
    if (m_advised == nullptr)
        return advice;
    for (const Finding &finding : m_advised->advice.findings) {
        if (!isOpen(finding))
            continue;
        if (auto mark = advisor::runMarkOf(finding, report); mark)
            advice.push_back({&finding, std::move(*mark)});
    }
    return advice;
}

void AdviceDesk::addConfigFiles(const QStringList &paths)
{
    QStringList &files = m_settings.edit().configFiles;
    for (const QString &path : paths) {
        if (!files.contains(path))
            files.append(path);
    }
    Q_EMIT configFilesChanged();
    noteChange();
}

void AdviceDesk::removeConfigFile(const QString &path)
{
    m_settings.edit().configFiles.removeAll(path);
    Q_EMIT configFilesChanged();
    noteChange();
}

bool AdviceDesk::isDismissed(const Finding &finding) const
{
    constexpr double kWorse = 1.5;
    const auto mark = m_settings.value().adviceMarks.constFind(toQString(finding.id));
    if (mark == m_settings.value().adviceMarks.constEnd() || mark->dismissedWhy.isEmpty())
        return false;
    const bool isWorse = static_cast<int>(finding.severity) > mark->severityThen
        || finding.impactMsPerHour.value_or(0) > kWorse * std::max(mark->impactThen, 1.0);
    return !isWorse;
}

QString AdviceDesk::dismissedWhy(const Finding &finding) const
{
    return m_settings.value().adviceMarks.value(toQString(finding.id)).dismissedWhy;
}

void AdviceDesk::dismiss(const Finding &finding, const QString &why)
{
    const QString id = toQString(finding.id);
    AdviceMark mark = m_settings.value().adviceMarks.value(id);
    mark.title = toQString(finding.title);
    mark.service = toQString(finding.subject.service);
    mark.operation = toQString(finding.subject.operation);
    mark.dismissedWhy = why.isEmpty() ? tr("No reason given") : why;
    mark.impactThen = finding.impactMsPerHour.value_or(0);
    mark.severityThen = static_cast<int>(finding.severity);
    keep(id, mark);
}

void AdviceDesk::forgetMark(const QString &id)
{
    if (m_settings.edit().adviceMarks.remove(id) > 0)
        Q_EMIT marksChanged();
}

trace::TraceSnapshotPtr AdviceDesk::traces() const
{
    return m_ask().traces;
}

void AdviceDesk::markApplied(const Finding &finding)
{
    const QString id = toQString(finding.id);
    AdviceMark mark = m_settings.value().adviceMarks.value(id);
    mark.title = toQString(finding.title);
    mark.service = toQString(finding.subject.service);
    mark.operation = toQString(finding.subject.operation);
    const TimePoint now = currentTime();
    mark.appliedNs = now.ns();
    if (const trace::TraceSnapshotPtr snapshot = traces()) {
        const auto before = advisor::endpointFigures(*snapshot, finding.subject, {TimePoint(0), now});
        mark.beforeCount = before ? before->count : 0;
        mark.beforeMs = before ? QList<double>(before->quantilesMs.begin(), before->quantilesMs.end())
                               : QList<double>();
    }
    keep(id, mark);
}

bool AdviceDesk::isApplied(const QString &id) const
{
    return m_settings.value().adviceMarks.value(id).appliedNs > 0;
}

std::vector<AppliedAdvice> AdviceDesk::applied() const
{
    std::vector<AppliedAdvice> all;
    const trace::TraceSnapshotPtr snapshot = traces();
    const auto &marks = m_settings.value().adviceMarks;
    for (auto it = marks.begin(); it != marks.end(); ++it) {
        if (it->appliedNs <= 0)
            continue;
        AppliedAdvice entry{it.key(), *it, std::nullopt};
        const TimeRange since{TimePoint(it->appliedNs), TimePoint(std::numeric_limits<std::int64_t>::max())};
        const advisor::Subject subject{it->service.toStdString(), it->operation.toStdString(), {}};
        const auto after = snapshot ? advisor::endpointFigures(*snapshot, subject, since) : std::nullopt;
        if (after) {
            advisor::EndpointFigures before;
            before.count = it->beforeCount;
            before.quantilesMs.assign(it->beforeMs.begin(), it->beforeMs.end());
            entry.outcome = compareFigures(before, *after);
        }
        all.push_back(std::move(entry));
    }
    return all;
}

void AdviceDesk::keep(const QString &id, const AdviceMark &mark)
{
    QMap<QString, AdviceMark> &marks = m_settings.edit().adviceMarks;
    if (marks.size() >= settings::kAdviceMarkLimit && !marks.contains(id))
        marks.erase(marks.begin());
    marks.insert(id, mark);
    Q_EMIT marksChanged();
}

} // namespace tailspan::workspace
