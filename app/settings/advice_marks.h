// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/settings/settings.h"

#include <QJsonObject>

namespace tailspan::settings {

/// The marks as the settings file keeps them. What cannot be understood is left out.
[[nodiscard]] QMap<QString, AdviceMark> adviceMarksOf(const QJsonObject &json);
[[nodiscard]] QJsonObject jsonOf(const QMap<QString, AdviceMark> &marks);

} // namespace tailspan::settings
