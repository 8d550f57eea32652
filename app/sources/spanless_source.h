// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sources/trace_source.h"

#include <memory>
#include <string>

namespace tailspan::sources {

/// Stands where spans are asked for and the address leads to a store of metrics or alerts: it can be tested like every
/// other, and says of spans that there are none. `title`: "Prometheus".
[[nodiscard]] std::unique_ptr<TraceSource> makeSpanlessSource(const std::string &title, const SourceAddress &address,
                                                              const SourceSecrets &secrets);

} // namespace tailspan::sources
