// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/jobs/latest_job.h"
#include "app/settings/secret_store.h"
#include "app/settings/settings.h"
#include "app/workspace/advice_desk.h"
#include "app/workspace/alert_watch.h"
#include "app/workspace/clock_layer.h"
#include "app/workspace/connections.h"
#include "app/workspace/live_metrics.h"
#include "app/workspace/live_stores.h"
#include "app/workspace/open_files.h"
#include "app/workspace/peak_load.h"
#include "app/workspace/run_analysis.h"
#include "app/workspace/run_resources.h"
#include "app/workspace/run_trend.h"
#include "app/workspace/samples.h"
#include "app/workspace/service_warnings.h"
#include "app/workspace/time_choice.h"
#include "app/workspace/trace_moments.h"
#include "models/base/time.h"
#include "models/items/trace_list_filter.h"
#include "models/loadtest/alignment.h"
#include "models/loadtest/counting.h"
#include "models/loadtest/load_test_report.h"
#include "models/trace/trace_link.h"
#include "models/trace/trace_snapshot.h"

#include <QObject>
#include <QStringList>
#include <QUndoStack>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace tailspan::workspace {

/// What the user looks at. Rows belong to the snapshot of that generation; an invalid row means nothing is
/// selected.
struct Selection {
    std::uint64_t generation = 0;
    TraceRow trace;
    SpanRow span;
    friend bool operator==(const Selection &, const Selection &) = default;
};

/// What the user has open and looks at: files, the time range in view, the selection, the stack of undoable steps.
/// Opening runs on a worker; what was open stays until the new one is complete. Trace files opened together share
/// one snapshot and one time axis. New traces replace the traces and a new report replaces the report, so that a
/// report and the traces of the same run can be looked at together.
/// Thread: GUI. Owner: the application; pages keep a reference.
class Workspace : public QObject {
    Q_OBJECT
public:
    /// `opener` does the reading, on a worker; openFiles() with the user's answers where it is empty.
    explicit Workspace(settings::SettingsStore &settings, Opener opener = {}, QObject *parent = nullptr);
    ~Workspace() override;

    /// A newer call wins over one that still runs.
    void open(const QStringList &paths);
    /// Unpacks a bundled sample and opens it; samples do not enter the recent files.
    void openSample(const Sample &sample);
    /// Goes to the trace, span and zoom of a link, and opens its file or searches the connected stores for it first
    /// where it is not there yet. What cannot be found is said through openFailed().
    void openLink(const trace::TraceLink &link);
    void cancelOpen();
    void closeAll();
    [[nodiscard]] bool isOpening() const { return m_opening.isRunning() || m_stores.isSearching(); }
    /// The stores that are connected; their traces replace those of files and the other way round.
    [[nodiscard]] LiveStores &stores() { return m_stores; }
    /// The stores of metrics and alerts that are connected; they stay so whatever traces are opened.
    [[nodiscard]] LiveMetrics &metrics() { return m_metrics; }
    [[nodiscard]] AlertWatch &alerts() { return m_alerts; }
    /// What of time the connected stores are asked for, and whether they are followed.
    [[nodiscard]] TimeChoice &time() { return m_time; }
    /// Of Grafana; shown on the axis of what is connected. May be null.
    [[nodiscard]] const std::shared_ptr<const metric::Dashboard> &dashboard() const { return m_dashboard; }
    void showDashboard(std::shared_ptr<const metric::Dashboard> dashboard);
    /// Connects to all of these, traces and metrics, in place of what is connected; an empty list disconnects.
    void connectTo(const std::vector<sources::SourceToOpen> &sources);
    [[nodiscard]] Connections &connections() { return m_connections; }
    /// What the advisor found in what is open and connected.
    [[nodiscard]] AdviceDesk &advice() { return m_advice; }
    /// Connects to the profiles that are to be open from the start; without any it does nothing.
    void openSourcesOfStart();

    /// Of the running open; null when none runs.
    [[nodiscard]] std::shared_ptr<const Progress> progress() const
    {
        return m_opening.isRunning() ? std::shared_ptr<const Progress>(m_opening.progress()) : m_stores.progress();
    }
    [[nodiscard]] QStringList openPaths() const;
    [[nodiscard]] bool hasOpenFiles() const { return m_snapshot || m_report; }

