// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/replay_axis.h"
#include "models/layout/replay_picture.h"

#include <QColor>
#include <QPen>
#include <QString>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

class QCPAxisRect;
class QCPAxisTickerText;
class QCPGraph;
class QCustomPlot;

namespace tailspan::loadtest {
struct LoadTestReport;
}

namespace tailspan::replay {

/// A word at the right edge of a lane: what a line or a colour stands for.
struct LaneLabel {
    QString text;
    QColor color;
    double yPx = 0;        ///< Where its line ends; spread out where they would overlap.
    bool isSwatch = false; ///< With a small square in that colour.
};

/// A dashed line's own words, inside the lane.
struct LaneNote {
    QString text;
    QColor color;
    double yPx = 0;
};

/// Latencies that a place in a lane stands for.
struct LatencyHit {
    std::int64_t lowNs = 0; ///< [low, high)
    std::int64_t highNs = 0;
    std::string line;     ///< "p95" where that line is there; "" else.
    bool isEmpty = false; ///< No request took that long.
};

/// One row of the replay: a name, an axis, and what it draws in its axis rect. All lanes share the time axis, in
/// seconds since the start of the run. To add one: a class derived from this and one line in lane_list.cpp.
/// Thread: GUI. Owner: the lanes view; the plot owns what is drawn.
class Lane {
public:
    Lane() = default;
    Lane(const Lane &) = delete;
    Lane &operator=(const Lane &) = delete;
    virtual ~Lane() = default;

    /// "users": stable, for the settings.
    [[nodiscard]] virtual QString id() const = 0;
    [[nodiscard]] virtual QString name() const = 0;
    /// Whether its axis can be another one than the usual.
    [[nodiscard]] virtual bool hasValueAxis() const { return false; }
    /// Share of the height relative to the other lanes.
    [[nodiscard]] virtual double stretch() const { return 1; }
    /// Called once: `rect` belongs to this lane from now on.
    void attach(QCustomPlot &plot, QCPAxisRect &rect);
    /// What the lane cannot show of this report, as a sentence; empty when it can.
    [[nodiscard]] virtual QString missing(const loadtest::LoadTestReport &report) const = 0;
    virtual void show(const loadtest::LoadTestReport &report, const layout::ReplayPicture &picture) = 0;
    /// Colours from the theme in force.
    void applyTheme();
    [[nodiscard]] virtual std::vector<LaneLabel> labels() const { return {}; }
    [[nodiscard]] virtual std::vector<LaneNote> notes() const { return {}; }
    /// What a height in the plot stands for in a step of the picture; nullopt where the lane shows no latencies.
    [[nodiscard]] virtual std::optional<LatencyHit> latencyAt(const layout::ReplayPicture &, std::size_t, double) const
    {
        return std::nullopt;
    }
    /// Takes it out of sight, or back.
    virtual void setShown(bool isShown);
    void setAxisChoice(layout::AxisChoice choice) { m_choice = choice; }
    [[nodiscard]] QCPAxisRect &rect() const { return *m_rect; }
    [[nodiscard]] const layout::ValueAxis &axis() const { return m_axis; }
    /// Pixels in the plot of a place on this lane's axis.
    [[nodiscard]] double yOf(double value) const;

protected:
    virtual void build() = 0;
    virtual void color() = 0;
    [[nodiscard]] QCustomPlot &plot() const { return *m_plot; }
    QCPGraph *addGraph();
    void setAxis(const layout::ValueAxis &axis);
    [[nodiscard]] layout::AxisChoice axisChoice() const { return m_choice; }
    [[nodiscard]] int heightPx() const;
    [[nodiscard]] double lineWidthPx() const;

private:
    QCustomPlot *m_plot = nullptr;
    QCPAxisRect *m_rect = nullptr;
    layout::ValueAxis m_axis;
    layout::AxisChoice m_choice;
};

/// The values of one column of the picture as the corners of its steps: each value holds from begin to end of its
/// step, NaN is a gap. `values` has one number a step.
void setStepData(QCPGraph &graph, const layout::ReplayPicture &picture, const std::vector<double> &values);

} // namespace tailspan::replay
