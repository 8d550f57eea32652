// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/waterfall/waterfall_header.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "models/layout/time_ruler.h"
#include "ui/style/fonts.h"
#include "ui/widgets/plain_tooltip.h"

#include <QApplication>
#include <QFontMetricsF>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QToolButton>

#include <algorithm>
#include <cmath>

namespace tailspan::waterfall {

namespace {

constexpr int kHeight = 26;
constexpr int kEdgeReachPx = 4;
constexpr double kMinDragPx = 4;

} // namespace

WaterfallHeader::WaterfallHeader(WaterfallState &state, const WaterfallColumns &columns, QWidget *parent)
    : QWidget(parent), m_state(state), m_columns(columns)
{
    setObjectName(QStringLiteral("waterfallHeader"));
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    buildColors();
    connect(&m_state, &WaterfallState::colorsChanged, this, &WaterfallHeader::showColors);
    connect(&m_state, &WaterfallState::traceChanged, this, qOverload<>(&QWidget::update));
    connect(&m_state, &WaterfallState::scaleChanged, this, qOverload<>(&QWidget::update));
    connect(&m_state, &WaterfallState::crosshairChanged, this, qOverload<>(&QWidget::update));
}

void WaterfallHeader::buildColors()
{
    m_colors = new QToolButton(this);
    m_colors->setObjectName(QStringLiteral("waterfallColors"));
    m_colors->setAutoRaise(true);
    m_colors->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_colors->setFont(style::smallFont());
    m_colors->setFocusPolicy(Qt::TabFocus);
    auto *menu = new QMenu(m_colors);
    for (const ColorBy choice : {ColorBy::Service, ColorBy::DurationRank, ColorBy::Error})
        menu->addAction(nameOf(choice), this, [this, choice] { m_state.setColorBy(choice); });
    connect(m_colors, &QToolButton::clicked, menu,
            [this, menu] { menu->popup(m_colors->mapToGlobal(QPoint(0, m_colors->height()))); });
    showColors();
}

void WaterfallHeader::showColors()
{
    m_colors->setIcon(swatchesOf(m_state.colorBy()));
    m_colors->setText(nameOf(m_state.colorBy()) + QStringLiteral(" \u25BE"));
    m_colors->setAccessibleName(tr("Bars are coloured by: %1").arg(nameOf(m_state.colorBy())));
    widgets::setPlainToolTip(m_colors, explanationOf(m_state.colorBy()));
    fitColumns();
}

void WaterfallHeader::fitColumns()
{
    const QSize size(m_colors->sizeHint().width(), kHeight - 3);
    const int left = m_columns.namePx - size.width() - kEdgeReachPx - 2;
    m_colors->setGeometry(QRect(QPoint(left, 1), size));
    m_colors->setVisible(left > 0);
    update();
}

void WaterfallHeader::resizeEvent(QResizeEvent *)
{
    fitColumns();
}

void WaterfallHeader::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        showColors();
}

QSize WaterfallHeader::sizeHint() const
{
    return {400, kHeight};
}

bool WaterfallHeader::isOnEdge(int x) const
{
    return std::abs(x - m_columns.namePx) <= kEdgeReachPx;
}

double WaterfallHeader::timelineX(double x) const
{
    return std::clamp(x - m_columns.timelineLeft(), 0.0, m_state.scale().widthPx());
}

void WaterfallHeader::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const style::Theme &theme = style::theme();
    painter.fillRect(rect(), theme.panel);
    painter.setFont(style::semiBold(style::smallFont()));
    painter.setPen(theme.muted);
    const double titleEnd = m_colors->isVisible() ? m_colors->x() : m_columns.namePx - 4;
    painter.drawText(
        QRectF(8, 0, titleEnd - 8, height()), Qt::AlignLeft | Qt::AlignVCenter,
        painter.fontMetrics().elidedText(tr("Service and operation"), Qt::ElideRight, static_cast<int>(titleEnd) - 10));
    painter.drawText(QRectF(m_columns.namePx, 0, m_columns.durationPx - 4, height()), Qt::AlignRight | Qt::AlignVCenter,
                     tr("Duration"));
    painter.fillRect(QRectF(m_columns.namePx, 6, 1, height() - 12), theme.line);
    if (!m_state.isEmpty()) {
        paintRuler(painter);
        paintDraggedRange(painter);
        paintCrosshair(painter);
    }
    painter.fillRect(QRectF(0, height() - 1, width(), 1), theme.line);
}

void WaterfallHeader::paintRuler(QPainter &painter) const
{
    const style::Theme &theme = style::theme();
    const layout::TimeRuler ruler = layout::makeTimeRuler(m_state.scale(), m_state.origin(), kTickSpacingPx);
    const QFont font = style::smallFont();
    painter.setFont(font);
    double freeFrom = m_columns.timelineLeft();
    if (!ruler.baseLabel.empty()) {
        const QString base = items::toQString(ruler.baseLabel);
        const double width = style::tabularWidth(font, base);
        painter.setPen(theme.text);
        style::drawTabular(painter, QRectF(freeFrom, 0, width, height()), Qt::AlignLeft | Qt::AlignVCenter, base);
        freeFrom += width + 12;
    }
    painter.setPen(theme.muted);
    const QRectF taken = crosshairBox().adjusted(-6, 0, 6, 0);
    for (const layout::RulerTick &tick : ruler.ticks) {
        const double x = std::round(m_columns.timelineLeft() + tick.xPx);
        painter.fillRect(QRectF(x, height() - 6, 1, 5), theme.line);
        const QString label = items::toQString(tick.label);
        const double width = style::tabularWidth(font, label);
        const bool isCovered = taken.left() < x + 4 + width && x + 4 < taken.right();
        if (x < freeFrom || x + 4 + width > this->width() - 4 || isCovered)
            continue;
        style::drawTabular(painter, QRectF(x + 4, 0, width, height()), Qt::AlignLeft | Qt::AlignVCenter, label);
    }
}

