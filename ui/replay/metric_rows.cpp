// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/metric_rows.h"

#include "models/items/qt_text.h"
#include "models/metric/largest_changes.h"
#include "ui/metriclanes/overlay_lane.h"
#include "ui/replay/lane_layout.h"
#include "ui/replay/lanes_geometry.h"
#include "ui/replay/replay_state.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_label.h"

#include <QHBoxLayout>
#include <QMenu>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <map>

namespace tailspan::replay {

using items::toQString;
using metric::Signal;
using metriclanes::LaneSpec;
using metriclanes::MetricLane;
using workspace::LiveMetrics;
using workspace::Workspace;

namespace {

constexpr int kLanePx = 58;
constexpr int kGapPx = 2;
constexpr int kRankingPx = 240;          // points are enough to see a change
constexpr std::size_t kMostByItself = 4; // services
constexpr std::size_t kMostSeries = 40;

std::set<Signal> usualSignals()
{
    return {Signal::PoolUsed, Signal::PoolWaiting, Signal::Cpu, Signal::Memory};
}

QString laneId(Signal signal)
{
    return QStringLiteral("metric.") + toQString(metric::signalId(signal));
}

} // namespace

MetricRows::MetricRows(ReplayState &state, LaneLayout &laneLayout, Workspace &workspace, QWidget *parent)
    : QWidget(parent), m_state(state), m_laneLayout(laneLayout), m_workspace(workspace),
      m_axis(workspace, metriclanes::LaneColumns{lanes::kLeftPx, lanes::kRightPx, kLanePx}), m_signals(usualSignals())
{
    setObjectName(QStringLiteral("metricRows"));
    build();
    connect(&m_state, &ReplayState::reportChanged, this, &MetricRows::recall);
    connect(&m_laneLayout, &LaneLayout::changed, this, &MetricRows::fillLanes);
    connect(&m_state, &ReplayState::scaleChanged, this, &MetricRows::followScale);
    connect(&m_workspace.metrics(), &LiveMetrics::connectedChanged, this, &MetricRows::refresh);
    connect(&m_workspace.metrics(), &LiveMetrics::mappingChanged, this, &MetricRows::refresh);
    recall();
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
    m_column->setSpacing(kGapPx);
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
        m_lookedAt = {};
        return;
    }
    m_times->setVisible(!m_state.isMeasured());
    lookThen();
    followScale();
    askChanges();
    fillLanes();
    fillMenu();
}

/// What the user chose for this run before.
void MetricRows::recall()
{
    const settings::RunMetrics kept = m_workspace.runMetrics();
    m_signals = usualSignals();
    if (kept.signalIds) {
        m_signals.clear();
        for (const QString &id : *kept.signalIds) {
            if (const auto signal = metric::signalOf(id.toStdString()))
                m_signals.insert(*signal);
        }
    }
    m_chosen.reset();
    if (kept.services) {
        m_chosen.emplace();
        for (const QString &service : *kept.services)
            m_chosen->insert(service.toStdString());
    }
    refresh();
}

void MetricRows::remember()
{
    settings::RunMetrics metrics;
    if (m_signals != usualSignals()) {
        metrics.signalIds.emplace();
        for (const Signal signal : m_signals)
            metrics.signalIds->append(toQString(metric::signalId(signal)));
    }
    if (m_chosen) {
        metrics.services.emplace();
        for (const std::string &service : *m_chosen)
            metrics.services->append(toQString(service));
    }
    m_workspace.setRunMetrics(metrics);
}

LaneGroup MetricRows::laneGroup() const
{
    LaneGroup group;
    for (const metric::SignalLane &lane : m_measured)
        group.push_back({laneId(lane.signal), toQString(lane.title), true});
    return group;
}

/// What ran during the run may be gone since.
void MetricRows::lookThen()
{
    LiveMetrics &metrics = m_workspace.metrics();
    if (metrics.isDiscovering() || !metrics.mapping().empty() || m_lookedAt == m_state.run())
        return;
    m_lookedAt = m_state.run();
    metrics.discover(m_lookedAt.end);
}

