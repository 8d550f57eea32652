// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPoint>
#include <QString>

class QWidget;

namespace tailspan::widgets {

/// Tooltips longer than this are cut.
inline constexpr int kToolTipLimit = 2000;

/// The text as a tooltip must be given it: Qt guesses whether a tooltip is markup, and a guess on text from
/// outside can freeze the window; escaped inside <qt> it is shown as it is.
[[nodiscard]] QString plainToolTip(const QString &text);
void setPlainToolTip(QWidget *widget, const QString &text);
void showPlainToolTip(const QPoint &globalPos, const QString &text, QWidget *widget);

} // namespace tailspan::widgets
