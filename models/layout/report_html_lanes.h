// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/report_html.h"

#include <string>

namespace tailspan::layout {

/// The lanes of a run as inline SVG, one figure a lane; "" where nothing was measured over time. Pure, any thread.
[[nodiscard]] std::string htmlLanes(const loadtest::LoadTestReport &report, const ReplayPicture &picture,
                                    const HtmlColors &colors);

/// Lanes of metrics on the time axis of the run; "" where there are none.
[[nodiscard]] std::string htmlMetricLanes(const loadtest::LoadTestReport &report, const HtmlExtras &extras,
                                          const HtmlColors &colors);

} // namespace tailspan::layout
