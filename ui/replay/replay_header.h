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

Q_SIGNALS:
    /// A verdict with a breach was clicked: that moment is wanted.
    void momentRequested(tailspan::TimePoint moment);
    /// A verdict was clicked: the table that holds them all is wanted.
    void verdictsRequested();

private:
    void showReport();
    void addVerdicts(const loadtest::LoadTestReport &report);
    void addReading();

    ReplayState &m_state;
    widgets::PlainLabel *m_name = nullptr;
    widgets::PlainLabel *m_run = nullptr;
    widgets::ChipRow *m_verdicts = nullptr;
    TransportBar *m_transport = nullptr;
};

} // namespace tailspan::replay
