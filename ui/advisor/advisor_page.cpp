// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/advisor/advisor_page.h"

#include "models/advisor/named_span.h"
#include "models/advisor/runner.h"
#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "ui/advisor/filter_bar.h"
#include "ui/advisor/finding_list.h"
#include "ui/advisor/finding_view.h"
#include "ui/advisor/unjudged_view.h"
#include "ui/advisor/what_if_pane.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/link_button.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/plain_tooltip.h"

#include <QFileInfo>
#include <QFocusEvent>
#include <QHBoxLayout>
#include <QMenu>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace tailspan::advisorpage {

using namespace Qt::StringLiterals;
using items::toQString;
using widgets::PlainLabel;
using workspace::AdviceDesk;
using workspace::Workspace;

namespace {

constexpr int kListPx = 460;
constexpr int kFindingPx = 820;

} // namespace

AdvisorPage::AdvisorPage(Workspace &workspace, QWidget *parent)
    : Page(parent), m_workspace(workspace), m_stack(new QStackedWidget(this)), m_empty(new widgets::EmptyState(this))
{
    auto *filled = new QWidget(this);
    auto *rows = new QVBoxLayout(filled);
    rows->setContentsMargins(style::metric::kMargin, 10, style::metric::kMargin, style::metric::kGap);
    rows->setSpacing(style::metric::kGap);
    rows->addWidget(buildHead());
    m_filter = new FilterBar(filled);
    rows->addWidget(m_filter);
    rows->addWidget(buildLists(), 1);
    m_said = new PlainLabel(filled);
    m_said->setObjectName(u"advisorSaid"_s);
    m_said->setTone(PlainLabel::Tone::Muted);
    m_said->setElideMode(Qt::ElideRight);
    rows->addWidget(m_said);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(filled);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(m_stack);
    connect(m_empty, &widgets::EmptyState::actionTriggered, this, &AdvisorPage::openRequested);
    connect(m_filter, &FilterBar::changed, this, &AdvisorPage::fillList);
    AdviceDesk &desk = m_workspace.advice();
    connect(&desk, &AdviceDesk::changed, this, &AdvisorPage::refresh);
    connect(&desk, &AdviceDesk::runningChanged, this, &AdvisorPage::refresh);
    connect(&desk, &AdviceDesk::marksChanged, this, &AdvisorPage::fillList);
    connect(&desk, &AdviceDesk::configFilesChanged, this, &AdvisorPage::runIfWanted);
    connect(&m_workspace, &Workspace::snapshotChanged, this, &AdvisorPage::runIfWanted);
    connect(&m_workspace, &Workspace::reportChanged, this, &AdvisorPage::runIfWanted);
    addCommands();
    refresh();
}

widgets::PageInfo AdvisorPage::info() const
{
    return {u"advisor"_s, tr("Advisor"), u"advisor"_s, widgets::PageInfo::Needs::Choice};
}

QWidget *AdvisorPage::buildHead()
{
    auto *head = new QWidget(this);
    auto *row = new QHBoxLayout(head);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(style::metric::kGap);
    m_title = new PlainLabel(head);
    m_title->setFont(style::titleFont());
    m_summary = new PlainLabel(head);
    m_summary->setTone(PlainLabel::Tone::Muted);
    m_summary->setElideMode(Qt::ElideRight);
    auto *config = new QPushButton(tr("Configuration"), head);
    widgets::setPlainToolTip(config, tr("Scaling and Kubernetes YAML that the advisor reads beside what is open"));
    config->setMenu(buildConfigMenu());
    m_export = new QPushButton(tr("Save as\u2026"), head);
    m_export->setObjectName(u"saveAdvice"_s);
    m_run = new QPushButton(tr("Look again"), head);
    m_run->setObjectName(u"runAdvisor"_s);
    row->addWidget(m_title);
    row->addWidget(m_summary, 1);
    row->addWidget(config);
    row->addWidget(m_export);
    row->addWidget(m_run);
    connect(m_export, &QPushButton::clicked, this, &AdvisorPage::exportReport);
    connect(m_run, &QPushButton::clicked, this, [this] {
        AdviceDesk &desk = m_workspace.advice();
        desk.isRunning() ? desk.cancel() : desk.run();
    });
    return head;
}

QMenu *AdvisorPage::buildConfigMenu()
{
    m_configMenu = new QMenu(this);
    connect(m_configMenu, &QMenu::aboutToShow, this, &AdvisorPage::fillConfigMenu);
    fillConfigMenu();
    return m_configMenu;
}

void AdvisorPage::fillConfigMenu()
{
    m_configMenu->clear();
    connect(m_configMenu->addAction(tr("Add scaling or Kubernetes YAML\u2026")), &QAction::triggered, this,
            &AdvisorPage::addConfigFiles);
    const QStringList files = m_workspace.advice().configFiles();
    if (!files.isEmpty())
        m_configMenu->addSeparator();
    for (const QString &path : files) {
        QString name = QFileInfo(path).fileName();
        QAction *action = m_configMenu->addAction(tr("Leave out %1").arg(name.replace(u'&', u"&&"_s)));
        connect(action, &QAction::triggered, this, [this, path] { m_workspace.advice().removeConfigFile(path); });
    }
}

