// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/trace_snapshot.h"

#include <string>
#include <string_view>

namespace tailspan::trace {

/// A span as Markdown for a ticket: what, when, how long, and a table of its attributes. `details` are written as they
/// are given: masked ones stay masked. `link` may be empty. Nothing in it can be taken for markup of its own: what
/// comes from outside is escaped. Thread: any.
[[nodiscard]] std::string spanAsMarkdown(const TraceSnapshot &snapshot, SpanRow span, const SpanDetails &details,
                                         std::string_view link);

/// Text for one line or table cell of Markdown: characters with a meaning are escaped, line breaks become blanks.
[[nodiscard]] std::string markdownText(std::string_view text);

} // namespace tailspan::trace
