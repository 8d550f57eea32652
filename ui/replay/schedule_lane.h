// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/workspace.h"
#include "models/loadtest/alignment.h"

#include <QWidget>

#include <optional>
#include <vector>

namespace tailspan::replay {

class ReplayState;

/// The scenarios of a report without a timeline where they are due by their declared durations: hatched, and called a
/// schedule, because nothing of it was measured. Where the user said when the run began, a drag moves it.
/// Thread: GUI.
class ScheduleLane final : public QWidget {
    Q_OBJECT
public:
    ScheduleLane(ReplayState &state, workspace::Workspace &workspace, QWidget *parent = nullptr);

    [[nodiscard]] const std::vector<loadtest::ScheduledPart> &parts() const { return m_parts; }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    bool event(QEvent *event) override;

private:
    void showReport();
    [[nodiscard]] QRect plotRect() const;
    [[nodiscard]] QRectF boxOf(const loadtest::ScheduledPart &part) const;
    [[nodiscard]] bool canMove() const;

    ReplayState &m_state;
    workspace::Workspace &m_workspace;
    std::vector<loadtest::ScheduledPart> m_parts;
    std::optional<double> m_pressedPx;
    double m_movedPx = 0;
};

} // namespace tailspan::replay
