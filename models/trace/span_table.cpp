// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/span_table.h"

namespace tailspan::trace {

void SpanTable::resize(std::size_t spans, bool withHighIds)
{
    startNs.resize(spans);
    durationNs.resize(spans);
    idLow.resize(spans);
    idHigh.resize(withHighIds ? spans : 0);
    trace.resize(spans);
    parent.resize(spans, SpanRow::kNone);
    subtreeSize.resize(spans);
    depth.resize(spans);
    service.resize(spans);
    operation.resize(spans);
    resource.resize(spans);
    recordOffset.resize(spans);
    recordLength.resize(spans);
    file.resize(spans);
    marks.resize(spans);
    idForm.resize(spans);
    kind.resize(spans);
    status.resize(spans);
}

std::size_t SpanTable::memoryBytes() const
{
    const auto bytesOf = [](const auto &column) { return column.capacity() * sizeof(column[0]); };
    return bytesOf(startNs) + bytesOf(durationNs) + bytesOf(idLow) + bytesOf(idHigh) + bytesOf(trace) + bytesOf(parent)
        + bytesOf(subtreeSize) + bytesOf(depth) + bytesOf(service) + bytesOf(operation) + bytesOf(resource)
        + bytesOf(recordOffset) + bytesOf(recordLength) + bytesOf(file) + bytesOf(marks) + bytesOf(idForm)
        + bytesOf(kind) + bytesOf(status);
}

} // namespace tailspan::trace
