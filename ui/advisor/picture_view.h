// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/finding.h"

class QString;
class QWidget;

namespace tailspan::advisorpage {

/// The widget that shows a picture; null for none. Owned by `parent`.
[[nodiscard]] QWidget *makePictureView(const advisor::Picture &picture, QWidget *parent);
/// "Plan", "Calls of one trace", ...; empty for none.
[[nodiscard]] QString pictureTitle(const advisor::Picture &picture);

} // namespace tailspan::advisorpage
