// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/traces/trace_area.h"

#include "app/workspace/state_command.h"
#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "ui/analysis/call_tree_pane.h"
#include "ui/analysis/compare_pane.h"
#include "ui/analysis/flame_pane.h"
#include "ui/analysis/flame_view.h"
#include "ui/analysis/statistics_pane.h"
#include "ui/style/theme.h"
#include "ui/traces/trace_head.h"
#include "ui/waterfall/find_bar.h"
#include "ui/waterfall/waterfall_view.h"
#include "ui/widgets/command.h"
#include "ui/widgets/plain_label.h"

#include <QHBoxLayout>
#include <QPointer>
#include <QStackedWidget>
#include <QTabBar>
#include <QUndoStack>
#include <QVBoxLayout>

#include <algorithm>

namespace tailspan::traces {

using items::toQString;

namespace {

constexpr int kZoomRestMs = 200;

} // namespace

TraceArea::TraceArea(QUndoStack &history, QWidget *parent)
    : QWidget(parent), m_history(history), m_analysis(new analysis::TraceAnalysis(this))
{
    m_head = new TraceHead(this);
    m_tabs = new QTabBar(this);
    m_tabs->setObjectName(QStringLiteral("traceViews"));
    m_tabs->setAccessibleName(tr("Views of the trace"));
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_hint = new widgets::PlainLabel(this);
    m_hint->setTone(widgets::PlainLabel::Tone::Muted);
    m_stack = new QStackedWidget(this);
    m_waterfall = new waterfall::WaterfallView(this);
    addView(QStringLiteral("waterfall"), tr("Waterfall"), m_waterfall);
    m_flame = new analysis::FlamePane(*m_analysis, this);
    addPane(QStringLiteral("flame"), tr("Flame graph"), m_flame);
    addPane(QStringLiteral("statistics"), tr("Statistics"), new analysis::StatisticsPane(*m_analysis, this));
    addPane(QStringLiteral("tree"), tr("Call tree"), new analysis::CallTreePane(*m_analysis, this));
    m_compare = new analysis::ComparePane(*m_analysis, this);
    addPane(QStringLiteral("compare"), tr("Compare"), m_compare);
    auto *tabLine = new QHBoxLayout;
    tabLine->setContentsMargins(0, 0, 0, 0);
    tabLine->addWidget(m_tabs);
    tabLine->addStretch(1);
    tabLine->addWidget(m_hint);
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, style::metric::kGap, 0, 0);
    rows->setSpacing(6);
    rows->addWidget(m_head);
    rows->addLayout(tabLine);
    rows->addWidget(m_stack, 1);
    m_zoomRest.setSingleShot(true);
    m_zoomRest.setInterval(kZoomRestMs);
    connect(&m_zoomRest, &QTimer::timeout, this, &TraceArea::updateScope);
    connect(m_tabs, &QTabBar::currentChanged, this, &TraceArea::putInFront);
    connect(m_head, &TraceHead::repairsRequested, this, &TraceArea::repairsRequested);
    connect(m_head, &TraceHead::clocksRequested, this, &TraceArea::clocksRequested);
    connect(m_compare, &analysis::ComparePane::tracesWanted, this, &TraceArea::tracesWanted);
    connectWaterfall();
    connectFlame();
}

void TraceArea::addView(const QString &id, const QString &title, QWidget *view)
{
    m_viewIds.push_back(id);
    m_stack->addWidget(view);
    const int index = m_tabs->addTab(title);
    const auto show = [this, index] {
        m_tabs->setCurrentIndex(index);
        m_stack->currentWidget()->setFocus(Qt::OtherFocusReason);
    };
    m_viewCommands.append(widgets::makeCommand(tr("Show as %1").arg(title.toLower()), {Qt::Key_1 + index}, this, show));
}

void TraceArea::addPane(const QString &id, const QString &title, analysis::AnalysisPane *pane)
{
    addView(id, title, pane);
    m_panes.push_back(pane);
    connect(pane, &analysis::AnalysisPane::spanChosen, this, &TraceArea::spanChosen);
}

void TraceArea::connectWaterfall()
{
    connect(&state(), &waterfall::WaterfallState::scaleChanged, this, [this] { m_zoomRest.start(); });
    connect(&m_waterfall->findBar(), &waterfall::FindBar::opening, this, [this] { showView(m_viewIds.front()); });
    connect(m_waterfall, &waterfall::WaterfallView::overviewChanged, this,
            [this] { m_head->showTrace(*state().snapshot(), state().trace(), m_waterfall->overview()); });
}

