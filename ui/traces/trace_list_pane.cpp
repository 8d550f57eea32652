// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/traces/trace_list_pane.h"

#include "app/workspace/workspace.h"
#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "models/items/trace_list_model.h"
#include "ui/style/icon.h"
#include "ui/style/theme.h"
#include "ui/traces/trace_filter_bar.h"
#include "ui/traces/trace_scatter_view.h"
#include "ui/traces/trace_table.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/plain_tooltip.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QScrollBar>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace tailspan::traces {

using items::TraceListModel;

namespace {

constexpr int kMostListRows = 7;                  // shown at first; the splitter changes it
constexpr std::size_t kSynchronousSpans = 20'000; // some 20 ms of looking through: no need for a worker

} // namespace

TraceListPane::TraceListPane(workspace::Workspace &workspace, QWidget *parent)
    : QWidget(parent), m_workspace(workspace), m_model(new TraceListModel(this))
{
    QWidget *top = buildTop();
    buildList();
    m_scatter = new TraceScatterView(this);
    m_stack = new QStackedWidget(this);
    m_stack->addWidget(m_list);
    m_stack->addWidget(buildNoMatch());
    m_stack->addWidget(m_scatter);
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, style::metric::kGap);
    rows->setSpacing(style::metric::kGap);
    rows->addWidget(top);
    rows->addWidget(m_stack, 1);
    connectList();
}

QWidget *TraceListPane::buildTop()
{
    auto *top = new QWidget(this);
    m_filterBar = new TraceFilterBar(top);
    m_asScatter = new QToolButton(top);
    m_asScatter->setObjectName(QStringLiteral("asScatter"));
    m_asScatter->setCheckable(true);
    m_asScatter->setAutoRaise(true);
    m_asScatter->setIcon(style::icon(QStringLiteral("scatter")));
    m_asScatter->setAccessibleName(tr("Show the traces by start and duration"));
    widgets::setPlainToolTip(m_asScatter, tr("Show the traces by start and duration  T"));
    auto *line = new QHBoxLayout(top);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(style::metric::kGap);
    line->addWidget(m_filterBar, 1);
    line->addWidget(m_asScatter, 0, Qt::AlignTop);
    return top;
}

void TraceListPane::buildList()
{
    m_list = makeTraceTable(*m_model, this);
    m_list->viewport()->installEventFilter(this);
}

/// Low enough for the place of a list with one row.
QWidget *TraceListPane::buildNoMatch()
{
    m_noMatch = new QWidget(this);
    auto *text = new widgets::PlainLabel(tr("No trace of this range matches the filter."), m_noMatch);
    text->setTone(widgets::PlainLabel::Tone::Muted);
    auto *clear = new QPushButton(tr("Show all traces"), m_noMatch);
    auto *line = new QHBoxLayout(m_noMatch);
    line->setContentsMargins(0, 0, 0, 0);
    line->addWidget(text);
    line->addWidget(clear);
    line->addStretch(1);
    connect(clear, &QPushButton::clicked, this, [this] {
        m_workspace.setFilter({});
        m_filterBar->restore({}); // what is typed only as well
        if (m_workspace.isNarrowed())
            m_workspace.narrowTo({});
    });
    return m_noMatch;
}

void TraceListPane::connectList()
{
    connect(m_filterBar, &TraceFilterBar::filterChanged, this, [this] { applyFilter(); });
    connect(m_filterBar, &TraceFilterBar::filterCommitted, &m_workspace, &workspace::Workspace::setFilter);
    connect(&m_workspace, &workspace::Workspace::filterChanged, this,
            [this] { m_filterBar->restore(m_workspace.filter()); });
    connect(m_filterBar, &TraceFilterBar::leftDownward, m_list, qOverload<>(&QWidget::setFocus));
    connect(&m_workspace, &workspace::Workspace::shownRangeChanged, this, &TraceListPane::showListed);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex &current) {
                const TraceRow trace = m_model->traceAt(current.row());
                if (!m_isChanging && current.isValid() && trace.isValid())
                    Q_EMIT currentChosen(trace);
            });
    connect(m_list->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        if (!m_isChanging)
            marksChosen();
    });
    connect(&m_workspace, &workspace::Workspace::momentChanged, this, &TraceListPane::markMoment);
    connect(m_scatter, &TraceScatterView::tracesChosen, this, &TraceListPane::choose);
    connect(m_asScatter, &QToolButton::toggled, this, &TraceListPane::showWhatIsThere);
    connect(m_list->verticalScrollBar(), &QScrollBar::valueChanged, this, &TraceListPane::holdWhileRead);
    connect(m_list, &QAbstractItemView::activated, this, &TraceListPane::activated);
}

/// Which of them ran under the crosshair.
void TraceListPane::markMoment()
{
    if (isVisible())
        m_model->setMoment(m_workspace.momentStep());
}

void TraceListPane::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    markMoment();
}

