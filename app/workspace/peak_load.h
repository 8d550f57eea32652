// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/live_metrics.h"

#include <QObject>

#include <optional>
#include <string>
#include <vector>

namespace tailspan::workspace {

/// The highest rate of requests of a service.
struct ServicePeak {
    std::string service;
    double rps = 0;
    TimePoint at; ///< Begin of the step in which it was.
};

/// Reads today's peak load from the connected stores of metrics: the rates of requests of the services found there, over
/// the last seven days, each step's mean. Asked when wanted, never by itself. Thread: GUI. Owner: the workspace.
class PeakLoad final : public QObject {
    Q_OBJECT
public:
    static constexpr std::int64_t kDays = 7;

    explicit PeakLoad(LiveMetrics &metrics, QObject *parent = nullptr);

    /// Whether a store that counts requests is connected.
    [[nodiscard]] bool canAsk() const;
    void ask();
    [[nodiscard]] bool isAsking() const { return m_isAsking; }
    /// The highest first; empty before the first answer.
    [[nodiscard]] const std::vector<ServicePeak> &peaks() const { return m_peaks; }
    /// What was asked, with the step's length filled in: "sum(rate(...[5m0s]))"; "" before.
    [[nodiscard]] const std::string &expression() const { return m_expression; }
    [[nodiscard]] Duration step() const { return m_step; }
    /// Plain text: why there is nothing; "" where there is.
    [[nodiscard]] const std::string &problem() const { return m_problem; }

Q_SIGNALS:
    void changed();

private:
    void take(const Result<MetricResultPtr> &result);
    [[nodiscard]] std::optional<std::string> question() const;

    LiveMetrics &m_metrics;
    std::vector<ServicePeak> m_peaks;
    std::string m_expression;
    std::string m_problem;
    Duration m_step;
    bool m_isAsking = false;
};

} // namespace tailspan::workspace
