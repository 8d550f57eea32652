// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/servicemap/service_map_page.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "ui/servicemap/map_bar.h"
#include "ui/servicemap/map_details.h"
#include "ui/servicemap/map_legend.h"
#include "ui/servicemap/map_moment.h"
#include "ui/servicemap/map_placer.h"
#include "ui/servicemap/map_source.h"
#include "ui/servicemap/map_text.h"
#include "ui/style/theme.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/command.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/plain_label.h"

#include <QApplication>
#include <QFocusEvent>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace tailspan::servicemap {

using namespace Qt::StringLiterals;
using items::toQString;
using layout::MapScene;

namespace {

constexpr qint64 kOldMs = 3000; // a map this old says so

} // namespace

ServiceMapPage::ServiceMapPage(workspace::Workspace &workspace, QWidget *parent)
    : Page(parent), m_workspace(workspace), m_source(new MapSource(workspace, this)),
      m_moment(new MapMoment(workspace, *m_source, this)), m_placer(new MapPlacer(this)), m_details(new MapDetails)
{
    build();
    buildCommands();
    connectAll();
    connectDetails();
    takeMap(false);
}

ServiceMapPage::~ServiceMapPage()
{
    if (m_details != nullptr && m_details->parent() == nullptr)
        delete m_details;
}

widgets::PageInfo ServiceMapPage::info() const
{
    return {u"map"_s, tr("Map"), u"map"_s, widgets::PageInfo::Needs::Traces, true};
}

QWidget *ServiceMapPage::detailsWidget()
{
    return m_details;
}

bool ServiceMapPage::isSettled() const
{
    const bool isWaiting = m_source->hasSpans() && m_source->map() == nullptr && m_source->problem().isEmpty();
    return !isWaiting && !m_source->isCounting() && !m_moment->isCounting() && !m_placer->isPlacing()
        && m_canvas->isPainted();
}

bool ServiceMapPage::showView(const QString &id)
{
    if (id.startsWith(u"service:"_s)) {
        m_wantedService = id.mid(8).toStdString();
        selectWanted();
        return true;
    }
    MapChoices choices = m_source->choices();
    if (id == u"folded"_s)
        choices.isFolded = true;
    else if (id == u"compared"_s)
        choices.baseline = Baseline::FirstHalf;
    else if (id == u"selected"_s)
        m_selectsBusiest = true;
    else if (id != u"legend"_s)
        return false;
    m_legend->setVisible(id == u"legend"_s || id == u"compared"_s);
    m_source->setChoices(std::move(choices));
    m_bar->refresh();
    return true;
}

void ServiceMapPage::build()
{
    m_empty = new widgets::EmptyState(this);
    m_empty->setContent(
        u"map"_s, tr("No traces are open"),
        tr("The map shows which service calls which, how often, how fast and how many calls fail. Open a "
           "trace file, or connect to a store."),
        tr("Open files"));
    m_content = new QWidget(this);
    m_bar = new MapBar(*m_source, m_content);
    m_banner = new widgets::Banner(m_content);
    m_canvas = new MapCanvas(m_content);
    m_legend = new MapLegend(m_content);
    m_legend->hide();
    m_state = new widgets::PlainLabel(m_content);
    m_state->setObjectName(u"mapState"_s);
    m_state->setTone(widgets::PlainLabel::Tone::Muted);
    m_state->setElideMode(Qt::ElideRight);
    m_age = new widgets::PlainLabel(m_content);
    m_age->setTone(widgets::PlainLabel::Tone::Muted);
    auto *below = new QHBoxLayout;
    below->addWidget(m_state, 1);
    below->addWidget(m_age);
    auto *rows = new QVBoxLayout(m_content);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(style::metric::kGap);
    rows->addWidget(m_bar);
    rows->addWidget(m_banner);
    rows->addWidget(m_canvas, 1);
    rows->addWidget(m_legend);
    rows->addLayout(below);
    m_stack = new QStackedWidget(this);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(m_content);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(style::metric::kMargin, style::metric::kGap, style::metric::kMargin,
                               style::metric::kGrid);
    column->addWidget(m_stack);
}

