// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/workspace.h"
#include "ui/widgets/page.h"

#include <QAction>
#include <QList>
#include <QWidget>

#include <functional>
#include <vector>

class QDockWidget;
class QMainWindow;
class QMenu;
class QStackedWidget;

namespace tailspan::widgets {
class Banner;
}

namespace tailspan::mainwindow {

class FilterStrip;
class OpenProgress;
class Rail;
class StatusLine;
class TimeBar;

/// The window: rail, time bar, the page in front, the details dock, the status line; menus, shortcuts and dropped
/// files. It assembles and remembers its layout; what is open lives in the workspace.
/// Thread: GUI. Owner: the application.
class MainWindow final : public QWidget {
    Q_OBJECT
public:
    explicit MainWindow(workspace::Workspace &workspace, QWidget *parent = nullptr);
    ~MainWindow() override;

    /// False when there is no such page.
    bool showPage(const QString &id);
    /// Of the page in front; false when it has no such view.
    bool showView(const QString &id);
    [[nodiscard]] QString currentPage() const;
    [[nodiscard]] QStringList pageIds() const;
    /// False while something is loading or being computed: the off-screen painter waits for true.
    [[nodiscard]] bool isSettled() const;
    [[nodiscard]] widgets::Banner &banner() { return *m_banner; }

protected:
    void closeEvent(QCloseEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void buildFrame();
    [[nodiscard]] QWidget *makeMiddle();
    void buildPages();
    void buildActions();
    void buildMenu();
    void addViewActions();
    void addPageActions();
    void addExportCommands();
    void connectWorkspace();
    QAction *addCommand(const QString &text, const QList<QKeySequence> &shortcuts, const std::function<void()> &run);
    void showPageAt(int index);
    void keepDockLayout();
    void restoreDockLayout(const widgets::Page &page);
    void restoreState();
    void saveState();
    void setTheme(const QString &name);
    void openPalette();
    void openSheet();
    void openLedger();
    void showOpened();
    void offerQuestion();
    void askAboutReport();
    void updateTitle();
    [[nodiscard]] widgets::Page *page() const;

    workspace::Workspace &m_workspace;
    std::vector<widgets::Page *> m_pages;
    Rail *m_rail = nullptr;
    TimeBar *m_timeBar = nullptr;
    widgets::Banner *m_banner = nullptr;
    OpenProgress *m_progress = nullptr;
    FilterStrip *m_filter = nullptr;
    QMainWindow *m_deck = nullptr;
    QStackedWidget *m_stack = nullptr;
    QDockWidget *m_dock = nullptr;
    QStackedWidget *m_details = nullptr;
    StatusLine *m_status = nullptr;
    QMenu *m_menu = nullptr;
    QList<QAction *> m_commands;
    QList<QAction *> m_themeCommands;
    loadtest::LoadTestReportPtr m_asked; // the report whose open questions were offered last
    QAction *m_openCommand = nullptr;
    QAction *m_closeCommand = nullptr;
    QAction *m_detailsCommand = nullptr;
};

} // namespace tailspan::mainwindow
