// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/lanes_view.h"

#include "models/layout/replay_axis.h"
#include "ui/replay/lane_layout.h"
#include "ui/replay/lane_list.h"
#include "ui/replay/lanes_geometry.h"
#include "ui/replay/lanes_overlay.h"
#include "ui/replay/replay_state.h"
#include "ui/style/theme.h"

#include <qcustomplot.h>

#include <algorithm>
#include <utility>

namespace tailspan::replay {

namespace {

/// Low lanes may be lower than usual; high ones take their height from what there is.
int leastHeight(const Lane &lane, const settings::LaneChoice &choice)
{
    return static_cast<int>(lanes::kLeastLanePx * std::min(lane.stretch(), 2.5) * std::min(choice.height, 1.0));
}

} // namespace

LanesView::LanesView(ReplayState &state, LaneLayout &laneLayout, QWidget *parent)
    : QWidget(parent), m_state(state), m_laneLayout(laneLayout), m_lanes(makeLanes())
{
    setObjectName(QStringLiteral("lanes"));
    setAccessibleName(tr("Lanes of the run"));
    setAccessibleDescription(
        tr("Users, requests, latency and errors over time. Left and Right step, Space plays, Up and "
           "Down choose a lane, the menu key opens its menu."));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    buildPlot();
    m_overlay = new LanesOverlay(*this);
    connect(&m_state, &ReplayState::reportChanged, this, &LanesView::showReport);
    connect(&m_state, &ReplayState::scaleChanged, this, &LanesView::showWindow);
    connect(&m_state, &ReplayState::whatIfChanged, this, &LanesView::showWindow);
    connect(&m_state, &ReplayState::headChanged, m_overlay, &LanesOverlay::moveCrosshair);
    connect(&m_state, &ReplayState::hoverChanged, m_overlay, &LanesOverlay::moveCrosshair);
    connect(&m_laneLayout, &LaneLayout::changed, this, &LanesView::arrange);
    m_click.setSingleShot(true);
    connect(&m_click, &QTimer::timeout, this, &LanesView::askForTraces);
    applyTheme();
    arrange();
    showReport();
}

/// What is hidden belongs to nobody: the plot takes only its layout along.
LanesView::~LanesView()
{
    for (const std::unique_ptr<Lane> &lane : m_lanes) {
        if (std::ranges::find(m_shown, lane.get()) == m_shown.end())
            m_plot->plotLayout()->addElement(m_plot->plotLayout()->rowCount(), 0, &lane->rect());
    }
}

void LanesView::buildPlot()
{
    m_plot = new QCustomPlot(this);
    m_plot->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_plot->setFocusPolicy(Qt::NoFocus);
    m_plot->setAutoAddPlottableToLegend(false);
    m_plot->setNoAntialiasingOnDrag(false);
    m_plot->plotLayout()->clear();
    m_plot->plotLayout()->setRowSpacing(lanes::kLaneGapPx);
    m_plot->plotLayout()->setMargins(QMargins(0, 1, 0, 1)); // the outermost frames are drawn on these pixels
    for (const std::unique_ptr<Lane> &lane : m_lanes) {
        auto *rect = new QCPAxisRect(m_plot, false);
        rect->setAutoMargins(QCP::msNone);
        rect->setMargins(QMargins(lanes::kLeftPx, 0, lanes::kRightPx, 0));
        lane->attach(*m_plot, *rect);
    }
}

/// The lanes that are wanted, in the order and with the heights and axes that are wanted.
void LanesView::arrange()
{
    QCPLayoutGrid &grid = *m_plot->plotLayout();
    for (Lane *lane : m_shown)
        grid.take(&lane->rect());
    grid.simplify();
    m_shown.clear();
    int row = 0;
    for (const QString &id : m_laneLayout.ordered(idsOf(laneGroup()))) {
        Lane &lane = *laneOf(id);
        const settings::LaneChoice choice = m_laneLayout.choiceOf(id);
        lane.setShown(!choice.isHidden);
        lane.setAxisChoice({choice.isLogarithmic, choice.isFitted});
        if (choice.isHidden)
            continue;
        lane.rect().setMinimumSize(0, leastHeight(lane, choice));
        grid.addElement(row, 0, &lane.rect());
        grid.setRowStretchFactor(row++, lane.stretch() * choice.height);
        m_shown.push_back(&lane);
    }
    if (m_titleLane != nullptr && std::ranges::find(m_shown, m_titleLane) == m_shown.end())
        m_titleLane = nullptr;
    updateGeometry();
    placeLanes();
    if (m_picture.overview)
        showPicture(std::move(m_picture)); // axes have as many marks as there is room for
    m_overlay->update();
}

LaneGroup LanesView::laneGroup() const
{
    LaneGroup group;
    for (const std::unique_ptr<Lane> &lane : m_lanes)
        group.push_back({lane->id(), lane->name(), lane->hasValueAxis()});
    return group;
}

Lane *LanesView::laneOf(const QString &id) const
{
    const auto found = std::ranges::find_if(m_lanes, [&id](const auto &lane) { return lane->id() == id; });
    return found == m_lanes.end() ? nullptr : found->get();
}

QSize LanesView::minimumSizeHint() const
{
    int height = lanes::kStagePx + lanes::kStageGapPx + lanes::kAxisPx;
    for (const Lane *lane : m_shown)
        height += leastHeight(*lane, m_laneLayout.choiceOf(lane->id())) + lanes::kLaneGapPx;
    return {lanes::kLeftPx + lanes::kRightPx + 120, height};
}

QRect LanesView::stageArea() const
{
    return {lanes::kLeftPx, 0, timeArea().width(),
            m_state.report() && !m_state.report()->stages.empty() ? lanes::kStagePx : 0};
}

QRect LanesView::timeArea() const
{
    const QRect plot = m_plot->geometry();
    const int width = std::max(plot.width() - lanes::kLeftPx - lanes::kRightPx, 1);
    return {lanes::kLeftPx, plot.top(), width, plot.height()};
}

double LanesView::xOf(TimePoint time) const
{
    return timeArea().left() + m_state.scale().xOf(time);
}

void LanesView::placeLanes()
{
    const bool hasStages = m_state.report() && !m_state.report()->stages.empty();
    const int top = hasStages ? lanes::kStagePx + lanes::kStageGapPx : lanes::kNoStagePx;
    m_plot->setGeometry(0, top, width(), std::max(height() - top - lanes::kAxisPx, 1));
    m_overlay->setGeometry(rect());
    m_overlay->raise();
    m_plot->plotLayout()->update(QCPLayoutElement::upLayout); // axis rects know their size before the next replot
    if (m_state.isMeasured() || !m_state.hasTimeline())       // else this view is hidden, and the schedule is as wide
        m_state.setWidthPx(timeArea().width());
}

void LanesView::showReport()
{
    m_picture = {};
    m_missing.clear();
    for (const std::unique_ptr<Lane> &lane : m_lanes)
        m_missing.insert(lane->id(), m_state.isMeasured() ? lane->missing(*m_state.report()) : QString());
    placeLanes();
    showWindow();
}

void LanesView::requestPicture()
{
    const loadtest::LoadTestReportPtr report = m_state.report();
    const TimeRange window = m_state.scale().visible();
    const int steps = timeArea().width();
    layout::ReplayOverviewPtr overview = m_picture.overview;
    m_job.start(
        [report, window, steps, whatIf = m_state.whatIf(),
         overview = std::move(overview)](std::stop_token stop, Progress &) mutable -> Result<layout::ReplayPicture> {
            if (!overview)
                overview = std::make_shared<const layout::ReplayOverview>(layout::makeReplayOverview(*report));
            return layout::makeReplayPicture(*report, std::move(overview), window, steps, stop, whatIf);
        },
        [this](Result<layout::ReplayPicture> picture) {
            if (picture)
                showPicture(std::move(*picture));
        });
}

void LanesView::showPicture(layout::ReplayPicture picture)
{
    m_picture = std::move(picture);
    for (Lane *lane : m_shown) {
        if (missing(*lane).isEmpty())
            lane->show(*m_state.report(), m_picture);
    }
    m_plot->replot(QCustomPlot::rpQueuedReplot);
    m_overlay->update();
}

void LanesView::showWindow()
{
    if (!m_state.isMeasured()) {
        m_job.cancel();
        return;
    }
    const TimeRange visible = m_state.scale().visible();
    const double begin = (visible.begin - m_state.run().begin).toSeconds();
    const double end = (visible.end - m_state.run().begin).toSeconds();
    const bool hasClock = m_state.report()->startedAt.has_value();
    QMap<double, QString> ticks;
    for (const layout::TimeTick &tick : hasClock ? layout::clockTicks(m_state.scale(), lanes::kTimeTickPx)
                                                 : layout::elapsedTicks(m_state.scale(), lanes::kTimeTickPx))
        ticks.insert((tick.time - m_state.run().begin).toSeconds(), QString());
    for (const std::unique_ptr<Lane> &lane : m_lanes) {
        QCPAxis *time = lane->rect().axis(QCPAxis::atBottom);
        time->setRange(begin, end);
        time->ticker().staticCast<QCPAxisTickerText>()->setTicks(ticks);
    }
    m_stages = layout::stageBandsOf(*m_state.report(), m_state.scale());
    m_plot->replot(QCustomPlot::rpQueuedReplot);
    m_overlay->update();
    requestPicture();
}

void LanesView::applyTheme()
{
    m_plot->setBackground(style::theme().window);
    for (const std::unique_ptr<Lane> &lane : m_lanes)
        lane->applyTheme();
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void LanesView::resizeEvent(QResizeEvent *)
{
    placeLanes();
    if (m_state.isMeasured())
        requestPicture();
}

void LanesView::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        applyTheme();
}

} // namespace tailspan::replay
