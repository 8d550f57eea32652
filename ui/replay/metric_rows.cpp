// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/metric_rows.h"

#include "models/items/qt_text.h"
#include "models/metric/largest_changes.h"
#include "models/metric/signal_lanes.h"
#include "ui/metriclanes/overlay_lane.h"
#include "ui/replay/lanes_geometry.h"
#include "ui/replay/replay_state.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_label.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QMenu>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace tailspan::replay {

using items::toQString;
using metric::Signal;
using metriclanes::LaneSpec;
using metriclanes::MetricLane;
using workspace::LiveMetrics;
using workspace::MetricPanel;
using workspace::Workspace;

namespace {

constexpr int kLanePx = 58;
constexpr int kRankingPx = 240;          // points are enough to see a change
constexpr std::size_t kMostByItself = 4; // services
constexpr std::size_t kMostSeries = 40;

} // namespace

MetricRows::MetricRows(ReplayState &state, Workspace &workspace, QWidget *parent)
    : QWidget(parent), m_state(state), m_workspace(workspace),
      m_axis(workspace, metriclanes::LaneColumns{lanes::kLeftPx, lanes::kRightPx, kLanePx}), m_signals{Signal::Cpu,
                                                                                                       Signal::Memory,
                                                                                                       Signal::PoolUsed}
{
    setObjectName(QStringLiteral("metricRows"));
    build();
    connect(&m_state, &ReplayState::reportChanged, this, &MetricRows::refresh);
    connect(&m_state, &ReplayState::scaleChanged, this, &MetricRows::followScale);
    connect(&m_workspace.metrics(), &LiveMetrics::connectedChanged, this, &MetricRows::refresh);
    connect(&m_workspace.metrics(), &LiveMetrics::mappingChanged, this, &MetricRows::refresh);
    refresh();
}

MetricRows::~MetricRows() = default;

void MetricRows::build()
{
    m_text = new widgets::PlainLabel(this);
    m_text->setObjectName(QStringLiteral("metricRowsText"));
    m_text->setTone(widgets::PlainLabel::Tone::Muted);
    m_text->setElideMode(Qt::ElideRight);
    m_text->setFont(style::smallFont());
    m_choose = new QToolButton(this);
    m_choose->setObjectName(QStringLiteral("chooseMetrics"));
    m_choose->setText(tr("Choose metrics"));
    m_choose->setPopupMode(QToolButton::InstantPopup);
    m_menu = new QMenu(m_choose);
    m_choose->setMenu(m_menu);
    auto *head = new QHBoxLayout;
    head->setContentsMargins(lanes::kLeftPx, 0, 0, 0);
    head->addWidget(m_text, 1);
    head->addWidget(m_choose);
    m_inner = new QWidget;
    m_column = new QVBoxLayout(m_inner);
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(2);
    m_column->addStretch(1);
    m_scroll = new QScrollArea(this);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->setWidget(m_inner);
    m_scroll->viewport()->installEventFilter(this);
    m_times = new metriclanes::LaneTimes(m_axis, this);
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(0);
    rows->addLayout(head);
    rows->addWidget(new metriclanes::OverlayLane(m_axis, this));
    rows->addWidget(m_scroll, 1);
    rows->addWidget(m_times);
}

bool MetricRows::isWanted() const
{
    return m_workspace.metrics().hasMetrics() && m_state.hasTimeline() && m_state.report()->startedAt.has_value();
}

void MetricRows::setShown(bool shown)
{
    m_isShown = shown;
    for (MetricLane *lane : m_lanes)
        lane->setActive(shown);
    for (const auto &panel : m_changes)
        panel->setActive(shown);
}

void MetricRows::followScale()
{
    if (isWanted())
        m_axis.setScale(m_state.scale());
}

void MetricRows::refresh()
{
    setVisible(isWanted());
    if (!isWanted()) {
        m_changes.clear();
        m_askedRun = {};
        return;
    }
    m_times->setVisible(!m_state.isMeasured());
    followScale();
    askChanges();
    fillLanes();
    fillMenu();
}

std::vector<metric::SignalQuery> MetricRows::queriesOf(const std::vector<std::string> &services) const
{
    std::vector<metric::SignalQuery> queries;
    for (const workspace::MappedSignal &mapped : m_workspace.metrics().mapping()) {
        const bool isWantedOne = m_signals.contains(mapped.query.signal)
            && std::ranges::find(services, mapped.query.service) != services.end();
        if (isWantedOne)
            queries.push_back(mapped.query);
    }
    return queries;
}

/// One question a signal over the whole run: who moved most is what is looked for.
void MetricRows::askChanges()
{
    if (m_state.run() == m_askedRun || m_workspace.metrics().mapping().empty())
        return;
    m_askedRun = m_state.run();
    m_changed.clear();
    m_changes.clear();
    for (const metric::SignalLane &lane : metric::overviewLanes(queriesOf(m_workspace.metrics().services()))) {
        workspace::MetricQuestion question;
        question.range.expression = lane.expression;
        question.range.range = m_askedRun;
        question.range.widthPx = kRankingPx;
        question.range.seriesLimit = kMostSeries;
        m_changes.push_back(std::make_unique<MetricPanel>(m_workspace.metrics()));
        MetricPanel &panel = *m_changes.back();
        connect(&panel, &MetricPanel::changed, this, &MetricRows::takeChanges);
        panel.setActive(m_isShown);
        panel.show(question);
    }
}

