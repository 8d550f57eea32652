// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QButtonGroup;
class QStackedWidget;

namespace tailspan::loadtest {
struct Comparison;
}
namespace tailspan::workspace {
struct RunPictures;
}

namespace tailspan::replay {

class HeatDifferenceView;
class OverlayView;
class ShiftView;

/// The pictures of a comparison behind tabs: the difference at each percentile, both sides over time, and where their
/// latencies differ. Thread: GUI.
class ComparePictures final : public QWidget {
    Q_OBJECT
public:
    enum class Tab { Percentiles, OverTime, Heatmap };

    explicit ComparePictures(QWidget *parent = nullptr);

    /// `pictures` may be null: only percentiles then.
    void showResult(const loadtest::Comparison &comparison, const workspace::RunPictures *pictures);
    void showTab(Tab tab);
    [[nodiscard]] QList<QWidget *> keyWidgets() const;

private:
    QWidget *buildTabs();

    QButtonGroup *m_tabs = nullptr;
    QStackedWidget *m_stack = nullptr;
    ShiftView *m_shift = nullptr;
    OverlayView *m_overlay = nullptr;
    HeatDifferenceView *m_heat = nullptr;
};

} // namespace tailspan::replay
