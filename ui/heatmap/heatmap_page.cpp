// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/heatmap/heatmap_page.h"

#include "models/items/qt_text.h"
#include "ui/heatmap/heat_controls.h"
#include "ui/heatmap/heat_legend.h"
#include "ui/heatmap/selection_panel.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/widgets/command.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/plain_label.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace tailspan::heatmap {

using namespace Qt::StringLiterals;
using items::toQString;
using widgets::PlainLabel;
using workspace::Workspace;
namespace metric = style::metric;

namespace {

constexpr int kBusyAfterMs = 300;
constexpr double kSlowest = 0.98; // of all, what a box over the slowest leaves out

} // namespace

HeatmapPage::HeatmapPage(Workspace &workspace, QWidget *parent)
    : Page(parent), m_workspace(workspace), m_state(new HeatState(workspace, this))
{
    m_empty = new widgets::EmptyState(this);
    m_empty->setContent(u"heat"_s, tr("No latencies to show"),
                        tr("This page shows how many requests took how long when, and what sets the slow ones apart. "
                           "Open a trace file or a load-test report, or connect to a store under Sources."),
                        tr("Open files"));
    m_view = new HeatMapView(this);
    m_panel = new SelectionPanel(*m_state, this);
    m_splitter = new QSplitter(Qt::Vertical, this);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->addWidget(m_view);
    m_splitter->addWidget(m_panel);
    m_splitter->setStretchFactor(0, 1);
    m_splitter->setStretchFactor(1, 0);
    connect(m_splitter, &QSplitter::splitterMoved, this, [this] { m_isSplitByUser = true; });
    connect(m_panel, &SelectionPanel::tabChanged, this, &HeatmapPage::fitPanel);
    auto *body = new QWidget(this);
    auto *bodyRows = new QVBoxLayout(body);
    bodyRows->setContentsMargins(0, 0, 0, 0);
    bodyRows->setSpacing(metric::kGap);
    bodyRows->addWidget(buildHead());
    bodyRows->addWidget(m_splitter, 1);
    m_stack = new QStackedWidget(this);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(body);
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(metric::kMargin, metric::kGap, metric::kMargin, metric::kGap);
    rows->addWidget(m_stack);
    setFocusProxy(m_view);
    connectState();
    connectView();
    buildCommands();
    buildExports();
    showMap();
    showTime();
}

HeatmapPage::~HeatmapPage() = default;

QWidget *HeatmapPage::buildHead()
{
    auto *head = new QWidget(this);
    m_title = new PlainLabel(head);
    m_title->setFont(style::titleFont());
    m_title->setObjectName(u"heatTitle"_s);
    m_title->setElideMode(Qt::ElideMiddle);
    m_subtitle = new PlainLabel(head);
    m_subtitle->setTone(PlainLabel::Tone::Muted);
    m_subtitle->setObjectName(u"heatSubtitle"_s);
    m_subtitle->setElideMode(Qt::ElideRight);
    m_legend = new HeatLegend(head);
    m_controls = new HeatControls(*m_state, head);
    m_busy = new QWidget(head);
    m_busyText = new PlainLabel(m_busy);
    m_busyText->setTone(PlainLabel::Tone::Muted);
    auto *cancel = new QPushButton(tr("Cancel"), m_busy);
    connect(cancel, &QPushButton::clicked, m_state, &HeatState::cancel);
    auto *busyRow = new QHBoxLayout(m_busy);
    busyRow->setContentsMargins(0, 0, 0, 0);
    busyRow->addWidget(m_busyText);
    busyRow->addWidget(cancel);
    m_busy->hide();
    auto *titleRow = new QHBoxLayout;
    titleRow->setSpacing(metric::kGap + 2);
    titleRow->addWidget(m_title);
    titleRow->addWidget(m_subtitle, 1);
    titleRow->addWidget(m_busy);
    titleRow->addWidget(m_legend);
    auto *rows = new QVBoxLayout(head);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(metric::kGrid + 2);
    rows->addWidget(m_controls);
    rows->addLayout(titleRow);
    return head;
}

widgets::PageInfo HeatmapPage::info() const
{
    return {u"heatmap"_s, tr("Heat"), u"heat"_s, widgets::PageInfo::Needs::Nothing, true};
}

