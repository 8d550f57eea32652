// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/bytes/csv_table.h"
#include "app/reports/report_text.h"
#include "models/base/data_quality.h"
#include "models/base/progress.h"
#include "models/base/result.h"

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::reports {

/// A CSV table whose first row names its columns, for tools that end every row with a line feed. Rows of the wrong
/// width are counted and left out; a last row without a line feed is what a killed run leaves, so it is left out too and
/// the table is not complete. Thread: one.
class NamedCsv {
public:
    static constexpr std::size_t kAbsent = static_cast<std::size_t>(-1);

    NamedCsv(bytes::ByteStream &stream, char delimiter) : m_table(stream, delimiter) {}

    /// Errors: Malformed where there is no row, and what the stream answers.
    [[nodiscard]] Result<> readHeader(const std::string &name);
    [[nodiscard]] Result<bool> next();
    /// Calls `take` for each row that is left, and `poll` (may be empty) every few thousand. Errors: Cancelled, and what
    /// the stream answers.
    [[nodiscard]] Result<> forEachRow(const bytes::ByteStream &stream, const std::stop_token &stop, Progress &progress,
                                      const std::function<void()> &take, const std::function<void()> &poll = {});
    /// Where the first of these names stands, whatever its case; kAbsent when none does.
    [[nodiscard]] std::size_t column(std::initializer_list<std::string_view> names) const;

    /// "" for an absent column.
    [[nodiscard]] std::string_view cell(std::size_t column) const
    {
        return column < m_table.cells().size() ? m_table.cells()[column] : std::string_view();
    }
    /// Absent for an empty cell, "N/A" and text; the latter is counted. So are negative numbers.
    [[nodiscard]] std::optional<double> number(std::size_t column);
    [[nodiscard]] std::optional<std::uint64_t> count(std::size_t column);

    [[nodiscard]] std::string where() const { return "line " + std::to_string(m_table.line()); }
    [[nodiscard]] bool isComplete() const { return m_isComplete; }
    [[nodiscard]] DataQuality &quality() { return m_quality; }
    /// What was wrong with rows and cells.
    [[nodiscard]] DataQuality takeQuality();

private:
    bytes::CsvTable m_table;
    std::vector<std::string> m_names; // in small letters
    DataQuality m_quality;
    bool m_isComplete = true;
};

/// The first line of a table without quotes and line end, for telling tables apart by their columns.
[[nodiscard]] bool beginsWithColumns(const bytes::Head &head, std::string_view columns);

} // namespace tailspan::reports
