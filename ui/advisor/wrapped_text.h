// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/plain_label.h"

namespace tailspan::advisorpage {

/// How much of a text the page shows; reports and what is copied have all of it.
inline constexpr qsizetype kMostShownText = 1200;
inline constexpr qsizetype kMostShownTitle = 240;

/// The text on as many lines as it takes, to be selected. A label breaks between words only and would become as wide as
/// the longest one: words that no pane has room for may break inside. Of very long ones the begin is shown, and how much
/// there is more.
[[nodiscard]] widgets::PlainLabel *wrappedText(const QString &text, widgets::PlainLabel::Tone tone, QWidget *parent,
                                               qsizetype most = kMostShownText);

/// The same for a label that is there.
void setWrappedText(widgets::PlainLabel &label, const QString &text, qsizetype most = kMostShownText);
/// The text with a capital at its begin, where it stands alone.
[[nodiscard]] QString asSentence(QString text);
/// A name as an entry of a box that must not become as wide as the longest one.
[[nodiscard]] QString shortName(const QString &name);

} // namespace tailspan::advisorpage
