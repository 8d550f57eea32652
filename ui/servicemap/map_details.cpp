// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/servicemap/map_details.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "ui/servicemap/map_text.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/widgets/grouped_list.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/plain_tooltip.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QStandardItemModel>
#include <QVBoxLayout>

#include <algorithm>

namespace tailspan::servicemap {

using items::toQString;
using layout::MapEdge;
using layout::MapScene;

namespace {

constexpr int kFullText = Qt::UserRole + 1;
constexpr int kFrom = Qt::UserRole + 2;
constexpr int kTo = Qt::UserRole + 3;

} // namespace

/// A row of the list; a group when it has no value and no target.
struct MapDetails::Row {
    QString group;
    QString title;
    QString value;
    MapSelection target = {};
};

namespace {

/// The busiest first.
void forCalls(const DrawnMap &map, std::uint32_t node, bool isCallers, auto &&visit)
{
    std::vector<std::uint32_t> edges;
    for (std::uint32_t i = 0; i < map.scene.edges.size(); ++i) {
        if ((isCallers ? map.scene.edges[i].to : map.scene.edges[i].from) == node)
            edges.push_back(i);
    }
    std::ranges::stable_sort(edges, std::greater(),
                             [&](std::uint32_t edge) { return map.scene.edges[edge].figures.calls; });
    for (const std::uint32_t edge : edges)
        visit(map.scene.edges[edge]);
}

QString valueOf(const MapEdge &edge)
{
    return edge.isMissing ? MapDetails::tr("never seen") : toQString(edge.figures.line());
}

} // namespace

MapDetails::MapDetails(QWidget *parent) : QWidget(parent)
{
    m_title = new widgets::PlainLabel(this);
    m_title->setFont(style::headingFont());
    m_title->setElideMode(Qt::ElideMiddle);
    m_kind = new widgets::PlainLabel(this);
    m_kind->setTone(widgets::PlainLabel::Tone::Muted);
    m_kind->setWordWrap(true);
    m_traces = new QPushButton(tr("Show traces"), this);
    m_filter = new QPushButton(tr("Filter"), this);
    m_focus = new QPushButton(tr("Around it"), this);
    m_traces->setObjectName(QStringLiteral("mapShowTraces"));
    m_filter->setObjectName(QStringLiteral("mapFilter"));
    m_focus->setObjectName(QStringLiteral("mapFocus"));
    widgets::setPlainToolTip(m_filter, tr("Narrow every page to the traces with this"));
    widgets::setPlainToolTip(m_focus, tr("Show only what is a few calls away"));
    m_model = new QStandardItemModel(0, 2, this);
    m_list = new widgets::GroupedList(m_model, kFullText, this);
    m_list->setObjectName(QStringLiteral("mapDetails"));
    m_list->setAccessibleName(tr("Details of the service"));
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    layOut();
    connect(m_traces, &QPushButton::clicked, this, &MapDetails::tracesWanted);
    connect(m_filter, &QPushButton::clicked, this, &MapDetails::filterWanted);
    connect(m_focus, &QPushButton::clicked, this, &MapDetails::focusWanted);
    connect(m_list, &QAbstractItemView::activated, this, &MapDetails::activate);
    connect(m_list, &QAbstractItemView::clicked, this, &MapDetails::activate);
    showPart(nullptr, {});
}

void MapDetails::layOut()
{
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(style::metric::kGrid);
    for (QPushButton *button : {m_traces, m_filter, m_focus})
        buttons->addWidget(button);
    buttons->addStretch();
    auto *head = new QVBoxLayout;
    head->setContentsMargins(0, 0, 0, style::metric::kGrid);
    head->setSpacing(style::metric::kGrid);
    head->addWidget(m_title);
    head->addWidget(m_kind);
    head->addLayout(buttons);
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(style::metric::kGap, style::metric::kGap, style::metric::kGap, 0);
    rows->setSpacing(0);
    rows->addLayout(head);
    rows->addWidget(m_list, 1000);
    rows->addStretch(1); // for when there is no list
}

void MapDetails::showPart(const std::shared_ptr<const DrawnMap> &map, const MapSelection &selection)
{
    const std::uint32_t edge =
        map == nullptr || !selection.isEdge() ? MapScene::kNone : map->scene.edgeBetween(selection.node, selection.to);
    const std::uint32_t node = map == nullptr || selection.isEdge() ? MapScene::kNone
                                                                    : map->scene.nodeNamed(selection.node);
    const bool isSomething = edge != MapScene::kNone || node != MapScene::kNone;
    bool canFilter = false;
    std::vector<Row> rows;
    if (edge != MapScene::kNone)
        canFilter = addEdge(*map, edge, rows);
    else if (node != MapScene::kNone)
        canFilter = addNode(*map, node, rows);
    else
        m_kind->setText(tr("Select a service or a call to see its figures, who calls it and whom it calls."));
    m_title->setText(isSomething ? titleOf(selection) : tr("Service map"));
    for (QPushButton *button : {m_traces, m_filter}) {
        button->setVisible(isSomething);
        button->setEnabled(canFilter);
    }
    m_focus->setVisible(node != MapScene::kNone);
    m_list->setVisible(isSomething);
    fill(rows);
}

void MapDetails::addFigures(const layout::MapFigures &figures, std::vector<Row> &rows)
{
    for (const FigureRow &row : figureRows(figures))
        rows.push_back({tr("Figures"), row.title, row.value});
}

bool MapDetails::addEdge(const DrawnMap &map, std::uint32_t edge, std::vector<Row> &rows)
{
    const MapEdge &call = map.scene.edges[edge];
    m_kind->setText(call.isMissing          ? tr("Declared, and no call was seen")
                        : call.isUndeclared ? tr("Call, not declared")
                                            : tr("Call"));
    addFigures(call.figures, rows);
    for (const std::uint32_t end : {call.from, call.to}) {
        const layout::MapNode &other = map.scene.nodes[end];
        rows.push_back({end == call.from ? tr("Caller") : tr("Called"),
                        toQString(other.name),
                        toQString(other.figures.line()),
                        {other.name, {}}});
    }
    return !call.isMissing && !map.scene.nodes[call.to].term.empty();
}

bool MapDetails::addNode(const DrawnMap &map, std::uint32_t node, std::vector<Row> &rows)
{
    const layout::MapNode &drawn = map.scene.nodes[node];
    m_kind->setText(drawn.isMissing          ? tr("Declared, and no span was seen")
                        : drawn.isUndeclared ? tr("%1, not declared").arg(kindText(drawn.kind))
                                             : kindText(drawn.kind));
    for (const std::string &warning : drawn.warnings)
        rows.push_back({tr("Warnings"), toQString(warning), {}});
    addFigures(drawn.figures, rows);
    const auto addCall = [&](const QString &group, const MapEdge &call, std::uint32_t end) {
        const std::string &other = map.scene.nodes[end].name;
        rows.push_back({group, toQString(other), valueOf(call), {other, {}}});
    };
    forCalls(map, node, true, [&](const MapEdge &call) { addCall(tr("Called by"), call, call.from); });
    forCalls(map, node, false, [&](const MapEdge &call) { addCall(tr("Calls"), call, call.to); });
    return !drawn.isMissing && !drawn.term.empty();
}

/// Keeps the model's rows where the titles are the same, so that a refresh neither scrolls nor takes the selection.
void MapDetails::fill(const std::vector<Row> &rows)
{
    std::vector<QStandardItem *> groups;
    int group = -1;
    int place = 0;
    for (const Row &row : rows) {
        if (group < 0 || m_model->item(group)->text() != row.group) {
            if (group >= 0)
                m_model->item(group)->removeRows(place, m_model->item(group)->rowCount() - place);
            ++group;
            place = 0;
            if (group >= m_model->rowCount()) {
                m_model->appendRow({new QStandardItem, new QStandardItem}); // the model owns them
                m_list->setFirstColumnSpanned(group, {}, true);
            }
            m_model->item(group)->setText(row.group);
            m_model->item(group)->setData(row.group, kFullText);
        }
        QStandardItem *parent = m_model->item(group);
        if (place >= parent->rowCount())
            parent->appendRow({new QStandardItem, new QStandardItem});
        const QString full = row.value.isEmpty() ? row.title : QString(row.title + u": " + row.value);
        for (const int column : {0, 1}) {
            QStandardItem *item = parent->child(place, column);
            item->setText(column == 0 ? row.title : row.value);
            item->setData(full, kFullText);
            item->setData(toQString(row.target.node), kFrom);
            item->setData(toQString(row.target.to), kTo);
            if (column == 1)
                item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
        }
        ++place;
    }
    if (group >= 0)
        m_model->item(group)->removeRows(place, m_model->item(group)->rowCount() - place);
    m_model->removeRows(group + 1, m_model->rowCount() - group - 1);
    m_list->expandAll();
}

void MapDetails::activate(const QModelIndex &index)
{
    const MapSelection target{index.data(kFrom).toString().toStdString(), index.data(kTo).toString().toStdString()};
    if (!target.isEmpty())
        Q_EMIT chosen(target);
}

} // namespace tailspan::servicemap
