// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/trace_snapshot.h"

#include <QString>

#include <string>
#include <vector>

namespace tailspan::traces {

/// What the snapshot itself knows of a span (when, which ids, from which file), as names and values for a list.
[[nodiscard]] std::vector<trace::Attribute> placeFacts(const trace::TraceSnapshot &snapshot, SpanRow span);
/// Events as "+11 ms" and their text; links as their kind and where they lead.
[[nodiscard]] std::vector<trace::Attribute> eventFacts(const trace::SpanDetails &details, TimePoint spanStart);
[[nodiscard]] std::vector<trace::Attribute> linkFacts(const trace::SpanDetails &details);
/// Where each of them leads, as linkText() writes it.
[[nodiscard]] std::vector<std::string> linkTargets(const trace::SpanDetails &details);
/// "internal", "client", ...; empty when the span does not say.
[[nodiscard]] QString kindText(trace::SpanKind kind);

} // namespace tailspan::traces
