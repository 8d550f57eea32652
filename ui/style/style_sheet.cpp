// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/style/style_sheet.h"

#include <array>
#include <utility>

namespace tailspan::style {

using namespace Qt::StringLiterals;

namespace {

constexpr auto kRules = uR"(
QToolTip { background: @raised; color: @text; border: 1px solid @line; padding: 4px 6px; }
QMenu { background: @raised; color: @text; border: 1px solid @line; padding: 4px 0; }
QMenu::item { padding: 5px 28px 5px 28px; }
QMenu::item:selected { background: @hover; }
QMenu::item:disabled { color: @disabled; }
QMenu::separator { height: 1px; background: @line; margin: 4px 8px; }
QMenu::icon { padding-left: 8px; }
QMenuBar { background: @panel; color: @text; border-bottom: 1px solid @line; }
QMenuBar::item { padding: 4px 8px; background: transparent; }
QMenuBar::item:selected { background: @hover; }
QTabWidget::pane { border: none; border-top: 1px solid @line; }
QTabBar { qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: @muted; border: none; border-bottom: 2px solid transparent;
    padding: 8px 12px 6px 12px; }
QTabBar::tab:hover { color: @text; }
QTabBar::tab:selected { color: @text; border-bottom-color: @accent; }
QTabBar::tab:focus { color: @accent; }
QListView#findings { background: transparent; border: none; }
QTableView, QTreeView, QListView { background: @panel; border: none; gridline-color: @grid;
    selection-background-color: @selection; selection-color: @text; outline: none; }
QTableCornerButton::section { background: @panel; border: none; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: @scrollHandle; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: @muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSplitter::handle { background: @line; }
QMainWindow::separator { background: @line; width: 1px; height: 1px; }
QStatusBar::item { border: none; }
)";

} // namespace

QString styleSheetOf(const Theme &theme)
{
    const std::array<std::pair<QString, QColor>, 11> tokens = {{
        {u"@accent"_s, theme.accent},
        {u"@raised"_s, theme.raised},
        {u"@text"_s, theme.text},
        {u"@line"_s, theme.line},
        {u"@hover"_s, theme.hover},
        {u"@disabled"_s, theme.disabled},
        {u"@panel"_s, theme.panel},
        {u"@muted"_s, theme.muted},
        {u"@grid"_s, theme.grid},
        {u"@scrollHandle"_s, theme.scrollHandle},
        {u"@selection"_s, theme.selection},
    }};
    QString sheet = QString::fromUtf16(kRules);
    for (const auto &[token, color] : tokens)
        sheet.replace(token, color.name());
    return sheet;
}

} // namespace tailspan::style
