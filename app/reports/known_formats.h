// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/bytes/byte_source.h"

#include <optional>
#include <string>

namespace tailspan::reports {

/// The name of a load-test format that Tailspan knows but does not read ("Gatling log"), or nullopt.
[[nodiscard]] std::optional<std::string> unreadFormatOf(const bytes::Head &head);

/// The name of the trace format these bytes look like ("Jaeger JSON"), or nullopt.
[[nodiscard]] std::optional<std::string> traceFormatOf(const bytes::Head &head);

} // namespace tailspan::reports
