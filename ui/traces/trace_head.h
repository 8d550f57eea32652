// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/trace_snapshot.h"
#include "ui/waterfall/trace_overview.h"

#include <QWidget>

class QToolButton;

namespace tailspan::widgets {
class Chip;
class PlainLabel;
} // namespace tailspan::widgets

namespace tailspan::traces {

/// Whether the clocks of a trace's services agree, and what is done about it.
enum class ClockState { Fine, Disagreeing, Corrected };

/// One line above the waterfall: what the trace is, how long, how many, how sure its tree is, and its id to copy.
/// Thread: GUI.
class TraceHead : public QWidget {
    Q_OBJECT
public:
    explicit TraceHead(QWidget *parent = nullptr);

    void showTrace(const trace::TraceSnapshot &snapshot, TraceRow trace, const waterfall::TraceOverview &overview);
    void showClockState(ClockState state);
    [[nodiscard]] QString summaryText() const;

protected:
    void resizeEvent(QResizeEvent *event) override;

Q_SIGNALS:
    void repairsRequested();
    void clocksRequested();

private:
    void copyId();
    void fitId();

    QString m_traceId;
    widgets::PlainLabel *m_title = nullptr;
    widgets::PlainLabel *m_summary = nullptr;
    widgets::Chip *m_repairs = nullptr;
    widgets::Chip *m_clocks = nullptr;
    widgets::PlainLabel *m_id = nullptr;
    QToolButton *m_copy = nullptr;
};

} // namespace tailspan::traces
