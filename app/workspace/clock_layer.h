// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/jobs/latest_job.h"
#include "models/trace/clock_correction.h"

#include <QObject>
#include <QTimer>

#include <optional>
#include <string>

namespace tailspan::workspace {

/// The layer over the recorded traces in which clocks that disagree are put right: off until the user turns it on, and
/// what was recorded stays below it. Looks for the evidence by itself, on a worker.
/// Thread: GUI. Owner: the workspace.
class ClockLayer final : public QObject {
    Q_OBJECT
public:
    explicit ClockLayer(QObject *parent = nullptr);

    /// Other traces, or none: the correction is off, nothing is overridden.
    void begin(const trace::TraceSnapshotPtr &recorded);
    /// The same traces, grown. True when they can be shown as they are; else shown() follows, as soon as their clocks
    /// are put right too.
    bool renew(const trace::TraceSnapshotPtr &recorded);

    [[nodiscard]] const trace::ClockCorrection &correction() const { return m_correction; }
    void setCorrection(const trace::ClockCorrection &correction);

    /// What was found last; null until then. Of live traces it may be some seconds behind.
    [[nodiscard]] const trace::ClockFinding *finding() const { return m_finding ? &*m_finding : nullptr; }
    [[nodiscard]] bool isWorking() const { return m_job.isRunning(); }
    /// Whether the clock of a service of that name disagrees with the others, corrected or not.
    [[nodiscard]] bool isMoved(std::string_view service) const;

Q_SIGNALS:
    /// To be shown instead of what is shown now: the same spans at other times.
    void shown(const tailspan::trace::TraceSnapshotPtr &snapshot);
    void findingChanged();
    /// Plain text; the correction is off then.
    void failed(const QString &text);

private:
    void start();
    void finish(Result<trace::ClockFinding> finding);

    trace::TraceSnapshotPtr m_recorded;
    trace::TraceSnapshotPtr m_next; ///< Grown while the work ran.
    trace::ClockCorrection m_correction;
    std::optional<trace::ClockFinding> m_finding;
    QTimer m_rest; ///< Between two looks at growing traces while the correction is off.
    jobs::LatestJob<trace::ClockFinding> m_job;
};

} // namespace tailspan::workspace