void WaterfallHeader::paintDraggedRange(QPainter &painter) const
{
    if (m_drag != Drag::Range)
        return;
    const style::Theme &theme = style::theme();
    const double from = std::min(m_dragFromPx, m_dragToPx);
    const double to = std::max(m_dragFromPx, m_dragToPx);
    const QRectF area(m_columns.timelineLeft() + from, 0, to - from, height() - 1);
    painter.fillRect(area, theme.tint(theme.accent));
    painter.fillRect(QRectF(area.left(), 0, 1, height()), theme.accent);
    painter.fillRect(QRectF(area.right(), 0, 1, height()), theme.accent);
    const Duration length = m_state.scale().timeAt(to) - m_state.scale().timeAt(from);
    const QString text = items::toQString(durationText(length));
    painter.setFont(style::semiBold(style::smallFont()));
    if (style::tabularWidth(painter.font(), text) + 8 <= area.width()) {
        painter.setPen(theme.onTint(theme.accent));
        style::drawTabular(painter, area, Qt::AlignCenter, text);
    }
}

QString WaterfallHeader::crosshairText() const
{
    const Duration offset = *m_state.crosshair() - m_state.origin();
    const std::int64_t precisionNs = layout::roundTimeStep(m_state.scale().nsPerPx());
    const std::int64_t roundedNs = offset.ns() - offset.ns() % precisionNs;
    return items::toQString(layout::offsetText(roundedNs, precisionNs, std::max<std::int64_t>(roundedNs, 1)));
}

QRectF WaterfallHeader::crosshairBox() const
{
    if (!m_state.crosshair().has_value() || m_drag == Drag::Range)
        return {};
    const double x = m_state.scale().xOf(*m_state.crosshair());
    if (x < 0 || x > m_state.scale().widthPx())
        return {};
    const double labelWidth = style::tabularWidth(style::semiBold(style::smallFont()), crosshairText()) + 12;
    const double left = std::clamp(m_columns.timelineLeft() + x - labelWidth / 2,
                                   static_cast<double>(m_columns.timelineLeft()), width() - labelWidth - 2);
    return {left, 4, labelWidth, height() - 9.0};
}

void WaterfallHeader::paintCrosshair(QPainter &painter) const
{
    const QRectF box = crosshairBox();
    if (box.isEmpty())
        return;
    const style::Theme &theme = style::theme();
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.accent);
    painter.drawRoundedRect(box, 3, 3);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(theme.onAccent);
    painter.setFont(style::semiBold(style::smallFont()));
    style::drawTabular(painter, box, Qt::AlignCenter, crosshairText());
}

void WaterfallHeader::mousePressEvent(QMouseEvent *event)
{
    const QPointF position = event->position();
    if (event->button() != Qt::LeftButton || m_state.isEmpty())
        return event->ignore();
    if (isOnEdge(static_cast<int>(position.x()))) {
        m_drag = Drag::Edge;
    } else if (m_columns.isOverTimeline(static_cast<int>(position.x()))) {
        m_drag = Drag::Range;
        m_dragFromPx = m_dragToPx = timelineX(position.x());
    }
}

void WaterfallHeader::mouseMoveEvent(QMouseEvent *event)
{
    const QPointF position = event->position();
    if (m_drag == Drag::Edge) {
        Q_EMIT nameWidthRequested(static_cast<int>(position.x()));
    } else if (m_drag == Drag::Range) {
        m_dragToPx = timelineX(position.x());
        update();
    } else {
        setCursor(isOnEdge(static_cast<int>(position.x()))                       ? Qt::SplitHCursor
                      : m_columns.isOverTimeline(static_cast<int>(position.x())) ? Qt::IBeamCursor
                                                                                 : Qt::ArrowCursor);
    }
}

void WaterfallHeader::mouseReleaseEvent(QMouseEvent *)
{
    const Drag drag = m_drag;
    m_drag = Drag::None;
    update();
    if (drag != Drag::Range || std::abs(m_dragToPx - m_dragFromPx) < kMinDragPx)
        return;
    const layout::TimeScale &scale = m_state.scale();
    m_state.showRange(
        {scale.timeAt(std::min(m_dragFromPx, m_dragToPx)), scale.timeAt(std::max(m_dragFromPx, m_dragToPx))});
}

void WaterfallHeader::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (!m_state.isEmpty() && m_columns.isOverTimeline(static_cast<int>(event->position().x())))
        m_state.showAll();
}

} // namespace tailspan::waterfall
