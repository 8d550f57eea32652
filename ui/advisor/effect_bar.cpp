// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/advisor/effect_bar.h"

#include "models/advisor/finding_text.h"
#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"

#include <QPainter>

#include <algorithm>

namespace tailspan::advisorpage {

using items::toQString;

namespace {

constexpr double kPadPx = 8;
constexpr double kLineY = 36;
constexpr double kBandPx = 10;
constexpr double kDotPx = 5;

QString valueText(double value, const std::string &unit)
{
    return toQString(decimalText(value)) + (unit.empty() ? QString() : u' ' + toQString(unit));
}

} // namespace

EffectBar::EffectBar(QWidget *parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("effectBar"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void EffectBar::setEstimate(const advisor::Estimate &estimate)
{
    m_estimate = estimate;
    setAccessibleName(toQString(advisor::estimateText(estimate)));
    update();
}

double EffectBar::xOf(double value) const
{
    const double low = std::min({0.0, m_estimate.low, m_estimate.now.value_or(0)});
    const double high = std::max({m_estimate.high, m_estimate.now.value_or(0), low + 1e-9});
    const double place = (value - low) / ((high - low) * 1.12);
    return kPadPx + std::clamp(place, 0.0, 1.0) * (width() - 2 * kPadPx);
}

void EffectBar::paintLabel(QPainter &painter, double x, const QString &text, const QColor &color,
                           const QRectF &taken) const
{
    painter.setFont(style::semiBold(style::tableFont()));
    painter.setPen(color);
    const double textWidth = style::tabularWidth(painter.font(), text);
    double left = std::clamp(x - textWidth / 2, 0.0, std::max(0.0, width() - textWidth));
    if (!taken.isNull() && left < taken.right() + 12 && left + textWidth > taken.left() - 12)
        left = taken.right() + 12 + textWidth <= width() ? taken.right() + 12 : taken.left() - 12 - textWidth;
    style::drawTabular(painter, QRectF(left, 6, textWidth + 2, 18), Qt::AlignLeft | Qt::AlignVCenter, text);
}

void EffectBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const style::Theme &theme = style::theme();
    painter.setPen(QPen(theme.line, 2));
    painter.drawLine(QPointF(kPadPx, kLineY), QPointF(width() - kPadPx, kLineY));
    const double low = xOf(m_estimate.low);
    const double high = xOf(m_estimate.high);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.fill(theme.good));
    painter.drawRoundedRect(QRectF(low, kLineY - kBandPx / 2, std::max(high - low, 4.0), kBandPx), 3, 3);
    painter.setBrush(theme.good);
    const double expected = xOf(m_estimate.expected);
    painter.drawEllipse(QPointF(expected, kLineY), kDotPx, kDotPx);
    const QString after = tr("%1 (%2 – %3)")
                              .arg(valueText(m_estimate.expected, m_estimate.unit),
                                   toQString(decimalText(m_estimate.low)), toQString(decimalText(m_estimate.high)));
    const QString shown = isSaving(m_estimate) ? tr("saves %1").arg(after) : after;
    const double afterWidth = style::tabularWidth(style::semiBold(style::tableFont()), shown);
    const double afterLeft = std::clamp(expected - afterWidth / 2, 0.0, std::max(0.0, width() - afterWidth));
    paintLabel(painter, expected, shown, theme.good, {});
    if (!m_estimate.now)
        return;
    const double now = xOf(*m_estimate.now);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.bad);
    painter.drawEllipse(QPointF(now, kLineY), kDotPx, kDotPx);
    paintLabel(painter, now, tr("now %1").arg(valueText(*m_estimate.now, m_estimate.unit)), theme.bad,
               QRectF(afterLeft, 6, afterWidth, 18));
}

} // namespace tailspan::advisorpage