void TraceArea::connectFlame()
{
    connect(&m_flame->view(), &analysis::FlameView::focusCommitted, this,
            [this](const analysis::FlamePath &before, const analysis::FlamePath &after) {
                const QPointer<analysis::FlameView> flame = &m_flame->view();
                m_history.push(new workspace::StateCommand<analysis::FlamePath>(
                    after.empty() ? tr("Show the whole flame graph") : tr("Zoom into the flame graph"), before, after,
                    [flame](const analysis::FlamePath &path) {
                        if (flame != nullptr)
                            flame->restoreFocus(path);
                    }));
            });
}

void TraceArea::putInFront(int index)
{
    const QString before = currentView();
    m_stack->setCurrentIndex(index);
    updateHint();
    if (m_isShowing || before == currentView() || state().isEmpty())
        return;
    const QPointer<TraceArea> area = this;
    m_history.push(new workspace::StateCommand<QString>(m_viewCommands[index]->text(), before, currentView(),
                                                        [area](const QString &id) {
                                                            if (area != nullptr)
                                                                area->showView(id);
                                                        }));
}

waterfall::WaterfallState &TraceArea::state() const
{
    return m_waterfall->state();
}

void TraceArea::clear()
{
    m_chosen.clear();
    m_waterfall->setTrace(nullptr, {});
    updateScope();
}

bool TraceArea::showTrace(const trace::TraceSnapshotPtr &snapshot, TraceRow trace, SpanRow span)
{
    const bool isOther = state().trace() != trace || state().snapshot() != snapshot;
    if (isOther) {
        m_waterfall->setTrace(snapshot, trace);
        m_head->showTrace(*snapshot, trace, m_waterfall->overview());
        updateScope();
    }
    state().select(span);
    for (analysis::AnalysisPane *pane : m_panes)
        pane->showSpan(span);
    return isOther;
}

void TraceArea::showClockState(ClockState state)
{
    m_head->showClockState(state);
}

void TraceArea::renewTrace(const trace::TraceSnapshotPtr &snapshot, TraceRow trace)
{
    m_waterfall->renewTrace(snapshot, trace);
    m_head->showTrace(*snapshot, trace, m_waterfall->overview());
    updateScope();
}

void TraceArea::setChosen(std::vector<TraceRow> traces)
{
    m_chosen = std::move(traces);
    updateScope();
    updateHint();
}

void TraceArea::setListed(std::vector<TraceRow> traces)
{
    m_compare->setListed(std::move(traces));
}

/// The chosen traces; a single one as far as the waterfall shows it.
void TraceArea::updateScope()
{
    m_zoomRest.stop();
    if (state().isEmpty())
        return m_analysis->setScope({});
    analysis::AnalysisScope scope{state().snapshot(), m_chosen, {}};
    const std::size_t traces = scope.snapshot->traces().size();
    std::erase_if(scope.traces, [traces](TraceRow trace) { return trace.value() >= traces; });
    if (scope.traces.size() <= 1) {
        scope.traces = {state().trace()};
        if (!state().scale().showsAll())
            scope.within = state().scale().visible();
    }
    m_analysis->setScope(std::move(scope));
}

/// Where to find what several traces have in common, for those who chose several and look at one.
void TraceArea::updateHint()
{
    const bool isOne = currentView() == m_viewIds.front();
    m_hint->setText(isOne && m_chosen.size() > 1 ? tr("%1 are chosen: the other views show them together.")
                                                       .arg(toQString(pluralText(m_chosen.size(), "trace", "traces")))
                                                 : QString());
}

bool TraceArea::showView(const QString &id)
{
    const auto found = std::ranges::find(m_viewIds, id);
    if (found == m_viewIds.end())
        return false;
    m_isShowing = true;
    m_tabs->setCurrentIndex(static_cast<int>(found - m_viewIds.begin()));
    m_isShowing = false;
    return true;
}

QString TraceArea::currentView() const
{
    return m_viewIds[static_cast<std::size_t>(m_stack->currentIndex())];
}

bool TraceArea::isSettled() const
{
    return m_waterfall->isSettled() && !m_zoomRest.isActive()
        && std::ranges::all_of(m_panes, [](const analysis::AnalysisPane *pane) { return pane->isSettled(); });
}

QList<QAction *> TraceArea::commands() const
{
    return m_waterfall->commands() + m_viewCommands;
}

} // namespace tailspan::traces
