// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QAction;
class QButtonGroup;
class QPushButton;
class QHBoxLayout;
class QStackedWidget;
class QToolButton;

namespace tailspan::widgets {
class Chip;
class PlainLabel;
} // namespace tailspan::widgets
namespace tailspan::workspace {
class Workspace;
}

namespace tailspan::replay {

class CapacityView;
class CompareView;
class CountingBar;
class TrendView;

/// The views of a run behind tabs: played back, compared with a baseline, read for capacity, as one of many; and the
/// file of limits that it is held against. Thread: GUI.
class ReplayViews final : public QWidget {
    Q_OBJECT
public:
    /// `lanes` is the first view; it becomes a child.
    ReplayViews(workspace::Workspace &workspace, QWidget *lanes, QWidget *parent = nullptr);

    /// "lanes", "compare", "capacity", "trend"; with a colon and a value also "compare:FILE", "capacity:200ms",
    /// "trend:FOLDER", "limits:FILE" and "counting:warmup=30s,whatif=100ms"; "compare-time" and "compare-heat" are other pictures of a comparison. False for
    /// others.
    bool showView(const QString &id);
    [[nodiscard]] bool isAtLanes() const;
    /// A button of the first view, beside the tabs; it becomes a child.
    void addTool(QToolButton *tool);
    [[nodiscard]] QWidget *currentView() const;
    [[nodiscard]] CompareView &compare() const { return *m_compare; }
    /// A bar of the page and the button that shows and hides it; "counting:warmup=30s" among the views opens it too.
    void setCountingBar(CountingBar *bar);
    [[nodiscard]] CapacityView &capacity() const { return *m_capacity; }
    /// For the command palette.
    [[nodiscard]] QList<QAction *> makeCommands(QObject *owner);
    /// Widgets that use keys of their own.
    [[nodiscard]] QList<QWidget *> keyWidgets() const;

private:
    QWidget *buildTabs();
    void showIndex(int index);
    void openLimits();
    void showLimits();

    workspace::Workspace &m_workspace;
    QStackedWidget *m_stack = nullptr;
    QButtonGroup *m_tabs = nullptr;
    QHBoxLayout *m_bar = nullptr;
    QToolButton *m_tool = nullptr;
    CompareView *m_compare = nullptr;
    CapacityView *m_capacity = nullptr;
    CountingBar *m_counting = nullptr;
    QPushButton *m_countingButton = nullptr;
    TrendView *m_trend = nullptr;
    QPushButton *m_open = nullptr;
    widgets::Chip *m_limits = nullptr;
    widgets::PlainLabel *m_limitsError = nullptr;
};

} // namespace tailspan::replay
