// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/advisor/effect_rows.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"

#include <QPainter>

#include <algorithm>
#include <array>

namespace tailspan::advisorpage {

using items::toQString;

namespace {

constexpr int kRowPx = 44;
constexpr int kNamePx = 44;
constexpr int kWordsPx = 250;
constexpr double kBandPx = 10;
constexpr double kDotPx = 4.5;

QString ms(double value)
{
    return toQString(durationText(Duration(static_cast<std::int64_t>(value * 1e6))));
}

} // namespace

EffectRows::EffectRows(QWidget *parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("effectRows"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void EffectRows::setEffect(std::optional<advisor::EndpointEffect> effect)
{
    m_effect = std::move(effect);
    if (m_effect)
        setAccessibleName(tr("p50 %1, now %2; p95 %3, now %4; p99 %5, now %6")
                              .arg(ms(m_effect->p50().expected), ms(m_effect->p50().now), ms(m_effect->p95().expected),
                                   ms(m_effect->p95().now), ms(m_effect->p99().expected), ms(m_effect->p99().now)));
    update();
}

void EffectRows::paintRow(QPainter &painter, int row, const QString &name, const advisor::Change &change,
                          double highest) const
{
    const style::Theme &theme = style::theme();
    const double y = row * kRowPx + kRowPx / 2.0;
    const double left = kNamePx;
    const double room = std::max(width() - kNamePx - kWordsPx - 16.0, 20.0);
    const auto xOf = [&](double value) { return left + room * std::clamp(value / highest, 0.0, 1.0); };
    painter.setFont(style::semiBold(style::tableFont()));
    painter.setPen(theme.text);
    painter.drawText(QRectF(0, y - 10, kNamePx, 20), Qt::AlignLeft | Qt::AlignVCenter, name);
    painter.setPen(QPen(theme.line, 2));
    painter.drawLine(QPointF(left, y), QPointF(left + room, y));
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.fill(theme.good));
    const double low = xOf(change.low);
    painter.drawRoundedRect(QRectF(low, y - kBandPx / 2, std::max(xOf(change.high) - low, 4.0), kBandPx), 3, 3);
    painter.setBrush(theme.bad);
    painter.drawEllipse(QPointF(xOf(change.now), y), kDotPx, kDotPx);
    painter.setBrush(theme.good);
    painter.drawEllipse(QPointF(xOf(change.expected), y), kDotPx, kDotPx);
    painter.setFont(style::tableFont());
    painter.setPen(theme.text);
    const QRectF words(left + room + 16, y - 17, kWordsPx, 17);
    style::drawTabular(painter, words, Qt::AlignLeft | Qt::AlignVCenter,
                       tr("%1 (%2 \u2013 %3)").arg(ms(change.expected), ms(change.low), ms(change.high)));
    painter.setPen(theme.muted);
    style::drawTabular(painter, words.translated(0, 17), Qt::AlignLeft | Qt::AlignVCenter,
                       tr("now %1").arg(ms(change.now)));
}

void EffectRows::paintEvent(QPaintEvent *)
{
    if (!m_effect)
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const std::array names{tr("p50"), tr("p95"), tr("p99")};
    double highest = 1e-9;
    for (const advisor::Change &change : m_effect->quantilesMs)
        highest = std::max({highest, change.now, change.high});
    for (std::size_t i = 0; i < names.size(); ++i)
        paintRow(painter, static_cast<int>(i), names[i], m_effect->quantilesMs[i], highest * 1.05);
}

} // namespace tailspan::advisorpage
