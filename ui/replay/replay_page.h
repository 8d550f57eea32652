// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/workspace.h"
#include "ui/widgets/page.h"

#include <QPointer>

class QSplitter;
class QStackedWidget;

namespace tailspan::widgets {
class EmptyState;
class PlainLabel;
} // namespace tailspan::widgets

namespace tailspan::replay {

class AlignBar;
class CountingBar;
class FindingStrip;
class HtmlExport;
class LaneLayout;
class LanesView;
class MetricRows;
class MomentPanel;
class ReplayActions;
class ReplayHeader;
class ReplayState;
class ReplayViews;
class ResultsPanel;
class RunFindings;
class RunTraces;
class ScheduleLane;
class Scrubber;

/// A load test played back: verdicts on top, lanes on one time axis with a head that plays, tables and notes below.
/// A report without a timeline shows what it has instead. Its window on the time axis is the one of the time bar:
/// zooming here narrows there, and both are one step for undo.
/// Thread: GUI. Owner: the window.
class ReplayPage final : public widgets::Page {
    Q_OBJECT
public:
    explicit ReplayPage(workspace::Workspace &workspace, QWidget *parent = nullptr);
    ~ReplayPage() override;

    [[nodiscard]] widgets::PageInfo info() const override;
    [[nodiscard]] QWidget *detailsWidget() override;
    [[nodiscard]] bool isSettled() const override;
    /// "at:SECONDS" puts the head there, "traces:SECONDS" also looks for the traces of that step; "advice" asks the advisor,
    /// whose findings are then marked; else see
    /// ReplayViews::showView.
    bool showView(const QString &id) override;

    [[nodiscard]] ReplayState &state() const { return *m_state; }

protected:
    void focusInEvent(QFocusEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    QWidget *buildContent();
    void buildPlayArea();
    QWidget *buildWhy();
    void addLanesButton();
    void connectWorkspace();
    void connectState();
    void connectTraces();
    void connectFindings();
    /// False without a report.
    bool askAdvisor();
    void requestTracesOfP95();
    void showReport();
    void showJudged();
    void jumpToBreach(const QModelIndex &verdict);
    void showRange();
    void commitWindow(TimeRange window);
    void shareMoment();

    workspace::Workspace &m_workspace;
    ReplayState *m_state = nullptr;
    ReplayActions *m_actions = nullptr;
    QStackedWidget *m_stack = nullptr;
    widgets::EmptyState *m_empty = nullptr;
    QWidget *m_content = nullptr;
    ReplayHeader *m_header = nullptr;
    ReplayViews *m_views = nullptr;
    QWidget *m_why = nullptr;
    widgets::PlainLabel *m_whyText = nullptr;
    QSplitter *m_splitter = nullptr;
    QWidget *m_playArea = nullptr;
    AlignBar *m_align = nullptr;
    CountingBar *m_counting = nullptr;
    widgets::PlainLabel *m_said = nullptr; ///< About traces that were looked for, and what was saved.
    LaneLayout *m_laneLayout = nullptr;
    FindingStrip *m_strip = nullptr;
    LanesView *m_lanes = nullptr;
    ScheduleLane *m_schedule = nullptr;
    MetricRows *m_metrics = nullptr;
    RunTraces *m_traces = nullptr;
    RunFindings *m_findings = nullptr;
    HtmlExport *m_html = nullptr;
    Scrubber *m_scrubber = nullptr;
    ResultsPanel *m_results = nullptr;
    QPointer<MomentPanel> m_moment; // the dock owns it once it was asked for
};

} // namespace tailspan::replay
