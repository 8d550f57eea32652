// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/time.h"
#include "models/loadtest/load_test_report.h"

#include <QWidget>

namespace tailspan::widgets {
class ChipRow;
class PlainLabel;
} // namespace tailspan::widgets

namespace tailspan::replay {

class ReplayActions;
class ReplayState;
class TransportBar;

/// Which run this is, how it was judged, and the buttons that play it.
/// Thread: GUI.
class ReplayHeader final : public QWidget {
    Q_OBJECT
public:
    ReplayHeader(ReplayState &state, ReplayActions &actions, QWidget *parent = nullptr);

    [[nodiscard]] const widgets::ChipRow &verdicts() const { return *m_verdicts; }

    /// Verdicts of this copy of the report, which has more of them.
    void showVerdicts(const loadtest::LoadTestReportPtr &report);
    /// How many findings the advisor has that no place on the time axis shows; "" for none.
    void showAdvice(const QString &text);

Q_SIGNALS:
    /// A verdict with a breach was clicked: that moment is wanted.
    void momentRequested(tailspan::TimePoint moment);
    /// A verdict was clicked: the table that holds them all is wanted.
    void verdictsRequested();
    /// The advisor's findings were clicked.
    void adviceRequested(const QPoint &globalPos);

private:
    void showReport();
    void addVerdicts(const loadtest::LoadTestReport &report);
    void addReading();
    void addAdvice();

    ReplayState &m_state;
    widgets::PlainLabel *m_name = nullptr;
    widgets::PlainLabel *m_run = nullptr;
    widgets::ChipRow *m_verdicts = nullptr;
    TransportBar *m_transport = nullptr;
    QString m_advice;
    loadtest::LoadTestReportPtr m_judged; // whose verdicts are shown
};

} // namespace tailspan::replay
