// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sources/source_set.h"
#include "models/base/result.h"

#include <functional>
#include <string>
#include <vector>

namespace tailspan::cli {

/// A picture of the window that was asked for on the command line.
struct PictureRequest {
    std::string page;
    std::string view;   ///< One of the views the page is divided into; empty: the first.
    std::string filter; ///< What the pages are narrowed to, as it is typed into the window's filter; empty: nothing.
    std::string outPath;
    int widthPx = 1440; ///< Device-independent pixels.
    int heightPx = 900;
    int scale = 1; ///< Device pixels for each of them.
    bool isDark = false;
    std::vector<std::string> files;
    std::vector<sources::SourceToOpen> sources; ///< Instead of trace files: live ones, as they are now.
};

/// Paints the window off screen into a PNG. Errors: NotFound for an unknown page or view only, Malformed for a filter
/// that cannot be read, what opening the files answers, Timeout, Internal when the picture cannot be written.
using WindowPainter = std::function<Result<>(const PictureRequest &)>;

/// The commands see no widgets: whoever can paint the window (app/application.cpp) says so here before one runs.
void setWindowPainter(WindowPainter painter);

} // namespace tailspan::cli
