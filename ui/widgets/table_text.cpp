// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/table_text.h"

#include "ui/widgets/table_export.h"

#include <QAbstractItemView>
#include <QAction>
#include <QClipboard>
#include <QGuiApplication>

#include <set>

namespace tailspan::widgets {

namespace {

QString cell(QString text)
{
    for (QChar &c : text) {
        if (c == u'\t' || c == u'\n' || c == u'\r')
            c = u' ';
    }
    return text;
}

} // namespace

QString rowsAsTsv(const QModelIndexList &selected, int textRole)
{
    if (selected.isEmpty())
        return {};
    const QAbstractItemModel *model = selected.first().model();
    const int columns = model->columnCount(selected.first().parent());
    std::set<int> rows;
    for (const QModelIndex &index : selected)
        rows.insert(index.row());
    QString text;
    for (int column = 0; column < columns; ++column) {
        const QVariant full = model->headerData(column, Qt::Horizontal, textRole);
        const QVariant title = full.isValid() ? full : model->headerData(column, Qt::Horizontal, Qt::DisplayRole);
        text += (column > 0 ? QStringLiteral("\t") : QString()) + cell(title.toString());
    }
    text += u'\n';
    for (const int row : rows) {
        for (int column = 0; column < columns; ++column)
            text += (column > 0 ? QStringLiteral("\t") : QString())
                + cell(model->index(row, column, selected.first().parent()).data(textRole).toString());
        text += u'\n';
    }
    return text;
}

void addCopyAction(QAbstractItemView &view, int textRole, int numberRole)
{
    view.setProperty(kTextRoleProperty, textRole);
    view.setProperty(kNumberRoleProperty, numberRole);
    auto *copy = new QAction(QObject::tr("Copy the selected rows"), &view);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    QObject::connect(copy, &QAction::triggered, &view, [&view, textRole] {
        if (view.selectionModel() != nullptr && view.selectionModel()->hasSelection())
            QGuiApplication::clipboard()->setText(rowsAsTsv(view.selectionModel()->selectedIndexes(), textRole));
    });
    view.addAction(copy);
    auto *markdown = new QAction(QObject::tr("Copy the selected rows as Markdown"), &view);
    QObject::connect(markdown, &QAction::triggered, &view, [&view, textRole] {
        if (view.selectionModel() != nullptr && view.selectionModel()->hasSelection())
            QGuiApplication::clipboard()->setText(rowsAsMarkdown(view.selectionModel()->selectedIndexes(), textRole));
    });
    view.addAction(markdown);
    view.setContextMenuPolicy(Qt::ActionsContextMenu);
}

} // namespace tailspan::widgets
