// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/traces/traces_page.h"

#include "models/items/trace_list_model.h"
#include "ui/style/theme.h"
#include "ui/traces/sort_header.h"
#include "ui/traces/store_bar.h"
#include "ui/traces/trace_details.h"
#include "ui/traces/trace_filter_bar.h"
#include "ui/traces/trace_head.h"
#include "ui/traces/trace_list_delegate.h"
#include "ui/traces/traces_commands.h"
#include "ui/waterfall/waterfall_canvas.h"
#include "ui/waterfall/waterfall_view.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/table_text.h"

#include <QAction>
#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPushButton>
#include <QScrollBar>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

namespace tailspan::traces {

using items::TraceListModel;

namespace {

constexpr int kMostListRows = 7; // shown at first; the splitter changes it

QHeaderView::ResizeMode modeOf(int column)
{
    return column == TraceListModel::RootColumn ? QHeaderView::Stretch : QHeaderView::Interactive;
}

} // namespace

TracesPage::TracesPage(workspace::Workspace &workspace, QWidget *parent)
    : Page(parent), m_workspace(workspace), m_model(new TraceListModel(this)), m_details(new TraceDetails)
{
    m_empty = new widgets::EmptyState(this);
    m_empty->setContent(
        QStringLiteral("traces"), tr("No traces are open"),
        tr("Open a trace file to list its traces and see where the time of each went: Jaeger, "
           "OpenTelemetry or Zipkin JSON, also compressed. You can drop files anywhere on this window."),
        tr("Open files"));
    m_splitter = new QSplitter(Qt::Vertical, this);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->addWidget(buildList());
    m_splitter->addWidget(buildTrace());
    m_splitter->setStretchFactor(0, 0);
    m_splitter->setStretchFactor(1, 1);
    m_stack = new QStackedWidget(this);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(m_splitter);
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(style::metric::kMargin, style::metric::kGap, style::metric::kMargin, 0);
    m_storeBar = new StoreBar(m_workspace, this);
    rows->setSpacing(style::metric::kGap);
    rows->addWidget(m_storeBar);
    rows->addWidget(m_stack, 1);
    buildCommands();
    connectWorkspace();
    connectList();
    connectWaterfall();
    showSnapshot(false);
}

TracesPage::~TracesPage()
{
    if (m_details != nullptr && m_details->parent() == nullptr)
        delete m_details;
}

widgets::PageInfo TracesPage::info() const
{
    return {QStringLiteral("traces"), tr("Traces"), QStringLiteral("traces")};
}

QWidget *TracesPage::detailsWidget()
{
    return m_details;
}

bool TracesPage::isSettled() const
{
    return m_waterfall->isSettled() && (m_details == nullptr || m_details->isSettled());
}

QWidget *TracesPage::buildList()
{
    auto *pane = new QWidget(this);
    m_filterBar = new TraceFilterBar(pane);
    m_list = new QTableView(pane);
    m_list->setObjectName(QStringLiteral("traceList"));
    m_list->setAccessibleName(tr("Traces"));
    m_list->setHorizontalHeader(new SortHeader(m_list));
    m_list->setModel(m_model);
    m_list->setItemDelegate(new TraceListDelegate(m_list));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setShowGrid(false);
    m_list->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_list->setTabKeyNavigation(false);
    m_list->setWordWrap(false);
    m_list->setMouseTracking(true);
    m_list->verticalHeader()->hide();
    m_list->verticalHeader()->setDefaultSectionSize(style::metric::kTableRow);
    m_list->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_list->verticalHeader()->setMinimumSectionSize(style::metric::kTableRow);
    m_list->horizontalHeader()->setSortIndicator(TraceListModel::DurationColumn, Qt::DescendingOrder);
    m_list->setSortingEnabled(true);
    constexpr std::array<int, TraceListModel::ColumnCount> kWidths{300, 116, 110, 76, 80, 72, 76, 96};
    for (int column = 0; column < TraceListModel::ColumnCount; ++column) {
        m_list->horizontalHeader()->setSectionResizeMode(column, modeOf(column));
        m_list->setColumnWidth(column, kWidths[static_cast<std::size_t>(column)]);
    }
    widgets::addCopyAction(*m_list, TraceListModel::FullTextRole);
    m_listStack = new QStackedWidget(pane);
    m_listStack->addWidget(m_list);
    m_listStack->addWidget(buildNoMatch());
    auto *rows = new QVBoxLayout(pane);
    rows->setContentsMargins(0, 0, 0, style::metric::kGap);
    rows->setSpacing(style::metric::kGap);
    rows->addWidget(m_filterBar);
    rows->addWidget(m_listStack, 1);
    return pane;
}

/// Low enough for the place of a list with one row.
QWidget *TracesPage::buildNoMatch()
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
        m_workspace.history().push(new FilterCommand(*this, m_filterBar->filter(), {}));
        m_filterBar->restore({});
        if (m_workspace.isNarrowed())
            m_workspace.narrowTo({});
    });
    return m_noMatch;
}