QWidget *AdvisorPage::buildLists()
{
    auto *splitter = new QSplitter(Qt::Horizontal, this);
    splitter->setChildrenCollapsible(false);
    auto *left = new QWidget(splitter);
    auto *rows = new QVBoxLayout(left);
    rows->setContentsMargins(0, 0, style::metric::kGap, 0);
    rows->setSpacing(style::metric::kGrid);
    m_list = new FindingList(left);
    m_nothing = new PlainLabel(left);
    m_nothing->setWordWrap(true);
    m_nothing->setTone(PlainLabel::Tone::Muted);
    m_unjudgedLink = new widgets::LinkButton(QString(), left);
    m_unjudgedLink->setObjectName(u"unjudgedLink"_s);
    rows->addWidget(m_nothing);
    rows->addWidget(m_list, 1);
    rows->addWidget(m_unjudgedLink);
    m_right = new QStackedWidget(splitter);
    m_finding = new FindingView(m_right);
    m_unjudged = new UnjudgedView(m_right);
    m_right->addWidget(m_finding);
    m_right->addWidget(m_unjudged);
    m_whatIf = new WhatIfPane(m_right);
    m_right->addWidget(m_whatIf);
    splitter->addWidget(left);
    splitter->addWidget(m_right);
    splitter->setStretchFactor(0, kListPx);
    splitter->setStretchFactor(1, kFindingPx);
    splitter->setSizes({kListPx, kFindingPx});
    connectLists();
    return splitter;
}

void AdvisorPage::connectLists()
{
    connect(m_list, &FindingList::chosen, this, &AdvisorPage::showCurrent);
    connect(m_list, &QAbstractItemView::activated, this, &AdvisorPage::openFirstEvidence);
    connect(m_unjudgedLink, &QAbstractButton::clicked, this, [this] { m_right->setCurrentIndex(UnjudgedSide); });
    connect(m_finding, &FindingView::referenceChosen, this, &AdvisorPage::openReference);
    connect(m_finding, &FindingView::whatIfWanted, this, [this] { askWhatIf(false); });
    connect(m_whatIf, &WhatIfPane::closed, this, [this] { m_right->setCurrentIndex(FindingSide); });
    connect(m_finding, &FindingView::dismissWanted, this, &AdvisorPage::dismissCurrent);
    connect(m_finding, &FindingView::applyWanted, this, [this] {
        if (const items::FindingRow *row = m_list->current())
            m_workspace.advice().markApplied(*std::shared_ptr(row->finding));
        m_workspace.saveSettings();
    });
    connect(m_finding, &FindingView::restoreWanted, this, [this] {
        if (const items::FindingRow *row = m_list->current())
            m_workspace.advice().forgetMark(toQString(row->finding->id));
        m_workspace.saveSettings();
    });
    connect(m_finding, &FindingView::copied, this,
            [this](const QString &what) { m_said->setText(tr("Copied: %1").arg(what)); });
}

bool AdvisorPage::showView(const QString &id)
{
    static const QStringList kShown{u"open"_s, u"verified"_s, u"refuted"_s, u"dismissed"_s, u"applied"_s};
    if (id == u"unjudged"_s) {
        m_right->setCurrentIndex(UnjudgedSide);
        return true;
    }
    if (id == u"what-if"_s || id == u"what-if:selected"_s) {
        askWhatIf(id.endsWith(u"selected"_s));
        return true;
    }
    if (kShown.contains(id)) {
        m_filter->setShow(static_cast<FindingFilter::Show>(kShown.indexOf(id)));
        return true;
    }
    if (id.startsWith(u"id:"_s))
        return showFinding(id.mid(3));
    if (!id.startsWith(u"finding:"_s))
        return false;
    m_wantedRow = id.mid(8).toInt() - 1;
    m_right->setCurrentIndex(FindingSide);
    if (m_wantedRow >= 0 && m_wantedRow < m_list->findings().rowCount())
        m_list->setCurrentIndex(m_list->findings().index(m_wantedRow));
    return m_wantedRow >= 0;
}

/// Also one that the filter leaves out: it was asked for by name.
bool AdvisorPage::showFinding(const QString &id)
{
    const AdviceDesk &desk = m_workspace.advice();
    const advisor::Finding *finding = desk.finding(id);
    if (finding == nullptr) {
        m_said->setText(tr("That finding is not in the advice any more."));
        return false;
    }
    if (m_list->findings().rowOf(id) < 0)
        m_filter->showAll(showOf(desk, *finding));
    m_list->choose(id);
    m_list->scrollTo(m_list->currentIndex());
    showCurrent(); // it may be the current one, beside which something else is shown
    return true;
}

bool AdvisorPage::isSettled() const
{
    return !m_workspace.advice().isRunning() && !m_whatIf->isBusy();
}

bool AdvisorPage::hasInputs() const
{
    return m_workspace.snapshot() || m_workspace.report() || m_workspace.stores().isConnected()
        || m_workspace.metrics().isConnected() || !m_workspace.advice().configFiles().isEmpty();
}