    [[nodiscard]] const trace::TraceSnapshotPtr &snapshot() const { return m_snapshot; } ///< May be null.
    [[nodiscard]] const loadtest::LoadTestReportPtr &report() const { return m_report; } ///< May be null.
    /// Remembers the answers for the report's files, whose own text leaves them open, and reads it again.
    void answerReport(const settings::ReportAnswer &answer);
    /// What is worked out from the report, and what it is held against.
    [[nodiscard]] RunAnalysis &analysis() { return m_analysis; }
    /// Reads reports or folders of them as the baseline that the open report is compared with.
    void compareWith(const QStringList &paths);
    /// The figures of many runs over their dates.
    [[nodiscard]] RunTrend &trend() { return m_trend; }
    /// Reads folders and files of runs for the trend.
    void showTrendOf(const QStringList &paths);
    /// All files that the open report is made of.
    [[nodiscard]] const QStringList &reportPaths() const { return m_reportPaths; }
    /// What the user said about files that leave something open, for reading more of them.
    [[nodiscard]] reports::OptionsOf answersForFiles() const;
    /// As they are offered when runs are chosen the next time.
    void rememberRuns(const QStringList &paths);
    /// Holds the report against a file of one's own limits; "" takes them away.
    void openLimits(const QString &path);
    /// Lays a report without a clock on the time axis, in an undoable step that is remembered for its files; nullopt takes
    /// it off again. Nothing where the file itself says when its run began.
    void alignReport(std::optional<loadtest::RunAlignment> alignment);
    [[nodiscard]] const std::optional<loadtest::RunAlignment> &reportAlignment() const { return m_alignment; }
    /// Whether the report is one whose time only the user knows.
    [[nodiscard]] bool canAlignReport() const;
    /// What of the report counts, in an undoable step that is remembered for its files. Errors: those of
    /// loadtest::counted(); nothing changes then.
    [[nodiscard]] Result<> countReport(const loadtest::Counting &counting);
    [[nodiscard]] const loadtest::Counting &reportCounting() const { return m_counting; }
    /// What the capacity of the run is held against; remembered for the report's files.
    void askCapacity(const loadtest::CapacityOptions &options);
    /// The connected stores' highest rates of requests in the last seven days.
    [[nodiscard]] PeakLoad &peakLoad() { return m_peakLoad; }
    /// When the newest of the report's files was written; nullopt where that cannot be told.
    [[nodiscard]] std::optional<TimePoint> reportWrittenAt() const;
    /// What of the stores of metrics is shown below the report; remembered for its files.
    [[nodiscard]] settings::RunMetrics runMetrics() const;
    void setRunMetrics(const settings::RunMetrics &metrics);
    /// Of the traces; of the report where there are none or where both overlap; what stores of metrics are looked at,
    /// where nothing has a time of its own. Empty when nothing is open.
    [[nodiscard]] TimeRange fullRange() const;
    /// The part the user narrowed to with the time bar, or the full range.
    [[nodiscard]] TimeRange shownRange() const;
    [[nodiscard]] bool isNarrowed() const { return m_narrowed.has_value(); }

    /// An undoable step; an empty range widens to everything again.
    void narrowTo(TimeRange range);
    /// What every page is narrowed to beside the range of time. Of the same stores it stays when they are asked anew.
    [[nodiscard]] const items::TraceListFilter &filter() const { return m_filter; }
    /// An undoable step.
    void setFilter(const items::TraceListFilter &filter);
    /// One condition more, in the language of find; nothing when it is in force already.
    void addFilterTerm(const std::string &term);
    /// Narrows everything to these traces, in an undoable step, and asks for the page that lists them. `title` says what
    /// they have in common: "in 0.6 - 4 s, 14:10 - 14:14".
    void pickTraces(const std::string &title, const std::vector<TraceRow> &traces);
    /// The loaded traces with these ids, ascending; those that are not loaded are left out.
    [[nodiscard]] std::vector<TraceRow> rowsOf(const std::vector<std::string> &traceIds) const;
    /// What to do about clocks that disagree: an undoable step.
    void correctClocks(const trace::ClockCorrection &correction);
    [[nodiscard]] ClockLayer &clocks() { return m_clocks; }
    /// Services that are down or have alerts.
    [[nodiscard]] ServiceWarnings &warnings() { return m_warnings; }
    void select(Selection selection);
    [[nodiscard]] const Selection &selection() const { return m_selection; }
    /// The moment under the crosshair, on all pages at once; nullopt when there is none.
    void setMoment(std::optional<TimePoint> moment);
    [[nodiscard]] std::optional<TimePoint> moment() const { return m_moment; }
    /// The stretch of time that the moment stands for: the step of the report that holds it, else its whole second.
    /// Empty without a moment.
    [[nodiscard]] TimeRange momentStep() const;
    /// Which of the loaded traces ran when.
    [[nodiscard]] TraceMoments &traceMoments() { return m_traceMoments; }

