// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/jobs/latest_job.h"
#include "app/workspace/heat_spans.h"
#include "ui/heatmap/heat_state.h"

#include <QWidget>

class QAction;
class QActionGroup;
class QComboBox;
class QMenu;
class QToolButton;

namespace tailspan::heatmap {

/// What is shown and how, in one line: where counts come from, of what, against what, colours. What the source cannot
/// do is disabled and says why. Thread: GUI; names to choose from are counted on a worker.
class HeatControls final : public QWidget {
    Q_OBJECT
public:
    HeatControls(HeatState &state, QWidget *parent = nullptr);

    [[nodiscard]] bool isSettled() const { return !m_job.isRunning(); }
    /// The menu of what can be saved and copied; the page fills it.
    [[nodiscard]] QMenu *exportMenu() const { return m_export; }

    /// An entry of a box.
    struct Choice {
        QString text;
        QString whyNot; ///< Empty: it can be chosen.
        friend bool operator==(const Choice &, const Choice &) = default;
    };

private:
    void buildLook();
    void showState();
    void showOrigins();
    void showSubject();
    void showNames();
    void showBaselines();
    void showLook();
    void countNames();
    [[nodiscard]] const std::vector<std::string> &services() const;
    void chooseBaseline(int index);
    void setLook(const std::function<void(HeatLook &)> &change);

    HeatState &m_state;
    QComboBox *m_origin = nullptr;
    QComboBox *m_what = nullptr;
    QComboBox *m_service = nullptr;
    QComboBox *m_operation = nullptr;
    QToolButton *m_failed = nullptr;
    QComboBox *m_baseline = nullptr;
    QToolButton *m_look = nullptr;
    QToolButton *m_save = nullptr;
    QMenu *m_export = nullptr;
    QList<QAction *> m_scales;
    QList<QAction *> m_palettes;
    QAction *m_lines = nullptr;
    QAction *m_outlines = nullptr;
    std::vector<Choice> m_baselines;
    workspace::HeatNames m_names;
    std::uint64_t m_namesGeneration = 0;
    std::string m_namesService;
    jobs::LatestJob<workspace::HeatNames> m_job;
};

} // namespace tailspan::heatmap
