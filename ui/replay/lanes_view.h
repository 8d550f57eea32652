// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/jobs/latest_job.h"
#include "models/layout/replay_picture.h"
#include "models/layout/replay_stages.h"
#include "models/loadtest/traces_then.h"
#include "ui/replay/lane.h"

#include <QStringList>
#include <QWidget>

#include <memory>
#include <optional>
#include <vector>

class QCustomPlot;

namespace tailspan::replay {

class LanesOverlay;
class ReplayState;

/// The lanes of a run on one time axis, the stages above them and the crosshair over all of it. The numbers behind
/// the lanes are computed on a worker whenever the window or the width changes; until they come the old ones are
/// shown at their new places. The wheel zooms at the pointer, Shift+wheel pans, a press moves the head.
/// Thread: GUI.
class LanesView final : public QWidget {
    Q_OBJECT
public:
    explicit LanesView(ReplayState &state, QWidget *parent = nullptr);
    ~LanesView() override;

    /// False while the numbers of the window are being computed.
    [[nodiscard]] bool isSettled() const { return !m_job.isRunning(); }
    [[nodiscard]] const layout::ReplayPicture &picture() const { return m_picture; }
    [[nodiscard]] const std::vector<std::unique_ptr<Lane>> &lanes() const { return m_lanes; }
    /// What each lane cannot show of this report; empty when it can.
    [[nodiscard]] const QStringList &missing() const { return m_missing; }
    [[nodiscard]] const std::vector<layout::StageBand> &stages() const { return m_stages; }
    [[nodiscard]] ReplayState &state() const { return m_state; }
    /// Where the time axis runs, in this widget's pixels.
    [[nodiscard]] QRect timeArea() const;
    [[nodiscard]] QRect stageArea() const;
    [[nodiscard]] double xOf(TimePoint time) const;
    /// Whose traces a place stands for: the step there, and in the latency lane a range of latencies.
    [[nodiscard]] std::optional<loadtest::TracesWanted> wantedAt(const QPoint &at) const;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    bool event(QEvent *event) override;

private:
    void buildPlot();
    void placeLanes();
    void showReport();
    void requestPicture();
    void showPicture(layout::ReplayPicture picture);
    void showWindow();
    void applyTheme();
    void showToolTip(const QPoint &at, const QPoint &globalPos);

    ReplayState &m_state;
    QCustomPlot *m_plot = nullptr;
    LanesOverlay *m_overlay = nullptr;
    std::vector<std::unique_ptr<Lane>> m_lanes;
    QStringList m_missing;
    std::vector<layout::StageBand> m_stages;
    layout::ReplayPicture m_picture;
    jobs::LatestJob<layout::ReplayPicture> m_job; // last: it stops before the rest goes
};

} // namespace tailspan::replay
