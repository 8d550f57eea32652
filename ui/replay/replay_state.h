// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/time_scale.h"
#include "models/loadtest/load_test_report.h"
#include "models/loadtest/traces_then.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <optional>

namespace tailspan::replay {

/// What the parts of the Replay page share: the report, the window on the time axis, the play head and the pointer's
/// moment. Every part changes it here and follows its signals.
/// Thread: GUI. Owner: the page.
class ReplayState final : public QObject {
    Q_OBJECT
public:
    explicit ReplayState(QObject *parent = nullptr);

    void setReport(loadtest::LoadTestReportPtr report);
    [[nodiscard]] const loadtest::LoadTestReportPtr &report() const { return m_report; }
    /// Whether the run has a stretch of time: its timeline, or the one that the user laid it on.
    [[nodiscard]] bool hasTimeline() const { return !m_run.isEmpty(); }
    /// Whether the file itself tells what happened over time.
    [[nodiscard]] bool isMeasured() const { return m_report && !m_report->timeline.empty(); }
    [[nodiscard]] TimeRange run() const { return m_run; }

    /// The window, and the width of the lanes in device-independent pixels.
    [[nodiscard]] const layout::TimeScale &scale() const { return m_scale; }
    void setWidthPx(double widthPx);
    /// A factor above 1 zooms in; the time under `xPx` stays where it is.
    void zoomAt(double factor, double xPx);
    /// Around the head where it is in view, else around the middle.
    void zoomAtHead(double factor);
    void panBy(double deltaPx);
    void showAll();
    /// Without telling that the user did it: undo, the time bar.
    void restoreWindow(TimeRange window);

    [[nodiscard]] TimePoint head() const { return m_head; }
    /// Kept inside the run; what the user does by hand ends nothing: a playing head plays on from there.
    void setHead(TimePoint time);
    void stepBy(int direction);
    /// The moment under the pointer, here or on another page; nullopt when there is none.
    void setHover(std::optional<TimePoint> time);
    [[nodiscard]] std::optional<TimePoint> hover() const { return m_hover; }
    /// What the numbers tell: the pointer's moment, the head's while playing or without a pointer.
    [[nodiscard]] TimePoint shownMoment() const;

    void setPlaying(bool isPlaying);
    [[nodiscard]] bool isPlaying() const { return m_isPlaying; }
    void setSpeed(double speed);
    [[nodiscard]] double speed() const { return m_speed; }

    /// The part that playing goes round in; empty: the whole run once. Its ends are set one by one: the other one stays
    /// where it was, or is the end of the run.
    [[nodiscard]] TimeRange loop() const { return m_loop; }
    void setLoopBegin(TimePoint begin);
    void setLoopEnd(TimePoint end);
    void clearLoop();

    /// The interval of the what-if on coordinated omission; nullopt: none is shown. Another file has none.
    void setWhatIf(std::optional<Duration> interval);
    [[nodiscard]] std::optional<Duration> whatIf() const { return m_whatIf; }

    /// The traces behind a step, or behind a band of latencies of it.
    void requestTraces(const loadtest::TracesWanted &wanted) { Q_EMIT tracesRequested(wanted); }
    /// The step of the shown moment.
    [[nodiscard]] TimeRange shownStep() const;

Q_SIGNALS:
    void reportChanged();
    void scaleChanged();
    /// The user has settled on another window; once for a burst of wheel steps.
    void windowCommitted(tailspan::TimeRange window);
    void headChanged();
    void hoverChanged();
    void playingChanged();
    void speedChanged();
    void loopChanged();
    void whatIfChanged();
    void tracesRequested(const tailspan::loadtest::TracesWanted &wanted);

private:
    void setScale(const layout::TimeScale &scale, bool isByUser);
    void tick();
    void followHead();

    loadtest::LoadTestReportPtr m_report;
    TimeRange m_run;
    layout::TimeScale m_scale;
    TimePoint m_head;
    std::optional<TimePoint> m_hover;
    bool m_isPlaying = false;
    double m_speed = 1;
    TimeRange m_loop;
    std::optional<Duration> m_whatIf;
    QTimer m_ticks;
    QTimer m_commit;
    QElapsedTimer m_sinceTick;
};

} // namespace tailspan::replay
