// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/jobs/latest_job.h"
#include "app/workspace/heat_explain.h"
#include "ui/heatmap/heat_state.h"

#include <QTimer>
#include <QWidget>

#include <memory>
#include <string>
#include <vector>

class QPushButton;
class QStackedWidget;
class QToolButton;

namespace tailspan::widgets {
class PlainLabel;
}

namespace tailspan::heatmap {

class DifferenceList;
class GoesWithPanel;

/// Below the map: what sets the brushed part apart, what goes with the latency, and what can be done with the part.
/// The explanation runs by itself when a box is made, on a worker, and can be cancelled. Thread: GUI.
class SelectionPanel final : public QWidget {
    Q_OBJECT
public:
    enum class Tab { Different, GoesWith };

    explicit SelectionPanel(HeatState &state, QWidget *parent = nullptr);
    ~SelectionPanel() override;

    void showTab(Tab tab);
    [[nodiscard]] Tab tab() const;
    void showTraces();
    void zoomToBox();
    [[nodiscard]] bool isSettled() const;
    [[nodiscard]] DifferenceList &list() { return *m_list; }
    /// What is said above the list.
    [[nodiscard]] QString words() const;
    [[nodiscard]] QSize minimumSizeHint() const override { return {300, 84}; }

Q_SIGNALS:
    void tabChanged();

private:
    [[nodiscard]] QWidget *buildHead();
    [[nodiscard]] QWidget *buildWords();
    void connectButtons();
    void connectState();
    void showBox();
    void explain();
    void takeExplanation(Result<std::shared_ptr<const workspace::HeatExplanation>> found);
    void say(const QString &text, bool isWorking = false);
    void showKept();
    [[nodiscard]] workspace::HeatSelection selection() const;
    [[nodiscard]] QString pickTitle() const;
    void pick(const std::vector<TraceRow> &traces);
    void searchStores();
    void pickLoaded(const std::vector<std::string> &ids);

    HeatState &m_state;
    QToolButton *m_different = nullptr;
    QToolButton *m_goesWith = nullptr;
    QPushButton *m_traces = nullptr;
    QPushButton *m_zoom = nullptr;
    QPushButton *m_keep = nullptr;
    QPushButton *m_clear = nullptr;
    widgets::PlainLabel *m_words = nullptr;
    widgets::PlainLabel *m_notes = nullptr;
    QWidget *m_legend = nullptr;
    QPushButton *m_cancel = nullptr;
    widgets::PlainLabel *m_message = nullptr;
    QStackedWidget *m_stack = nullptr;
    QStackedWidget *m_body = nullptr;
    DifferenceList *m_list = nullptr;
    GoesWithPanel *m_goesWithPanel = nullptr;
    std::shared_ptr<const workspace::HeatExplanation> m_explanation;
    QTimer m_progressTimer;
    jobs::LatestJob<std::shared_ptr<const workspace::HeatExplanation>> m_explaining;
    jobs::LatestJob<std::vector<TraceRow>> m_finding;
    std::uint64_t m_searchRound = 0; ///< Of the newest question to the stores: older answers are dropped.
    bool m_isSearching = false;
};

} // namespace tailspan::heatmap
