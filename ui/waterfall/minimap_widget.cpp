// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/waterfall/minimap_widget.h"

#include "ui/style/theme.h"

#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace tailspan::waterfall {

namespace {

constexpr int kInsetPx = 4;
constexpr std::ptrdiff_t kFewErrors = 40;
constexpr double kGripPx = 5;
constexpr double kMinDragPx = 3;
constexpr double kMinWindowPx = 3; // a narrower window could not be seen

} // namespace

MinimapWidget::MinimapWidget(WaterfallState &state, QWidget *parent) : QWidget(parent), m_state(state)
{
    setObjectName(QStringLiteral("minimap"));
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Overview of the trace"));
    connect(&m_state, &WaterfallState::traceChanged, this, [this] { setStrip({}); });
    connect(&m_state, &WaterfallState::hitsChanged, this, &MinimapWidget::placeHits);
    connect(&m_state, &WaterfallState::scaleChanged, this, qOverload<>(&QWidget::update));
    connect(&m_state, &WaterfallState::crosshairChanged, this, qOverload<>(&QWidget::update));
}

QSize MinimapWidget::sizeHint() const
{
    return {400, style::metric::kMinimapHeight};
}

int MinimapWidget::stripWidth() const
{
    return std::max(width() - 2 * kInsetPx, 1);
}

std::uint16_t MinimapWidget::stripLanes()
{
    return static_cast<std::uint16_t>((style::metric::kMinimapHeight - 2 * kInsetPx) / kLanePitchPx);
}

void MinimapWidget::setStrip(layout::MinimapLayout strip)
{
    m_strip = std::move(strip);
    m_picture = {};
    update();
}

layout::TimeScale MinimapWidget::wholeScale() const
{
    return {m_state.scale().bounds(), static_cast<double>(stripWidth())};
}

/// At most one mark a pixel.
void MinimapWidget::placeHits()
{
    m_hitColumns.clear();
    update();
    if (m_state.isEmpty() || m_state.hits() == nullptr)
        return;
    const layout::TimeScale whole = wholeScale();
    const layout::RowSet &hits = *m_state.hits();
    std::vector<bool> isTaken(static_cast<std::size_t>(stripWidth()));
    for (std::uint32_t row = hits.nextIn(0); row < hits.size(); row = hits.nextIn(row + 1)) {
        const double x = whole.xOf(m_state.spans().start(SpanRow(m_state.summary().firstRow + row)));
        isTaken[static_cast<std::size_t>(std::clamp(x, 0.0, static_cast<double>(stripWidth() - 1)))] = true;
    }
    for (int x = 0; x < stripWidth(); ++x) {
        if (isTaken[static_cast<std::size_t>(x)])
            m_hitColumns.push_back(x);
    }
}

QRectF MinimapWidget::windowRect() const
{
    const TimeRange shown = m_state.scale().visible();
    const layout::TimeScale whole = wholeScale();
    double left = std::clamp(whole.xOf(shown.begin), 0.0, whole.widthPx());
    double right = std::clamp(whole.xOf(shown.end), left, whole.widthPx());
    if (right - left < kMinWindowPx) {
        left = std::clamp((left + right - kMinWindowPx) / 2, 0.0, whole.widthPx() - kMinWindowPx);
        right = left + kMinWindowPx;
    }
    return {kInsetPx + left, 0, right - left, static_cast<double>(height())};
}

void MinimapWidget::paintStrip()
{
    const double ratio = devicePixelRatioF();
    m_picture = QPixmap(size() * ratio);
    m_picture.setDevicePixelRatio(ratio);
    const style::Theme &theme = style::theme();
    m_picture.fill(theme.panel);
    if (m_strip.laneCount == 0 || m_state.isEmpty())
        return;
    QPainter painter(&m_picture);
    // A few lanes stand in the middle rather than at the top.
    const int top = (height() - m_strip.laneCount * kLanePitchPx) / 2;
    for (const layout::MinimapMark &mark : m_strip.marks) {
        const std::string_view name = m_state.snapshot()->serviceName(ServiceId(mark.service));
        const QRect rect(kInsetPx + mark.xPx, top + mark.lane * kLanePitchPx, mark.widthPx, kLanePitchPx - 1);
        painter.fillRect(rect, theme.category(mark.service, name));
    }
    // Few failed spans stand out above their lane; many are lines in the gap below it, which leave the colours.
    const auto errors = std::count_if(m_strip.marks.begin(), m_strip.marks.end(),
                                      [](const layout::MinimapMark &mark) { return mark.isError; });
    const bool areFew = errors <= kFewErrors;
    for (const layout::MinimapMark &mark : m_strip.marks) {
        if (!mark.isError)
            continue;
        const int y = top + mark.lane * kLanePitchPx;
        const QRect sign = areFew ? QRect(kInsetPx + mark.xPx - 1, y - 1, std::max(mark.widthPx, 3), kLanePitchPx + 1)
                                  : QRect(kInsetPx + mark.xPx, y + kLanePitchPx - 1, mark.widthPx, 1);
        painter.fillRect(sign, theme.bad);
    }
}

