// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/analysis/statistics_pane.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "models/trace/attribute_groups.h"
#include "models/trace/endpoints.h"
#include "ui/analysis/path_bar.h"
#include "ui/analysis/span_tree_view.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_label.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>

namespace tailspan::analysis {

using items::toQString;
using trace::SpanGroups;

namespace {

enum FixedKey { ByService, ByOperation, FixedKeyCount };
constexpr std::uint32_t kSampledRecords = 400;

/// Spans that the zoomed part does not touch are in no group.
void leaveOutside(const AnalysedTraces &traces, std::vector<std::uint32_t> &groupOf)
{
    if (!traces.scope.within)
        return;
    const trace::SpanTable &spans = traces.scope.snapshot->spans();
    const std::vector<std::uint32_t> rows = traces.selection.rows(*traces.scope.snapshot);
    for (std::size_t position = 0; position < rows.size(); ++position) {
        const SpanRow row(rows[position]);
        if (spans.start(row) >= traces.scope.within->end || spans.end(row) <= traces.scope.within->begin)
            groupOf[position] = SpanGroups::kNoGroup;
    }
}

} // namespace

StatisticsPane::StatisticsPane(TraceAnalysis &analysis, QWidget *parent)
    : AnalysisPane(analysis, parent), m_model(new items::StatisticsModel(this))
{
    auto *body = new QWidget(this);
    m_pathBar = new PathBar(body);
    m_view = new SpanTreeView(*m_model, {80, 100, 100, 90, 90, 90, 84, 110},
                              {items::StatisticsModel::P99Column, items::StatisticsModel::P50Column,
                               items::StatisticsModel::SpansColumn, items::StatisticsModel::FailedColumn,
                               items::StatisticsModel::TotalColumn},
                              body);
    m_view->setObjectName(QStringLiteral("statistics"));
    m_view->setAccessibleName(tr("Statistics"));
    m_view->setRootIsDecorated(false);
    m_view->header()->setSortIndicator(items::StatisticsModel::CriticalColumn, Qt::DescendingOrder);
    m_view->setSortingEnabled(true);
    auto *title = new widgets::PlainLabel(tr("Critical path: where the time went"), body);
    title->setTone(widgets::PlainLabel::Tone::Muted);
    auto *rows = new QVBoxLayout(body);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(style::metric::kGrid);
    rows->addWidget(title);
    rows->addWidget(m_pathBar);
    rows->addWidget(m_view, 1);
    setBody(body);
    setFocusProxy(m_view);
    buildControls();
    connect(m_view, &SpanTreeView::nodeChosen, this, [this](std::uint32_t group) {
        const trace::SpanTotals &totals = m_model->groups()->statistics.groups[group];
        const std::uint32_t position = shownPosition(*m_shown);
        if (position == SpanRow::kNone || m_groupOf[position] != group)
            Q_EMIT spanChosen(SpanRow(totals.longestRow));
    });
    connect(m_pathBar, &PathBar::groupChosen, m_view, [this](std::uint32_t group) {
        m_view->setFocus();
        m_view->setCurrentIndex(m_model->indexOf(group));
    });
}

void StatisticsPane::buildControls()
{
    m_cancel = new QPushButton(tr("Cancel"), this);
    m_cancel->hide();
    m_key = new QComboBox(this);
    m_key->setObjectName(QStringLiteral("statisticsKey"));
    m_key->setAccessibleName(tr("What spans are told apart by"));
    m_key->setEditable(true);
    m_key->setInsertPolicy(QComboBox::NoInsert);
    m_key->setMinimumWidth(220);
    m_key->addItem(tr("service"));
    m_key->addItem(tr("operation"));
    m_key->lineEdit()->setPlaceholderText(tr("name of an attribute"));
    auto *label = new widgets::PlainLabel(tr("by"), this);
    controls().addWidget(m_cancel);
    controls().addWidget(label);
    controls().addWidget(m_key);
    connect(m_key, &QComboBox::activated, this, &StatisticsPane::regroup);
    connect(m_key->lineEdit(), &QLineEdit::returnPressed, this, &StatisticsPane::regroup);
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        m_job.cancel();
        setGroupedBy(m_key->itemText(ByService));
    });
}

bool StatisticsPane::isSettled() const
{
    return AnalysisPane::isSettled() && (!isVisible() || !m_job.isRunning());
}

void StatisticsPane::setGroupedBy(const QString &key)
{
    m_key->setEditText(key);
    regroup();
}

void StatisticsPane::showResult()
{
    if (analysis().result() == nullptr) {
        m_job.cancel();
        m_shown.reset();
        m_model->setStatistics(nullptr);
        m_pathBar->setStatistics(nullptr);
        m_cancel->hide();
    } else if (m_shown != analysis().result()) {
        regroup();
        offerAttributes();
    }
}

