// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/servicemap/map_background.h"

#include "ui/style/theme.h"

#include <QPainter>
#include <QWidget>

#include <utility>

namespace tailspan::servicemap {

namespace {

constexpr int kRestMs = 150; // after the last step of a zoom
constexpr int kSliceMs = 6;

} // namespace

MapBackground::MapBackground(QWidget &canvas, PaintPart paint) : m_canvas(canvas), m_paint(std::move(paint))
{
    m_slices.setSingleShot(true);
    QObject::connect(&m_slices, &QTimer::timeout, &canvas, [this] { paintSlice(); });
}

void MapBackground::invalidate(bool isLarge, bool rests)
{
    m_isStale = true;
    m_isLarge = isLarge;
    m_coming = QPixmap();
    if (isLarge)
        m_slices.start(rests ? kRestMs : 0);
    m_canvas.update();
}

void MapBackground::begin(const layout::MapView &view)
{
    const double ratio = m_canvas.devicePixelRatioF();
    m_coming = QPixmap((QSizeF(m_canvas.size()) * ratio).toSize());
    m_coming.setDevicePixelRatio(ratio);
    m_comingView = view;
    m_next = 0;
}

void MapBackground::paintSlice()
{
    if (m_coming.isNull()) {
        m_canvas.update(); // draw() knows the view
        return;
    }
    {
        QPainter painter(&m_coming);
        m_next = m_paint(painter, m_next, QDeadlineTimer(kSliceMs, Qt::PreciseTimer));
    }
    if (m_next != kMapPainted)
        return m_slices.start(0);
    m_shown = std::exchange(m_coming, QPixmap());
    m_shownView = m_comingView;
    m_isStale = false;
    m_canvas.update();
}

void MapBackground::draw(QPainter &painter, const layout::MapView &view)
{
    const QSize wanted = (QSizeF(m_canvas.size()) * m_canvas.devicePixelRatioF()).toSize();
    const bool hasOther = !m_shown.isNull() && m_shown.size() != wanted;
    if (m_isStale && (!m_isLarge || m_shown.isNull() || hasOther)) { // at once: there is nothing to stand in
        begin(view);
        QPainter base(&m_coming);
        (void)m_paint(base, 0, QDeadlineTimer(QDeadlineTimer::Forever));
        base.end();
        m_shown = std::exchange(m_coming, QPixmap());
        m_shownView = view;
        m_isStale = false;
        m_slices.stop();
    } else if (m_isStale && m_coming.isNull() && !m_slices.isActive()) {
        begin(view);
        m_slices.start(0);
    }
    if (view == m_shownView)
        return painter.drawPixmap(0, 0, m_shown);
    const double scale = view.scale / m_shownView.scale;
    painter.fillRect(m_canvas.rect(), style::theme().window);
    painter.save();
    painter.translate(view.offsetX - m_shownView.offsetX * scale, view.offsetY - m_shownView.offsetY * scale);
    painter.scale(scale, scale);
    painter.drawPixmap(0, 0, m_shown);
    painter.restore();
}

} // namespace tailspan::servicemap
