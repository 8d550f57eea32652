// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sources/stored_record_filter.h"
#include "app/sources/trace_source.h"

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

/// Keeps the newest records up to a limit of spans and of bytes.
class NewestRecords {
public:
    explicit NewestRecords(std::size_t spanLimit) : m_spanLimit(spanLimit) {}
    void add(const StoredRecordFields &fields, std::size_t list, std::string_view record);
    /// True when records were left out.
    [[nodiscard]] bool isCut() const { return m_isCut; }
    [[nodiscard]] std::size_t size() const { return m_entries.size(); }
    /// The records one a line; called once, at the end. size() counts them still.
    [[nodiscard]] std::string takeLines();

private:
    struct Entry {
        std::int64_t endNs = 0;
        std::size_t list = 0;
        std::size_t offset = 0;
        std::size_t length = 0;
    };
    void keepNewest(std::size_t count);

    std::size_t m_spanLimit;
    bool m_isCut = false;
    std::string m_lines;
    std::vector<Entry> m_entries;
};

/// Adds a record as one line: a line's end inside it, which only stands between tokens of JSON, becomes a blank.
void appendAsLine(std::string &lines, std::string_view record);

} // namespace tailspan::sources
