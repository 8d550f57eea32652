// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/endpoints.h"

namespace tailspan::trace {

Endpoints Endpoints::of(const TraceSnapshot &snapshot, const TraceSelection &selection)
{
    const SpanTable &spans = snapshot.spans();
    Endpoints endpoints;
    endpoints.ofPosition.reserve(selection.spanCount());
    KeyNumbers numbers;
    for (std::size_t i = 0; i < selection.traceCount(); ++i) {
        const TraceSummary &trace = snapshot.traces()[selection.trace(i).value()];
        for (std::uint32_t row = trace.firstRow; row < trace.firstRow + trace.spanCount; ++row)
            endpoints.ofPosition.push_back(numbers.numberOf(pairKey(spans.service[row], spans.operation[row])));
    }
    endpoints.keys = numbers.keys();
    return endpoints;
}

} // namespace tailspan::trace
