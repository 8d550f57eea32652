// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/replay_page.h"

#include "models/items/verdict_model.h"
#include "models/layout/replay_picture.h"
#include "models/layout/replay_position.h"
#include "ui/replay/align_bar.h"
#include "ui/replay/counting_bar.h"
#include "ui/replay/finding_strip.h"
#include "ui/replay/html_export.h"
#include "ui/replay/icon_mark.h"
#include "ui/replay/lane_layout.h"
#include "ui/replay/lane_menu.h"
#include "ui/replay/lanes_view.h"
#include "ui/replay/metric_rows.h"
#include "ui/replay/moment_panel.h"
#include "ui/replay/moment_text.h"
#include "ui/replay/replay_actions.h"
#include "ui/replay/replay_header.h"
#include "ui/replay/replay_state.h"
#include "ui/replay/replay_views.h"
#include "ui/replay/report_table.h"
#include "ui/replay/results_panel.h"
#include "ui/replay/run_findings.h"
#include "ui/replay/run_traces.h"
#include "ui/replay/schedule_lane.h"
#include "ui/replay/scrubber.h"
#include "ui/style/theme.h"
#include "ui/widgets/command.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/plain_label.h"

#include <QAbstractButton>
#include <QFocusEvent>
#include <QHBoxLayout>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <cmath>