QWidget *TracesPage::buildTrace()
{
    auto *pane = new QWidget(this);
    m_head = new TraceHead(pane);
    m_waterfall = new waterfall::WaterfallView(pane);
    auto *rows = new QVBoxLayout(pane);
    rows->setContentsMargins(0, style::metric::kGap, 0, 0);
    rows->setSpacing(6);
    rows->addWidget(m_head);
    rows->addWidget(m_waterfall, 1);
    return pane;
}

void TracesPage::buildCommands()
{
    addActions(m_waterfall->commands());
    auto *filter = new QAction(tr("Filter traces"), this);
    filter->setShortcut(Qt::Key_Slash);
    filter->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(filter, &QAction::triggered, this, [this] {
        if (m_stack->currentWidget() == m_splitter)
            m_filterBar->focusField();
    });
    auto *repairs = new QAction(tr("Show the repairs"), this);
    repairs->setShortcut(Qt::Key_R);
    repairs->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(repairs, &QAction::triggered, this, &TracesPage::showRepairs);
    addActions({filter, repairs});
}

void TracesPage::connectWorkspace()
{
    connect(&m_workspace, &workspace::Workspace::snapshotChanged, this, &TracesPage::showSnapshot);
    connect(&m_workspace, &workspace::Workspace::selectionChanged, this, &TracesPage::showSelection);
    connect(&m_workspace, &workspace::Workspace::momentChanged, this, [this] {
        if (!m_waterfall->state().isEmpty())
            m_waterfall->state().setCrosshair(m_workspace.moment());
    });
    connect(m_empty, &widgets::EmptyState::actionTriggered, this, &TracesPage::openRequested);
}

void TracesPage::connectList()
{
    connect(m_filterBar, &TraceFilterBar::filterChanged, this, &TracesPage::applyFilter);
    connect(m_filterBar, &TraceFilterBar::filterCommitted, this,
            [this](const items::TraceListFilter &before, const items::TraceListFilter &after) {
                m_workspace.history().push(new FilterCommand(*this, before, after));
            });
    connect(m_filterBar, &TraceFilterBar::leftDownward, m_list, qOverload<>(&QWidget::setFocus));
    connect(m_list->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex &current) {
                const TraceRow trace = m_model->traceAt(current.row());
                if (current.isValid() && trace.isValid() && trace != m_workspace.selection().trace)
                    select(trace, SpanRow(m_model->snapshot()->traces()[trace.value()].rootRow));
            });
    m_list->viewport()->installEventFilter(this);
    connect(m_list->verticalScrollBar(), &QScrollBar::valueChanged, this, &TracesPage::holdWhileRead);
    connect(m_list, &QAbstractItemView::activated, this, [this] { m_waterfall->setFocus(Qt::OtherFocusReason); });
}

void TracesPage::connectWaterfall()
{
    waterfall::WaterfallState &state = m_waterfall->state();
    connect(&state, &waterfall::WaterfallState::selectionChanged, this, [this](SpanRow span) {
        if (span.isValid())
            select(m_waterfall->state().trace(), span);
    });
    connect(&state, &waterfall::WaterfallState::windowCommitted, this, [this](TimeRange before, TimeRange after) {
        const waterfall::WaterfallState &shown = m_waterfall->state();
        m_workspace.history().push(
            new WindowCommand(*this, shown.snapshot()->traceIdText(shown.summary()), before, after));
    });
    connect(&state, &waterfall::WaterfallState::foldCommitted, this, [this](const layout::FoldChange &change) {
        const waterfall::WaterfallState &shown = m_waterfall->state();
        m_workspace.history().push(
            new FoldCommand(*this, shown.snapshot()->traceIdText(shown.summary()), shown.summary().spanCount, change));
    });
    connect(&state, &waterfall::WaterfallState::crosshairChanged, this,
            [this] { m_workspace.setMoment(m_waterfall->state().crosshair()); });
    connect(m_waterfall, &waterfall::WaterfallView::spanActivated, this, &Page::detailsRequested);
    connect(m_waterfall, &waterfall::WaterfallView::overviewChanged, this, [this] {
        const waterfall::WaterfallState &shown = m_waterfall->state();
        m_head->showTrace(*shown.snapshot(), shown.trace(), m_waterfall->overview());
    });
    connect(&m_workspace, &workspace::Workspace::shownRangeChanged, this, &TracesPage::applyFilter);
    connect(m_head, &TraceHead::repairsRequested, this, &TracesPage::showRepairs);
    connect(m_details, &TraceDetails::spanChosen, this,
            [this](SpanRow span) { select(TraceRow(m_workspace.snapshot()->spans().trace[span.value()]), span); });
}

bool TracesPage::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Enter || event->type() == QEvent::Leave)
        holdWhileRead();
    return Page::eventFilter(watched, event);
}

/// New traces would move what is under the pointer, and what the user scrolled back to.
void TracesPage::holdWhileRead()
{
    const QWidget *rows = m_list->viewport();
    const bool isUnderPointer = rows->rect().contains(rows->mapFromGlobal(QCursor::pos())) && rows->underMouse();
    const bool isScrolledBack = m_list->verticalScrollBar()->value() > 0;
    m_workspace.stores().setScrolledBack(isScrolledBack);
    m_workspace.stores().setHeld(isUnderPointer || isScrolledBack);
}

