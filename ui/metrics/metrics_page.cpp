// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/metrics/metrics_page.h"

#include "models/items/qt_text.h"
#include "models/metric/signal_lanes.h"
#include "ui/metrics/dashboard_bar.h"
#include "ui/metrics/lane_deck.h"
#include "ui/metrics/mapping_view.h"
#include "ui/metrics/promql_edit.h"
#include "ui/metrics/query_lane.h"
#include "ui/metrics/targets_view.h"
#include "ui/style/theme.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/open_dialog.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/plain_tooltip.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QHBoxLayout>
#include <QPushButton>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace tailspan::metrics {

using metriclanes::LaneSpec;

using namespace Qt::StringLiterals;
using items::toQString;
using widgets::PlainLabel;
using workspace::LiveMetrics;
using workspace::Workspace;

MetricsPage::MetricsPage(Workspace &workspace, QWidget *parent)
    : Page(parent), m_workspace(workspace), m_axis(workspace), m_stack(new QStackedWidget(this)),
      m_empty(new widgets::EmptyState(this))
{
    auto *filled = new QWidget(this);
    m_views = new QStackedWidget(filled);
    m_mapping = new MappingView(m_workspace, m_views);
    m_targets = new TargetsView(m_workspace, m_views);
    QWidget *head = buildHead();
    m_views->addWidget(buildLanes());
    m_views->addWidget(m_mapping);
    m_views->addWidget(m_targets);
    auto *rows = new QVBoxLayout(filled);
    rows->setContentsMargins(style::metric::kMargin, 10, style::metric::kGap, 0);
    rows->setSpacing(style::metric::kGap);
    rows->addWidget(head);
    rows->addWidget(m_views, 1);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(filled);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(m_stack);
    connect(m_empty, &widgets::EmptyState::actionTriggered, this, [this] { Q_EMIT pageRequested(u"connections"_s); });
    LiveMetrics &metrics = m_workspace.metrics();
    connect(&metrics, &LiveMetrics::connectedChanged, this, &MetricsPage::refresh);
    connect(&metrics, &LiveMetrics::mappingChanged, this, &MetricsPage::fillServices);
    connect(&m_workspace, &Workspace::dashboardChanged, this, &MetricsPage::showDashboard);
    connect(&m_axis, &LaneAxis::changed, this, [this](bool isRenewal) {
        if (!isRenewal && m_workspace.dashboard())
            fillLanes(); // what stands for the range in its expressions
    });
    addCommands();
    refresh();
    showDashboard();
}

void MetricsPage::addCommands()
{
    const auto add = [this](const QString &text, const std::function<void()> &run) {
        auto *action = new QAction(text, this);
        connect(action, &QAction::triggered, this, [run] { run(); });
        addAction(action);
    };
    add(tr("Lanes of metrics"), [this] { showViewAt(Lanes); });
    add(tr("What is asked of the stores of metrics"), [this] { showViewAt(Mapping); });
    add(tr("Targets, alerts, rules and silences"), [this] { showViewAt(Targets); });
    add(tr("Add a query"), [this] { m_addQuery->click(); });
    add(tr("Look again at what is measured"), [this] { m_workspace.metrics().discover(m_workspace.shownRange().end); });
}

widgets::PageInfo MetricsPage::info() const
{
    return {u"metrics"_s, tr("Metrics"), u"metrics"_s};
}

QWidget *MetricsPage::buildHead()
{
    auto *head = new QWidget(this);
    auto *row = new QHBoxLayout(head);
    row->setContentsMargins(0, 0, style::metric::kGap, 0);
    row->setSpacing(style::metric::kGrid);
    m_group = new QButtonGroup(this);
    const std::array<QString, ViewCount> titles{tr("Lanes"), tr("What is asked"), tr("Targets and alerts")};
    for (int i = 0; i < ViewCount; ++i) {
        QToolButton *tab = m_tabs[static_cast<std::size_t>(i)] = new QToolButton(head);
        tab->setText(titles[static_cast<std::size_t>(i)]);
        tab->setCheckable(true);
        m_group->addButton(tab, i);
        row->addWidget(tab);
    }
    m_tabs[Lanes]->setChecked(true);
    connect(m_group, &QButtonGroup::idClicked, this, &MetricsPage::showViewAt);
    m_state = new PlainLabel(head);
    m_state->setElideMode(Qt::ElideRight);
    m_service = new QComboBox(head);
    m_service->setObjectName(u"metricsService"_s);
    m_service->setAccessibleName(tr("Whose metrics"));
    m_service->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    row->addSpacing(style::metric::kGap);
    row->addWidget(m_service);
    row->addSpacing(style::metric::kGap);
    row->addWidget(m_state, 1);
    for (QPushButton *button : makeButtons(head))
        row->addWidget(button);
    connect(m_service, &QComboBox::activated, this, &MetricsPage::fillLanes);
    return head;
}

