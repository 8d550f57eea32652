// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sources/stored_record_filter.h"
#include "app/sources/trace_source.h"
#include "app/tracefiles/stored_records.h"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tailspan::sources {

/// Groups records that fit a query by trace and cuts the page that was asked for. The order is the query's, ties by
/// trace id, so the same records give the same pages.
class RedisHits {
public:
    void add(const StoredRecordFields &fields);
    [[nodiscard]] SearchPage page(const trace::TraceQuery &query) const;

private:
    std::unordered_map<std::string, TraceHit> m_hits;
};

/// Makes spans of records and keeps the newest up to a limit.
class NewestSpans {
public:
    /// The strings of the builder that the spans are added to.
    NewestSpans(StringPool &strings, std::size_t spanLimit) : m_spanLimit(spanLimit), m_spans(strings) {}
    void add(const StoredRecordFilter &record, std::size_t list);
    /// True when spans were left out.
    [[nodiscard]] bool isCut() const { return m_isCut; }
    [[nodiscard]] std::size_t size() const { return m_entries.size(); }
    /// Called once, at the end. size() counts them still.
    void addTo(trace::TraceBuilder &builder, std::uint16_t input);

private:
    struct Entry {
        std::int64_t endNs = 0;
        std::size_t list = 0;
        std::size_t number = 0; ///< In the order of reading.
    };
    void keepNewest();

    std::size_t m_spanLimit;
    bool m_isCut = false;
    tracefiles::StoredRecordSpans m_spans;
    std::vector<Entry> m_entries; ///< One a span, in the same order.
};

/// Adds a record as one line: a line's end inside it, which only stands between tokens of JSON, becomes a blank.
void appendAsLine(std::string &lines, std::string_view record);

} // namespace tailspan::sources
