// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/live_metrics.h"
#include "models/loadtest/limit.h"

#include <QObject>

#include <string>
#include <vector>

namespace tailspan::workspace {

class RunAnalysis;

/// What a limit on resources asks a store of metrics for: as many points of the run as it gives.
[[nodiscard]] sources::RangeQuestion resourceQuestion(const std::string &expression, TimeRange run);

/// Asks the connected stores of metrics what the file of limits asks them for, over the time of the run, and hands the
/// answers to the analysis. Asked anew for another report, another place on the axis, other limits, other stores.
/// Thread: GUI. Owner: the workspace.
class RunResources final : public QObject {
    Q_OBJECT
public:
    RunResources(LiveMetrics &metrics, RunAnalysis &analysis, QObject *parent = nullptr);

    /// May be null.
    void setReport(const loadtest::LoadTestReportPtr &report);
    [[nodiscard]] bool isAsking() const { return m_waiting > 0; }

private:
    void ask();
    void take(std::uint64_t round, const std::string &expression, const Result<MetricResultPtr> &result);

    LiveMetrics &m_metrics;
    RunAnalysis &m_analysis;
    TimeRange m_run;
    bool m_hasClock = false;
    std::uint64_t m_round = 0;
    std::size_t m_waiting = 0;
    std::vector<loadtest::ResourceAnswer> m_answers;
};

} // namespace tailspan::workspace