void TraceListPane::setSnapshot(const trace::TraceSnapshotPtr &snapshot, bool isRenewal)
{
    const std::vector<TraceRow> before = isRenewal ? chosen() : std::vector<TraceRow>();
    const trace::TraceSnapshotPtr old = m_model->snapshot();
    // New traces may push the chosen one out of sight; going after it would count as scrolling back.
    m_list->setAutoScroll(!isRenewal);
    if (!isRenewal) {
        m_filterBar->restore(m_workspace.filter());
        m_fits.reset();
    }
    m_model->setSnapshot(snapshot);
    applyFilter(isRenewal ? old.get() : nullptr);
    if (before.size() > 1)
        chooseAgain(before, *old);
    m_list->setAutoScroll(true);
}

/// Traces of the snapshot before, where the new one has them.
void TraceListPane::chooseAgain(const std::vector<TraceRow> &traces, const trace::TraceSnapshot &old)
{
    QItemSelection rows;
    for (const TraceRow trace : traces) {
        const auto found = m_model->snapshot()->findTrace(old.traceIdText(old.traces()[trace.value()]));
        const auto row = found ? m_model->rowOf(*found) : std::nullopt;
        if (row)
            rows.select(m_model->index(*row, 0), m_model->index(*row, TraceListModel::ColumnCount - 1));
    }
    m_list->selectionModel()->select(rows, QItemSelectionModel::ClearAndSelect);
}

TraceRow TraceListPane::first() const
{
    return m_model->traceAt(0);
}

std::vector<TraceRow> TraceListPane::chosen() const
{
    std::vector<TraceRow> traces;
    for (const QItemSelectionRange &range : m_list->selectionModel()->selection()) {
        for (int row = range.top(); row <= range.bottom(); ++row)
            traces.push_back(m_model->traceAt(row));
    }
    std::sort(traces.begin(), traces.end());
    traces.erase(std::unique(traces.begin(), traces.end()), traces.end());
    return traces;
}

std::vector<TraceRow> TraceListPane::listed() const
{
    std::vector<TraceRow> traces;
    traces.reserve(static_cast<std::size_t>(m_model->rowCount()));
    for (int row = 0; row < m_model->rowCount(); ++row)
        traces.push_back(m_model->traceAt(row));
    std::sort(traces.begin(), traces.end());
    return traces;
}

void TraceListPane::choose(const std::vector<TraceRow> &traces)
{
    std::vector<bool> isWanted(m_model->snapshot() == nullptr ? 0 : m_model->snapshot()->traces().size());
    for (const TraceRow trace : traces)
        isWanted[trace.value()] = true;
    QItemSelection rows;
    int firstRow = -1;
    for (int row = 0; row < m_model->rowCount(); ++row) {
        if (!isWanted[m_model->traceAt(row).value()])
            continue;
        firstRow = firstRow < 0 ? row : firstRow;
        const int begin = row;
        while (row + 1 < m_model->rowCount() && isWanted[m_model->traceAt(row + 1).value()])
            ++row;
        rows.select(m_model->index(begin, 0), m_model->index(row, TraceListModel::ColumnCount - 1));
    }
    if (firstRow < 0)
        return;
    {
        const QScopedValueRollback guard(m_isChanging, true);
        m_list->selectionModel()->setCurrentIndex(m_model->index(firstRow, 0), QItemSelectionModel::NoUpdate);
        m_list->selectionModel()->select(rows, QItemSelectionModel::ClearAndSelect);
    }
    Q_EMIT currentChosen(m_model->traceAt(firstRow));
    marksChosen();
}

void TraceListPane::marksChosen()
{
    if (isScatter())
        m_scatter->setChosen(chosen());
    Q_EMIT chosenChanged();
}

void TraceListPane::setScatter(bool isScatter)
{
    m_asScatter->setChecked(isScatter);
}

bool TraceListPane::isScatter() const
{
    return m_asScatter->isChecked();
}

void TraceListPane::showWhatIsThere()
{
    const bool isEmpty = m_model->rowCount() == 0 && m_model->snapshot() != nullptr
        && !m_model->snapshot()->traces().empty();
    if (isEmpty)
        return m_stack->setCurrentWidget(m_noMatch);
    if (isScatter()) {
        m_scatter->setTraces(m_model->snapshot(), listed());
        m_scatter->setChosen(chosen());
    }
    m_stack->setCurrentWidget(isScatter() ? static_cast<QWidget *>(m_scatter) : m_list);
}

void TraceListPane::chooseAll()
{
    m_list->selectAll();
}

void TraceListPane::setCurrent(TraceRow trace)
{
    const auto row = m_model->rowOf(trace);
    if (!row.has_value() || m_list->currentIndex().row() == *row)
        return;
    const QModelIndex index = m_model->index(*row, TraceListModel::RootColumn);
    // Going from one of several chosen traces to another one of them does not give up the choice.
    if (m_list->selectionModel()->isRowSelected(*row) && m_list->selectionModel()->selectedRows().size() > 1)
        m_list->selectionModel()->setCurrentIndex(index, QItemSelectionModel::NoUpdate);
    else
        m_list->setCurrentIndex(index);
}

