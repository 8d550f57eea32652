// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/map_layout.h"
#include "ui/servicemap/map_painter.h"

#include <QPixmap>
#include <QTimer>

#include <functional>

class QPainter;
class QWidget;

namespace tailspan::servicemap {

/// The map without pointer and selection, kept as a picture. A large map is painted in slices, so that neither new
/// figures nor a zoom keep the window from answering: until it is finished the last picture stands in, moved and scaled
/// to the view. Thread: GUI. Owner: the canvas.
class MapBackground {
public:
    /// Paints a part of the base and gives the next one, as paintMapBase().
    using PaintPart = std::function<std::size_t(QPainter &, std::size_t next, const QDeadlineTimer &)>;

    /// `canvas` is updated when a picture is finished.
    MapBackground(QWidget &canvas, PaintPart paint);

    /// What was painted is not right any more. `rests`: the view moves, the rest of the work waits until it stands.
    void invalidate(bool isLarge, bool rests);
    void draw(QPainter &painter, const layout::MapView &view);
    /// False while a large map is being painted.
    [[nodiscard]] bool isFinished() const { return !m_isStale; }

private:
    void paintSlice();
    void begin(const layout::MapView &view);

    QWidget &m_canvas;
    PaintPart m_paint;
    QPixmap m_shown;
    layout::MapView m_shownView;
    QPixmap m_coming;
    layout::MapView m_comingView;
    std::size_t m_next = 0;
    bool m_isStale = true;
    bool m_isLarge = false;
    QTimer m_slices;
};

} // namespace tailspan::servicemap
