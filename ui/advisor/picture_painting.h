// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/report_look.h"
#include "models/layout/finding_picture.h"
#include "ui/style/theme.h"

class QPainter;

namespace tailspan::advisorpage {

/// On any device: the page in the theme in force, a report on paper in the light one.
void paintPicture(QPainter &painter, const layout::FindingPicture &picture, const style::Theme &theme);
/// For layout::curvePicture(), in the fonts of paintPicture().
[[nodiscard]] double pictureTextWidth(std::string_view text);
/// Colours and pictures of saved reports.
[[nodiscard]] workspace::ReportLook reportLook();

} // namespace tailspan::advisorpage