std::vector<metric::SignalQuery> MetricRows::queriesOf(const std::vector<std::string> &services) const
{
    std::vector<metric::SignalQuery> queries;
    for (const workspace::MappedSignal &mapped : m_workspace.metrics().mapping()) {
        // A limit is asked for with what it limits.
        const Signal signal = mapped.query.signal == Signal::PoolLimit ? Signal::PoolUsed : mapped.query.signal;
        const bool isWantedOne = m_signals.contains(signal)
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
    for (const metric::SignalLane &lane : metric::loadLanes(queriesOf(m_workspace.metrics().services()))) {
        workspace::MetricQuestion question;
        question.range.expression = lane.expression;
        question.range.range = m_askedRun;
        question.range.widthPx = kRankingPx;
        question.range.seriesLimit = kMostSeries;
        m_changes.push_back(std::make_unique<workspace::MetricPanel>(m_workspace.metrics()));
        workspace::MetricPanel &panel = *m_changes.back();
        connect(&panel, &workspace::MetricPanel::changed, this, &MetricRows::takeChanges);
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
    if (!isWanted())
        return;
    m_measured = metric::loadLanes(queriesOf(shownServices()));
    std::vector<metric::SignalLane> shown;
    QStringList ids;
    for (const QString &id : m_laneLayout.ordered(idsOf(laneGroup()))) {
        if (m_laneLayout.choiceOf(id).isHidden)
            continue;
        ids.append(id);
        shown.push_back(*std::ranges::find(m_measured, id, [](const auto &lane) { return laneId(lane.signal); }));
    }
    showLanes(shown, ids);
    const bool isLooking = m_workspace.metrics().isDiscovering();
    if (m_measured.empty())
        m_text->setText(isLooking ? tr("Looking at what is measured")
                                  : tr("No store measures what is chosen for these services."));
    else if (m_lanes.empty())
        m_text->setText(tr("All lanes of metrics are hidden"));
    else
        m_text->setText(m_chosen ? tr("Metrics of the services that you chose")
                                 : tr("Metrics of the services that changed most during the run"));
}

/// A lane that moves takes its answers along.
void MetricRows::showLanes(const std::vector<metric::SignalLane> &lanes, const QStringList &ids)
{
    std::map<QString, MetricLane *> before;
    for (std::size_t i = 0; i < m_lanes.size(); ++i)
        before[m_laneIds[static_cast<qsizetype>(i)]] = m_lanes[i];
    m_lanes.clear();
    m_laneIds = ids;
    int content = 0;
    for (std::size_t i = 0; i < lanes.size(); ++i) {
        const QString &id = ids[static_cast<qsizetype>(i)];
        const auto known = before.find(id);
        MetricLane *lane = known == before.end() ? newLane() : known->second;
        if (known != before.end())
            before.erase(known);
        placeLane(*lane);
        LaneSpec spec;
        spec.title = toQString(lanes[i].title);
        spec.unit = lanes[i].unit;
        spec.targets.push_back({lanes[i].expression, {}, {}});
        spec.lines = m_workspace.metrics().services(); // a service keeps its colour
        lane->setSpec(std::move(spec));
        const settings::LaneChoice choice = m_laneLayout.choiceOf(id);
        const int height = static_cast<int>(kLanePx * choice.height);
        lane->setLook(height, {choice.isLogarithmic, choice.isFitted});
        content += height + kGapPx;
    }
    for (const auto &[id, lane] : before) {
        lane->hide();
        m_column->removeWidget(lane);
        lane->deleteLater(); // its menu may be what hides it
    }
    m_scroll->setMinimumHeight(std::min(content, kLanePx + kGapPx));
    m_scroll->setMaximumHeight(content);
    setMaximumHeight(content + 120);
    updateGeometry();
}

/// Below those that have their place.
void MetricRows::placeLane(MetricLane &lane)
{
    const auto place = static_cast<int>(m_lanes.size());
    if (m_column->indexOf(&lane) != place) {
        m_column->removeWidget(&lane);
        m_column->insertWidget(place, &lane);
    }
    if (!m_lanes.empty())
        setTabOrder(m_lanes.back(), &lane);
    m_lanes.push_back(&lane);
}

MetricLane *MetricRows::newLane()
{
    auto *lane = new MetricLane(m_axis, {}, m_inner);
    lane->setActive(m_isShown);
    lane->installEventFilter(this);
    connect(lane, &MetricLane::menuOpened, this, [this, lane](QMenu *menu) { addMenu(lane, *menu); });
    lane->show();
    return lane;
}

void MetricRows::fillMenu()
{
    m_menu->clear();
    addHeading(*m_menu, tr("Signals"));
    const LiveMetrics &metrics = m_workspace.metrics();
    for (std::size_t i = 0; i < metric::kSignalCount; ++i) {
        const auto signal = static_cast<Signal>(i);
        if (signal == Signal::PoolLimit)
            continue;
        const bool isMeasured = std::ranges::any_of(
            metrics.mapping(), [signal](const workspace::MappedSignal &m) { return m.query.signal == signal; });
        if (!isMeasured)
            continue;
        QAction *action = m_menu->addAction(toQString(metric::signalTitle(signal)));
        action->setCheckable(true);
        action->setChecked(m_signals.contains(signal));
        connect(action, &QAction::toggled, this, [this, signal](bool isOn) {
            isOn ? void(m_signals.insert(signal)) : void(m_signals.erase(signal));
            remember();
            fillLanes();
        });
    }
    m_menu->addSeparator();
    addHeading(*m_menu, tr("Services"));
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
    remember();
    fillLanes();
}

bool MetricRows::isSettled() const
{
    const bool isRanking = std::ranges::any_of(m_changes, [](const auto &panel) { return panel->isAsking(); });
    return !isRanking && std::ranges::all_of(m_lanes, [](const MetricLane *lane) { return lane->isSettled(); });
}

} // namespace tailspan::replay
