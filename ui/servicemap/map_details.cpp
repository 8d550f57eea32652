// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/servicemap/map_details.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "ui/servicemap/map_text.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/widgets/grouped_list.h"
#include "ui/widgets/plain_label.h"

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
void addCalls(const DrawnMap &map, std::uint32_t node, bool isCallers, auto &&add)
{
    std::vector<std::uint32_t> edges;
    for (std::uint32_t i = 0; i < map.scene.edges.size(); ++i) {
        if ((isCallers ? map.scene.edges[i].to : map.scene.edges[i].from) == node)
            edges.push_back(i);
    }
    std::ranges::stable_sort(edges, std::greater(),
                             [&](std::uint32_t edge) { return map.scene.edges[edge].figures.calls; });
    for (const std::uint32_t edge : edges)
        add(map.scene.edges[edge]);
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
    m_filter = new QPushButton(tr("Filter everything"), this);
    m_focus = new QPushButton(tr("Neighbourhood"), this);
    m_traces->setObjectName(QStringLiteral("mapShowTraces"));
    m_filter->setObjectName(QStringLiteral("mapFilter"));
    m_focus->setObjectName(QStringLiteral("mapFocus"));
    m_model = new QStandardItemModel(0, 2, this);
    m_list = new widgets::GroupedList(m_model, kFullText, this);
    m_list->setObjectName(QStringLiteral("mapDetails"));
    m_list->setAccessibleName(tr("Details of the service"));
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(style::metric::kGrid);
    for (QPushButton *button : {m_traces, m_filter, m_focus})
        buttons->addWidget(button);
    buttons->addStretch();
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(style::metric::kGap, style::metric::kGap, 0, 0);
    rows->setSpacing(style::metric::kGrid);
    auto *head = new QVBoxLayout;
    head->setContentsMargins(0, 0, style::metric::kGap, 0);
    head->setSpacing(style::metric::kGrid);
    head->addWidget(m_title);
    head->addWidget(m_kind);
    head->addLayout(buttons);
    rows->addLayout(head);
    rows->addSpacing(style::metric::kGrid);
    rows->addWidget(m_list, 1);
    rows->addStretch();
    for (widgets::PlainLabel *label : {m_title, m_kind})
        label->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    connect(m_traces, &QPushButton::clicked, this, &MapDetails::tracesWanted);
    connect(m_filter, &QPushButton::clicked, this, &MapDetails::filterWanted);
    connect(m_focus, &QPushButton::clicked, this, &MapDetails::focusWanted);
    connect(m_list, &QAbstractItemView::activated, this, &MapDetails::activate);
    connect(m_list, &QAbstractItemView::clicked, this, &MapDetails::activate);
    showPart(nullptr, {});
}

void MapDetails::showPart(const std::shared_ptr<const DrawnMap> &map, const MapSelection &selection)
{
    m_selection = selection;
    const std::uint32_t node = map == nullptr ? MapScene::kNone : map->scene.nodeNamed(selection.node);
    const std::uint32_t edge =
        map == nullptr || !selection.isEdge() ? MapScene::kNone : map->scene.edgeBetween(selection.node, selection.to);
    std::vector<Row> rows;
    bool canFilter = false;
    const auto addFigures = [&](const layout::MapFigures &figures) {
        for (const FigureRow &row : figureRows(figures))
            rows.push_back({tr("Figures"), row.title, row.value});
    };
    if (edge != MapScene::kNone) {
        const MapEdge &call = map->scene.edges[edge];
        m_kind->setText(call.isMissing          ? tr("Declared, and no call was seen")
                            : call.isUndeclared ? tr("Call, not declared")
                                                : tr("Call"));
        addFigures(call.figures);
        for (const std::uint32_t end : {call.from, call.to}) {
            const layout::MapNode &other = map->scene.nodes[end];
            rows.push_back({end == call.from ? tr("Caller") : tr("Called"),
                            toQString(other.name),
                            toQString(other.figures.line()),
                            {other.name, {}}});
        }
        canFilter = !call.isMissing && !map->scene.nodes[call.to].term.empty();
    } else if (node != MapScene::kNone && !selection.isEdge()) {
        const layout::MapNode &drawn = map->scene.nodes[node];
        m_kind->setText(drawn.isMissing          ? tr("Declared, and no span was seen")
                            : drawn.isUndeclared ? tr("%1, not declared").arg(kindText(drawn.kind))
                                                 : kindText(drawn.kind));
        for (const std::string &warning : drawn.warnings)
            rows.push_back({tr("Warnings"), toQString(warning), {}});
        addFigures(drawn.figures);
        addCalls(*map, node, true, [&](const MapEdge &call) {
            const std::string &other = map->scene.nodes[call.from].name;
            rows.push_back({tr("Called by"), toQString(other), valueOf(call), {other, {}}});
        });
        addCalls(*map, node, false, [&](const MapEdge &call) {
            const std::string &other = map->scene.nodes[call.to].name;
            rows.push_back({tr("Calls"), toQString(other), valueOf(call), {other, {}}});
        });
        canFilter = !drawn.isMissing && !drawn.term.empty();
    }
    const bool isSomething = edge != MapScene::kNone || (node != MapScene::kNone && !selection.isEdge());
    m_title->setText(isSomething ? titleOf(selection) : tr("Service map"));
    if (!isSomething)
        m_kind->setText(tr("Select a service or a call to see its figures, who calls it and whom it calls."));
    for (QPushButton *button : {m_traces, m_filter}) {
        button->setVisible(isSomething);
        button->setEnabled(canFilter);
    }
    m_focus->setVisible(isSomething && !selection.isEdge());
    m_list->setVisible(isSomething);
    fill(rows);
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
