// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/trend_view.h"

#include "app/workspace/workspace.h"
#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "models/items/text_table_model.h"
#include "models/loadtest/analysis_text.h"
#include "ui/replay/notes_panel.h"
#include "ui/replay/report_table.h"
#include "ui/replay/trend_plots.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/plain_tooltip.h"

#include <QAbstractProxyModel>
#include <QFile>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <cmath>

namespace tailspan::replay {

using namespace Qt::StringLiterals;
using items::TextCell;
using items::toQString;
using loadtest::Trend;
using widgets::PlainLabel;
using workspace::RunTrend;

namespace {

constexpr int kTableColumns = 8;
constexpr int kChangeColumn = kTableColumns - 1;
constexpr int kPlotsShare = 7000;
constexpr int kNotesShare = 3000;
constexpr int kTablePx = 180;
constexpr int kMuchPx = 5000;

QString dateText(const loadtest::LoadTestReport &run)
{
    return run.startedAt ? toQString(isoText(*run.startedAt)).left(16).replace(u'T', u' ') : QString();
}

QString pathText(const std::string &local)
{
    return QFile::decodeName(QByteArray::fromStdString(local));
}

/// "p95 +41 %" for every figure that changed at this run.
QString changesAt(const Trend &trend, std::size_t run)
{
    QStringList changes;
    for (const Trend::Line &line : trend.lines) {
        for (const loadtest::ChangePoint &change : line.changes) {
            if (change.first == run)
                changes << toQString(line.metric) + u' '
                        + toQString(change.before > 0 ? loadtest::changeText(change.after / change.before)
                                                      : loadtest::metricText(line.metric, change.after));
        }
    }
    return changes.join(u", "_s);
}

} // namespace

TrendView::TrendView(workspace::Workspace &workspace, QWidget *parent)
    : QWidget(parent), m_workspace(workspace), m_stack(new QStackedWidget(this)),
      m_empty(new widgets::EmptyState(m_stack)), m_content(new QWidget(m_stack))
{
    setObjectName(u"trendView"_s);
    m_empty->setContent(u"replay"_s, tr("Follow the figures over many runs"),
                        tr("Open a folder with the reports of ten or more runs, as a nightly job leaves them: latency, "
                           "throughput and errors of each run over its date, and where they changed."),
                        tr("Open a folder of runs..."));
    auto *column = new QVBoxLayout(m_content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(style::metric::kGap);
    column->addWidget(buildHead());
    m_body = buildBody();
    column->addWidget(m_body, 1);
    column->addStretch(0);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(m_content);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(m_stack);
    setFocusProxy(m_plots);
    connectRuns();
    refresh();
}

void TrendView::connectRuns()
{
    RunTrend &trend = m_workspace.trend();
    connect(m_empty, &widgets::EmptyState::actionTriggered, this, &TrendView::chooseFolder);
    connect(m_choose, &QPushButton::clicked, this, &TrendView::chooseFolder);
    connect(m_drop, &QPushButton::clicked, &trend, &RunTrend::drop);
    connect(m_cancel, &QPushButton::clicked, &trend, &RunTrend::cancel);
    connect(m_byDate, &QToolButton::toggled, this, [this](bool isOn) {
        m_plots->setSpacing(isOn ? layout::TrendSpacing::ByDate : layout::TrendSpacing::Even);
    });
    connect(m_plots, &TrendPlots::runActivated, this, &TrendView::openRun);
    connect(m_plots, &TrendPlots::runPointed, this, &TrendView::pointTableAt);
    connect(m_table, &QAbstractItemView::activated, this, [this](const QModelIndex &index) {
        if (const auto run = runOfRow(index.row()))
            openRun(*run);
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex &index) { m_plots->setCurrentRun(runOfRow(index.row())); });
    connect(&trend, &RunTrend::changed, this, &TrendView::refresh);
    connect(&m_workspace, &workspace::Workspace::reportChanged, this, &TrendView::markOpenRun);
}

QWidget *TrendView::buildHead()
{
    auto *head = new QWidget(m_content);
    m_headline = new PlainLabel(head);
    m_headline->setObjectName(u"trendHeadline"_s);
    m_headline->setFont(style::titleFont());
    m_headline->setElideMode(Qt::ElideRight);
    m_error = new PlainLabel(head);
    m_error->setObjectName(u"trendError"_s);
    m_error->setTone(PlainLabel::Tone::Bad);
    m_error->setWordWrap(true);
    m_byDate = new QToolButton(head);
    m_byDate->setText(tr("To scale of time"));
    m_byDate->setCheckable(true);
    m_byDate->setAutoRaise(true);
    widgets::setPlainToolTip(m_byDate, tr("Runs as far apart as their dates; else each as far from the next"));
    m_choose = new QPushButton(tr("Open a folder of runs..."), head);
    m_drop = new QPushButton(tr("Close the trend"), head);
    m_cancel = new QPushButton(tr("Cancel"), head);
    auto *line = new QHBoxLayout;
    line->setSpacing(style::metric::kGap);
    line->addWidget(m_headline, 1);
    line->addWidget(m_byDate);
    for (QPushButton *button : {m_cancel, m_drop, m_choose})
        line->addWidget(button);
    auto *rows = new QVBoxLayout(head);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(style::metric::kGrid);
    rows->addLayout(line);
    rows->addWidget(m_error);
    return head;
}

QWidget *TrendView::buildBody()
{
    auto *body = new QSplitter(Qt::Vertical, m_content);
    body->setChildrenCollapsible(false);
    auto *above = new QSplitter(Qt::Horizontal, body);
    above->setChildrenCollapsible(false);
    m_plots = new TrendPlots(above);
    m_notes = new NotesPanel(above);
    m_notes->setObjectName(u"trendNotes"_s);
    m_notes->setAccessibleName(tr("What changed over the runs"));
    above->setSizes({kPlotsShare, kNotesShare});
    m_model = new items::TextTableModel({tr("Date (UTC)"), tr("Run"), tr("p50"), tr("p95"), tr("p99"), tr("Requests/s"),
                                         tr("Failed"), tr("Changed here")},
                                        this);
    m_model->setNumberColumns({2, 3, 4, 5, 6});
    m_table = new ReportTable(*m_model, kChangeColumn, body);
    m_table->setObjectName(u"trendTable"_s);
    m_table->setAccessibleName(tr("Figures of each run"));
    body->setStretchFactor(0, 1);
    body->setStretchFactor(1, 0);
    body->setSizes({kMuchPx, kTablePx});
    return body;
}

void TrendView::chooseFolder()
{
    const QString folder = QFileDialog::getExistingDirectory(this, tr("Open a folder of runs"));
    if (!folder.isEmpty())
        m_workspace.showTrendOf({folder});
}

QString TrendView::headline() const
{
    return m_headline->text();
}

QList<QWidget *> TrendView::keyWidgets() const
{
    return {m_plots, m_table, m_byDate, m_choose, m_drop, m_cancel};
}

void TrendView::refresh()
{
    const RunTrend &trend = m_workspace.trend();
    const bool hasTrend = trend.trend() != nullptr;
    m_stack->setCurrentWidget(hasTrend || trend.isRunning() || !trend.error().empty() ? m_content : m_empty);
    m_cancel->setVisible(trend.isRunning());
    m_drop->setVisible(!trend.isRunning());
    m_byDate->setVisible(hasTrend);
    m_body->setVisible(hasTrend);
    m_error->setText(toQString(trend.error()));
    m_error->setVisible(!trend.error().empty());
    if (hasTrend)
        showTrend();
    if (trend.isRunning())
        m_headline->setText(tr("Reading the runs"));
    else if (!hasTrend)
        m_headline->setText(tr("The runs cannot be read"));
}

void TrendView::showTrend()
{
    const Trend &trend = *m_workspace.trend().trend();
    const std::size_t count = trend.runs.size();
    const QString runs = toQString(pluralText(count, "run", "runs"));
    const QString first = dateText(*trend.runs.front());
    const QString last = dateText(*trend.runs.back());
    m_headline->setText(
        first.isEmpty() || last.isEmpty() ? runs : tr("%1, %2 to %3").arg(runs, first.left(10), last.left(10)));
    m_plots->setTrend(trend);
    fillTable();
    QStringList sentences;
    for (const std::string &sentence : loadtest::trendSentences(trend))
        sentences << toQString(sentence);
    m_notes->showSentences(tr("What changed"), sentences);
    markOpenRun();
    if (!m_workspace.report() && !m_workspace.isOpening())
        openRun(count - 1); // the page shows runs; without one there is nothing to show the trend in
}

void TrendView::fillTable()
{
    const Trend &trend = *m_workspace.trend().trend();
    std::vector<items::TextTableModel::Row> rows;
    for (std::size_t run = 0; run < trend.runs.size(); ++run) {
        const loadtest::LoadTestReport &report = *trend.runs[run];
        const QString date = dateText(report);
        items::TextTableModel::Row row{{date.isEmpty() ? tr("no date") : date}, {toQString(report.fileName)}};
        for (const Trend::Line &line : trend.lines) {
            const double value = line.values[run];
            row.push_back({toQString(loadtest::metricText(line.metric, value)),
                           std::isnan(value) ? QVariant() : QVariant(value)});
        }
        row.push_back({changesAt(trend, run)});
        rows.push_back(std::move(row));
    }
    m_model->setRows(std::move(rows));
    m_table->fitColumns();
}

std::optional<std::size_t> TrendView::runOfRow(int row) const
{
    const auto *proxy = qobject_cast<const QAbstractProxyModel *>(m_table->model());
    const QModelIndex source = proxy->mapToSource(proxy->index(row, 0));
    return source.isValid() ? std::optional(static_cast<std::size_t>(source.row())) : std::nullopt;
}

void TrendView::pointTableAt(std::size_t run)
{
    const auto *proxy = qobject_cast<const QAbstractProxyModel *>(m_table->model());
    m_table->setCurrentIndex(proxy->mapFromSource(m_model->index(static_cast<int>(run), 0)));
}

void TrendView::openRun(std::size_t run)
{
    const RunTrend &trend = m_workspace.trend();
    if (trend.trend() == nullptr || run >= trend.trend()->runs.size())
        return;
    QStringList paths;
    for (const std::string &path : trend.pathsOf(run))
        paths << pathText(path);
    m_workspace.open(paths);
}

void TrendView::markOpenRun()
{
    const RunTrend &trend = m_workspace.trend();
    std::optional<std::size_t> open;
    for (std::size_t run = 0; trend.trend() != nullptr && run < trend.trend()->runs.size(); ++run) {
        const std::vector<std::string> &paths = trend.pathsOf(run);
        if (!paths.empty() && m_workspace.reportPaths().contains(pathText(paths.front())))
            open = run;
    }
    m_plots->setOpenRun(open);
}

} // namespace tailspan::replay
