// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/trace_times.h"

#include <QListWidget>

#include <string>

namespace tailspan::replay {

/// The longest of the loaded traces that ran in a step: duration, operation and service of each. Hidden while none
/// are loaded. Enter or a click opens one. Thread: GUI.
class MomentTraces final : public QListWidget {
    Q_OBJECT
public:
    explicit MomentTraces(QWidget *parent = nullptr);

    /// `times` may be null.
    void showStep(const loadtest::TraceTimesPtr &times, TimeRange step);

Q_SIGNALS:
    void traceChosen(const std::string &id);

private:
    void fill(const trace::TraceSnapshot &snapshot, const std::vector<TraceRow> &rows);
};

} // namespace tailspan::replay
