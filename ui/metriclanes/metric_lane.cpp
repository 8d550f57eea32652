// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/metriclanes/metric_lane.h"

#include "models/base/number_text.h"
#include "models/base/wall_clock.h"
#include "models/items/qt_text.h"
#include "models/metric/dashboard.h"
#include "models/metric/signal_lanes.h"
#include "models/metric/value_text.h"
#include "ui/metriclanes/lane_drawing.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_tooltip.h"

#include <QHelpEvent>
#include <QKeyEvent>

#include <algorithm>
#include <cmath>

namespace tailspan::metriclanes {

using items::toQString;
using workspace::MetricPanel;

namespace {

constexpr int kTopPx = 6;
constexpr int kBottomPx = 6;
constexpr int kEntryPx = 15;
constexpr double kLeastBrushPx = 4;
constexpr int kAgeMs = 1000;

std::string labelOf(const LaneTarget &target, const metric::Labels &labels)
{
    if (!target.legend.empty())
        return metric::legendText(target.legend, labels);
    const std::string_view line = metric::labelValue(labels, metric::kLineLabel);
    if (line.empty())
        return metric::seriesText(labels);
    const std::string_view source = metric::labelValue(labels, "source");
    return source.empty() ? std::string(line) : std::string(line) + " (" + std::string(source) + ")";
}

} // namespace

MetricLane::MetricLane(LaneAxis &axis, LaneSpec spec, QWidget *parent) : QWidget(parent), m_axis(axis)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::TabFocus);
    setCursor(Qt::CrossCursor);
    m_ageTimer.setInterval(kAgeMs);
    connect(&m_ageTimer, &QTimer::timeout, this, qOverload<>(&QWidget::update));
    connect(&m_axis, &LaneAxis::changed, this, [this](bool isRenewal) {
        lay();
        ask(isRenewal);
    });
    using workspace::Workspace;
    connect(&m_axis.workspace(), &Workspace::momentChanged, this, &MetricLane::moveCrosshair);
    connect(&m_axis.workspace().alerts(), &workspace::AlertWatch::overlaysChanged, this, &MetricLane::layOverlays);
    setSpec(std::move(spec));
}

void MetricLane::setSpec(LaneSpec spec)
{
    const bool isSame = spec.targets == m_spec.targets && !m_panels.empty();
    m_spec = std::move(spec);
    setAccessibleName(m_spec.title);
    if (!isSame) {
        m_drawn = std::make_shared<Drawn>();
        m_panels.clear();
        for (std::size_t i = 0; i < m_spec.targets.size(); ++i) {
            m_panels.push_back(std::make_unique<MetricPanel>(m_axis.workspace().metrics()));
            m_panels.back()->setActive(m_isActive);
            connect(m_panels.back().get(), &MetricPanel::changed, this, &MetricLane::lay);
        }
        ask(false);
    }
    lay();
}

void MetricLane::setLook(int heightPx, layout::AxisChoice axis)
{
    if (heightPx == m_heightPx && axis == m_axisChoice)
        return;
    m_heightPx = heightPx;
    m_axisChoice = axis;
    updateGeometry();
    lay();
}

void MetricLane::setActive(bool active)
{
    if (active == m_isActive)
        return;
    m_isActive = active;
    for (const auto &panel : m_panels)
        panel->setActive(active);
}

bool MetricLane::isAsking() const
{
    return std::any_of(m_panels.begin(), m_panels.end(), [](const auto &panel) { return panel->isAsking(); });
}

void MetricLane::ask(bool isRenewal)
{
    if (m_axis.isEmpty())
        return;
    for (std::size_t i = 0; i < m_panels.size(); ++i) {
        workspace::MetricQuestion question;
        question.range.expression = m_spec.targets[i].expression;
        question.range.range = m_axis.range();
        question.range.widthPx = static_cast<int>(m_axis.scale().widthPx());
        question.range.seriesLimit = m_spec.seriesLimit;
        question.source = m_spec.targets[i].source;
        if (!question.range.expression.empty())
            m_panels[i]->show(question, isRenewal);
    }
}

