// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/advice/advise.h"
#include "app/jobs/latest_job.h"
#include "app/settings/settings.h"
#include "app/workspace/report_look.h"
#include "app/workspace/service_warnings.h"
#include "models/advisor/before_after.h"
#include "models/advisor/run_marks.h"
#include "models/layout/row_set.h"

#include <QObject>
#include <QString>
#include <QStringList>

#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace tailspan::workspace {

/// A finding that the user says is in, with what came of it.
struct AppliedAdvice {
    QString id;
    settings::AdviceMark mark;
    std::optional<advisor::BeforeAfter> outcome; ///< nullopt: nothing of that endpoint is loaded from after it.
};

/// A finding with where in a load test it lives.
struct RunAdvice {
    const advisor::Finding *finding = nullptr; ///< Never null; until the next changed().
    advisor::RunMark mark;
};

/// The advice on what is open and connected, and what the user decided about it. The advisor runs when it is asked to:
/// it puts questions to stores. What was found stays until the next run is done.
/// Thread: GUI. Owner: the workspace.
class AdviceDesk final : public QObject {
    Q_OBJECT
public:
    /// What to advise on now.
    using Ask = std::function<advice::Question()>;

    AdviceDesk(settings::SettingsStore &settings, Ask ask, QObject *parent = nullptr);
    ~AdviceDesk() override;

    void run();
    void cancel();
    /// Shows advice that was made elsewhere in place of what there is.
    void setAdvised(advice::AdvisedPtr advised);
    [[nodiscard]] bool isRunning() const { return m_job.isRunning(); }
    [[nodiscard]] std::shared_ptr<const Progress> progress() const { return m_job.progress(); }
    [[nodiscard]] const advice::AdvisedPtr &advised() const { return m_advised; } ///< May be null.
    /// Of the last run; empty when it went well.
    [[nodiscard]] const QString &error() const { return m_error; }
    /// "from 412,000 spans and scaling-config.yaml; 2 checks could not run"; empty before the first run.
    [[nodiscard]] QString summary() const;
    /// Writes the advice as a web page, Markdown, JSON or PDF, by the path's ending.
    [[nodiscard]] Result<> saveAs(const QString &path, const ReportLook &look) const;
    /// What is open or connected is not what the advice was made from.
    [[nodiscard]] bool isStale() const { return m_isStale; }
    /// Something else is open or connected.
    void noteChange();
    /// Null when there is none of that id.
    [[nodiscard]] const advisor::Finding *finding(const QString &id) const;

    /// Neither refuted nor set aside.
    [[nodiscard]] bool isOpen(const advisor::Finding &finding) const;
    /// Open findings of medium severity and above, by the service they are about: for the map.
    [[nodiscard]] std::vector<ServiceWarning> serviceWarnings() const;
    /// Spans of a trace whose operation the evidence of an open finding names, counted from its first row; null for none.
    [[nodiscard]] std::shared_ptr<const layout::RowSet> advisedRows(const trace::TraceSnapshot &snapshot,
                                                                    TraceRow trace) const;
    /// Open findings whose evidence names a span of this span's operation, ranked; until the next changed().
    [[nodiscard]] std::vector<const advisor::Finding *> findingsAt(const trace::TraceSnapshot &snapshot,
                                                                   SpanRow span) const;
    /// Open findings about this load test, ranked.
    [[nodiscard]] std::vector<RunAdvice> runAdvice(const loadtest::LoadTestReport &report) const;

    /// Scaling and Kubernetes YAML that the advisor reads; kept over a restart.
    [[nodiscard]] QStringList configFiles() const { return m_settings.value().configFiles; }
    void addConfigFiles(const QStringList &paths);
    void removeConfigFile(const QString &path);

    /// Dismissed, and not got worse since: a higher severity, or half as much time lost again, brings it back.
    [[nodiscard]] bool isDismissed(const advisor::Finding &finding) const;
    [[nodiscard]] QString dismissedWhy(const advisor::Finding &finding) const;
    void dismiss(const advisor::Finding &finding, const QString &why);
    /// Takes back dismissing or applying.
    void forgetMark(const QString &id);
    /// Keeps how the endpoint does until now, to compare with what comes.
    void markApplied(const advisor::Finding &finding);
    [[nodiscard]] bool isApplied(const QString &id) const;
    [[nodiscard]] std::vector<AppliedAdvice> applied() const;

Q_SIGNALS:
    void changed(); ///< New advice, an error, or it is stale.
    void runningChanged();
    void marksChanged();
    void configFilesChanged();

private:
    /// Service and operation that the evidence of a finding names.
    using Operation = std::optional<std::pair<std::uint32_t, std::uint32_t>>;
    /// By finding; looked up once for a snapshot.
    [[nodiscard]] const std::vector<Operation> &namedOperations(const trace::TraceSnapshot &snapshot) const;
    void take(Result<advice::AdvisedPtr> advised);
    [[nodiscard]] trace::TraceSnapshotPtr traces() const;
    void keep(const QString &id, const settings::AdviceMark &mark);

    settings::SettingsStore &m_settings;
    Ask m_ask;
    advice::AdvisedPtr m_advised;
    QString m_error;
    bool m_isStale = false;
    bool m_changedMeanwhile = false;
    mutable std::vector<Operation> m_named;
    mutable std::optional<std::uint64_t> m_namedIn; // generation of that snapshot
    jobs::LatestJob<advice::AdvisedPtr> m_job;      // last: it stops before the rest goes
};

} // namespace tailspan::workspace
