// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/tracefiles/span_sink.h"
#include "models/trace/span_details.h"
#include "models/trace/trace_builder.h"

#include <cstddef>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

namespace tailspan::tracefiles {

/// Adds records of the target's collector, JSON objects one a line, to an input of a builder; odd ones are counted in
/// its quality. One thread; the records are not kept. Errors: Cancelled.
[[nodiscard]] Result<> addStoredRecords(std::string records, trace::TraceBuilder &builder, std::uint16_t input,
                                        std::stop_token stop);

/// Makes spans of such records where they are indexed already, one after another; odd ones are counted in the quality
/// of the input they are added to. Thread: one.
class StoredRecordSpans {
public:
    /// The strings of the builder that the spans are added to later.
    explicit StoredRecordSpans(StringPool &strings) : m_sink(strings, 0, false) {}

    /// Adds the span of the record under the cursor. False when it has no id or is cut off, which is counted.
    [[nodiscard]] bool add(const json::StructuralIndex &record);
    /// Counts what indexing the record met; see StructuralIndex::index.
    void count(const DataQuality &odd)
    {
        if (!odd.isClean())
            m_sink.quality().merge(odd);
    }
    [[nodiscard]] std::size_t size() const { return m_count; }
    /// Leaves only the spans of these numbers, from 0, in this order.
    void keep(std::span<const std::size_t> numbers);
    /// Called once, at the end. size() counts them still.
    void addTo(trace::TraceBuilder &builder, std::uint16_t input);

private:
    SpanSink m_sink;
    std::size_t m_count = 0;
};

/// The details of one such record. Nothing is masked here. Errors: Malformed.
[[nodiscard]] Result<trace::SpanDetails> storedRecordDetails(std::string_view record);

} // namespace tailspan::tracefiles
