// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/replay/lane.h"

#include <array>

class QCPItemStraightLine;

namespace tailspan::replay {

class HeatCells;

/// Latency on a logarithmic axis: how many requests took how long as heat cells, p50, p95 and p99 as lines over them,
/// limits dashed. Values of its axis are log10 of nanoseconds.
class LatencyLane final : public Lane {
public:
    [[nodiscard]] QString id() const override { return QStringLiteral("latency"); }
    [[nodiscard]] QString name() const override;
    [[nodiscard]] double stretch() const override { return 3; }
    [[nodiscard]] QString missing(const loadtest::LoadTestReport &report) const override;
    void show(const loadtest::LoadTestReport &report, const layout::ReplayPicture &picture) override;
    [[nodiscard]] std::optional<LatencyHit> latencyAt(const layout::ReplayPicture &picture, std::size_t step,
                                                      double yPx) const override;
    void setShown(bool isShown) override;
    [[nodiscard]] std::vector<LaneLabel> labels() const override;
    [[nodiscard]] std::vector<LaneNote> notes() const override;

protected:
    void build() override;
    void color() override;

private:
    struct Line {
        QCPGraph *halo = nullptr; // keeps the line readable on any heat
        QCPGraph *line = nullptr;
        double last = layout::kNoValue; // where the label goes
    };
    void showWhatIf(const layout::ReplayPicture &picture);
    void showLimits(const loadtest::LoadTestReport &report);
    [[nodiscard]] std::array<QColor, 3> lineColors() const;

    std::array<Line, 3> m_lines;
    std::array<QCPGraph *, 3> m_whatIfs{};    // estimates, dashed
    std::optional<Duration> m_whatIfInterval; // of what is shown
    double m_lastWhatIf = layout::kNoValue;   // where the words go
    HeatCells *m_heat = nullptr;              // the plot owns it, the graphs and the limits
    std::vector<QCPItemStraightLine *> m_limitLines;
    std::vector<layout::LatencyLimit> m_limits;
};

} // namespace tailspan::replay