/// What lines are to be drawn now, in the order of their colours.
MetricLane::Drawing MetricLane::nextDrawing() const
{
    Drawing drawing;
    drawing.scale = m_axis.scale();
    drawing.range = m_axis.range();
    drawing.size = plotRect().size();
    drawing.pixelRatio = devicePixelRatioF();
    drawing.unit = m_spec.unit;
    drawing.axis = m_axisChoice;
    std::vector<layout::LaneCurve> rests;
    for (std::size_t i = 0; i < m_panels.size(); ++i) {
        const workspace::MetricResultPtr result = m_panels[i]->result();
        if (!result)
            continue;
        drawing.results.push_back(result);
        drawing.stepNs = std::max(drawing.stepNs, result->answer.stepNs);
        for (const metric::MetricSeries &series : result->answer.series)
            drawing.curves.push_back({labelOf(m_spec.targets[i], series.labels), &series, false});
        if (result->answer.seriesInRest > 0)
            rests.push_back({countText(result->answer.seriesInRest) + " others, summed", &result->answer.rest, true});
    }
    const auto placeOf = [this](const std::string &label) {
        return std::find(m_spec.lines.begin(), m_spec.lines.end(), label) - m_spec.lines.begin();
    };
    std::stable_sort(drawing.curves.begin(), drawing.curves.end(),
                     [&](const auto &a, const auto &b) { return placeOf(a.label) < placeOf(b.label); });
    drawing.curves.insert(drawing.curves.end(), rests.begin(), rests.end());
    for (std::size_t i = 0; i < drawing.curves.size(); ++i)
        drawing.colors.push_back(colorOf(drawing.curves[i], i));
    if (drawing.curves.size() == 1)
        drawing.fill = style::theme().fill(drawing.colors.front());
    return drawing;
}

void MetricLane::lay()
{
    layOverlays();
    problem().isEmpty() ? m_ageTimer.stop() : m_ageTimer.start();
    m_job.start([drawing = nextDrawing()](std::stop_token, Progress &) -> Result<DrawnPtr> { return drawn(drawing); },
                [this](Result<DrawnPtr> lines) {
                    if (lines)
                        m_drawn = std::move(*lines);
                    fillEntries();
                    update();
                    if (!isAsking())
                        Q_EMIT answered();
                });
}

void MetricLane::layOverlays()
{
    m_bands = m_axis.workspace().alerts().bands();
    if (!m_spec.service.empty())
        std::erase_if(m_bands, [this](const metric::AlertBand &band) { return band.service != m_spec.service; });
    m_overlays = layout::layOverlay(m_bands, m_axis.workspace().alerts().marks(), m_axis.scale(), 64, 0);
    update();
}

/// At the crosshair; without one, the newest. The largest first: that is what is looked for.
void MetricLane::fillEntries()
{
    m_entries.clear();
    const std::optional<TimePoint> moment = m_axis.workspace().moment();
    std::vector<std::pair<double, Entry>> ranked;
    for (std::size_t i = 0; i < picture().lines.size(); ++i) {
        const layout::LaneLine &line = picture().lines[i];
        const TimePoint last = m_axis.range().end - Duration(1);
        const double value = layout::valueAt(*line.series, moment.value_or(last), m_drawn->stepNs);
        ranked.push_back({std::isnan(value) ? -1e300 : value,
                          {toQString(line.label), toQString(metric::valueText(value, m_spec.unit)), m_drawn->colors[i],
                           line.isRest, i}});
    }
    std::stable_sort(ranked.begin(), ranked.end(), [](const auto &a, const auto &b) {
        return a.second.isRest != b.second.isRest ? b.second.isRest : a.first > b.first;
    });
    const auto room = static_cast<std::size_t>(std::max((height() - kTopPx) / kEntryPx, 1));
    m_hiddenEntries = ranked.size() > room ? ranked.size() - room + 1 : 0;
    for (std::size_t i = 0; i < ranked.size() - m_hiddenEntries; ++i)
        m_entries.push_back(ranked[i].second);
}

void MetricLane::moveCrosshair()
{
    const std::optional<TimePoint> moment = m_axis.workspace().moment();
    const auto strip = [this](double xPx) {
        return QRect(plotRect().left() + static_cast<int>(xPx) - 2, 0, 5, height());
    };
    if (m_crosshairPx)
        update(strip(*m_crosshairPx));
    m_crosshairPx.reset();
    if (moment && m_axis.range().contains(*moment))
        m_crosshairPx = m_axis.scale().xOf(*moment);
    if (m_crosshairPx)
        update(strip(*m_crosshairPx));
    fillEntries();
    update(QRect(plotRect().right(), 0, width() - plotRect().right(), height()));
}

