// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/scrubber.h"

#include "models/layout/replay_position.h"
#include "ui/replay/lanes_geometry.h"
#include "ui/replay/moment_text.h"
#include "ui/replay/replay_state.h"
#include "ui/style/contrast.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"

#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace tailspan::replay {

namespace {

constexpr int kHeightPx = 32;
constexpr int kTrackPx = 6;
constexpr double kHeadRadiusPx = 7;
constexpr std::int64_t kMostUnits = 1'000'000'000; // the slider counts in int

} // namespace

Scrubber::Scrubber(ReplayState &state, QWidget *parent) : QAbstractSlider(parent), m_state(state)
{
    setObjectName(QStringLiteral("scrubber"));
    setOrientation(Qt::Horizontal);
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    setAccessibleName(tr("Play head"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&m_state, &ReplayState::reportChanged, this, &Scrubber::showReport);
    connect(&m_state, &ReplayState::headChanged, this, &Scrubber::showHead);
    connect(&m_state, &ReplayState::scaleChanged, this, qOverload<>(&QWidget::update));
    connect(&m_state, &ReplayState::playingChanged, this, &Scrubber::showHead);
    connect(&m_state, &ReplayState::loopChanged, this, qOverload<>(&QWidget::update));
    connect(this, &QAbstractSlider::actionTriggered, this, [this] {
        m_state.setHead(m_state.run().begin + Duration(saturatingMultiply(sliderPosition(), m_unitNs)));
    });
    showReport();
}

QSize Scrubber::sizeHint() const
{
    return {lanes::kLeftPx + lanes::kRightPx + 120, kHeightPx};
}

void Scrubber::showReport()
{
    const std::int64_t length = std::max<std::int64_t>(m_state.run().length().ns(), 1);
    m_unitNs = (length - 1) / kMostUnits + 1;
    setRange(0, static_cast<int>(length / m_unitNs));
    setSingleStep(std::max(maximum() / 100, 1));
    setPageStep(std::max(maximum() / 10, 1));
    showHead();
}

void Scrubber::showHead()
{
    const std::int64_t offset = (m_state.head() - m_state.run().begin).ns() / m_unitNs;
    const QSignalBlocker quiet(this);
    setValue(static_cast<int>(std::clamp<std::int64_t>(offset, 0, maximum())));
    if (!m_state.isPlaying() && m_state.hasTimeline())
        setAccessibleDescription(headText());
    update();
}

QString Scrubber::headText() const
{
    return momentClockText(*m_state.report(), m_state.run(), m_state.head());
}

QRect Scrubber::track() const
{
    return {lanes::kLeftPx, (height() - kTrackPx) / 2, std::max(width() - lanes::kLeftPx - lanes::kRightPx, 1),
            kTrackPx};
}

double Scrubber::xOf(TimePoint time) const
{
    const TimeRange run = m_state.run();
    const double share = static_cast<double>((time - run.begin).ns())
        / static_cast<double>(std::max<std::int64_t>(run.length().ns(), 1));
    return track().left() + std::clamp(share, 0.0, 1.0) * track().width();
}

void Scrubber::moveHeadTo(double xPx)
{
    const double share = std::clamp((xPx - track().left()) / track().width(), 0.0, 1.0);
    m_state.setHead(m_state.run().begin
                    + Duration(static_cast<std::int64_t>(share * static_cast<double>(m_state.run().length().ns()))));
}

/// Which part playing goes round in.
void Scrubber::paintLoop(QPainter &painter) const
{
    const TimeRange loop = m_state.loop();
    if (loop.isEmpty())
        return;
    const double left = xOf(loop.begin);
    painter.setBrush(style::theme().warn);
    painter.drawRect(QRectF(left, QRectF(track()).bottom() + 1, std::max(xOf(loop.end) - left, 2.0), 3));
}

void Scrubber::paintEvent(QPaintEvent *)
{
    if (!m_state.hasTimeline())
        return;
    const style::Theme &theme = style::theme();
    QPainter painter(this);
    painter.setFont(style::smallFont());
    painter.setPen(theme.text);
    style::drawTabular(painter, QRectF(0, 0, lanes::kLeftPx - 16, height()), Qt::AlignLeft | Qt::AlignVCenter,
                       headText());
    painter.setPen(theme.muted);
    style::drawTabular(painter, QRectF(track().right() + 14, 0, lanes::kRightPx - 14, height()),
                       Qt::AlignLeft | Qt::AlignVCenter,
                       momentClockText(*m_state.report(), m_state.run(), m_state.run().end));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    const QRectF groove(track());
    const double head = xOf(m_state.head());
    painter.setBrush(style::mixed(theme.text, theme.window, 0.13));
    painter.drawRoundedRect(groove, 3, 3);
    painter.setBrush(theme.accent);
    painter.drawRoundedRect(QRectF(groove.left(), groove.top(), std::max(head - groove.left(), 0.0), groove.height()),
                            3, 3);
    paintLoop(painter);
    if (!m_state.scale().showsAll()) {
        const TimeRange shown = m_state.scale().visible();
        const double left = xOf(shown.begin);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(theme.accent, 1.25));
        painter.drawRoundedRect(
            QRectF(left, groove.top() - 4, std::max(xOf(shown.end) - left, 3.0), groove.height() + 8), 3, 3);
    }
    painter.setPen(QPen(theme.window, 2));
    painter.setBrush(theme.accent);
    painter.drawEllipse(QPointF(head, groove.center().y()), kHeadRadiusPx, kHeadRadiusPx);
    if (!hasFocus())
        return;
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.accent, 1.5));
    painter.drawEllipse(QPointF(head, groove.center().y()), kHeadRadiusPx + 3, kHeadRadiusPx + 3);
}

void Scrubber::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || !m_state.hasTimeline())
        return event->ignore();
    setSliderDown(true);
    moveHeadTo(event->position().x());
}

void Scrubber::mouseMoveEvent(QMouseEvent *event)
{
    if (isSliderDown())
        moveHeadTo(event->position().x());
}

void Scrubber::mouseReleaseEvent(QMouseEvent *)
{
    setSliderDown(false);
}

/// The wheel belongs to the time axis of the lanes; over the track it steps.
void Scrubber::wheelEvent(QWheelEvent *event)
{
    m_state.stepBy(event->angleDelta().y() < 0 ? 1 : -1);
    event->accept();
}

} // namespace tailspan::replay