    /// Filters and zooms push their commands here: Alt+Left and Alt+Right step through it.
    [[nodiscard]] QUndoStack &history() { return m_history; }
    [[nodiscard]] settings::SettingsStore &settings() { return m_settings; }
    void forgetRecentFile(const QString &path);
    /// Writes the settings; a failure is said once through settingsNotSaved().
    void saveSettings();

Q_SIGNALS:
    /// The trace snapshot, possibly to null. `isRenewal`: the same traces, some grown, some new; the selection is kept.
    void snapshotChanged(bool isRenewal = false);
    /// The load-test report, possibly to null. While one is being read: what was read so far (isPartial), about twice a
    /// second; openFinished() comes behind the whole one, or behind the one before where it could not be read.
    void reportChanged();
    void selectionChanged();
    /// A link was followed: that trace is selected, and shown as far as `window` when there is one.
    void linkFollowed(const std::string &traceId, std::optional<tailspan::TimeRange> window);
    void momentChanged();
    void shownRangeChanged();
    void configsOpened();    ///< Scaling YAML, which the advisor reads.
    void dashboardChanged(); ///< Possibly to null.
    void filterChanged();
    void tracesPicked(); ///< After filterChanged(): the user wants to see them.
    void openStarted();
    /// Ends every open: done, failed or cancelled.
    void openFinished();
    void openFailed(const QString &text); ///< Plain text for a banner.
    void openNoted(const QString &text);  ///< Opened, with something to say about it.
    void openCancelled();
    void recentFilesChanged();
    void settingsNotSaved(const QString &text);

private:
    [[nodiscard]] bool goTo(const trace::TraceLink &link);
    [[nodiscard]] TimeRange watchedRange() const;
    void followWaitingLink();
    void connectMetrics();
    void connectAdvice();
    [[nodiscard]] advice::Question adviceQuestion() const;
    void finish(Result<Opened> outcome);
    void take(Opened opened);
    void takeData(Opened &opened);
    void takeConfigs(const std::vector<std::string> &paths);
    void remember(const QStringList &traces, const QStringList &report);
    [[nodiscard]] Opener openerForNow();
    void showPartial(std::uint64_t number, const loadtest::LoadTestReportPtr &report);
    void dropPartial();
    void shapeAsRemembered();
    void applyAlignment(const std::optional<loadtest::RunAlignment> &alignment);
    void applyCounting(const loadtest::Counting &counting);
    void shapeReport();
    void rememberOfReport(const std::function<void(settings::ReportAnswer &)> &change);
    void askCapacityAsRemembered();
    void applyNarrow(std::optional<TimeRange> range);
    void applyFilter(const items::TraceListFilter &filter);
    void selectLongestOf(const std::vector<TraceRow> &traces);
    void takeLive(const trace::TraceSnapshotPtr &snapshot, bool isRenewal);
    void showRenewed(const trace::TraceSnapshotPtr &snapshot);
    [[nodiscard]] Selection translated(const trace::TraceSnapshot &to) const;

    settings::SettingsStore &m_settings;
    Opener m_opener;
    QStringList m_tracePaths;
    QStringList m_reportPaths; // all files that the report is made of
    trace::TraceSnapshotPtr m_snapshot;
    loadtest::LoadTestReportPtr m_report;
    loadtest::LoadTestReportPtr m_reportAsRead; // before it was aligned and counted; null where it was not
    std::optional<loadtest::RunAlignment> m_alignment;
    loadtest::Counting m_counting;
    std::shared_ptr<const metric::Dashboard> m_dashboard;
    std::optional<TimeRange> m_narrowed;
    items::TraceListFilter m_filter;
    Selection m_selection;
    std::optional<TimePoint> m_moment;
    QUndoStack m_history;
    std::optional<trace::TraceLink> m_waitingLink; ///< Until what is being opened is there.
    bool m_saidNotSaved = false;
    settings::SecretStore m_secrets;
    Connections m_connections;
    ClockLayer m_clocks;
    ServiceWarnings m_warnings;
    LiveStores m_stores;
    LiveMetrics m_metrics;
    AlertWatch m_alerts;
    TimeChoice m_time;
    RunAnalysis m_analysis;
    TraceMoments m_traceMoments;
    RunResources m_resources;
    PeakLoad m_peakLoad;
    std::vector<sources::SourceToOpen> m_connectedTo;
    AdviceDesk m_advice;
    RunTrend m_trend;
    std::uint64_t m_openNumber = 0; // of the last open: partial reports of older ones are dropped
    std::optional<loadtest::LoadTestReportPtr> m_reportBefore; // while a partial one is shown
    jobs::GuiMailbox m_partials;
    jobs::LatestJob<Opened> m_opening; // last: it stops before the rest goes
};

} // namespace tailspan::workspace