void MetricRows::takeChanges()
{
    std::vector<std::map<std::string, double>> changes;
    for (const auto &panel : m_changes) {
        if (panel->result())
            changes.push_back(metric::changesOf(panel->result()->answer.series, metric::kLineLabel));
        else if (!panel->error())
            return; // its first answer is still to come
    }
    const std::vector<std::string> changed = metric::largestChanges(changes, kMostByItself);
    if (changed == m_changed)
        return;
    m_changed = changed;
    fillLanes();
    fillMenu();
}

std::vector<std::string> MetricRows::shownServices() const
{
    std::vector<std::string> services = m_workspace.metrics().services();
    if (m_chosen)
        std::erase_if(services, [this](const std::string &service) { return !m_chosen->contains(service); });
    else if (!m_changed.empty())
        services = m_changed;
    else if (services.size() > kMostByItself)
        services.resize(kMostByItself);
    return services;
}

void MetricRows::fillLanes()
{
    const std::vector<std::string> services = shownServices();
    std::vector<LaneSpec> specs;
    for (metric::SignalLane &lane : metric::overviewLanes(queriesOf(services))) {
        LaneSpec spec;
        spec.title = toQString(lane.title);
        spec.unit = lane.unit;
        spec.targets.push_back({std::move(lane.expression), {}, {}});
        spec.lines = m_workspace.metrics().services(); // a service keeps its colour
        specs.push_back(std::move(spec));
    }
    while (m_lanes.size() > specs.size()) {
        delete m_lanes.back();
        m_lanes.pop_back();
    }
    for (std::size_t i = 0; i < specs.size(); ++i) {
        if (i == m_lanes.size()) {
            m_lanes.push_back(new MetricLane(m_axis, {}, m_inner));
            m_lanes.back()->setActive(m_isShown);
            m_column->insertWidget(m_column->count() - 1, m_lanes.back());
        }
        m_lanes[i]->setSpec(std::move(specs[i]));
    }
    const bool isLooking = m_workspace.metrics().isDiscovering();
    if (m_lanes.empty())
        m_text->setText(isLooking ? tr("Looking at what is measured")
                                  : tr("No store measures what is chosen for these services."));
    else
        m_text->setText(m_chosen ? tr("Metrics of the services that you chose")
                                 : tr("Metrics of the services that changed most during the run"));
    const int content = static_cast<int>(m_lanes.size()) * (kLanePx + 2);
    m_scroll->setMinimumHeight(std::min(content, kLanePx + 2));
    m_scroll->setMaximumHeight(content);
    setMaximumHeight(content + 120);
    updateGeometry();
}

void MetricRows::fillMenu()
{
    m_menu->clear();
    m_menu->addSection(tr("Signals"));
    const LiveMetrics &metrics = m_workspace.metrics();
    for (std::size_t i = 0; i < metric::kSignalCount; ++i) {
        const auto signal = static_cast<Signal>(i);
        const bool isMeasured = std::ranges::any_of(
            metrics.mapping(), [signal](const workspace::MappedSignal &m) { return m.query.signal == signal; });
        if (!isMeasured)
            continue;
        QAction *action = m_menu->addAction(toQString(metric::signalTitle(signal)));
        action->setCheckable(true);
        action->setChecked(m_signals.contains(signal));
        connect(action, &QAction::toggled, this, [this, signal](bool isOn) {
            isOn ? void(m_signals.insert(signal)) : void(m_signals.erase(signal));
            fillLanes();
        });
    }
    m_menu->addSection(tr("Services"));
    const std::vector<std::string> shown = shownServices();
    for (const std::string &service : metrics.services()) {
        QAction *action = m_menu->addAction(toQString(service).replace(u'&', QStringLiteral("&&")));
        action->setCheckable(true);
        action->setChecked(std::ranges::find(shown, service) != shown.end());
        connect(action, &QAction::toggled, this, [this, service](bool isOn) { choose(service, isOn); });
    }
}

void MetricRows::choose(const std::string &service, bool isOn)
{
    if (!m_chosen) {
        const std::vector<std::string> shown = shownServices();
        m_chosen.emplace(shown.begin(), shown.end());
    }
    isOn ? void(m_chosen->insert(service)) : void(m_chosen->erase(service));
    fillLanes();
}

bool MetricRows::isSettled() const
{
    const bool isRanking = std::ranges::any_of(m_changes, [](const auto &panel) { return panel->isAsking(); });
    return !isRanking && std::ranges::all_of(m_lanes, [](const MetricLane *lane) { return lane->isSettled(); });
}

/// The bar takes its room from the column on the right, so that the plots stay below those of the report.
void MetricRows::fit()
{
    m_axis.setRightPx(lanes::kRightPx - std::max(m_scroll->width() - m_scroll->viewport()->width(), 0));
}

bool MetricRows::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Resize)
        fit();
    return QWidget::eventFilter(watched, event);
}

} // namespace tailspan::replay
