// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/servicemap/map_legend.h"

#include "ui/servicemap/map_shapes.h"
#include "ui/servicemap/map_text.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"

#include <QFontMetricsF>
#include <QPainter>

#include <vector>

namespace tailspan::servicemap {

using graph::NodeKind;

namespace {

constexpr double kSampleWidthPx = 30;
constexpr double kRowPx = 24;
constexpr double kGapPx = 18;

/// One entry: a shape or a line, and its word.
struct Entry {
    QString text;
    NodeKind kind = NodeKind::Service;
    bool isLine = false;
    QColor color;
    double widthPx = 2;
    Qt::PenStyle style = Qt::SolidLine;
};

QString tr(const char *text)
{
    return MapLegend::tr(text);
}

std::vector<Entry> entriesOf(bool isCompared, bool isDeclared)
{
    const style::Theme &theme = style::theme();
    std::vector<Entry> entries;
    for (const NodeKind kind : {NodeKind::Service, NodeKind::Database, NodeKind::Queue, NodeKind::External})
        entries.push_back(
            {kind == NodeKind::Database ? tr("Database, cache") : kindText(kind), kind, false, theme.quiet});
    const auto line = [&](const QString &text, const QColor &color, double width, Qt::PenStyle style = Qt::SolidLine) {
        entries.push_back({text, NodeKind::Service, true, color, width, style});
    };
    line(tr("Rare"), theme.quiet, 1.2);
    line(tr("Busy"), theme.quiet, 5);
    if (isCompared) {
        line(tr("Worse, beyond chance"), theme.bad, 3);
        line(tr("Better"), theme.good, 3);
        line(tr("Only the rate changed"), theme.accent, 3);
    } else {
        line(tr("1 % or more fail"), theme.warn, 3);
        line(tr("5 % or more fail"), theme.bad, 3);
    }
    if (isDeclared) {
        line(tr("Declared, never seen"), theme.muted, 2, Qt::DashLine);
        line(tr("Not declared"), theme.warn, 3, Qt::DashDotLine);
    }
    return entries;
}

void paintSample(QPainter &painter, const Entry &entry, const QRectF &rect)
{
    painter.setPen(QPen(entry.color, entry.isLine ? entry.widthPx : 1.2, entry.style, Qt::FlatCap));
    if (entry.isLine) {
        painter.drawLine(QPointF(rect.left(), rect.center().y()), QPointF(rect.right(), rect.center().y()));
        return;
    }
    painter.setBrush(style::theme().raised);
    painter.drawPath(outlineOf(entry.kind, rect.adjusted(0, 4, 0, -4)));
}

} // namespace

MapLegend::MapLegend(QWidget *parent) : QWidget(parent)
{
    setAccessibleName(tr("Legend"));
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void MapLegend::setMeaning(bool isCompared, bool isDeclared)
{
    if (isCompared == m_isCompared && isDeclared == m_isDeclared)
        return;
    m_isCompared = isCompared;
    m_isDeclared = isDeclared;
    updateGeometry();
    update();
}

QSize MapLegend::sizeHint() const
{
    return {600, heightForWidth(std::max(width(), 400))};
}

int MapLegend::heightForWidth(int widthPx) const
{
    return arrange(widthPx, nullptr);
}

/// Entries one after the other, on as many lines as they need; gives the height.
int MapLegend::arrange(int widthPx, QPainter *painter) const
{
    const QFontMetricsF metrics(style::smallFont());
    double x = 0;
    double y = 0;
    for (const Entry &entry : entriesOf(m_isCompared, m_isDeclared)) {
        const double needed = kSampleWidthPx + 6 + metrics.horizontalAdvance(entry.text);
        if (x > 0 && x + needed > widthPx) {
            x = 0;
            y += kRowPx;
        }
        if (painter != nullptr) {
            paintSample(*painter, entry, QRectF(x, y, kSampleWidthPx, kRowPx));
            painter->setPen(style::theme().muted);
            painter->drawText(QRectF(x + kSampleWidthPx + 6, y, needed, kRowPx), Qt::AlignVCenter | Qt::AlignLeft,
                              entry.text);
        }
        x += needed + kGapPx;
    }
    return static_cast<int>(y + kRowPx);
}

void MapLegend::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setFont(style::smallFont());
    arrange(width(), &painter);
}

} // namespace tailspan::servicemap