QRect MetricLane::plotRect() const
{
    const LaneColumns &columns = m_axis.columns();
    return {columns.leftPx, kTopPx, std::max(width() - columns.leftPx - columns.rightPx, 40),
            std::max(height() - kTopPx - kBottomPx, 10)};
}

QSize MetricLane::sizeHint() const
{
    return {m_axis.columns().isNarrow() ? 320 : 640, m_heightPx > 0 ? m_heightPx : m_axis.columns().heightPx};
}

QString MetricLane::problem() const
{
    for (const auto &panel : m_panels) {
        if (panel->error())
            return toQString(panel->error()->text());
    }
    return {};
}

QStringList MetricLane::notes() const
{
    QStringList notes;
    for (const auto &panel : m_panels) {
        if (!panel->result())
            continue;
        for (const std::string &note : panel->result()->notes)
            notes.append(toQString(note));
    }
    notes.removeDuplicates();
    return notes;
}

/// What is wrong, with the age of what is shown in spite of it.
QString MetricLane::stateText() const
{
    const QString error = problem();
    if (error.isEmpty())
        return {};
    TimePoint oldest;
    for (const auto &panel : m_panels) {
        if (panel->result() && (oldest == TimePoint() || panel->result()->answeredAt < oldest))
            oldest = panel->result()->answeredAt;
    }
    if (oldest == TimePoint())
        return error;
    const Duration age((currentTime() - oldest).ns() / 1'000'000'000 * 1'000'000'000);
    return tr("%1 old: %2").arg(toQString(durationText(age)), error);
}

void MetricLane::resizeEvent(QResizeEvent *)
{
    lay();
}

void MetricLane::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || !plotRect().contains(event->pos()))
        return;
    m_pressedPx = event->position().x() - plotRect().left();
    m_draggedPx = *m_pressedPx;
}

void MetricLane::mouseMoveEvent(QMouseEvent *event)
{
    const double xPx = event->position().x() - plotRect().left();
    m_axis.hover(xPx);
    if (!m_pressedPx)
        return;
    m_draggedPx = std::clamp(xPx, 0.0, static_cast<double>(plotRect().width()));
    update();
}

void MetricLane::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || !m_pressedPx)
        return;
    const double begin = std::min(*m_pressedPx, m_draggedPx);
    const double end = std::max(*m_pressedPx, m_draggedPx);
    m_pressedPx.reset();
    update();
    if (end - begin >= kLeastBrushPx)
        m_axis.workspace().narrowTo({m_axis.scale().timeAt(begin), m_axis.scale().timeAt(end)});
}

void MetricLane::mouseDoubleClickEvent(QMouseEvent *)
{
    m_pressedPx.reset();
    m_axis.workspace().narrowTo({});
}

void MetricLane::keyPressEvent(QKeyEvent *event)
{
    const bool isLeft = event->key() == Qt::Key_Left;
    if ((isLeft || event->key() == Qt::Key_Right) && event->modifiers() == Qt::NoModifier) {
        const double from = m_crosshairPx.value_or(isLeft ? m_axis.scale().widthPx() : 0);
        const double step = std::max(static_cast<double>(m_drawn->stepNs) / m_axis.scale().nsPerPx(), 1.0);
        m_axis.hover(std::clamp(from + (isLeft ? -step : step), 0.0, m_axis.scale().widthPx() - 1));
    } else if (event->key() == Qt::Key_Escape && m_axis.workspace().isNarrowed()) {
        m_axis.workspace().narrowTo({});
    } else {
        QWidget::keyPressEvent(event);
    }
}

void MetricLane::leaveEvent(QEvent *)
{
    m_axis.leave();
}

bool MetricLane::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        QStringList lines;
        if (help->pos().x() < plotRect().left() || help->pos().y() > height() - 20) {
            lines = notes();
            lines.prepend(stateText());
            lines.prepend(m_spec.note);
            for (const LaneTarget &target : m_spec.targets)
                lines.append(toQString(target.expression));
        } else if (help->pos().x() > plotRect().right()) {
            for (const Entry &entry : m_entries)
                lines.append(entry.label + QStringLiteral(": ") + entry.value);
        }
        lines.removeAll(QString());
        widgets::showPlainToolTip(help->globalPos(), lines.join(u'\n'), this);
        return true;
    }
    if (event->type() == QEvent::PaletteChange)
        lay();
    return QWidget::event(event);
}

} // namespace tailspan::metriclanes