void ServiceMapPage::buildCommands()
{
    const auto add = [this](const QString &text, const QKeySequence &key, auto &&run) {
        addAction(widgets::makeCommand(text, {key}, this, run));
    };
    add(tr("Find a service on the map"), Qt::Key_Slash, [this] {
        m_bar->search().setFocus(Qt::ShortcutFocusReason);
        m_bar->search().selectAll();
    });
    add(tr("Fit the selected service and its neighbours"), Qt::Key_F, [this] { m_canvas->fitSelection(); });
    add(tr("Fit the whole map"), Qt::SHIFT | Qt::Key_F, [this] { m_canvas->fitAll(); });
    add(tr("Show only the neighbourhood of the selected service, or everything"), Qt::Key_N, [this] {
        if (m_bar->filter().focus.empty())
            focusSelection();
        else
            m_bar->setFocus({}, 0);
    });
    add(tr("Narrow everything to the selected service or call"), Qt::Key_X, [this] { filterToSelection(); });
    add(tr("Arrange the map anew"), Qt::SHIFT | Qt::Key_L, [this] { place(true); });
    add(tr("Fold namespaces, or open them"), Qt::Key_G, [this] {
        MapChoices choices = m_source->choices();
        choices.isFolded = !choices.isFolded;
        choices.opened.clear();
        m_source->setChoices(std::move(choices));
        m_bar->refresh();
    });
}

void ServiceMapPage::connectAll()
{
    connect(m_empty, &widgets::EmptyState::actionTriggered, this, &Page::openRequested);
    connect(m_source, &MapSource::mapChanged, this, &ServiceMapPage::takeMap);
    connect(m_source, &MapSource::stateChanged, this, &ServiceMapPage::showState);
    connect(m_moment, &MapMoment::changed, this, [this] {
        m_canvas->setMoment(m_moment->scene());
        showState();
    });
    connect(m_source, &MapSource::meshFailed, this,
            [this](const QString &text) { m_banner->showMessage(widgets::Banner::Kind::Error, text); });
    connect(m_source, &MapSource::meshOpened, this, [this](const QString &notes) {
        m_legend->show();
        if (notes.isEmpty())
            m_banner->dismiss();
        else
            m_banner->showMessage(widgets::Banner::Kind::Info, notes);
    });
    connect(&m_workspace.warnings(), &workspace::ServiceWarnings::changed, this, &ServiceMapPage::rebuildScene);
    connect(m_placer, &MapPlacer::placed, this, &ServiceMapPage::showPlaced);
    connect(m_placer, &MapPlacer::failed, this,
            [this](const QString &text) { m_banner->showMessage(widgets::Banner::Kind::Error, text); });
    connect(m_bar, &MapBar::filterChanged, this, &ServiceMapPage::rebuildScene);
    connect(m_bar, &MapBar::searchEdited, this, [this](const QString &text) {
        m_canvas->setSearch(text.toStdString());
        showState();
    });
    connect(m_bar, &MapBar::nextWanted, this, [this](bool isBackward) { m_canvas->findNext(isBackward); });
    connect(m_bar, &MapBar::searchLeft, m_canvas, [this] { m_canvas->setFocus(Qt::OtherFocusReason); });
    connect(m_bar, &MapBar::arrangeWanted, this, [this] { place(true); });
    connect(m_bar, &MapBar::legendToggled, m_legend, &QWidget::setVisible);
    connect(m_canvas, &MapCanvas::selectionChanged, this, &ServiceMapPage::showSelection);
    connect(m_canvas, &MapCanvas::detailsWanted, this, &Page::detailsRequested);
    connect(m_canvas, &MapCanvas::openWanted, this, &ServiceMapPage::openNamespace);
    connect(m_canvas, &MapCanvas::viewChanged, this, &ServiceMapPage::showState);
}

