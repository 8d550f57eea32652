// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <string>

namespace tailspan::workspace {

/// The advice as pages of A4. `markdown`: as writeAdviceMarkdown() gives it; its headings, code blocks and lists are set
/// as such, everything else as plain text. Nothing in it can load or run anything. Thread: GUI.
[[nodiscard]] QByteArray adviceAsPdf(const std::string &markdown);

} // namespace tailspan::workspace