std::vector<QPushButton *> MetricsPage::makeButtons(QWidget *parent)
{
    m_addQuery = new QPushButton(tr("Add a query"), parent);
    m_addQuery->setObjectName(u"addQuery"_s);
    auto *dashboard = new QPushButton(tr("Open a dashboard"), parent);
    widgets::setPlainToolTip(dashboard, tr("The JSON of a Grafana dashboard: its panels become lanes"));
    auto *marks = new QPushButton(tr("Open marks"), parent);
    widgets::setPlainToolTip(marks,
                             tr("A file of deployments or notes, a line each: 2026-11-23T14:02:10Z,auth 2.14.1"));
    connect(m_addQuery, &QPushButton::clicked, this, [this] {
        showViewAt(Lanes);
        addQuery()->setFocus();
    });
    connect(dashboard, &QPushButton::clicked, this, &MetricsPage::openDashboard);
    connect(marks, &QPushButton::clicked, this, &MetricsPage::openMarks);
    return {m_addQuery, dashboard, marks};
}

QWidget *MetricsPage::buildLanes()
{
    auto *lanes = new QWidget(this);
    m_dashboard = new DashboardBar(m_axis, lanes);
    m_dashboard->hide();
    m_deck = new LaneDeck(m_axis, lanes);
    auto *rows = new QVBoxLayout(lanes);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(style::metric::kGrid);
    rows->addWidget(m_dashboard);
    rows->addWidget(m_deck, 1);
    connect(m_dashboard, &DashboardBar::valuesChanged, this, &MetricsPage::fillLanes);
    connect(m_dashboard, &DashboardBar::closed, this, [this] { m_workspace.showDashboard(nullptr); });
    return lanes;
}

void MetricsPage::showViewAt(int index)
{
    m_tabs[static_cast<std::size_t>(index)]->setChecked(true);
    m_views->setCurrentIndex(index);
    m_service->setVisible(index == Lanes && !m_workspace.dashboard());
    m_deck->setShown(isVisible() && index == Lanes);
}

bool MetricsPage::showView(const QString &id)
{
    const QStringList ids{u"lanes"_s, u"mapping"_s, u"targets"_s};
    if (ids.contains(id)) {
        showViewAt(static_cast<int>(ids.indexOf(id)));
        return true;
    }
    if (id.startsWith(u"query:"_s)) {
        showViewAt(Lanes);
        addQuery()->setExpression(id.mid(6));
        return true;
    }
    const int place = id.startsWith(u"service:"_s) ? m_service->findData(id.mid(8)) : -1;
    if (place < 0)
        return false;
    m_service->setCurrentIndex(place);
    showViewAt(Lanes);
    fillLanes();
    return true;
}

void MetricsPage::refresh()
{
    const bool isConnected = m_workspace.metrics().isConnected();
    m_stack->setCurrentIndex(isConnected ? 1 : 0);
    const auto &dashboard = m_workspace.dashboard();
    m_empty->setContent(u"metrics"_s,
                        dashboard ? tr("The dashboard \"%1\" is open").arg(toQString(dashboard->title))
                                  : tr("See what changed, and when"),
                        tr("Rates, errors, latency, CPU, memory and pools of your services on one time axis with the "
                           "traces, with alerts and deployments over them. Connect to a Prometheus, or what speaks its "
                           "language, and to an Alertmanager."),
                        tr("Connect"));
    fillServices();
}

