// SPDX-License-Identifier: GPL-3.0-or-later
// The commands of the window: menu, shortcuts, palette and sheet.
#include "ui/mainwindow/command_palette.h"
#include "ui/mainwindow/ledger_dialog.h"
#include "ui/mainwindow/main_window.h"
#include "ui/mainwindow/page_export.h"
#include "ui/mainwindow/rail.h"
#include "ui/mainwindow/shortcut_sheet.h"
#include "ui/mainwindow/time_bar.h"
#include "ui/style/icon.h"
#include "ui/style/theme.h"
#include "ui/style/theme_switch.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/open_dialog.h"
#include "ui/widgets/plain_tooltip.h"
#include "ui/widgets/table_export.h"

#include <QAbstractItemView>
#include <QActionGroup>
#include <QDockWidget>
#include <QFileDialog>
#include <QMenu>
#include <QToolButton>

#include <functional>

namespace tailspan::mainwindow {

using namespace Qt::StringLiterals;
using widgets::Banner;

namespace {

style::ThemeChoice choiceOf(const QString &name)
{
    if (name == u"light"_s)
        return style::ThemeChoice::Light;
    return name == u"dark"_s ? style::ThemeChoice::Dark : style::ThemeChoice::System;
}

QToolButton *makeBarButton(QAction *action, QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setDefaultAction(action);
    button->setAutoRaise(true);
    button->setIconSize(QSize(style::metric::kLargeIcon, style::metric::kLargeIcon));
    widgets::setPlainToolTip(button,
                             plainActionText(action) + u"  "_s + action->shortcut().toString(QKeySequence::NativeText));
    return button;
}

} // namespace

QAction *MainWindow::addCommand(const QString &text, const QList<QKeySequence> &shortcuts,
                                const std::function<void()> &run)
{
    auto *action = new QAction(text, this);
    action->setShortcuts(shortcuts);
    connect(action, &QAction::triggered, this, [run] { run(); });
    addAction(action);
    m_commands.append(action);
    return action;
}

void MainWindow::buildActions()
{
    m_openCommand = addCommand(tr("&Open files…"), {QKeySequence::Open}, [this] {
        const QStringList paths = widgets::askForFiles(this);
        if (!paths.isEmpty())
            m_workspace.open(paths);
    });
    m_openCommand->setIcon(style::icon(u"open"_s));
    m_closeCommand =
        addCommand(tr("&Close all files"), {QKeySequence(u"Ctrl+W"_s)}, [this] { m_workspace.closeAll(); });
    addExportCommands();
    for (const bool isUndo : {true, false}) {
        QUndoStack &history = m_workspace.history();
        QAction *action = isUndo
            ? addCommand(tr("Back: undo the last filter or zoom"), {QKeySequence(u"Alt+Left"_s), QKeySequence::Undo},
                         [&history] { history.undo(); })
            : addCommand(tr("Forward: do it again"), {QKeySequence(u"Alt+Right"_s), QKeySequence::Redo},
                         [&history] { history.redo(); });
        action->setIcon(style::icon(isUndo ? u"undo"_s : u"redo"_s));
        action->setEnabled(false);
        connect(&history, isUndo ? &QUndoStack::canUndoChanged : &QUndoStack::canRedoChanged, action,
                &QAction::setEnabled);
        m_timeBar->addTrailingWidget(makeBarButton(action, m_timeBar));
    }
    addPageActions();
    addViewActions();
    QAction *open = m_openCommand;
    m_timeBar->addTrailingWidget(makeBarButton(m_detailsCommand, m_timeBar));
    m_timeBar->addTrailingWidget(makeBarButton(open, m_timeBar));
}

void MainWindow::addExportCommands()
{
    const auto save = [this](const QString &title, const QString &name, const QString &filter, auto &&write) {
        const QString path = QFileDialog::getSaveFileName(this, title, name, filter);
        if (path.isEmpty())
            return;
        const Result<> saved = write(path);
        m_banner->showMessage(saved ? Banner::Kind::Info : Banner::Kind::Error,
                              saved ? tr("Saved as %1").arg(path) : QString::fromStdString(saved.error().text()));
    };
    addCommand(tr("&Save a picture of this page…"), {QKeySequence(u"Ctrl+E"_s)}, [this, save] {
        save(tr("Save a picture of this page"), currentPage() + u".png"_s,
             tr("Picture (*.png);;Vector picture (*.svg);;PDF (*.pdf)"),
             [this](const QString &path) { return savePicture(*page(), path); });
    });
    addCommand(tr("Save the &table of this page…"), {QKeySequence(u"Ctrl+Shift+E"_s)}, [this, save] {
        const QAbstractItemView *table = widgets::tableIn(*page());
        if (table == nullptr)
            return m_banner->showMessage(Banner::Kind::Info, tr("There is no table on this page."));
        save(tr("Save all rows of the table"), currentPage() + u".csv"_s, tr("CSV (*.csv);;JSON (*.json)"),
             [table](const QString &path) { return saveTable(*table, path); });
    });
}

void MainWindow::addPageActions()
{
    for (std::size_t i = 0; i < m_pages.size(); ++i) {
        const int index = static_cast<int>(i);
        addCommand(tr("Go to %1").arg(m_pages[i]->info().label), {QKeySequence(u"Ctrl+%1"_s.arg(index + 1))},
                   [this, index] { showPageAt(index); });
    }
}

void MainWindow::addViewActions()
{
    m_detailsCommand = addCommand(tr("Show or hide the &details"), {QKeySequence(u"Ctrl+D"_s)},
                                  [this] { m_dock->setVisible(m_dock->isHidden()); });
    m_detailsCommand->setIcon(style::icon(u"dock-right"_s));
    addCommand(tr("&Zone and unit of the report…"), {}, [this] { askAboutReport(); });
    addCommand(tr("Data &quality and repairs…"), {QKeySequence(u"Ctrl+L"_s)}, [this] { openLedger(); });
    auto *themes = new QActionGroup(this);
    const QString current = m_workspace.settings().value().theme;
    for (const auto &[name, text] :
         {std::pair{u"system"_s, tr("Theme: as the system")}, std::pair{u"light"_s, tr("Theme: light")},
          std::pair{u"dark"_s, tr("Theme: dark")}}) {
        QAction *action = addCommand(text, {}, [this, name = name] { setTheme(name); });
        action->setCheckable(true);
        action->setChecked(name == current);
        themes->addAction(action);
        m_themeCommands.append(action);
    }
    addCommand(tr("Switch between light and dark"), {QKeySequence(u"Ctrl+T"_s)},
               [this] { setTheme(style::theme().isDark ? u"light"_s : u"dark"_s); });
    addCommand(tr("Co&mmands…"), {QKeySequence(u"Ctrl+K"_s)}, [this] { openPalette(); });
    addCommand(tr("&Keyboard shortcuts…"), {QKeySequence(u"?"_s), QKeySequence::HelpContents}, [this] { openSheet(); });
    addCommand(tr("&Quit"), {QKeySequence(u"Ctrl+Q"_s)}, [this] { close(); });
}

void MainWindow::buildMenu()
{
    m_menu = new QMenu(this);
    m_menu->setToolTipsVisible(false);
    QMenu *themes = nullptr;
    for (QAction *action : std::as_const(m_commands)) {
        if (m_themeCommands.contains(action)) {
            if (themes == nullptr) {
                m_menu->addSeparator();
                themes = m_menu->addMenu(tr("&Theme"));
            }
            themes->addAction(action);
            continue;
        }
        if (plainActionText(action) == tr("Quit"))
            m_menu->addSeparator();
        m_menu->addAction(action);
    }
    m_rail->setMenu(m_menu);
    auto *openMenu = new QAction(tr("Open the menu"), this);
    openMenu->setShortcut(QKeySequence(u"F10"_s));
    connect(openMenu, &QAction::triggered, this, [this] {
        m_menu->popup(m_rail->mapToGlobal(QPoint(m_rail->width(), m_rail->height() - m_menu->sizeHint().height())));
    });
    addAction(openMenu);
}

void MainWindow::setTheme(const QString &name)
{
    m_workspace.settings().edit().theme = name;
    style::ThemeSwitch::instance().apply(choiceOf(name));
    const QStringList names = {u"system"_s, u"light"_s, u"dark"_s};
    for (qsizetype i = 0; i < m_themeCommands.size(); ++i)
        m_themeCommands[i]->setChecked(names[i] == name);
    m_workspace.saveSettings();
}

void MainWindow::openPalette()
{
    auto *palette = new CommandPalette(page()->actions() + m_commands, this); // deletes itself when closed
    palette->move(mapToGlobal(QPoint((width() - palette->width()) / 2, style::metric::kTimeBarHeight + 40)));
    palette->show();
}

void MainWindow::openSheet()
{
    const widgets::PageInfo info = page()->info();
    auto *sheet = new ShortcutSheet({{info.label, page()->actions()}, {tr("Everywhere"), m_commands}}, this);
    sheet->show();
}

void MainWindow::openLedger()
{
    auto *ledger = new LedgerDialog(m_workspace, this);
    connect(ledger, &LedgerDialog::spanChosen, this, [this] { showPage(u"traces"_s); });
    ledger->show();
}

} // namespace tailspan::mainwindow
