// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/traces/traces_page.h"

#include "app/workspace/state_command.h"
#include "models/items/attribute_list_model.h"
#include "models/trace/trace_link.h"
#include "ui/style/theme.h"
#include "ui/traces/span_details_panel.h"
#include "ui/traces/store_bar.h"
#include "ui/traces/trace_area.h"
#include "ui/traces/trace_details.h"
#include "ui/traces/trace_head.h"
#include "ui/traces/trace_list_pane.h"
#include "ui/traces/traces_commands.h"
#include "ui/waterfall/find_bar.h"
#include "ui/waterfall/waterfall_view.h"
#include "ui/widgets/command.h"
#include "ui/widgets/empty_state.h"

#include <QApplication>
#include <QDesktopServices>
#include <QSplitter>
#include <QStackedWidget>
#include <QUrl>
#include <QVBoxLayout>

namespace tailspan::traces {

TracesPage::TracesPage(workspace::Workspace &workspace, QWidget *parent)
    : Page(parent), m_workspace(workspace), m_details(new TraceDetails(workspace))
{
    m_empty = new widgets::EmptyState(this);
    m_empty->setContent(
        QStringLiteral("traces"), tr("No traces are open"),
        tr("Open a trace file to list its traces and see where the time of each went: Jaeger, "
           "OpenTelemetry or Zipkin JSON, also compressed. You can drop files anywhere on this window."),
        tr("Open files"));
    m_list = new TraceListPane(m_workspace, this);
    m_area = new TraceArea(m_workspace.history(), this);
    m_splitter = new QSplitter(Qt::Vertical, this);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->addWidget(m_list);
    m_splitter->addWidget(m_area);
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
    connectArea();
    showSnapshot(false);
}

TracesPage::~TracesPage()
{
    if (m_details != nullptr && m_details->parent() == nullptr)
        delete m_details;
}

widgets::PageInfo TracesPage::info() const
{
    return {QStringLiteral("traces"), tr("Traces"), QStringLiteral("traces"), widgets::PageInfo::Needs::Traces};
}

QWidget *TracesPage::detailsWidget()
{
    return m_details;
}

bool TracesPage::isSettled() const
{
    return m_list->isSettled() && m_area->isSettled() && (m_details == nullptr || m_details->isSettled());
}

bool TracesPage::showView(const QString &id)
{
    if (id == QStringLiteral("scatter")) {
        m_list->setScatter(true);
        return true;
    }
    if (id == QStringLiteral("repairs")) {
        showRepairs();
        return true;
    }
    if (id == QStringLiteral("clocks")) {
        showClocks();
        return true;
    }
    return m_area->showView(id);
}

void TracesPage::buildCommands()
{
    addActions(m_area->commands());
    const auto add = [this](const QString &text, const QKeySequence &key, auto &&run) {
        addAction(widgets::makeCommand(text, {key}, this, run));
    };
    add(tr("Find in the trace, or filter the list"), Qt::Key_Slash, [this] {
        if (m_area->waterfall().isAncestorOf(QApplication::focusWidget()) && !m_area->state().isEmpty())
            m_area->waterfall().findBar().open();
        else if (m_stack->currentWidget() == m_splitter)
            m_list->focusFilter();
    });
    add(tr("Copy a link to the selected span"), Qt::CTRL | Qt::SHIFT | Qt::Key_C, [this] { copyLink(); });
    add(tr("Copy the selected span as Markdown"), Qt::CTRL | Qt::SHIFT | Qt::Key_M, [this] { copyMarkdown(); });
    add(tr("Show the repairs"), Qt::Key_R, [this] { showRepairs(); });
    add(tr("Show how far the clocks of the services are apart"), Qt::Key_K, [this] { showClocks(); });
    add(tr("Correct clocks that disagree, or show them as recorded"), Qt::SHIFT | Qt::Key_K, [this] {
        trace::ClockCorrection correction = m_workspace.clocks().correction();
        correction.isOn = !correction.isOn;
        m_workspace.correctClocks(correction);
    });
    add(tr("Show the traces by start and duration, or as a list"), Qt::Key_T,
        [this] { m_list->setScatter(!m_list->isScatter()); });
    add(tr("What if the selected span were faster, batched or cached"), Qt::CTRL | Qt::SHIFT | Qt::Key_W,
        [this] { askWhatIf(); });
    add(tr("Choose all listed traces"), Qt::CTRL | Qt::SHIFT | Qt::Key_A, [this] { m_list->chooseAll(); });
}

void TracesPage::connectWorkspace()
{
    connect(&m_workspace, &workspace::Workspace::snapshotChanged, this, &TracesPage::showSnapshot);
    connect(&m_workspace, &workspace::Workspace::selectionChanged, this, &TracesPage::showSelection);
    connect(&m_workspace, &workspace::Workspace::momentChanged, this, [this] {
        if (!m_area->state().isEmpty())
            m_area->state().setCrosshair(m_workspace.moment());
    });
    connect(&m_workspace, &workspace::Workspace::linkFollowed, this,
            [this](const std::string &traceId, std::optional<TimeRange> window) {
                if (window)
                    restoreWindow(traceId, *window);
                Q_EMIT pageRequested(info().id);
            });
    connect(&m_workspace, &workspace::Workspace::tracesPicked, this, [this] { Q_EMIT pageRequested(info().id); });
    const auto markAdvised = [this] {
        const waterfall::WaterfallState &state = m_area->state();
        if (!state.isEmpty())
            m_area->state().setAdvised(m_workspace.advice().advisedRows(*state.snapshot(), state.trace()));
    };
    connect(&m_workspace.advice(), &workspace::AdviceDesk::changed, this, markAdvised);
    connect(&m_workspace.advice(), &workspace::AdviceDesk::marksChanged, this, markAdvised);
    connect(&m_area->state(), &waterfall::WaterfallState::traceChanged, this, markAdvised);
    connect(&m_workspace.clocks(), &workspace::ClockLayer::findingChanged, this, &TracesPage::showClockState);
    connect(m_empty, &widgets::EmptyState::actionTriggered, this, &TracesPage::openRequested);
}

void TracesPage::connectList()
{
    connect(m_list, &TraceListPane::currentChosen, this, &TracesPage::chooseTrace);
    connect(m_list, &TraceListPane::chosenChanged, this, [this] { m_area->setChosen(m_list->chosen()); });
    connect(m_list, &TraceListPane::listedChanged, this, [this] { m_area->setListed(m_list->listed()); });
    connect(m_list, &TraceListPane::activated, this, [this] { m_area->waterfall().setFocus(Qt::OtherFocusReason); });
}

void TracesPage::connectArea()
{
    waterfall::WaterfallState &state = m_area->state();
    connect(&state, &waterfall::WaterfallState::selectionChanged, this, [this](SpanRow span) {
        if (span.isValid())
            select(m_area->state().trace(), span);
    });
    connect(&state, &waterfall::WaterfallState::windowCommitted, this, [this](TimeRange before, TimeRange after) {
        const waterfall::WaterfallState &shown = m_area->state();
        m_workspace.history().push(
            new WindowCommand(*this, shown.snapshot()->traceIdText(shown.summary()), before, after));
    });
    connect(&state, &waterfall::WaterfallState::foldCommitted, this, [this](const layout::FoldChange &change) {
        const waterfall::WaterfallState &shown = m_area->state();
        m_workspace.history().push(
            new FoldCommand(*this, shown.snapshot()->traceIdText(shown.summary()), shown.summary().spanCount, change));
    });
    connect(&state, &waterfall::WaterfallState::crosshairChanged, this,
            [this] { m_workspace.setMoment(m_area->state().crosshair()); });
    connect(&m_area->waterfall(), &waterfall::WaterfallView::spanActivated, this, &Page::detailsRequested);
    connect(m_area, &TraceArea::repairsRequested, this, &TracesPage::showRepairs);
    connect(m_area, &TraceArea::clocksRequested, this, &TracesPage::showClocks);
    connect(m_area, &TraceArea::tracesWanted, m_list, &TraceListPane::choose);
    const auto selectSpan = [this](SpanRow span) {
        select(TraceRow(m_workspace.snapshot()->spans().trace[span.value()]), span);
    };
    connect(m_area, &TraceArea::spanChosen, this, selectSpan);
    connect(m_details, &TraceDetails::spanChosen, this, selectSpan);
    connect(m_details, &TraceDetails::findingActivated, this,
            [this](const QString &id) { Q_EMIT viewRequested(QStringLiteral("advisor"), QStringLiteral("id:") + id); });
    connect(&m_details->spanPanel(), &SpanDetailsPanel::whatIfWanted, this, &TracesPage::askWhatIf);
    connect(&m_details->spanPanel(), &SpanDetailsPanel::targetActivated, this, [this](const QString &target) {
        const Result<trace::TraceLink> link = trace::parseTraceLink(target.toStdString());
        if (link.has_value())
            m_workspace.openLink(*link);
        else if (items::isWebAddress(target))
            QDesktopServices::openUrl(QUrl(target, QUrl::StrictMode));
    });
    connect(&m_details->spanPanel(), &SpanDetailsPanel::linkCopyRequested, this, &TracesPage::copyLink);
    connect(&m_details->spanPanel(), &SpanDetailsPanel::markdownCopyRequested, this, &TracesPage::copyMarkdown);
}

void TracesPage::renewSnapshot()
{
    const trace::TraceSnapshotPtr &snapshot = m_workspace.snapshot();
    m_list->setSnapshot(snapshot, true);
    if (m_details != nullptr)
        m_details->renewSnapshot(snapshot);
    const workspace::Selection &selection = m_workspace.selection();
    if (selection.trace.isValid() && !m_area->state().isEmpty()) {
        m_area->renewTrace(snapshot, selection.trace);
        showSelection();
    } else {
        chooseFirst();
    }
    m_area->setChosen(m_list->chosen());
}

void TracesPage::showSnapshot(bool isRenewal)
{
    const trace::TraceSnapshotPtr &snapshot = m_workspace.snapshot();
    if (isRenewal && m_stack->currentWidget() == m_splitter && !snapshot->traces().empty()) {
        renewSnapshot();
        return;
    }
    m_area->clear();
    m_list->setSnapshot(snapshot, false);
    if (m_details != nullptr)
        m_details->setSnapshot(snapshot);
    const bool hasTraces = snapshot != nullptr && !snapshot->traces().empty();
    m_stack->setCurrentWidget(hasTraces ? static_cast<QWidget *>(m_splitter) : m_empty);
    if (!hasTraces)
        return;
    fitListHeight();
    if (m_workspace.selection().trace.isValid() && m_workspace.selection().generation == snapshot->generation())
        showSelection();
    else
        chooseFirst();
}

/// The list takes what its rows need, up to a few; the views get the rest.
void TracesPage::fitListHeight()
{
    const int top = m_list->fittingHeight();
    m_splitter->setSizes({top, std::max(height() - top, 200)});
}

void TracesPage::chooseFirst()
{
    m_isChoosingFirst = true;
    chooseTrace(m_list->first());
    m_isChoosingFirst = false;
}

/// By the user: a step back leads to the trace that was left, as it was zoomed and folded.
void TracesPage::chooseTrace(TraceRow trace)
{
    const workspace::Selection &now = m_workspace.selection();
    if (!trace.isValid() || trace == now.trace)
        return;
    const trace::TraceSnapshotPtr &snapshot = m_workspace.snapshot();
    const auto &traces = snapshot->traces();
    if (m_isChoosingFirst || !now.trace.isValid() || now.generation != snapshot->generation())
        return select(trace, SpanRow(traces[trace.value()].rootRow));
    constexpr int kMergeId = 1;
    const QPointer<TracesPage> page = this;
    const auto apply = [page](const ShownTrace &shown) {
        if (page != nullptr)
            page->restoreTrace(shown);
    };
    m_workspace.history().push(new workspace::StateCommand<ShownTrace>( // owned there
        tr("Show another trace"),
        {snapshot->traceIdText(traces[now.trace.value()]), snapshot->spanIdText(now.span), m_area->waterfall().place()},
        {snapshot->traceIdText(traces[trace.value()]), {}, {}}, apply, kMergeId));
}

void TracesPage::restoreTrace(const ShownTrace &shown)
{
    const trace::TraceSnapshotPtr &snapshot = m_workspace.snapshot();
    if (!showTraceOf(shown.traceId))
        return;
    if (const auto span = snapshot->findSpan(m_workspace.selection().trace, shown.spanId))
        select(m_workspace.selection().trace, *span);
    m_area->waterfall().restorePlace(shown.place);
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
    if (m_area->showTrace(snapshot, trace, selection.span) && !m_isChoosingFirst)
        m_workspace.stores().completeTrace(snapshot->traceIdText(snapshot->traces()[trace.value()]));
    showClockState();
    m_list->setCurrent(trace);
    if (m_details != nullptr)
        m_details->showSpan(trace, selection.span);
}

void TracesPage::showRepairs()
{
    if (m_details == nullptr)
        return;
    m_details->showRepairs();
    Q_EMIT detailsRequested();
}

void TracesPage::showClocks()
{
    if (m_details == nullptr)
        return;
    m_details->showClocks();
    Q_EMIT detailsRequested();
}

/// Said at the trace when the clock of one of its services disagrees.
void TracesPage::showClockState()
{
    const waterfall::WaterfallState &state = m_area->state();
    workspace::ClockLayer &clocks = m_workspace.clocks();
    ClockState shown = ClockState::Fine;
    if (!state.isEmpty()) {
        for (const std::uint32_t service : state.snapshot()->servicesOf(state.summary())) {
            if (clocks.isMoved(state.snapshot()->serviceName(ServiceId(service))))
                shown = clocks.correction().isOn ? ClockState::Corrected : ClockState::Disagreeing;
        }
    }
    m_area->showClockState(shown);
}

/// False when the trace is not open any more.
bool TracesPage::showTraceOf(const std::string &traceId)
{
    const trace::TraceSnapshotPtr &snapshot = m_workspace.snapshot();
    const auto trace = snapshot == nullptr ? std::nullopt : snapshot->findTrace(traceId);
    if (!trace)
        return false;
    if (m_area->state().trace() != *trace)
        select(*trace, SpanRow(snapshot->traces()[trace->value()].rootRow));
    return true;
}

void TracesPage::restoreWindow(const std::string &traceId, TimeRange window)
{
    if (showTraceOf(traceId))
        m_area->state().restoreRange(window);
}

bool TracesPage::restoreFolds(const std::string &traceId, std::uint32_t spanCount, const layout::FoldChange &change,
                              bool isFolded)
{
    if (!showTraceOf(traceId) || m_area->state().summary().spanCount != spanCount)
        return false;
    m_area->state().restoreFolds(change, isFolded);
    return true;
}

} // namespace tailspan::traces