void MetricsPage::fillServices()
{
    const LiveMetrics &metrics = m_workspace.metrics();
    const QString before = m_service->currentData().toString();
    m_service->clear();
    m_service->addItem(tr("All services"), QString());
    for (const std::string &service : metrics.services())
        m_service->addItem(toQString(service), toQString(service));
    m_service->setCurrentIndex(std::max(m_service->findData(before), 0));
    QStringList errors;
    for (const std::string &error : metrics.discoveryErrors())
        errors.append(toQString(error));
    const bool isNothingFound = metrics.hasMetrics() && !metrics.isDiscovering() && metrics.mapping().empty();
    m_state->setTone(errors.isEmpty() ? PlainLabel::Tone::Muted : PlainLabel::Tone::Warn);
    if (!errors.isEmpty())
        m_state->setText(errors.join(u"  \u00b7  "_s));
    else if (metrics.isDiscovering())
        m_state->setText(tr("Looking at what is measured"));
    else
        m_state->setText(isNothingFound
                             ? tr("No metric of a service was recognised; a query can be asked all the same.")
                             : QString());
    if (!m_workspace.dashboard())
        fillLanes();
}

void MetricsPage::fillLanes()
{
    if (m_workspace.dashboard())
        m_deck->setLanes(m_dashboard->lanes());
    else
        fillSignalLanes();
}

void MetricsPage::fillSignalLanes()
{
    const LiveMetrics &metrics = m_workspace.metrics();
    const std::string service = m_service->currentData().toString().toStdString();
    std::vector<metric::SignalQuery> queries;
    for (const workspace::MappedSignal &signal : metrics.mapping())
        queries.push_back(signal.query);
    const std::vector<std::string> services = metrics.services();
    std::vector<LaneSpec> specs;
    for (metric::SignalLane &lane :
         service.empty() ? metric::overviewLanes(queries) : metric::serviceLanes(queries, service)) {
        LaneSpec spec;
        spec.title = toQString(lane.title);
        spec.note = lane.leftOut > 0 ? tr("%1 services more").arg(lane.leftOut) : QString();
        spec.unit = lane.unit;
        spec.targets.push_back({std::move(lane.expression), {}, {}});
        spec.lines = service.empty() ? services : lane.lines;
        spec.service = service;
        specs.push_back(std::move(spec));
    }
    m_deck->setLanes(std::move(specs));
}

QueryLane *MetricsPage::addQuery()
{
    auto *query = new QueryLane(m_axis, m_deck);
    m_deck->addAbove(query);
    m_deck->watch(&query->lane());
    m_queries.push_back(query);
    connect(query, &QueryLane::closed, this, [this, query] {
        m_deck->forget(&query->lane());
        std::erase(m_queries, query);
        query->deleteLater();
    });
    return query;
}

void MetricsPage::showDashboard()
{
    const auto &dashboard = m_workspace.dashboard();
    m_dashboard->setDashboard(dashboard);
    m_dashboard->setVisible(dashboard != nullptr);
    showViewAt(dashboard ? static_cast<int>(Lanes) : m_views->currentIndex());
    refresh();
    fillLanes();
}

void MetricsPage::openDashboard()
{
    const QStringList files = widgets::askForFiles(this);
    if (!files.isEmpty())
        m_workspace.open(files);
}

void MetricsPage::openMarks()
{
    const QStringList files = widgets::askForFiles(this);
    if (files.isEmpty())
        return;
    const QString problem = m_workspace.alerts().openMarks(files.front());
    m_state->setTone(PlainLabel::Tone::Warn);
    m_state->setText(problem);
}

bool MetricsPage::isSettled() const
{
    return !m_workspace.metrics().isDiscovering() && m_workspace.alerts().isSettled() && m_deck->isSettled();
}

void MetricsPage::showEvent(QShowEvent *event)
{
    Page::showEvent(event);
    m_deck->setShown(m_views->currentIndex() == Lanes);
}

void MetricsPage::hideEvent(QHideEvent *event)
{
    Page::hideEvent(event);
    m_deck->setShown(false);
}

} // namespace tailspan::metrics
