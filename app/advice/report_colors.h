// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace tailspan::advice {

/// Colours as CSS writes them. What is empty is drawn in the colour of the text around it.
struct ReportColors {
    std::string text;
    std::string muted;
    std::string grid;
    std::string line;
    std::string good;
    std::string bad;
    std::string accent;
    std::string ground;                  ///< Of the page.
    std::vector<std::string> categories; ///< Of curves, in their order.
};

} // namespace tailspan::advice