namespace tailspan::replay {

using workspace::Workspace;

namespace {

constexpr int kLanesShare = 100;
constexpr int kMetricsShare = 60;
constexpr int kResultsPx = 190;

} // namespace

ReplayPage::ReplayPage(Workspace &workspace, QWidget *parent)
    : Page(parent), m_workspace(workspace), m_state(new ReplayState(this)),
      m_actions(new ReplayActions(*m_state, *this)), m_stack(new QStackedWidget(this)),
      m_empty(new widgets::EmptyState(m_stack)), m_moment(new MomentPanel(*m_state))
{
    m_empty->setContent(
        QStringLiteral("replay"), tr("No load-test report is open"),
        tr("Open a report to see its verdicts and to play the run back: users, requests, latency and "
           "errors over time. k6, JMeter, Gatling, Locust, Artillery and a dozen more are read, also compressed. You "
           "can drop files anywhere on this window."),
        tr("Open a report"));
    m_content = buildContent();
    m_counting = new CountingBar(*m_state, m_workspace, m_views);
    m_views->setCountingBar(m_counting);
    addLanesButton();
    m_stack->addWidget(m_empty);
    m_stack->addWidget(m_content);
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(style::metric::kMargin, style::metric::kGap + style::metric::kGrid, style::metric::kMargin,
                             style::metric::kGap);
    rows->addWidget(m_stack);
    for (QWidget *widget : m_results->keyWidgets() + m_views->keyWidgets() + m_counting->keyWidgets())
        m_actions->leaveKeysTo(widget);
    for (QAbstractButton *button : m_header->findChildren<QAbstractButton *>())
        m_actions->leaveKeysTo(button);
    addActions(m_views->makeCommands(this));
    connectWorkspace();
    connectState();
    connectTraces();
    connectFindings();
    showReport();
}

ReplayPage::~ReplayPage()
{
    delete m_moment.data(); // it follows the state, which goes with this page
}

widgets::PageInfo ReplayPage::info() const
{
    return {QStringLiteral("replay"), tr("Replay"), QStringLiteral("replay"), widgets::PageInfo::Needs::Report};
}

QWidget *ReplayPage::detailsWidget()
{
    return m_moment;
}

bool ReplayPage::isSettled() const
{
    return m_lanes->isSettled() && m_counting->isSettled() && !m_workspace.peakLoad().isAsking()
        && m_metrics->isSettled() && !m_traces->isSearching() && m_workspace.traceMoments().isSettled()
        && !m_workspace.advice().isRunning() && !m_workspace.analysis().isBusy() && !m_workspace.trend().isRunning();
}

bool ReplayPage::showView(const QString &id)
{
    if (id == QStringLiteral("advice"))
        return askAdvisor();
    const QString name = id.section(u':', 0, 0);
    if (name != QStringLiteral("at") && name != QStringLiteral("traces"))
        return m_views->showView(id);
    bool isNumber = false;
    const double seconds = id.section(u':', 1).toDouble(&isNumber);
    if (!isNumber || !(seconds >= 0 && seconds <= 1e7) || !m_state->hasTimeline())
        return false;
    m_state->setHead(m_state->run().begin + Duration(std::llround(seconds * 1e9)));
    if (name == QStringLiteral("traces"))
        m_state->requestTraces({m_state->shownStep(), std::nullopt, std::nullopt});
    return true;
}

QWidget *ReplayPage::buildContent()
{
    auto *content = new QWidget(m_stack);
    m_header = new ReplayHeader(*m_state, *m_actions, content);
    m_splitter = new QSplitter(Qt::Vertical, content);
    m_splitter->setChildrenCollapsible(false);
    buildPlayArea();
    m_results = new ResultsPanel(m_splitter);
    m_splitter->addWidget(m_playArea);
    m_splitter->addWidget(m_results);
    m_splitter->setStretchFactor(0, kLanesShare);
    m_splitter->setStretchFactor(1, 0);
    m_splitter->setSizes({10000, kResultsPx});
    m_why = buildWhy();
    m_align = new AlignBar(m_workspace, content);
    m_said = new widgets::PlainLabel(content);
    m_said->setObjectName(QStringLiteral("saidOfTraces"));
    m_said->setWordWrap(true);
    m_said->hide();
    auto *rows = new QVBoxLayout(content);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(style::metric::kGap + style::metric::kGrid);
    rows->addWidget(m_header);
    rows->addWidget(m_why);
    rows->addWidget(m_align);
    m_views = new ReplayViews(m_workspace, m_splitter, content);
    rows->addWidget(m_views, 1);
    rows->addWidget(m_said); // at the foot: it comes from a click into the lanes, which must not move
    return content;
}

void ReplayPage::buildPlayArea()
{
    m_playArea = new QWidget(m_splitter);
    m_laneLayout = new LaneLayout(m_workspace, this);
    m_strip = new FindingStrip(*m_state, m_playArea);
    m_lanes = new LanesView(*m_state, *m_laneLayout, m_playArea);
    m_schedule = new ScheduleLane(*m_state, m_workspace, m_playArea);
    m_metrics = new MetricRows(*m_state, *m_laneLayout, m_workspace, m_playArea);
    m_scrubber = new Scrubber(*m_state, m_playArea);
    auto *playRows = new QVBoxLayout(m_playArea);
    playRows->setContentsMargins(0, 0, 0, style::metric::kGrid);
    playRows->setSpacing(0);
    playRows->addWidget(m_strip);
    playRows->addWidget(m_lanes, kLanesShare);
    playRows->addWidget(m_schedule);
    playRows->addWidget(m_metrics, kMetricsShare);
    playRows->addWidget(m_scrubber);
    playRows->addStretch(1); // a schedule and few lanes stay at the top
}

void ReplayPage::addLanesButton()
{
    m_views->addTool(new LanesButton(*m_laneLayout, [this] {
        std::vector<LaneGroup> groups;
        if (m_state->isMeasured())
            groups.push_back(m_lanes->laneGroup());
        groups.push_back(m_metrics->laneGroup());
        return groups;
    }));
}

QWidget *ReplayPage::buildWhy()
{
    auto *why = new QWidget(m_stack);
    m_whyText = new widgets::PlainLabel(why);
    m_whyText->setObjectName(QStringLiteral("whyNoTimeline"));
    m_whyText->setWordWrap(true);
    auto *icon = new IconMark(QStringLiteral("info"), IconMark::Tone::Accent, why);
    auto *row = new QHBoxLayout(why);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(style::metric::kGap);
    row->addWidget(icon, 0, Qt::AlignTop);
    row->addWidget(m_whyText, 1);
    return why;
}

void ReplayPage::connectWorkspace()
{
    connect(&m_workspace, &Workspace::reportChanged, this, &ReplayPage::showReport);
    connect(&m_workspace, &Workspace::shownRangeChanged, this, &ReplayPage::showRange);
    connect(&m_workspace, &Workspace::momentChanged, this, [this] {
        const std::optional<TimePoint> moment = m_workspace.moment();
        m_state->setHover(moment && *moment != m_state->head() ? moment : std::nullopt);
    });
    connect(m_empty, &widgets::EmptyState::actionTriggered, this, &Page::openRequested);
    connect(m_header, &ReplayHeader::verdictsRequested, m_results, &ResultsPanel::openVerdicts);
    connect(m_header, &ReplayHeader::verdictsRequested, m_views,
            [this] { m_views->showView(QStringLiteral("lanes")); });
    connect(m_header, &ReplayHeader::momentRequested, m_state, &ReplayState::setHead);
    connect(&m_workspace.analysis(), &workspace::RunAnalysis::judgedChanged, this, &ReplayPage::showJudged);
    connect(&m_results->verdicts(), &QAbstractItemView::clicked, this, &ReplayPage::jumpToBreach);
    connect(&m_results->verdicts(), &QAbstractItemView::activated, this, &ReplayPage::jumpToBreach);
}

void ReplayPage::connectState()
{
    connect(m_state, &ReplayState::windowCommitted, this, &ReplayPage::commitWindow);
    connect(m_state, &ReplayState::headChanged, this, &ReplayPage::shareMoment);
    connect(m_state, &ReplayState::hoverChanged, this, &ReplayPage::shareMoment);
}

void ReplayPage::connectTraces()
{
    m_traces = new RunTraces(m_workspace, this);
    connect(m_state, &ReplayState::tracesRequested, m_traces, &RunTraces::show);
    m_html = new HtmlExport(*m_state, *this);
    m_html->setExtras([this]() -> layout::HtmlExtras {
        const auto &alignment = m_workspace.reportAlignment();
        return {alignment ? loadtest::alignmentText(*alignment) : std::string(), m_metrics->htmlLanes(),
                m_state->run()};
    });
    const auto say = [this](const QString &text) {
        m_said->setText(text);
        m_said->setVisible(!text.isEmpty());
    };
    connect(m_traces, &RunTraces::said, this, say);
    connect(m_html, &HtmlExport::said, this, say);
    m_moment->setTraces([this] { return m_workspace.traceMoments().times(); });
    connect(&m_workspace.traceMoments(), &workspace::TraceMoments::changed, m_moment, &MomentPanel::showMoment);
    connect(&m_workspace, &Workspace::snapshotChanged, m_moment, &MomentPanel::showMoment);
    connect(m_moment, &MomentPanel::traceChosen, this, [this](const std::string &id) {
        trace::TraceLink link;
        link.traceId = id;
        m_workspace.openLink(link);
    });
    addAction(widgets::makeCommand(tr("Show the traces at the p95 of this step"), {Qt::SHIFT | Qt::Key_T}, this,
                                   [this] { requestTracesOfP95(); }));
}

void ReplayPage::connectFindings()
{
    m_findings = new RunFindings(m_workspace, *m_header, *m_strip, *m_results, this);
    addAction(widgets::makeCommand(tr("Ask the advisor about this run"), {}, this, [this] { askAdvisor(); }));
    connect(m_findings, &RunFindings::findingChosen, this,
            [this](const QString &id) { Q_EMIT viewRequested(QStringLiteral("advisor"), QStringLiteral("id:") + id); });
}

bool ReplayPage::askAdvisor()
{
    if (m_workspace.report() == nullptr)
        return false;
    if (!m_workspace.advice().isRunning())
        m_workspace.advice().run();
    return true;
}

/// Those as slow as the p95, a twelfth of a decade around it: as high as a row of the latency lane.
void ReplayPage::requestTracesOfP95()
{
    if (!m_state->isMeasured())
        return;
    const auto p95Ns = layout::momentAt(*m_state->report(), m_state->shownMoment()).latency.p95Ns;
    if (!p95Ns)
        return m_state->requestTraces({m_state->shownStep()});
    const double half = std::pow(10.0, 0.5 / layout::HeatRows::kRowsPerDecade);
    const auto middle = static_cast<double>(*p95Ns);
    loadtest::TracesWanted wanted{m_state->shownStep()};
    wanted.lowNs = std::llround(middle / half);
    wanted.highNs = std::llround(middle * half) + 1;
    wanted.line = "p95";
    m_lanes->requestTraces(wanted, m_lanes->mapToGlobal(m_lanes->timeArea().center()));
}

void ReplayPage::showEvent(QShowEvent *event)
{
    Page::showEvent(event);
    m_metrics->setShown(true);
}

void ReplayPage::hideEvent(QHideEvent *event)
{
    Page::hideEvent(event);
    m_metrics->setShown(false);
}

void ReplayPage::showReport()
{
    const loadtest::LoadTestReportPtr &report = m_workspace.report();
    m_state->setReport(report);
    m_results->showReport(report);
    const bool hasTimeline = m_state->hasTimeline();
    m_playArea->setVisible(hasTimeline);
    m_lanes->setVisible(m_state->isMeasured() || !hasTimeline);
    m_said->hide();
    m_results->setNotesBelow(!hasTimeline);
    const bool isUnmeasured = report && !m_state->isMeasured();
    m_why->setVisible(isUnmeasured);
    if (isUnmeasured)
        m_whyText->setText(whyNoTimeline(*report));
    m_findings->refresh();
    m_stack->setCurrentWidget(report ? m_content : m_empty);
}

/// Verdicts of own limits came or went; the report itself is the same.
void ReplayPage::showJudged()
{
    const loadtest::LoadTestReportPtr &judged = m_workspace.analysis().judged();
    if (m_state->report() != m_workspace.report())
        return; // showReport() follows
    m_results->showReport(judged);
    m_header->showVerdicts(judged);
    m_findings->refresh();
}

void ReplayPage::jumpToBreach(const QModelIndex &verdict)
{
    const QVariant moment = verdict.data(items::VerdictModel::BreachRole);
    if (moment.isValid() && m_state->hasTimeline())
        m_state->setHead(TimePoint(moment.toLongLong()));
}

/// A focus proxy would do this too, but Qt 6.4 then leaves the buttons of the header out of the tab order.
void ReplayPage::focusInEvent(QFocusEvent *event)
{
    QWidget *target = m_empty;
    if (m_workspace.report() && !m_views->isAtLanes())
        target = m_views->currentView();
    else if (m_state->isMeasured())
        target = m_lanes;
    else if (m_workspace.report())
        target = &m_results->verdicts();
    target->setFocus(event->reason());
}

/// Follows the time bar, as far as its range concerns this run.
void ReplayPage::showRange()
{
    if (!m_state->hasTimeline())
        return;
    const TimeRange run = m_state->run();
    const TimeRange shown = m_workspace.isNarrowed() ? m_workspace.shownRange() : run;
    const TimeRange part{std::max(shown.begin, run.begin), std::min(shown.end, run.end)};
    if (!part.isEmpty())
        m_state->restoreWindow(part);
}

/// The whole run is not a narrower range. Where traces of another time are open the time bar is theirs, and the
/// window stays this page's own.
void ReplayPage::commitWindow(TimeRange window)
{
    const TimeRange full = m_workspace.fullRange();
    const bool isShared = full.isEmpty() || (full.begin < window.end && window.begin < full.end);
    if (isShared)
        m_workspace.narrowTo(window == m_state->run() ? TimeRange() : window);
}

void ReplayPage::shareMoment()
{
    if (m_state->hasTimeline())
        m_workspace.setMoment(m_state->shownMoment());
}

} // namespace tailspan::replay
