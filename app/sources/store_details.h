// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sources/source_thread.h"

#include <memory>

namespace tailspan::sources {

/// Reads the details of a span from the store it came from, when it is opened; masks secrets unless asked not to.
/// The store is asked on its own thread; who asks waits for at most a few seconds, for the attributes of many spans until they are read. Spans
/// of visitDetails are handed over on the store's thread.
[[nodiscard]] std::shared_ptr<const trace::SpanDetailSource> makeStoreDetails(std::shared_ptr<SourceThread> thread);

} // namespace tailspan::sources
