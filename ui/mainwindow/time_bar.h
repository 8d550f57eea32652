// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/jobs/latest_job.h"
#include "app/workspace/activity.h"
#include "app/workspace/workspace.h"
#include "ui/mainwindow/metric_curves.h"
#include "ui/mainwindow/sparkline.h"

#include <QWidget>

#include <array>

class QToolButton;

namespace tailspan::widgets {
class PlainLabel;
}

namespace tailspan::mainwindow {

class RangeField;
class RangeLabel;

/// The bar on top that all pages share: the range in view, chosen or typed; rate, p95 and errors of what is open, or of
/// the stores of metrics, under a brush that narrows the range, with alerts and marks over them; and whether stores are
/// followed. A hint while nothing is open.
/// Thread: GUI; the curves are computed on a worker.
class TimeBar final : public QWidget {
    Q_OBJECT
public:
    explicit TimeBar(workspace::Workspace &workspace, QWidget *parent = nullptr);

    /// False while the curves are being computed.
    [[nodiscard]] bool isSettled() const { return !m_job.isRunning() && m_metrics.isSettled(); }
    /// Buttons at the right end.
    void addTrailingWidget(QWidget *widget);

Q_SIGNALS:
    /// Why a range that was typed cannot be shown; empty: it can.
    void rangeRefused(const QString &text);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void buildLive();
    void connectWorkspace();
    void refresh(bool isRenewal);
    void showActivity(workspace::Activity activity);
    void showMetrics();
    void chooseCurves();
    void showLanes();
    void updateRange();
    void updateLive();
    void updateOverlays();
    void updateMoment();
    void narrow(double begin, double end);
    void hover(double position);
    [[nodiscard]] QString momentText(TimePoint moment) const;
    [[nodiscard]] QString measuredText(TimePoint moment) const;
    /// Of the curves.
    [[nodiscard]] TimeRange curveRange() const;

    workspace::Workspace &m_workspace;
    workspace::Activity m_activity;
    MetricCurves m_metrics;
    bool m_hasMeasured = false; ///< The curves that are shown came from a store of metrics.
    widgets::PlainLabel *m_hint = nullptr;
    RangeField *m_field = nullptr;
    RangeLabel *m_range = nullptr;
    QToolButton *m_whole = nullptr;
    QToolButton *m_live = nullptr;
    std::array<Sparkline *, 3> m_lanes{};
    jobs::LatestJob<workspace::Activity> m_job;
};

} // namespace tailspan::mainwindow
