// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/metric_questions.h"
#include "models/metric/metric_catalog.h"

namespace tailspan::workspace {

/// Asks for the buckets of a latency and puts them in order. Blocks. Errors: those of the source; NotFound when the
/// range holds no value.
[[nodiscard]] Result<HistogramResultPtr> histogramOf(sources::MetricSource &source, const HistogramQuestion &question,
                                                     const metric::SignalQuery &query, const std::string &name,
                                                     sources::Ask ask);

} // namespace tailspan::workspace
