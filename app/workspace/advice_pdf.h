// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/advice/advise.h"
#include "app/workspace/report_look.h"

#include <QByteArray>

namespace tailspan::workspace {

/// The advice as pages of A4: the text of writeAdviceMarkdown(), its headings, code blocks and lists set as such, and the
/// pictures of curves and calls painted where they belong. Texts from outside are set as plain text: nothing in them can
/// load or run anything. Thread: GUI.
[[nodiscard]] QByteArray adviceAsPdf(const advice::Advised &advised, const ReportLook &look);

} // namespace tailspan::workspace
