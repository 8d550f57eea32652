// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/analysis/path_bar.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "ui/style/contrast.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_tooltip.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace tailspan::analysis {

using items::toQString;

namespace {

constexpr std::size_t kMostPieces = 8;
constexpr double kBarTopPx = 2;
constexpr double kBarHeightPx = 14;
constexpr double kLabelTopPx = 22;
constexpr double kLabelHeightPx = 20;

} // namespace

PathBar::PathBar(QWidget *parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("pathBar"));
    setAccessibleName(tr("Where the time went"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void PathBar::setStatistics(std::shared_ptr<const items::GroupedStatistics> groups)
{
    m_groups = std::move(groups);
    m_order.clear();
    if (m_groups != nullptr) {
        const trace::SpanStatistics &statistics = m_groups->statistics;
        for (std::uint32_t group = 0; group < statistics.groups.size(); ++group) {
            if (statistics.groups[group].criticalNs > 0)
                m_order.push_back(group);
        }
        std::stable_sort(m_order.begin(), m_order.end(), [&](std::uint32_t a, std::uint32_t b) {
            return statistics.groups[a].criticalNs > statistics.groups[b].criticalNs;
        });
    }
    setVisible(!m_order.empty());
    setAccessibleDescription(text());
    update();
}

QColor PathBar::colorOf(std::uint32_t group) const
{
    if (m_groups->services.empty())
        return style::theme().category(group, m_groups->names[group]);
    return style::theme().category(m_groups->services[group], m_groups->serviceNames[group]);
}

/// What no piece of its own stands for: small groups, and spans without a group.
double PathBar::shareOfRest() const
{
    double share = 1;
    for (std::size_t i = 0; i < std::min(m_order.size(), kMostPieces); ++i)
        share -= m_groups->statistics.criticalShare(m_order[i]);
    return std::max(share, 0.0);
}

std::vector<PathBar::Piece> PathBar::pieces() const
{
    std::vector<Piece> pieces;
    double x = 0;
    for (std::size_t i = 0; i < std::min(m_order.size(), kMostPieces); ++i) {
        const double width = m_groups->statistics.criticalShare(m_order[i]) * this->width();
        pieces.push_back({m_order[i], x, width, false});
        x += width;
    }
    if (this->width() - x >= 1 && !pieces.empty())
        pieces.push_back({0, x, this->width() - x, true});
    return pieces;
}

QString PathBar::labelOf(const Piece &piece) const
{
    if (piece.isRest)
        return tr("other %1").arg(toQString(percentText(shareOfRest())));
    return toQString(m_groups->names[piece.group]) + QLatin1Char(' ')
        + toQString(percentText(m_groups->statistics.criticalShare(piece.group)));
}

QString PathBar::text() const
{
    QStringList parts;
    if (m_groups != nullptr) {
        for (const Piece &piece : pieces())
            parts.append(labelOf(piece));
    }
    return parts.join(QStringLiteral(", "));
}

void PathBar::paintEvent(QPaintEvent *)
{
    const style::Theme &theme = style::theme();
    QPainter painter(this);
    painter.setFont(style::smallFont());
    const QFontMetricsF metrics(style::smallFont());
    double labelX = 0;
    for (const Piece &piece : pieces()) {
        const QColor color = piece.isRest ? style::mixed(theme.muted, theme.window, 0.4) : colorOf(piece.group);
        const double gap = piece.widthPx > 3 ? 1 : 0;
        painter.fillRect(QRectF(piece.xPx, kBarTopPx, piece.widthPx - gap, kBarHeightPx), color);
        const QString label = labelOf(piece);
        const double width = std::min(metrics.horizontalAdvance(label), 260.0);
        if (labelX + 14 + width > this->width())
            continue;
        painter.fillRect(QRectF(labelX, kLabelTopPx + 6, 8, 8), color);
        painter.setPen(theme.text);
        painter.drawText(QRectF(labelX + 13, kLabelTopPx, width + 1, kLabelHeightPx),
                         Qt::AlignVCenter | Qt::TextSingleLine, metrics.elidedText(label, Qt::ElideMiddle, width + 1));
        labelX += 13 + width + 16;
    }
}

const PathBar::Piece *PathBar::pieceAt(const std::vector<Piece> &pieces, double x) const
{
    const auto found = std::find_if(pieces.begin(), pieces.end(), [x](const Piece &piece) {
        return x >= piece.xPx && x < piece.xPx + piece.widthPx;
    });
    return found == pieces.end() ? nullptr : &*found;
}

void PathBar::mousePressEvent(QMouseEvent *event)
{
    const std::vector<Piece> shown = pieces();
    const Piece *piece = pieceAt(shown, event->position().x());
    if (piece != nullptr && !piece->isRest && event->button() == Qt::LeftButton)
        Q_EMIT groupChosen(piece->group);
}

bool PathBar::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    const std::vector<Piece> shown = pieces();
    const Piece *piece = pieceAt(shown, help->pos().x());
    QString text;
    if (piece != nullptr) {
        const std::int64_t ns = piece->isRest ? 0 : m_groups->statistics.groups[piece->group].criticalNs;
        text = labelOf(*piece)
            + (piece->isRest ? QString() : QStringLiteral(" \u00b7 ") + toQString(durationText(Duration(ns))));
    }
    widgets::showPlainToolTip(help->globalPos(), text, this);
    return true;
}

} // namespace tailspan::analysis