void AdvisorPage::focusInEvent(QFocusEvent *event)
{
    QWidget *target = m_stack->currentIndex() == 1 ? static_cast<QWidget *>(m_list) : m_empty;
    target->setFocus(event->reason());
}

void AdvisorPage::showEvent(QShowEvent *event)
{
    Page::showEvent(event);
    runIfWanted();
}

/// Once for what is open; live traces change each second, there the user asks.
void AdvisorPage::runIfWanted()
{
    AdviceDesk &desk = m_workspace.advice();
    const bool isLive = m_workspace.stores().isConnected() && desk.advised() != nullptr;
    if (isVisible() && hasInputs() && !desk.isRunning() && !isLive && (desk.advised() == nullptr || desk.isStale()))
        desk.run();
    showWhatIsThere(); // not refresh(): followed traces change every second, and the list is what it was
}

void AdvisorPage::showWhatIsThere()
{
    const bool isFilled = hasInputs() || m_workspace.advice().advised() != nullptr;
    m_stack->setCurrentIndex(isFilled ? 1 : 0);
}

void AdvisorPage::refresh()
{
    AdviceDesk &desk = m_workspace.advice();
    showWhatIsThere();
    m_empty->setContent(u"advisor"_s, tr("Nothing to advise on yet"),
                        tr("The advisor looks for missing indexes, calls that could be batched, pools, caches and "
                           "scaling that do not fit, with evidence, an estimate and what to paste. Open traces, a "
                           "load-test report or scaling YAML, or connect PostgreSQL, Redis and Prometheus."),
                        tr("Open files"));
    m_run->setText(desk.isRunning() ? tr("Stop") : tr("Look again"));
    m_export->setEnabled(desk.advised() != nullptr);
    if (!desk.error().isEmpty())
        m_said->setText(desk.error());
    else if (desk.isStale() && !desk.isRunning() && desk.advised() != nullptr)
        m_said->setText(m_workspace.stores().isConnected()
                            ? tr("This is advice on what was there at %1 UTC, and more keeps coming in. Look again for "
                                 "advice on it.")
                                  .arg(toQString(clockText(desk.advised()->from.now).substr(0, 8)))
                            : tr("What is open has changed since. Look again for advice on it."));
    else
        m_said->clear();
    m_filter->setServices(servicesOf(desk));
    if (desk.advised() != nullptr)
        m_unjudged->show(desk.advised()->advice.unjudged, desk.advised()->from.notes);
    fillList();
}

void AdvisorPage::fillList()
{
    AdviceDesk &desk = m_workspace.advice();
    const QString before = m_list->current() ? toQString(m_list->current()->finding->id) : QString();
    std::vector<items::FindingRow> rows = findingRows(desk, m_filter->filter());
    m_title->setText(toQString(pluralText(rows.size(), "finding", "findings")));
    m_summary->setText(desk.isRunning() ? tr("looking\u2026") : desk.summary());
    m_nothing->setVisible(rows.empty());
    m_nothing->setText(desk.isRunning() ? tr("Looking at what is open and connected.")
                           : desk.advised() == nullptr
                           ? tr("Nothing was looked at yet.")
                           : tr("Nothing found. The link below says what could not be judged, and why."));
    const std::size_t unjudged = desk.advised() ? desk.advised()->advice.unjudged.size() : 0;
    m_unjudgedLink->setVisible(unjudged > 0);
    m_unjudgedLink->setText(tr("%1 could not run").arg(toQString(pluralText(unjudged, "check", "checks"))));
    const QScopedValueRollback filling(m_isFilling, true);
    m_list->findings().setRows(std::move(rows));
    m_list->choose(before);
    const int wanted = m_wantedRow >= 0 && m_wantedRow < m_list->findings().rowCount() ? m_wantedRow : 0;
    if (m_list->current() == nullptr && m_list->findings().rowCount() > 0)
        m_list->setCurrentIndex(m_list->findings().index(wanted));
}

void AdvisorPage::showCurrent()
{
    const items::FindingRow *row = m_list->current();
    if (row == nullptr) {
        m_finding->show(nullptr, {});
        return;
    }
    if (!m_isFilling) // else what is beside the list stays as it is
        m_right->setCurrentIndex(FindingSide);
    AdviceDesk &desk = m_workspace.advice();
    FindingContext context;
    context.state = row->state;
    context.isApplied = desk.isApplied(toQString(row->finding->id));
    context.dismissedWhy = desk.isDismissed(*row->finding) ? desk.dismissedWhy(*row->finding) : QString();
    const trace::TraceSnapshotPtr &snapshot = m_workspace.snapshot();
    context.canTry = snapshot != nullptr && advisor::namedSpan(*row->finding, *snapshot).has_value();
    if (context.isApplied) {
        for (const workspace::AppliedAdvice &applied : desk.applied()) {
            if (applied.id == toQString(row->finding->id) && applied.outcome)
                context.outcome = toQString(applied.outcome->text());
        }
    }
    m_finding->show(row->finding, context);
}

} // namespace tailspan::advisorpage
