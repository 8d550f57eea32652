// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/lanes_view.h"

#include "models/items/qt_text.h"
#include "models/layout/replay_axis.h"
#include "ui/replay/lane_list.h"
#include "ui/replay/lanes_geometry.h"
#include "ui/replay/lanes_overlay.h"
#include "ui/replay/replay_state.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_tooltip.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QWheelEvent>

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace tailspan::replay {

namespace {

constexpr double kZoomPerStep = 1.25;
constexpr double kWheelStep = 120; // eighths of a degree
constexpr double kPanPerStepPx = 60;

} // namespace

LanesView::LanesView(ReplayState &state, QWidget *parent) : QWidget(parent), m_state(state), m_lanes(makeLanes())
{
    setObjectName(QStringLiteral("lanes"));
    setAccessibleName(tr("Lanes of the run"));
    setAccessibleDescription(tr("Users, requests, latency and errors over time. Left and Right step, Space plays."));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    buildPlot();
    m_overlay = new LanesOverlay(*this);
    connect(&m_state, &ReplayState::reportChanged, this, &LanesView::showReport);
    connect(&m_state, &ReplayState::scaleChanged, this, &LanesView::showWindow);
    connect(&m_state, &ReplayState::headChanged, m_overlay, &LanesOverlay::moveCrosshair);
    connect(&m_state, &ReplayState::hoverChanged, m_overlay, &LanesOverlay::moveCrosshair);
    applyTheme();
    showReport();
}

LanesView::~LanesView() = default;

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
    int row = 0;
    for (const std::unique_ptr<Lane> &lane : m_lanes) {
        auto *rect = new QCPAxisRect(m_plot, false);
        rect->setAutoMargins(QCP::msNone);
        rect->setMargins(QMargins(lanes::kLeftPx, 0, lanes::kRightPx, 0));
        rect->setMinimumSize(0, static_cast<int>(lanes::kLeastLanePx * std::min(lane->stretch(), 2.5)));
        m_plot->plotLayout()->addElement(row, 0, rect);
        m_plot->plotLayout()->setRowStretchFactor(row++, lane->stretch());
        lane->attach(*m_plot, *rect);
    }
}

QSize LanesView::minimumSizeHint() const
{
    int height = lanes::kStagePx + lanes::kStageGapPx + lanes::kAxisPx;
    for (const std::unique_ptr<Lane> &lane : m_lanes)
        height += static_cast<int>(lanes::kLeastLanePx * std::min(lane->stretch(), 2.5)) + lanes::kLaneGapPx;
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
        m_missing.append(m_state.isMeasured() ? lane->missing(*m_state.report()) : QString());
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
        [report, window, steps, overview = std::move(overview)](std::stop_token stop,
                                                                Progress &) mutable -> Result<layout::ReplayPicture> {
            if (!overview)
                overview = std::make_shared<const layout::ReplayOverview>(layout::makeReplayOverview(*report));
            return layout::makeReplayPicture(*report, std::move(overview), window, steps, stop);
        },
        [this](Result<layout::ReplayPicture> picture) {
            if (picture)
                showPicture(std::move(*picture));
        });
}

void LanesView::showPicture(layout::ReplayPicture picture)
{
    m_picture = std::move(picture);
    for (std::size_t i = 0; i < m_lanes.size(); ++i) {
        if (m_missing[static_cast<qsizetype>(i)].isEmpty())
            m_lanes[i]->show(*m_state.report(), m_picture);
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

void LanesView::wheelEvent(QWheelEvent *event)
{
    if (!m_state.hasTimeline())
        return;
    const QPoint angle = event->angleDelta();
    const double x = event->position().x() - timeArea().left();
    if (event->modifiers().testFlag(Qt::ShiftModifier) || std::abs(angle.x()) > std::abs(angle.y())) {
        const int delta = angle.y() != 0 ? angle.y() : angle.x();
        m_state.panBy(-delta / kWheelStep * kPanPerStepPx);
    } else if (angle.y() != 0) {
        m_state.zoomAt(std::pow(kZoomPerStep, angle.y() / kWheelStep), x);
    }
    event->accept();
}

void LanesView::mousePressEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton && m_state.hasTimeline())
        m_state.setHead(m_state.scale().timeAt(event->position().x() - timeArea().left()));
    else
        QWidget::mousePressEvent(event);
}

void LanesView::mouseMoveEvent(QMouseEvent *event)
{
    if (!m_state.hasTimeline())
        return;
    const QRect area = timeArea();
    const TimePoint time = m_state.scale().timeAt(event->position().x() - area.left());
    if (event->buttons().testFlag(Qt::LeftButton)) {
        m_state.setHover(std::nullopt);
        m_state.setHead(time);
        return;
    }
    const bool isInside = event->position().x() >= area.left() && event->position().x() <= area.right();
    m_state.setHover(isInside ? std::optional(time) : std::nullopt);
}

void LanesView::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton)
        m_state.showAll();
}

void LanesView::leaveEvent(QEvent *)
{
    m_state.setHover(std::nullopt);
}

void LanesView::focusInEvent(QFocusEvent *event)
{
    const Qt::FocusReason reason = event->reason();
    m_overlay->setFocusShown(reason == Qt::TabFocusReason || reason == Qt::BacktabFocusReason);
}

void LanesView::focusOutEvent(QFocusEvent *)
{
    m_overlay->setFocusShown(false);
}

bool LanesView::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    showToolTip(help->pos(), help->globalPos());
    return true;
}

/// Stages and kinds of failure whose words had no room.
void LanesView::showToolTip(const QPoint &at, const QPoint &globalPos)
{
    QString text;
    const double x = at.x() - timeArea().left();
    for (const layout::StageBand &stage : m_stages) {
        if (stageArea().contains(at) && x >= stage.xPx && x < stage.xPx + stage.widthPx) {
            text = items::toQString(stage.name)
                + (stage.load.empty() ? QString() : QStringLiteral("\n") + items::toQString(stage.load))
                + (stage.isPlanned ? QStringLiteral("\n") + tr("planned: the file does not say when it really ran")
                                   : QString());
        }
    }
    if (at.x() > timeArea().right()) {
        for (const std::unique_ptr<Lane> &lane : m_lanes) {
            for (const LaneLabel &label : lane->labels()) {
                const double distance = at.y() - timeArea().top() - label.yPx;
                if (m_overlay->isElided(label) && std::abs(distance) <= 8)
                    text = label.text;
            }
        }
    }
    widgets::showPlainToolTip(globalPos, text, this);
}

} // namespace tailspan::replay