void ServiceMapPage::connectDetails()
{
    connect(m_details, &MapDetails::chosen, this, [this](const MapSelection &selection) {
        m_canvas->select(selection);
        m_canvas->revealSelection();
    });
    connect(m_details, &MapDetails::filterWanted, this, &ServiceMapPage::filterToSelection);
    connect(m_details, &MapDetails::tracesWanted, this, [this] {
        if (filterToSelection())
            Q_EMIT pageRequested(u"traces"_s);
    });
    connect(m_details, &MapDetails::focusWanted, this, &ServiceMapPage::focusSelection);
}

void ServiceMapPage::takeMap(bool isRenewal)
{
    const bool hasMap = m_source->map() != nullptr;
    QWidget *const wanted = m_source->hasSpans() || hasMap ? m_content : static_cast<QWidget *>(m_empty);
    if (wanted != m_stack->currentWidget()) {
        const bool hadFocus = hasFocus() || isAncestorOf(QApplication::focusWidget());
        m_stack->setCurrentWidget(wanted);
        if (hadFocus) // and not the first field of the bar
            setFocus(Qt::OtherFocusReason);
    }
    if (!hasMap) {
        m_placer->forget();
        m_next.reset();
        m_canvas->setMap(nullptr, true);
        m_canvas->select({});
        return showState();
    }
    if (!isRenewal && m_canvas->map() == nullptr)
        m_placer->forget();
    rebuildScene();
}

void ServiceMapPage::rebuildScene()
{
    const auto &map = m_source->map();
    if (map == nullptr)
        return;
    std::vector<layout::MapWarning> warnings;
    for (const workspace::ServiceWarning &warning : m_workspace.warnings().all())
        warnings.push_back({warning.service, warning.text, warning.isDown});
    m_next = std::make_shared<DrawnMap>();
    m_next->scene = mapSceneOf(*map, warnings, MapCanvas::nameWidthPx);
    m_next->shown = shownPartsOf(m_next->scene, m_bar->filter());
    m_next->part = partToPlace(m_next->scene, m_next->shown);
    m_next->isCompared = map->difference.has_value();
    m_legend->setMeaning(m_next->isCompared, map->mesh.has_value());
    place(false);
}

/// Each way to look at the map has places of its own; a least rate only hides.
std::string ServiceMapPage::placesKey() const
{
    std::string key = m_source->choices().isFolded ? "folded" : "all";
    const layout::MapFilter &filter = m_bar->filter();
    if (!filter.focus.empty())
        key += " near " + filter.focus + " " + std::to_string(filter.hops);
    return key;
}

void ServiceMapPage::place(bool isAnew)
{
    if (m_next == nullptr)
        return;
    const bool isPart = !m_bar->filter().focus.empty();
    m_placer->want(placesKey(), isPart ? m_next->part.graph : m_next->scene.toPlace(), isAnew);
    showState();
}

void ServiceMapPage::showPlaced(const std::string &key, bool isFresh)
{
    if (m_next == nullptr || key != placesKey())
        return;
    const bool isFirst = m_canvas->map() == nullptr;
    const bool isOtherPart = key != m_shownKey;
    m_shownKey = key;
    const auto drawn = std::make_shared<DrawnMap>(*m_next);
    drawn->places = m_placer->places(key, drawn->part.graph);
    m_canvas->setMap(drawn, isFresh || isFirst || isOtherPart);
    if (std::exchange(m_selectsBusiest, false))
        selectBusiest();
    selectWanted();
    showSelection();
    showState();
}

/// Another page asked for it; waits until there is a map.
void ServiceMapPage::selectWanted()
{
    if (m_wantedService.empty() || m_canvas->map() == nullptr)
        return;
    m_canvas->select({std::exchange(m_wantedService, {}), {}});
}

