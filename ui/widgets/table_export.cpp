// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/table_export.h"

#include "ui/widgets/table_text.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <functional>
#include <set>

namespace tailspan::widgets {

namespace {

QString titleOf(const QAbstractItemModel &model, int column, int textRole)
{
    const QVariant full = model.headerData(column, Qt::Horizontal, textRole);
    return (full.isValid() ? full : model.headerData(column, Qt::Horizontal, Qt::DisplayRole)).toString();
}

/// Every row after its parent, with its level. With a stack of its own: trees may be deep.
void visitRows(const QAbstractItemModel &model,
               const std::function<void(const QModelIndex &parent, int row, int level)> &visit)
{
    struct Place {
        QModelIndex parent;
        int row;
    };
    std::vector<Place> path{{QModelIndex(), 0}};
    while (!path.empty()) {
        Place &place = path.back();
        if (place.row >= model.rowCount(place.parent)) {
            path.pop_back();
            continue;
        }
        const int row = place.row++;
        const QModelIndex parent = place.parent;
        visit(parent, row, static_cast<int>(path.size()) - 1);
        if (const QModelIndex first = model.index(row, 0, parent); model.hasChildren(first))
            path.push_back({first, 0});
    }
}

bool isTree(const QAbstractItemModel &model)
{
    for (int row = 0; row < model.rowCount(); ++row) {
        if (model.hasChildren(model.index(row, 0)))
            return true;
    }
    return false;
}

QString csvCell(QString text)
{
    if (!text.isEmpty() && QStringLiteral("=+-@\t\r").contains(text.front())) {
        bool isNumber = false;
        text.toDouble(&isNumber);
        if (!isNumber)
            text.prepend(u'\'');
    }
    const bool needsQuotes = text.contains(u'"') || text.contains(u',') || text.contains(u'\n') || text.contains(u'\r');
    if (needsQuotes)
        text = u'"' % text.replace(u'"', QStringLiteral("\"\"")) % u'"';
    return text;
}

bool isNumber(const QVariant &value)
{
    switch (value.typeId()) {
    case QMetaType::Int:
    case QMetaType::UInt:
    case QMetaType::LongLong:
    case QMetaType::ULongLong:
    case QMetaType::Double:
    case QMetaType::Float: return true;
    default: return false;
    }
}

QString markdownCell(QString text)
{
    static const std::pair<QChar, QLatin1StringView> kEscapes[] = {
        {u'&', QLatin1StringView("&amp;")}, {u'<', QLatin1StringView("&lt;")}, {u'\\', QLatin1StringView("\\\\")},
        {u'|', QLatin1StringView("\\|")},   {u'`', QLatin1StringView("\\`")},  {u'*', QLatin1StringView("\\*")},
        {u'_', QLatin1StringView("\\_")},   {u'[', QLatin1StringView("\\[")},  {u'\n', QLatin1StringView(" ")},
        {u'\r', QLatin1StringView(" ")}};
    QString out;
    for (const QChar c : text) {
        const auto *escape = std::ranges::find(kEscapes, c, &std::pair<QChar, QLatin1StringView>::first);
        if (escape == std::end(kEscapes))
            out += c;
        else
            out += escape->second;
    }
    return out;
}

} // namespace

QByteArray tableAsCsv(const QAbstractItemModel &model, TableRoles roles)
{
    const bool hasLevels = isTree(model);
    QStringList line;
    if (hasLevels)
        line.append(QStringLiteral("level"));
    for (int column = 0; column < model.columnCount(); ++column)
        line.append(csvCell(titleOf(model, column, roles.text)));
    QString text = line.join(u',') + QStringLiteral("\r\n");
    visitRows(model, [&](const QModelIndex &parent, int row, int level) {
        line.clear();
        if (hasLevels)
            line.append(QString::number(level));
        for (int column = 0; column < model.columnCount(); ++column)
            line.append(csvCell(model.index(row, column, parent).data(roles.text).toString()));
        text += line.join(u',') + QStringLiteral("\r\n");
    });
    return text.toUtf8();
}

QByteArray tableAsJson(const QAbstractItemModel &model, TableRoles roles)
{
    const bool hasLevels = isTree(model);
    QJsonArray rows;
    visitRows(model, [&](const QModelIndex &parent, int row, int level) {
        QJsonObject object;
        if (hasLevels)
            object.insert(QStringLiteral("level"), level);
        for (int column = 0; column < model.columnCount(); ++column) {
            const QModelIndex index = model.index(row, column, parent);
            const QVariant number = roles.number < 0 ? QVariant() : index.data(roles.number);
            const QVariant value = isNumber(number) ? number : index.data(roles.text);
            object.insert(titleOf(model, column, roles.text),
                          isNumber(number) ? QJsonValue::fromVariant(value) : QJsonValue(value.toString()));
        }
        rows.append(object);
    });
    return QJsonDocument(rows).toJson();
}

QString rowsAsMarkdown(const QModelIndexList &selected, int textRole)
{
    if (selected.isEmpty())
        return {};
    const QAbstractItemModel &model = *selected.first().model();
    const QModelIndex parent = selected.first().parent();
    std::set<int> rows;
    for (const QModelIndex &index : selected)
        rows.insert(index.row());
    QString titles = QStringLiteral("|");
    QString rule = QStringLiteral("|");
    for (int column = 0; column < model.columnCount(parent); ++column) {
        titles += u' ' % markdownCell(titleOf(model, column, textRole)) % QStringLiteral(" |");
        rule += QStringLiteral(" --- |");
    }
    QString text = titles % u'\n' % rule % u'\n';
    for (const int row : rows) {
        text += u'|';
        for (int column = 0; column < model.columnCount(parent); ++column)
            text += u' ' % markdownCell(model.index(row, column, parent).data(textRole).toString())
                % QStringLiteral(" |");
        text += u'\n';
    }
    return text;
}

QAbstractItemView *tableIn(const QWidget &root)
{
    QAbstractItemView *largest = nullptr;
    for (auto *view : root.findChildren<QAbstractItemView *>()) {
        if (!view->isVisible() || view->model() == nullptr || rolesOf(*view).text < 0)
            continue;
        if (view->hasFocus())
            return view;
        const auto area = [](const QWidget *widget) { return widget->width() * widget->height(); };
        if (largest == nullptr || area(view) > area(largest))
            largest = view;
    }
    return largest;
}

TableRoles rolesOf(const QAbstractItemView &view)
{
    const QVariant text = view.property(kTextRoleProperty);
    const QVariant number = view.property(kNumberRoleProperty);
    return {text.isValid() ? text.toInt() : -1, number.isValid() ? number.toInt() : -1};
}

} // namespace tailspan::widgets
