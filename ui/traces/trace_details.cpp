// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/traces/trace_details.h"

#include "app/workspace/workspace.h"
#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "ui/traces/clock_view.h"
#include "ui/traces/finding_links.h"
#include "ui/traces/repair_ledger_view.h"
#include "ui/traces/span_details_panel.h"

#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

namespace tailspan::traces {

namespace {

constexpr int kRestMs = 60;

enum Tab { SpanTab, RepairsTab, ClocksTab };

} // namespace

TraceDetails::TraceDetails(workspace::Workspace &workspace, QWidget *parent) : QWidget(parent), m_workspace(workspace)
{
    m_tabs = new QTabBar(this);
    m_tabs->addTab(tr("Span"));
    m_tabs->addTab(tr("Repairs"));
    m_tabs->addTab(tr("Clocks"));
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_tabs->setAccessibleName(tr("Details of the trace"));
    m_span = new SpanDetailsPanel(this);
    m_ledger = new RepairLedgerView(this);
    m_clocks = new ClockView(workspace, this);
    m_stack = new QStackedWidget(this);
    m_stack->addWidget(m_span);
    m_stack->addWidget(m_ledger);
    m_stack->addWidget(m_clocks);
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(0);
    rows->addWidget(m_tabs);
    rows->addWidget(m_stack, 1);
    m_rest.setSingleShot(true);
    m_rest.setInterval(kRestMs);
    connect(&m_rest, &QTimer::timeout, this, &TraceDetails::showPending);
    connect(m_tabs, &QTabBar::currentChanged, m_stack, &QStackedWidget::setCurrentIndex);
    connect(m_ledger, &RepairLedgerView::spanChosen, this, &TraceDetails::spanChosen);
    connect(m_span, &SpanDetailsPanel::spanChosen, this, &TraceDetails::spanChosen);
    connect(&m_span->findings(), &FindingLinks::findingActivated, this, &TraceDetails::findingActivated);
    connect(&m_workspace.advice(), &workspace::AdviceDesk::changed, this, &TraceDetails::showFindings);
    connect(&m_workspace.advice(), &workspace::AdviceDesk::marksChanged, this, &TraceDetails::showFindings);
}

void TraceDetails::setSnapshot(trace::TraceSnapshotPtr snapshot)
{
    m_snapshot = std::move(snapshot);
    m_rest.stop();
    m_ledger->setSnapshot(m_snapshot);
    m_pending = {};
    m_span->showSpan(nullptr, {});
    showFindings();
    m_tabs->setTabText(RepairsTab, tr("Repairs"));
}

void TraceDetails::renewSnapshot(trace::TraceSnapshotPtr snapshot)
{
    m_snapshot = std::move(snapshot);
    m_rest.stop();
    m_pending = {}; // a row of the one before
    m_ledger->setSnapshot(m_snapshot);
}

void TraceDetails::showSpan(TraceRow trace, SpanRow span)
{
    m_ledger->setTrace(trace);
    m_pending = span;
    if (m_sinceShown.isValid() && m_sinceShown.elapsed() < kRestMs)
        m_rest.start();
    else
        showPending();
    QString title = tr("Repairs");
    if (m_snapshot != nullptr && trace.isValid() && m_snapshot->traces()[trace.value()].repairCount > 0)
        title += QStringLiteral(" ") + items::toQString(countText(m_snapshot->traces()[trace.value()].repairCount));
    m_tabs->setTabText(RepairsTab, title);
}

void TraceDetails::showPending()
{
    m_rest.stop();
    m_sinceShown.start();
    m_span->showSpan(m_pending.isValid() ? m_snapshot : nullptr, m_pending);
    showFindings();
}

void TraceDetails::showFindings()
{
    std::vector<FindingLinks::Link> links;
    if (m_snapshot != nullptr && m_pending.isValid() && !m_rest.isActive()) {
        for (const advisor::Finding *finding : m_workspace.advice().findingsAt(*m_snapshot, m_pending))
            links.push_back({items::toQString(finding->id), items::toQString(finding->title)});
    }
    m_span->findings().setLinks(std::move(links));
}

void TraceDetails::showRepairs()
{
    m_tabs->setCurrentIndex(RepairsTab);
}

void TraceDetails::showClocks()
{
    m_tabs->setCurrentIndex(ClocksTab);
}

bool TraceDetails::isSettled() const
{
    return !m_rest.isActive() && m_span->isSettled();
}

} // namespace tailspan::traces
