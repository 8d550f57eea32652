// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/metrics/targets_view.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "ui/metrics/text_table.h"
#include "ui/metrics/watched_rows.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_label.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace tailspan::metrics {

using items::CellTone;
using items::toQString;
using widgets::PlainLabel;

TargetsView::TargetsView(workspace::Workspace &workspace, QWidget *parent)
    : QWidget(parent), m_workspace(workspace), m_group(new QButtonGroup(this)), m_stack(new QStackedWidget(this)),
      m_state(new PlainLabel(this))
{
    m_state->setElideMode(Qt::ElideRight);
    m_state->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    auto *bar = new QHBoxLayout;
    bar->setSpacing(style::metric::kGrid);
    for (int i = 0; i < TableCount; ++i) {
        addTable(static_cast<Table>(i));
        bar->addWidget(m_tabs[static_cast<std::size_t>(i)]);
    }
    bar->addWidget(m_state, 1);
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, style::metric::kGap);
    rows->setSpacing(style::metric::kGap);
    rows->addLayout(bar);
    rows->addWidget(m_stack, 1);
    m_tabs[Targets]->setChecked(true);
    connect(m_group, &QButtonGroup::idClicked, m_stack, &QStackedWidget::setCurrentIndex);
    connect(&m_workspace.alerts(), &workspace::AlertWatch::changed, this, &TargetsView::refill);
    refill();
}

TargetsView::Tab TargetsView::tabOf(Table table) const
{
    switch (table) {
    case Targets:
        return {tr("Targets"),
                {tr("Health"), tr("Job"), tr("Instance"), tr("Last up"), tr("Last scrape"), tr("Took"), tr("Error"),
                 tr("Store")},
                6,
                tr("This store tells of no targets. Mimir, Cortex and Thanos scrape nothing themselves; an "
                   "Alertmanager has none.")};
    case Alerts:
        return {tr("Alerts"),
                {tr("State"), tr("Alert"), tr("Severity"), tr("Since"), tr("What"), tr("Labels"), tr("Store")},
                4,
                tr("Nothing fires and nothing is pending.")};
    case Rules:
        return {tr("Rules"),
                {tr("State"), tr("Rule"), tr("Group"), tr("Expression"), tr("Holds for"), tr("Error"), tr("Store")},
                3,
                tr("This store has no rules.")};
    case Silences:
        return {tr("Silences"),
                {tr("State"), tr("Of alerts with"), tr("From"), tr("To"), tr("By"), tr("Comment"), tr("Store")},
                5,
                tr("Nothing is silenced. Silences come from an Alertmanager.")};
    case TableCount: break;
    }
    return {};
}

void TargetsView::addTable(Table table)
{
    const Tab tab = tabOf(table);
    m_models[table] = new items::TextTableModel(tab.columns, this);
    m_places[table] = new QStackedWidget(m_stack);
    m_tables[table] = new TextTable(*m_models[table], tab.stretchColumn, m_places[table]);
    m_tables[table]->setAccessibleName(tab.title);
    auto *empty = new PlainLabel(tab.empty, m_places[table]);
    empty->setTone(PlainLabel::Tone::Muted);
    empty->setAlignment(Qt::AlignCenter);
    empty->setWordWrap(true);
    m_places[table]->addWidget(m_tables[table]);
    m_places[table]->addWidget(empty);
    m_stack->addWidget(m_places[table]);
    m_tabs[table] = new QToolButton(this);
    m_tabs[table]->setCheckable(true);
    m_tabs[table]->setAutoExclusive(true);
    m_group->addButton(m_tabs[table], table);
}

void TargetsView::setRows(Table table, std::vector<items::TextTableModel::Row> rows, const QString &count)
{
    const bool isEmpty = rows.empty();
    m_models[table]->setRows(std::move(rows));
    m_places[table]->setCurrentIndex(isEmpty ? 1 : 0);
    m_tabs[table]->setText(count.isEmpty() ? tabOf(table).title : tabOf(table).title + u' ' + count);
    if (!isEmpty && !m_wasFitted[table])
        m_tables[table]->fitColumns();
    m_wasFitted[table] = !isEmpty;
}

void TargetsView::refill()
{
    const std::vector<workspace::WatchedStore> &stores = m_workspace.alerts().stores();
    const workspace::ShownTime times(m_workspace.settings().value());
    const auto countOf = [](const Rows &rows, CellTone tone) {
        return std::count_if(rows.begin(), rows.end(), [&](const auto &row) { return row[0].tone == tone; });
    };
    const auto partText = [](std::ptrdiff_t part, std::size_t all, const QString &word) {
        const QString total = toQString(countText(all));
        return part == 0 ? total : QStringLiteral("%1, %2 %3").arg(total).arg(part).arg(word);
    };
    Rows targets = targetRows(stores, times);
    const QString down = partText(countOf(targets, CellTone::Bad), targets.size(), tr("down"));
    setRows(Targets, std::move(targets), down);
    Rows alerts = alertRows(stores, times);
    const QString firing = partText(countOf(alerts, CellTone::Bad), alerts.size(), tr("firing"));
    setRows(Alerts, std::move(alerts), firing);
    Rows rules = ruleRows(stores);
    const QString ruleCount = toQString(countText(rules.size()));
    setRows(Rules, std::move(rules), ruleCount);
    Rows silences = silenceRows(stores, times);
    const QString silenceCount = toQString(countText(silences.size()));
    setRows(Silences, std::move(silences), silenceCount);
    QStringList errors;
    for (const workspace::WatchedStore &store : stores) {
        for (const std::string &error : store.errors)
            errors.append(toQString(store.name + ", " + error));
    }
    m_state->setTone(errors.isEmpty() ? PlainLabel::Tone::Muted : PlainLabel::Tone::Warn);
    m_state->setText(errors.join(QStringLiteral("  \u00b7  ")));
}

} // namespace tailspan::metrics
