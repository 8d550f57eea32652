// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/replay_picture.h"
#include "models/layout/replay_position.h"
#include "models/loadtest/trace_times.h"

#include <QScrollArea>

#include <functional>
#include <string>
#include <vector>

class QPushButton;
class QVBoxLayout;

namespace tailspan::widgets {
class PlainLabel;
}

namespace tailspan::replay {

class FigureRow;
class MomentTraces;
class ReplayState;

/// The numbers at the crosshair, and those of the whole run below them: what the dock on the right shows.
/// Thread: GUI. Owner: the dock; it must not outlive the state.
class MomentPanel final : public QScrollArea {
    Q_OBJECT
public:
    explicit MomentPanel(ReplayState &state, QWidget *parent = nullptr);

    /// The figure beside a name as it is shown; empty when there is none of that name at the crosshair.
    [[nodiscard]] QString figure(const QString &name) const;
    [[nodiscard]] QString title() const;

    /// Gives what tells which of the loaded traces ran when; null while there is nothing.
    using Traces = std::function<loadtest::TraceTimesPtr()>;
    void setTraces(Traces traces);
    /// Looks again: other traces are loaded.
    void showMoment();

Q_SIGNALS:
    void traceChosen(const std::string &id);

private:
    void showTraces(TimeRange step);
    void showReport();
    void showErrors(const layout::ReplayMoment &moment);
    void addMoment(QVBoxLayout &column);
    void addRun(QVBoxLayout &column);
    void addChecks(QVBoxLayout &column);
    FigureRow *addRow(QVBoxLayout &column, const QString &name);

    ReplayState &m_state;
    std::vector<layout::LatencyLimit> m_limits;
    widgets::PlainLabel *m_title = nullptr;
    widgets::PlainLabel *m_place = nullptr;
    std::vector<FigureRow *> m_figures; // users, requests/s, p50, p95, p99, failed
    std::vector<FigureRow *> m_errors;
    widgets::PlainLabel *m_noErrors = nullptr;
    QPushButton *m_traces = nullptr;
    MomentTraces *m_longest = nullptr;
    Traces m_times;
};

} // namespace tailspan::replay
