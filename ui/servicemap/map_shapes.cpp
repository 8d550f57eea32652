// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/servicemap/map_shapes.h"

#include "ui/style/theme.h"

#include <algorithm>

namespace tailspan::servicemap {

using graph::NodeKind;

namespace {

QPainterPath cylinder(const QRectF &rect)
{
    const double cap = std::min(rect.height() * 0.22, 10.0);
    QPainterPath path;
    path.moveTo(rect.left(), rect.top() + cap / 2);
    path.arcTo(QRectF(rect.left(), rect.top(), rect.width(), cap), 180, -180);
    path.lineTo(rect.right(), rect.bottom() - cap / 2);
    path.arcTo(QRectF(rect.left(), rect.bottom() - cap, rect.width(), cap), 0, -180);
    path.closeSubpath();
    path.moveTo(rect.right(), rect.top() + cap / 2);
    path.arcTo(QRectF(rect.left(), rect.top(), rect.width(), cap), 0, -180);
    return path;
}

QPainterPath parallelogram(const QRectF &rect)
{
    const double slant = std::min(rect.height() * 0.3, 14.0);
    QPainterPath path(QPointF(rect.left() + slant, rect.top()));
    path.lineTo(rect.topRight());
    path.lineTo(rect.right() - slant, rect.bottom());
    path.lineTo(rect.bottomLeft());
    path.closeSubpath();
    return path;
}

/// Bumps along the upper and the lower side, half round ends.
QPainterPath cloud(const QRectF &rect)
{
    const int bumps = std::clamp(static_cast<int>(rect.width() / std::max(rect.height(), 1.0) * 1.6), 3, 9);
    const double depth = rect.height() * 0.16;
    const QRectF inner = rect.adjusted(rect.height() * 0.22, depth, -rect.height() * 0.22, -depth);
    const double step = inner.width() / bumps;
    QPainterPath path(inner.topLeft());
    for (int i = 0; i < bumps; ++i)
        path.quadTo(inner.left() + (i + 0.5) * step, inner.top() - 2 * depth, inner.left() + (i + 1) * step,
                    inner.top());
    path.cubicTo(QPointF(rect.right() + 4, inner.top()), QPointF(rect.right() + 4, inner.bottom()),
                 inner.bottomRight());
    for (int i = bumps; i > 0; --i)
        path.quadTo(inner.left() + (i - 0.5) * step, inner.bottom() + 2 * depth, inner.left() + (i - 1) * step,
                    inner.bottom());
    path.cubicTo(QPointF(rect.left() - 4, inner.bottom()), QPointF(rect.left() - 4, inner.top()), inner.topLeft());
    path.closeSubpath();
    return path;
}

} // namespace

QPainterPath outlineOf(NodeKind kind, const QRectF &rect)
{
    switch (kind) {
    case NodeKind::Database:
    case NodeKind::Cache: return cylinder(rect);
    case NodeKind::Queue: return parallelogram(rect);
    case NodeKind::External: return cloud(rect);
    default: break;
    }
    const double radius = std::min(rect.height() * 0.18, 8.0);
    QPainterPath path;
    path.addRoundedRect(rect, radius, radius);
    return path;
}

QColor colorOf(const layout::MapFigures &figures, bool isCompared)
{
    const style::Theme &theme = style::theme();
    if (isCompared) {
        switch (figures.tone()) {
        case layout::MapTone::Worse: return theme.bad;
        case layout::MapTone::Better: return theme.good;
        case layout::MapTone::Other: return theme.accent;
        case layout::MapTone::Same: return theme.quiet;
        }
    }
    const double errors = figures.errorRatio.value_or(0);
    return errors >= kManyErrors ? theme.bad : errors >= kSomeErrors ? theme.warn : theme.quiet;
}

} // namespace tailspan::servicemap
