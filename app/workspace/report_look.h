// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/advice/report_colors.h"
#include "models/layout/finding_picture.h"

#include <functional>

class QPainter;

namespace tailspan::workspace {

/// How saved reports look; who asks for one has the colours and the fonts. Thread: GUI.
struct ReportLook {
    advice::ReportColors light; ///< For readers in bright rooms; a web page follows its reader's setting.
    advice::ReportColors dark;
    /// The picture of a finding for paper, and the painting of it; may be empty: then without pictures.
    std::function<layout::FindingPicture(const advisor::Picture &, double widthPx)> lay;
    std::function<void(QPainter &, const layout::FindingPicture &)> paint;
};

} // namespace tailspan::workspace
