// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/heatmap/heat_state.h"

#include <QWidget>

namespace tailspan::widgets {
class PlainLabel;
}

namespace tailspan::heatmap {

/// The metrics that go with the latency of the map. Thread: GUI; the work is done on a worker.
class GoesWithPanel final : public QWidget {
    Q_OBJECT
public:
    explicit GoesWithPanel(HeatState &state, QWidget *parent = nullptr);
    /// Nothing is asked while it is not looked at.
    void setShown(bool shown);
    [[nodiscard]] bool isSettled() const { return true; }

private:
    HeatState &m_state;
    widgets::PlainLabel *m_message = nullptr;
    bool m_isShown = false;
};

} // namespace tailspan::heatmap
