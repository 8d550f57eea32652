// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

class QWidget;

namespace tailspan::widgets {

/// Lets the user choose files to open; empty when they changed their mind. Every file is offered, because formats
/// are told apart by content.
[[nodiscard]] QStringList askForFiles(QWidget *parent);

} // namespace tailspan::widgets