void MinimapWidget::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const style::Theme &theme = style::theme();
    if (m_picture.isNull())
        paintStrip();
    painter.drawPixmap(0, 0, m_picture);
    if (!m_state.isEmpty()) {
        QRectF window = windowRect();
        if (m_grip == Grip::New) {
            const double left = std::min(m_pressedAtPx, m_draggedToPx);
            window = QRectF(left, 0, std::max(std::abs(m_draggedToPx - m_pressedAtPx), 1.0), height());
        }
        QColor veil = theme.window;
        veil.setAlphaF(0.72F);
        painter.fillRect(QRectF(0, 0, window.left(), height()), veil);
        painter.fillRect(QRectF(window.right(), 0, width() - window.right(), height()), veil);
        for (const int x : m_hitColumns)
            painter.fillRect(QRect(kInsetPx + x, height() - 7, 1, 6), theme.warn);
        if (m_state.crosshair().has_value()) {
            const double x = kInsetPx + wholeScale().xOf(*m_state.crosshair());
            painter.fillRect(QRectF(x, 1, 1, height() - 2), theme.accent);
        }
        painter.setRenderHint(QPainter::Antialiasing, true);
        painter.setPen(QPen(theme.accent, 1));
        painter.setBrush(Qt::NoBrush);
        const bool isWhole = m_state.scale().showsAll() && m_grip != Grip::New;
        const QRectF frame = isWhole ? QRectF(rect()) : window;
        painter.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2);
        return;
    }
    painter.setPen(theme.line);
    painter.drawRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5));
}

void MinimapWidget::resizeEvent(QResizeEvent *)
{
    placeHits();
    m_picture = {};
    Q_EMIT stripOutdated();
}

void MinimapWidget::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange) {
        m_picture = {};
        update();
    }
}

MinimapWidget::Grip MinimapWidget::gripAt(double x) const
{
    if (m_state.scale().showsAll())
        return Grip::New;
    const QRectF window = windowRect();
    if (std::abs(x - window.left()) <= kGripPx && window.width() > 2 * kGripPx)
        return Grip::Left;
    if (std::abs(x - window.right()) <= kGripPx && window.width() > 2 * kGripPx)
        return Grip::Right;
    return x >= window.left() - 1 && x <= window.right() + 1 ? Grip::Window : Grip::New;
}

TimeRange MinimapWidget::draggedRange(double x) const
{
    const layout::TimeScale whole = wholeScale();
    const TimePoint at = whole.timeAt(std::clamp(x - kInsetPx, 0.0, whole.widthPx()));
    switch (m_grip) {
    case Grip::Left: return {std::min(at, m_windowAtPress.end - Duration(10)), m_windowAtPress.end};
    case Grip::Right: return {m_windowAtPress.begin, std::max(at, m_windowAtPress.begin + Duration(10))};
    default: {
        const TimePoint from = whole.timeAt(std::clamp(m_pressedAtPx - kInsetPx, 0.0, whole.widthPx()));
        return {std::min(from, at), std::max(from, at)};
    }
    }
}

void MinimapWidget::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || m_state.isEmpty())
        return event->ignore();
    m_state.commitWindow();
    m_pressedAtPx = m_draggedToPx = event->position().x();
    m_grip = gripAt(m_pressedAtPx);
    m_windowAtPress = m_state.scale().visible();
}

void MinimapWidget::mouseMoveEvent(QMouseEvent *event)
{
    if (m_state.isEmpty())
        return;
    const double x = event->position().x();
    switch (m_grip) {
    case Grip::None: {
        const Grip grip = gripAt(x);
        setCursor(grip == Grip::Left || grip == Grip::Right ? Qt::SizeHorCursor
                      : grip == Grip::Window                ? Qt::OpenHandCursor
                                                            : Qt::CrossCursor);
        return;
    }
    case Grip::Window: {
        // The window's own pixels are larger than the strip's by the zoom.
        const double nsMoved = (x - m_draggedToPx) * wholeScale().nsPerPx();
        m_state.panBy(nsMoved / m_state.scale().nsPerPx());
        m_draggedToPx = x;
        return;
    }
    case Grip::Left:
    case Grip::Right: m_state.dragRange(draggedRange(x)); return;
    case Grip::New:
        m_draggedToPx = x;
        update();
        return;
    }
}

void MinimapWidget::mouseReleaseEvent(QMouseEvent *event)
{
    const Grip grip = m_grip;
    const TimeRange range = m_state.isEmpty() ? TimeRange() : draggedRange(event->position().x());
    m_grip = Grip::None;
    update();
    if (grip == Grip::New && std::abs(event->position().x() - m_pressedAtPx) >= kMinDragPx)
        m_state.showRange(range);
    else if (grip != Grip::None)
        m_state.commitWindow();
}

void MinimapWidget::mouseDoubleClickEvent(QMouseEvent *)
{
    if (!m_state.isEmpty())
        m_state.showAll();
}

} // namespace tailspan::waterfall
