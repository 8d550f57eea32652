// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/reports/k6_accumulator.h"

#include <string>
#include <string_view>
#include <vector>

namespace tailspan::reports {

inline constexpr std::string_view kK6CsvHeader = "metric_name,timestamp,metric_value";

/// Where the tags stand in a row of k6's CSV output. They change with k6's version and with --system-tags, so they
/// are found by name.
class K6CsvColumns {
public:
    /// `header`: the header line.
    explicit K6CsvColumns(std::string_view header);

    /// How many cells a row has behind its value.
    [[nodiscard]] std::size_t tagCells() const { return m_tags.size(); }
    /// `cells`: a row behind the comma that follows its value.
    [[nodiscard]] K6Tags tagsOf(std::string_view cells) const;

private:
    std::vector<std::string_view K6Tags::*> m_tags; // nullptr for a column that does not matter
    std::vector<std::size_t> m_lists;               // columns of "name=value&name=value"
};

/// Takes blocks of whole rows apart and hands their samples on. Thread: one each.
class K6CsvRows {
public:
    K6CsvRows(const K6CsvColumns &columns, K6Accumulator &accumulator)
        : m_columns(&columns), m_accumulator(&accumulator)
    {}
    void takeBlock(std::string_view text, std::uint64_t block);

private:
    void takeRow(std::string_view row, K6Place place, bool isTerminated);
    [[nodiscard]] bool hasRightWidth(std::string_view tags);

    const K6CsvColumns *m_columns;
    K6Accumulator *m_accumulator;
    K6Clock m_clock;
    std::string m_lastTags; // whose width was right
    bool m_hasLastTags = false;
};

} // namespace tailspan::reports