void ServiceMapPage::selectBusiest()
{
    const auto &nodes = m_canvas->map()->scene.nodes;
    const auto busiest =
        std::ranges::max_element(nodes, {}, [](const layout::MapNode &node) { return node.figures.calls; });
    if (busiest != nodes.end())
        m_canvas->select({busiest->name, {}});
}

void ServiceMapPage::showSelection()
{
    const MapSelection &selection = m_canvas->selection();
    m_bar->setSelectedNode(m_canvas->selectedNode() == MapScene::kNone ? std::string() : selection.node);
    if (m_details != nullptr)
        m_details->showPart(m_canvas->map(), selection);
}

void ServiceMapPage::showState()
{
    QStringList parts;
    if (m_source->map() != nullptr && m_canvas->map() != nullptr) {
        parts = stateSentences(*m_source->map(), *m_canvas->map());
        if (!m_bar->search().text().isEmpty())
            parts.prepend(tr("%1 found").arg(toQString(countText(m_canvas->picture().matches))));
        if (m_canvas->picture().hiddenNames > 0)
            parts.append(tr("%1 have no room: zoom in")
                             .arg(toQString(pluralText(m_canvas->picture().hiddenNames, "name", "names"))));
    } else if (m_source->isCounting() || m_placer->isPlacing()) {
        parts.append(tr("Adding up who calls whom"));
    }
    if (m_source->map() != nullptr && m_moment->scene() != nullptr)
        parts.prepend(momentSentence(*m_moment->scene()));
    if (!m_source->problem().isEmpty())
        parts.prepend(m_source->problem());
    m_state->setTone(m_source->problem().isEmpty() ? widgets::PlainLabel::Tone::Muted : widgets::PlainLabel::Tone::Bad);
    m_state->setText(parts.join(u" \u00b7 "_s));
    const bool isLive = m_workspace.stores().isLive() || m_source->choices().isFromStore;
    const bool isOld = m_source->ageMs() >= kOldMs && isLive && m_source->map() != nullptr;
    m_age->setText(isOld
                       ? tr("counted %1 ago").arg(toQString(durationText(Duration::seconds(m_source->ageMs() / 1000))))
                       : QString());
}

void ServiceMapPage::openNamespace(const QString &name)
{
    MapChoices choices = m_source->choices();
    choices.opened.push_back(name.toStdString());
    m_source->setChoices(std::move(choices));
}

void ServiceMapPage::focusSelection()
{
    if (m_canvas->selectedNode() != MapScene::kNone)
        m_bar->setFocus(m_canvas->selection().node, std::max(m_bar->filter().hops, 1));
}

bool ServiceMapPage::filterToSelection()
{
    const auto &map = m_canvas->map();
    if (map == nullptr)
        return false;
    std::vector<std::uint32_t> nodes;
    if (m_canvas->selectedEdge() != MapScene::kNone) {
        const layout::MapEdge &edge = map->scene.edges[m_canvas->selectedEdge()];
        nodes = {edge.from, edge.to};
    } else if (m_canvas->selectedNode() != MapScene::kNone) {
        nodes = {m_canvas->selectedNode()};
    }
    bool hasTerm = false;
    for (const std::uint32_t node : nodes) {
        if (map->scene.nodes[node].term.empty())
            continue;
        m_workspace.addFilterTerm(map->scene.nodes[node].term);
        hasTerm = true;
    }
    return hasTerm;
}

void ServiceMapPage::showEvent(QShowEvent *event)
{
    Page::showEvent(event);
    m_source->setActive(true);
    m_moment->setActive(true);
}

void ServiceMapPage::hideEvent(QHideEvent *event)
{
    Page::hideEvent(event);
    m_source->setActive(false);
    m_moment->setActive(false);
}

void ServiceMapPage::focusInEvent(QFocusEvent *event)
{
    QWidget *target = m_stack->currentWidget() == m_content ? static_cast<QWidget *>(m_canvas) : m_empty;
    target->setFocus(event->reason());
}

} // namespace tailspan::servicemap
