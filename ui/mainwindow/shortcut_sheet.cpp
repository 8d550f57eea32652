// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/mainwindow/shortcut_sheet.h"

#include "ui/mainwindow/command_palette.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/plain_label.h"

#include <QGridLayout>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>

namespace tailspan::mainwindow {

using namespace Qt::StringLiterals;
using widgets::PlainLabel;
namespace metric = style::metric;

namespace {

QString shortcutsOf(const QAction *action)
{
    QStringList texts;
    const QList<QKeySequence> sequences = action->shortcuts();
    for (const QKeySequence &sequence : sequences)
        texts.append(sequence.toString(QKeySequence::NativeText));
    return texts.join(u"  or  "_s);
}

void addGroup(QGridLayout &grid, const ShortcutGroup &group)
{
    const bool hasAny = std::any_of(group.actions.begin(), group.actions.end(),
                                    [](const QAction *action) { return !action->shortcut().isEmpty(); });
    if (!hasAny)
        return;
    int row = grid.rowCount();
    auto *title = new PlainLabel(group.title);
    title->setFont(style::headingFont());
    title->setContentsMargins(0, row > 1 ? 12 : 0, 0, 2);
    grid.addWidget(title, row++, 0, 1, 2);
    for (const QAction *action : group.actions) {
        if (action->shortcut().isEmpty())
            continue;
        auto *name = new PlainLabel(plainActionText(action));
        name->setTone(PlainLabel::Tone::Muted);
        grid.addWidget(name, row, 0);
        grid.addWidget(new widgets::Chip(shortcutsOf(action), widgets::Chip::Kind::Neutral), row, 1, Qt::AlignLeft);
        ++row;
    }
}

} // namespace

ShortcutSheet::ShortcutSheet(const std::vector<ShortcutGroup> &groups, QWidget *parent) : QDialog(parent)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Keyboard shortcuts"));
    auto *content = new QWidget;
    auto *grid = new QGridLayout(content);
    grid->setContentsMargins(20, 16, 20, 16);
    grid->setHorizontalSpacing(32);
    grid->setVerticalSpacing(6);
    for (const ShortcutGroup &group : groups)
        addGroup(*grid, group);
    grid->setRowStretch(grid->rowCount(), 1);
    auto *scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setWidget(content);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(scroll);
    resize(520, 560);
}

} // namespace tailspan::mainwindow