bool HeatmapPage::isSettled() const
{
    return !m_state->isAsking() && m_controls->isSettled() && m_panel->isSettled();
}

bool HeatmapPage::showView(const QString &id)
{
    if (id == u"difference"_s) {
        const TimeRange whole = m_state->whole();
        if (!m_state->noBaseline(Baseline::Previous).isEmpty()) // the later half against the one before
            m_state->show({whole.begin + Duration(whole.length().ns() / 2), whole.end});
        m_state->setBaseline(Baseline::Previous);
        return true;
    }
    if (id == u"explain"_s) {
        m_panel->showTab(SelectionPanel::Tab::Different);
        m_wantsSlowest = true;
        boxSlowest();
        return true;
    }
    if (id == u"correlation"_s) {
        m_panel->showTab(SelectionPanel::Tab::GoesWith);
        return true;
    }
    return false;
}

void HeatmapPage::connectState()
{
    connect(m_state, &HeatState::mapChanged, this, &HeatmapPage::showMap);
    connect(m_state, &HeatState::timeChanged, this, &HeatmapPage::showTime);
    connect(m_state, &HeatState::askingChanged, this, &HeatmapPage::showAsking);
    connect(m_state, &HeatState::boxChanged, this, &HeatmapPage::showBox);
    connect(&m_workspace, &Workspace::momentChanged, this, [this] { m_view->setMoment(m_workspace.moment()); });
    connect(&m_workspace.alerts(), &workspace::AlertWatch::overlaysChanged, this, &HeatmapPage::showBands);
    connect(m_empty, &widgets::EmptyState::actionTriggered, this, &HeatmapPage::openRequested);
    m_busyTimer.setInterval(kBusyAfterMs);
    connect(&m_busyTimer, &QTimer::timeout, this, [this] {
        const auto progress = m_state->progress();
        const char *stage = progress == nullptr ? "" : progress->stage.load(std::memory_order_relaxed);
        m_busyText->setText(*stage == '\0' ? tr("Working") : QString::fromUtf8(stage));
        m_busy->show();
    });
}

void HeatmapPage::connectView()
{
    connect(m_view, &HeatMapView::shownChanged, m_state, &HeatState::show);
    connect(m_view, &HeatMapView::hovered, &m_workspace, &Workspace::setMoment);
    connect(m_view, &HeatMapView::boxEdited, this, [this] { m_state->setBox(m_view->box()); });
    connect(m_view, &HeatMapView::activated, m_panel, &SelectionPanel::showTraces);
    connect(m_view, &HeatMapView::resized, this, [this] { m_state->setPlotSize(m_view->plotRect().size()); });
}

void HeatmapPage::buildCommands()
{
    const auto add = [this](const QString &text, const QList<QKeySequence> &keys, auto &&run) {
        addAction(widgets::makeCommand(text, keys, this, run));
    };
    constexpr double kStep = 1.4;
    add(tr("Zoom in"), {Qt::Key_W, Qt::Key_Plus}, [this] { m_view->zoom(kStep); });
    add(tr("Zoom out"), {Qt::Key_S, Qt::Key_Minus}, [this] { m_view->zoom(1 / kStep); });
    add(tr("Earlier"), {Qt::Key_A}, [this] { m_view->pan(0.2); });
    add(tr("Later"), {Qt::Key_D}, [this] { m_view->pan(-0.2); });
    add(tr("Show the full time range"), {Qt::Key_F}, [this] { m_state->show(m_state->whole()); });
    add(tr("Zoom to the box"), {Qt::Key_Z}, [this] { m_panel->zoomToBox(); });
    add(tr("Use the box as the baseline"), {Qt::Key_B}, [this] { m_state->keepBox(); });
    add(tr("Only what failed"), {Qt::Key_E}, [this] { m_state->setOnlyFailed(!m_state->subject().onlyFailed); });
    add(tr("Percentile lines"), {Qt::Key_P}, [this] {
        HeatLook look = m_state->look();
        look.hasLines = !look.hasLines;
        m_state->setLook(look);
    });
    add(tr("Next scale of colours"), {Qt::Key_C}, [this] {
        HeatLook look = m_state->look();
        look.scale = static_cast<layout::HeatScale>((static_cast<int>(look.scale) + 1) % 3);
        m_state->setLook(look);
    });
    add(tr("Put a box over the slowest"), {Qt::Key_X}, [this] { boxSlowest(); });
}

