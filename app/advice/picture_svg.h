// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/advice/report_colors.h"
#include "models/advisor/finding.h"

#include <string>

namespace tailspan::advice {

/// The picture of a finding as a figure with inline SVG, in the colours of pictureStyle(); "" where it has none or is
/// text (plans and tables). Texts are escaped, and shortened by an estimate of their width. Pure, any thread.
[[nodiscard]] std::string pictureAsSvg(const advisor::Picture &picture);
/// The colours as CSS, for both settings of the reader.
[[nodiscard]] std::string pictureStyle(const ReportColors &light, const ReportColors &dark);

} // namespace tailspan::advice
