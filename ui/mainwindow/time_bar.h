// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/jobs/latest_job.h"
#include "app/workspace/activity.h"
#include "app/workspace/workspace.h"
#include "ui/mainwindow/sparkline.h"

#include <QWidget>

#include <array>

class QPushButton;
class QStackedLayout;

namespace tailspan::widgets {
class PlainLabel;
}

namespace tailspan::mainwindow {

/// The bar on top that all pages share: the range in view, and rate, p95 and errors of what is open under a brush
/// that narrows the range. A hint while nothing is open.
/// Thread: GUI; the curves are computed on a worker.
class TimeBar final : public QWidget {
    Q_OBJECT
public:
    explicit TimeBar(workspace::Workspace &workspace, QWidget *parent = nullptr);

    /// False while the curves are being computed.
    [[nodiscard]] bool isSettled() const { return !m_job.isRunning(); }
    /// Buttons at the right end.
    void addTrailingWidget(QWidget *widget);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void refresh(bool isRenewal);
    void showActivity(workspace::Activity activity);
    void updateRange();
    void updateMoment();
    void narrow(double begin, double end);
    void hover(double position);
    [[nodiscard]] QString momentText(TimePoint moment) const;

    workspace::Workspace &m_workspace;
    workspace::Activity m_activity;
    widgets::PlainLabel *m_hint = nullptr;
    widgets::PlainLabel *m_range = nullptr;
    QPushButton *m_whole = nullptr;
    std::array<Sparkline *, 3> m_lanes{};
    jobs::LatestJob<workspace::Activity> m_job;
};

} // namespace tailspan::mainwindow
