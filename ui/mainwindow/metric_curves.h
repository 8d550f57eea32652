// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/metric_panel.h"
#include "app/workspace/workspace.h"

#include <QObject>

#include <array>
#include <optional>
#include <vector>

namespace tailspan::mainwindow {

/// What the time bar shows where there are no traces: the rate of all services, the worst p95 among them and the share of
/// errors, from the stores of metrics. Thread: GUI.
class MetricCurves final : public QObject {
    Q_OBJECT
public:
    enum Curve { Rate, P95, Errors, CurveCount };

    explicit MetricCurves(workspace::Workspace &workspace, QObject *parent = nullptr);

    /// Only then something is asked.
    void setShown(bool shown);
    [[nodiscard]] bool isShown() const { return m_isShown; }
    [[nodiscard]] bool isSettled() const;
    [[nodiscard]] TimeRange range() const { return m_range; }
    /// In equal steps over the range; rates a second, seconds, ratios.
    [[nodiscard]] std::vector<std::optional<double>> values(Curve curve, std::size_t steps) const;
    /// At a moment; nothing where nothing was measured.
    [[nodiscard]] std::optional<double> valueAt(Curve curve, TimePoint moment) const;

Q_SIGNALS:
    void changed();

private:
    void ask();

    workspace::Workspace &m_workspace;
    std::array<workspace::MetricPanel *, CurveCount> m_panels{};
    std::array<std::string, CurveCount> m_expressions;
    TimeRange m_range;
    bool m_isShown = false;
};

} // namespace tailspan::mainwindow
