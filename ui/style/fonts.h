// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFont>
#include <QString>

class QPainter;
class QRectF;

namespace tailspan::style {

/// Inter where it is installed, else the system's font; sizes from style::metric.
[[nodiscard]] QFont uiFont();
[[nodiscard]] QFont tableFont();
[[nodiscard]] QFont smallFont();
/// Section headings ("Attributes"), and the title of a page.
[[nodiscard]] QFont headingFont();
[[nodiscard]] QFont titleFont();
/// JetBrains Mono where it is installed, else the system's fixed font: ids, SQL, paths.
[[nodiscard]] QFont monoFont();
[[nodiscard]] QFont semiBold(QFont font);

/// Draws one line of text with figures of equal width, so that numbers in a column stand under each other also in
/// fonts whose figures are proportional (Qt 6.4 cannot ask a font for its tabular ones). `flags` are alignment
/// flags.
void drawTabular(QPainter &painter, const QRectF &rect, int flags, const QString &text);
/// The width that drawTabular needs, in device-independent pixels.
[[nodiscard]] double tabularWidth(const QFont &font, const QString &text);

} // namespace tailspan::style
