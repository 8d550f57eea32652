// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/style/fonts.h"

#include "ui/style/theme.h"

#include <QFontDatabase>
#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>

namespace tailspan::style {

using namespace Qt::StringLiterals;

namespace {

QFont familyOr(const QString &family, QFontDatabase::SystemFont fallback)
{
    if (!QFontDatabase::hasFamily(family))
        return QFontDatabase::systemFont(fallback);
    QFont font(family);
    font.setStyleHint(fallback == QFontDatabase::FixedFont ? QFont::Monospace : QFont::SansSerif);
    return font;
}

QFont sized(QFont font, int pixels)
{
    font.setPixelSize(pixels);
    // Glyphs keep their drawn proportions; full hinting makes small text uneven at 1x.
    font.setHintingPreference(QFont::PreferVerticalHinting);
    return font;
}

const QFont &baseFont()
{
    static const QFont font = familyOr(u"Inter"_s, QFontDatabase::GeneralFont);
    return font;
}

double figureWidth(const QFontMetricsF &metrics)
{
    double width = 0;
    for (char16_t figure = u'0'; figure <= u'9'; ++figure)
        width = std::max(width, metrics.horizontalAdvance(QChar(figure)));
    return width;
}

/// Calls `visit(text, x, advance, isFigure)` for each figure and each run between figures.
template <class Visit>
double forEachRun(const QFontMetricsF &metrics, const QString &text, Visit visit)
{
    const double figure = figureWidth(metrics);
    double x = 0;
    qsizetype at = 0;
    while (at < text.size()) {
        const bool isFigure = text[at] >= u'0' && text[at] <= u'9';
        qsizetype end = at + 1;
        while (!isFigure && end < text.size() && (text[end] < u'0' || text[end] > u'9'))
            ++end;
        const QString run = text.mid(at, end - at);
        const double advance = isFigure ? figure : metrics.horizontalAdvance(run);
        visit(run, x, advance, isFigure);
        x += advance;
        at = end;
    }
    return x;
}

} // namespace

QFont uiFont()
{
    return sized(baseFont(), metric::kUiTextPx);
}

QFont tableFont()
{
    return sized(baseFont(), metric::kTableTextPx);
}

QFont smallFont()
{
    return sized(baseFont(), metric::kSmallTextPx);
}

QFont headingFont()
{
    return semiBold(sized(baseFont(), metric::kUiTextPx));
}

QFont titleFont()
{
    return semiBold(sized(baseFont(), metric::kHeadingPx));
}

QFont monoFont()
{
    static const QFont base = familyOr(u"JetBrains Mono"_s, QFontDatabase::FixedFont);
    return sized(base, metric::kSmallTextPx);
}

QFont semiBold(QFont font)
{
    font.setWeight(QFont::DemiBold);
    return font;
}

double tabularWidth(const QFont &font, const QString &text)
{
    return forEachRun(QFontMetricsF(font), text, [](const QString &, double, double, bool) {});
}

void drawTabular(QPainter &painter, const QRectF &rect, int flags, const QString &text)
{
    const QFontMetricsF metrics(painter.font(), painter.device());
    const double width = tabularWidth(painter.font(), text);
    double left = rect.left();
    if (flags & Qt::AlignRight)
        left = rect.right() - width;
    else if (flags & Qt::AlignHCenter)
        left = rect.center().x() - width / 2;
    double base = rect.top() + metrics.ascent();
    if (flags & Qt::AlignBottom)
        base = rect.bottom() - metrics.descent();
    else if (flags & Qt::AlignVCenter)
        base = rect.center().y() + (metrics.ascent() - metrics.descent()) / 2;
    forEachRun(metrics, text, [&](const QString &run, double x, double advance, bool isFigure) {
        const double inset = isFigure ? (advance - metrics.horizontalAdvance(run)) / 2 : 0;
        painter.drawText(QPointF(left + x + inset, base), run);
    });
}

} // namespace tailspan::style