/// The names of the attributes, from a sample of the records.
void StatisticsPane::offerAttributes()
{
    const AnalysedTracesPtr traces = analysis().result();
    if (traces->scope.snapshot->generation() == m_keysOfGeneration)
        return;
    m_keysOfGeneration = traces->scope.snapshot->generation();
    m_keysJob.start(
        [traces](std::stop_token stop, Progress &) {
            return Result<std::vector<std::string>>(
                trace::attributeKeysOf(*traces->scope.snapshot, traces->selection, kSampledRecords, stop));
        },
        [this](Result<std::vector<std::string>> keys) {
            if (!keys.has_value())
                return; // names can still be typed
            const QSignalBlocker blocker(m_key);
            const QString typed = m_key->currentText();
            while (m_key->count() > FixedKeyCount)
                m_key->removeItem(FixedKeyCount);
            for (const std::string &key : *keys)
                m_key->addItem(toQString(key));
            m_key->setEditText(typed);
        });
}

Result<StatisticsPane::Grouped> StatisticsPane::group(const AnalysedTracesPtr &traces, const QString &key,
                                                      const std::stop_token &stop, Progress &progress)
{
    const trace::TraceSnapshot &snapshot = *traces->scope.snapshot;
    Grouped grouped;
    trace::SpanGrouping grouping;
    auto statistics = std::make_shared<items::GroupedStatistics>();
    if (key == tr("service") || key == tr("operation")) {
        const bool isByService = key == tr("service");
        grouping = isByService ? groupedByService(snapshot, traces->selection)
                               : groupedByOperation(snapshot, traces->selection);
        statistics->services.resize(grouping.names.size());
        statistics->serviceNames.resize(grouping.names.size());
        const std::vector<std::uint32_t> rows = traces->selection.rows(snapshot);
        for (std::size_t position = 0; position < rows.size(); ++position)
            statistics->services[grouping.groupOf[position]] = snapshot.spans().service[rows[position]];
        for (std::size_t g = 0; g < statistics->services.size(); ++g)
            statistics->serviceNames[g] = snapshot.serviceName(ServiceId(statistics->services[g]));
    } else {
        TS_TRY(trace::AttributeGroups groups,
               groupedByAttribute(snapshot, traces->selection, key.toStdString(), stop, progress));
        grouping = std::move(groups.grouping);
        if (groups.unreadCount > 0)
            grouped.note =
                tr("%1 could not be read: %2")
                    .arg(toQString(pluralText(groups.unreadCount, "span", "spans")), toQString(groups.problem));
        else if (groups.isCut)
            grouped.note =
                tr("only the first %1 values").arg(toQString(countText(trace::AttributeGroups::kMostGroups)));
    }
    leaveOutside(*traces, grouping.groupOf);
    TS_TRY(statistics->statistics, statisticsOf(snapshot, traces->selection, traces->times, grouping, stop));
    statistics->names = std::move(grouping.names);
    grouped.groupOf = std::move(grouping.groupOf);
    grouped.statistics = std::move(statistics);
    return grouped;
}

void StatisticsPane::regroup()
{
    const AnalysedTracesPtr traces = analysis().result();
    const QString key = m_key->currentText().trimmed();
    if (traces == nullptr || key.isEmpty())
        return;
    m_cancel->setVisible(m_key->findText(key) >= FixedKeyCount || m_key->findText(key) < 0);
    m_job.start([traces, key](std::stop_token stop, Progress &progress) { return group(traces, key, stop, progress); },
                [this, traces](Result<Grouped> grouped) { take(traces, std::move(grouped)); });
}

void StatisticsPane::take(const AnalysedTracesPtr &traces, Result<Grouped> grouped)
{
    m_cancel->hide();
    if (!grouped.has_value())
        return setNotice(toQString(grouped.error().text()));
    m_shown = traces;
    m_groupOf = std::move(grouped->groupOf);
    m_model->setStatistics(grouped->statistics);
    m_pathBar->setStatistics(grouped->statistics);
    QString summary = scopeText(traces->scope);
    const std::uint32_t without = grouped->statistics->statistics.ungroupedCount;
    if (without > 0 && !traces->scope.within)
        summary += QStringLiteral(" \u00b7 ")
            + tr("%1 without it").arg(toQString(pluralText(without, "span", "spans")));
    if (!grouped->note.isEmpty())
        summary += QStringLiteral(" \u00b7 ") + grouped->note;
    setSummary(summary);
    setNotice(m_model->rowCount() > 0
                  ? QString()
                  : tr("None of these spans has the attribute \u201c%1\u201d.").arg(m_key->currentText()));
    markSpan();
}

void StatisticsPane::markSpan()
{
    const std::uint32_t position = m_shown == nullptr ? SpanRow::kNone : shownPosition(*m_shown);
    if (position != SpanRow::kNone)
        m_view->showNode(m_groupOf[position]);
}

} // namespace tailspan::analysis