/// Over everything above the latency that all but a few stay below: a place to begin.
void HeatmapPage::boxSlowest()
{
    const workspace::HeatMapPtr &map = m_state->map();
    if (map == nullptr || map->grid.total == 0)
        return;
    m_wantsSlowest = false;
    const ::tailspan::metric::LatencyGrid &grid = map->grid;
    layout::HeatCells cells{0, grid.columns, grid.rows.count(), grid.rows.count()};
    const auto wanted = static_cast<std::uint64_t>((1 - kSlowest) * static_cast<double>(grid.total)) + 1;
    while (cells.beginRow > 0 && layout::countIn(grid, cells) < wanted)
        --cells.beginRow;
    const auto isEmpty = [&](std::uint32_t column) {
        return layout::countIn(grid, {column, column + 1, cells.beginRow, cells.endRow}) == 0;
    };
    while (cells.beginColumn + 1 < cells.endColumn && isEmpty(cells.beginColumn))
        ++cells.beginColumn;
    while (cells.endColumn > cells.beginColumn + 1 && isEmpty(cells.endColumn - 1))
        --cells.endColumn;
    while (cells.endRow > cells.beginRow + 1
           && layout::countIn(grid, {cells.beginColumn, cells.endColumn, cells.endRow - 1, cells.endRow}) == 0)
        --cells.endRow;
    m_state->setBox(layout::boxOf(grid, cells));
}

void HeatmapPage::showMap()
{
    m_stack->setCurrentIndex(m_state->origin() == nullptr ? 0 : 1);
    m_title->setText(m_state->title());
    m_subtitle->setText(m_state->error().isEmpty() ? m_state->subtitle() : QString());
    layout::HeatPicture picture = m_state->picture();
    m_legend->setPicture(picture, m_state->look(), m_state->noun(false));
    m_view->setLook(m_state->look());
    m_view->setNoun(m_state->noun(true), m_state->noun(false));
    QString notice = m_state->error();
    if (notice.isEmpty() && m_state->map() != nullptr && m_state->map()->grid.total == 0)
        notice = tr("Nothing in this time. Widen the range, or the filter.");
    m_view->setNotice(notice);
    m_view->setMap(m_state->map(), std::move(picture));
    showBands();
    if (m_wantsSlowest)
        boxSlowest();
}

/// Alerts of the service that is shown, and those that name none.
void HeatmapPage::showBands()
{
    const std::string service = m_state->subject().service;
    std::vector<HeatBand> bands;
    for (const ::tailspan::metric::AlertBand &band : m_workspace.alerts().bands()) {
        if (service.empty() || band.service.empty() || band.service == service)
            bands.push_back({band.range, toQString(band.name), band.isOver});
    }
    m_view->setBands(std::move(bands));
}

void HeatmapPage::showAsking()
{
    if (!m_state->isAsking()) {
        m_busyTimer.stop();
        m_busy->hide();
    } else if (!m_busyTimer.isActive()) {
        m_busyTimer.start();
    }
}

void HeatmapPage::showTime()
{
    if (!m_state->shown().isEmpty())
        m_view->setTime(m_state->whole(), m_state->shown());
}

void HeatmapPage::showBox()
{
    m_view->setBox(m_state->box());
    fitPanel();
}

/// The map takes what there is, until there is something to list.
void HeatmapPage::fitPanel()
{
    if (m_isSplitByUser)
        return;
    const bool isWanted = m_state->box() || m_panel->tab() == SelectionPanel::Tab::GoesWith;
    const int height = m_splitter->height();
    const int panel = isWanted ? std::clamp(height * 2 / 5, 160, 420) : m_panel->minimumSizeHint().height();
    m_splitter->setSizes({height - panel, panel});
}

void HeatmapPage::resizeEvent(QResizeEvent *event)
{
    Page::resizeEvent(event);
    fitPanel();
}

void HeatmapPage::showEvent(QShowEvent *event)
{
    Page::showEvent(event);
    fitPanel();
    m_state->setHidden(false);
}

void HeatmapPage::hideEvent(QHideEvent *event)
{
    Page::hideEvent(event);
    m_state->setHidden(true);
}

} // namespace tailspan::heatmap