void TraceListPane::applyFilter(const trace::TraceSnapshot *old)
{
    const trace::TraceSnapshotPtr &snapshot = m_model->snapshot();
    m_search.cancel();
    m_filterBar->setNote({});
    std::vector<trace::SpanQuery> queries = m_filterBar->filter().queries();
    if (trace::SpanQuery rest = m_workspace.stores().unansweredSearch(); !rest.isEmpty())
        queries.push_back(std::move(rest));
    if (snapshot == nullptr || (queries.empty() && !m_filterBar->filter().hasPick())) {
        m_fits.reset();
        m_model->setFitting(nullptr);
        return showListed();
    }
    const bool isQuick = snapshot->spans().size() <= kSynchronousSpans && !trace::waitsForStores(*snapshot, queries);
    auto search = [snapshot, queries = std::move(queries), filter = m_filterBar->filter()](
                      std::stop_token stop, Progress &progress) -> Result<trace::TraceHits> {
        trace::TraceHits hits = searchTraces(*snapshot, queries, stop, progress);
        filter.keepPicked(*snapshot, hits.fits);
        return hits;
    };
    if (isQuick) {
        Progress progress;
        return takeHits(search({}, progress));
    }
    if (old != nullptr && m_fits != nullptr) {
        m_fits = fittingSoFar(*old);
        m_model->setFitting(m_fits);
    }
    showListed();
    m_filterBar->setNote(
        tr("Looking through %1\u2026").arg(items::toQString(pluralText(snapshot->spans().size(), "span", "spans"))));
    m_search.start(std::move(search), [this](const Result<trace::TraceHits> &hits) { takeHits(hits); });
}

void TraceListPane::takeHits(const Result<trace::TraceHits> &hits)
{
    if (!hits.has_value())
        return m_filterBar->setNote(items::toQString(hits.error().text()));
    QStringList notes;
    if (!m_workspace.stores().unansweredSearch().isEmpty())
        notes.append(tr("OR, NOT and patterns of the search were applied to what the stores gave."));
    if (hits->unsearched > 0)
        notes.append(
            tr("%1 could not be looked through: %2")
                .arg(items::toQString(pluralText(hits->unsearched, "span", "spans")), items::toQString(hits->problem)));
    m_filterBar->setNote(notes.join(QLatin1Char(' ')));
    m_fits = std::make_shared<const std::vector<bool>>(hits->fits);
    m_model->setFitting(m_fits);
    showListed();
}

/// What was found of the traces of the snapshot before; those that came since wait for the search.
std::shared_ptr<std::vector<bool>> TraceListPane::fittingSoFar(const trace::TraceSnapshot &old) const
{
    auto fits = std::make_shared<std::vector<bool>>(m_model->snapshot()->traces().size());
    for (std::size_t t = 0; t < fits->size(); ++t) {
        const auto before = old.findTrace(m_model->snapshot()->traceIdText(m_model->snapshot()->traces()[t]));
        (*fits)[t] = before && before->value() < m_fits->size() && (*m_fits)[before->value()];
    }
    return fits;
}

void TraceListPane::showListed()
{
    m_model->setRange(m_workspace.isNarrowed() ? m_workspace.shownRange() : TimeRange());
    const std::size_t total = m_model->snapshot() == nullptr ? 0 : m_model->snapshot()->traces().size();
    const auto shown = static_cast<std::size_t>(m_model->rowCount());
    m_filterBar->setCounts(shown, total);
    if (shown == 0)
        m_list->scrollToTop(); // nothing is left to have scrolled back to
    showWhatIsThere();
    setCurrent(m_workspace.selection().trace);
    Q_EMIT listedChanged();
}

void TraceListPane::focusFilter()
{
    m_filterBar->focusField();
}

int TraceListPane::fittingHeight() const
{
    const int rows = std::min(m_model->rowCount(), kMostListRows);
    const int header = m_list->horizontalHeader()->sizeHint().height();
    m_list->setMinimumHeight(header + style::metric::kTableRow);
    return m_filterBar->sizeHint().height() + 2 * style::metric::kGap + header + rows * style::metric::kTableRow + 2;
}

bool TraceListPane::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Enter || event->type() == QEvent::Leave)
        holdWhileRead();
    return QWidget::eventFilter(watched, event);
}

void TraceListPane::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fitTraceColumns(*m_list, width());
}

/// New traces would move what is under the pointer, and what the user scrolled back to.
void TraceListPane::holdWhileRead()
{
    const QWidget *rows = m_list->viewport();
    const bool isUnderPointer = rows->rect().contains(rows->mapFromGlobal(QCursor::pos())) && rows->underMouse();
    const bool isScrolledBack = m_list->verticalScrollBar()->value() > 0;
    m_workspace.stores().setScrolledBack(isScrolledBack);
    m_workspace.stores().setHeld(isUnderPointer || isScrolledBack);
}

} // namespace tailspan::traces
