// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/jobs/latest_job.h"
#include "app/workspace/heat_source.h"
#include "app/workspace/metric_questions.h"
#include "models/explain/correlation.h"

#include <QObject>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tailspan::workspace {

class LiveMetrics;

/// The percentile of each column of a map as a series in milliseconds, at the columns' ends; a gap where a column holds
/// too few to speak of that share.
[[nodiscard]] metric::MetricSeries latencySeriesOf(const metric::LatencyGrid &grid, double ratio);
/// The map with neighbouring columns joined until four in five hold enough spans to speak of that share, as far as
/// `fewestColumns` are left.
[[nodiscard]] metric::LatencyGrid joinedFor(const metric::LatencyGrid &grid, double ratio, std::uint32_t fewestColumns);
/// What each column counted, a second: the load where no metric tells it.
[[nodiscard]] metric::MetricSeries loadSeriesOf(const metric::LatencyGrid &grid);

/// Asks the connected stores for everything that is known to be measured, over the time of a map, and looks for what goes
/// with its latency. Of several asked for the newest counts. Thread: GUI; series are compared on a worker.
class HeatCorrelation final : public QObject {
    Q_OBJECT
public:
    explicit HeatCorrelation(LiveMetrics &metrics, QObject *parent = nullptr);
    ~HeatCorrelation() override;

    /// `name`: "p95 of payment". `service`: whose request rate is the load; "" takes the map's own.
    void start(const HeatMapPtr &map, const std::string &name, const std::string &service);
    void cancel();
    [[nodiscard]] bool isRunning() const { return !m_waiting.empty() || m_job.isRunning(); }
    [[nodiscard]] std::size_t asked() const { return m_questions.size(); }
    [[nodiscard]] std::size_t answered() const { return m_answered; }
    /// The last that was finished; null before.
    [[nodiscard]] const std::shared_ptr<const explain::Correlation> &result() const { return m_result; }
    /// Why there is none; plain text.
    [[nodiscard]] const std::string &error() const { return m_error; }

Q_SIGNALS:
    void progressed();
    void finished();

private:
    struct Question {
        std::string name; ///< "cpu of payment"
        std::string source;
        std::string expression;
        bool isLoad = false;
    };
    void collectQuestions(const std::string &service);
    void askNext();
    void take(std::size_t index, const Result<MetricResultPtr> &result);
    void compare();

    LiveMetrics &m_metrics;
    std::shared_ptr<const metric::LatencyGrid> m_grid;
    std::string m_name;
    std::vector<Question> m_questions;
    std::size_t m_next = 0;
    std::size_t m_answered = 0;
    std::vector<std::string> m_waiting; ///< Panels.
    std::vector<explain::NamedSeries> m_candidates;
    std::optional<metric::MetricSeries> m_load;
    std::int64_t m_stepNs = 0;
    std::uint64_t m_failed = 0;
    std::string m_firstFailure;
    std::uint64_t m_round = 0;
    std::shared_ptr<const explain::Correlation> m_result;
    std::string m_error;
    jobs::LatestJob<std::shared_ptr<const explain::Correlation>> m_job;
};

} // namespace tailspan::workspace