void TracesPage::renewSnapshot()
{
    const trace::TraceSnapshotPtr &snapshot = m_workspace.snapshot();
    // New traces may push the chosen one out of sight; going after it would count as scrolling back.
    m_list->setAutoScroll(false);
    m_model->setSnapshot(snapshot);
    if (m_details != nullptr)
        m_details->renewSnapshot(snapshot);
    applyFilter();
    const workspace::Selection &selection = m_workspace.selection();
    if (selection.trace.isValid() && !m_waterfall->state().isEmpty()) {
        m_waterfall->renewTrace(snapshot, selection.trace);
        m_head->showTrace(*snapshot, selection.trace, m_waterfall->overview());
        showSelection();
    } else {
        chooseFirst();
    }
    m_list->setAutoScroll(true);
}

void TracesPage::showSnapshot(bool isRenewal)
{
    const trace::TraceSnapshotPtr &snapshot = m_workspace.snapshot();
    if (isRenewal && m_stack->currentWidget() == m_splitter && !snapshot->traces().empty()) {
        renewSnapshot();
        return;
    }
    m_waterfall->setTrace(nullptr, {});
    m_filterBar->restore({});
    m_model->setFilter({});
    m_model->setSnapshot(snapshot);
    if (m_details != nullptr)
        m_details->setSnapshot(snapshot);
    const bool hasTraces = snapshot != nullptr && !snapshot->traces().empty();
    m_stack->setCurrentWidget(hasTraces ? static_cast<QWidget *>(m_splitter) : m_empty);
    if (!hasTraces)
        return;
    applyFilter();
    fitListHeight();
    if (m_workspace.selection().trace.isValid() && m_workspace.selection().generation == snapshot->generation())
        showSelection();
    else
        chooseFirst();
}

/// The list takes what its rows need, up to a few; the waterfall gets the rest.
void TracesPage::fitListHeight()
{
    const int rows = std::min(m_model->rowCount(), kMostListRows);
    const int list = m_list->horizontalHeader()->sizeHint().height() + rows * style::metric::kTableRow + 2;
    const int top = m_filterBar->sizeHint().height() + 2 * style::metric::kGap + list;
    m_list->setMinimumHeight(m_list->horizontalHeader()->sizeHint().height() + style::metric::kTableRow);
    m_splitter->setSizes({top, std::max(height() - top, 200)});
}

void TracesPage::chooseFirst()
{
    const TraceRow first = m_model->traceAt(0);
    if (!first.isValid())
        return;
    m_isChoosingFirst = true;
    select(first, SpanRow(m_model->snapshot()->traces()[first.value()].rootRow));
    m_isChoosingFirst = false;
}

void TracesPage::applyFilter()
{
    m_model->setFilter(m_filterBar->filter());
    m_model->setRange(m_workspace.isNarrowed() ? m_workspace.shownRange() : TimeRange());
    const std::size_t total = m_model->snapshot() == nullptr ? 0 : m_model->snapshot()->traces().size();
    const auto shown = static_cast<std::size_t>(m_model->rowCount());
    m_filterBar->setCounts(shown, total);
    if (shown == 0)
        m_list->scrollToTop(); // nothing is left to have scrolled back to
    m_listStack->setCurrentWidget(shown == 0 && total > 0 ? m_noMatch : static_cast<QWidget *>(m_list));
    selectListRow(m_workspace.selection().trace);
}

void TracesPage::selectListRow(TraceRow trace)
{
    const auto row = m_model->rowOf(trace);
    if (!row.has_value() || m_list->currentIndex().row() == *row)
        return;
    m_list->setCurrentIndex(m_model->index(*row, TraceListModel::RootColumn));
}

void TracesPage::select(TraceRow trace, SpanRow span)
{
    m_workspace.select({m_workspace.snapshot()->generation(), trace, span});
}

void TracesPage::showSelection()
{
    const workspace::Selection &selection = m_workspace.selection();
    const trace::TraceSnapshotPtr &snapshot = m_workspace.snapshot();
    if (snapshot == nullptr || selection.generation != snapshot->generation() || !selection.trace.isValid())
        return;
    const TraceRow trace = selection.trace;
    const SpanRow span = selection.span;
    waterfall::WaterfallState &state = m_waterfall->state();
    if (state.trace() != trace || state.snapshot() != snapshot) {
        m_waterfall->setTrace(snapshot, trace);
        if (!m_isChoosingFirst)
            m_workspace.stores().completeTrace(snapshot->traceIdText(snapshot->traces()[trace.value()]));
        m_head->showTrace(*snapshot, trace, m_waterfall->overview());
    }
    state.select(span);
    selectListRow(trace);
    if (m_details != nullptr)
        m_details->showSpan(trace, span);
}

void TracesPage::showRepairs()
{
    if (m_details == nullptr)
        return;
    m_details->showRepairs();
    Q_EMIT detailsRequested();
}

} // namespace tailspan::traces
