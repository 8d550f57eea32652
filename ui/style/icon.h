// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QIcon>
#include <QPixmap>
#include <QString>

namespace tailspan::style {

/// Makes the compiled-in files (":/icons/...", ":/samples/...") readable; needed once before the first use.
void loadResources();

/// Which token an icon is drawn in.
enum class IconColor { Text, Muted, Accent, Good, Warn, Bad, OnAccent };

/// An icon of our own set (resources/icons/<name>.svg), drawn at the asked size and scale in the token's colour of
/// the theme in force at that moment: it needs no reloading when the theme changes. Disabled is drawn in
/// `disabled`. An unknown name gives an empty icon and a warning in the log.
[[nodiscard]] QIcon icon(const QString &name, IconColor color = IconColor::Text);
[[nodiscard]] QPixmap iconPixmap(const QString &name, const QColor &color, int sizePx, double devicePixelRatio);

} // namespace tailspan::style
