// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::tracefiles {

enum class RecordColumn : std::size_t {
    TraceId,
    SpanId,
    ParentSpanId,
    ServiceName,
    Operation,
    Timestamp,
    Duration,
    StatusCode,
    Request,
    Response,
    Error,
    Metadata,
    Neighbors,
};
inline constexpr std::size_t kRecordColumnCount = 13;

/// Which cell of a row is which column of the collector's table; found by the names in the header, in any order.
class RecordColumns {
public:
    explicit RecordColumns(std::string_view headerLine);

    /// Has the columns without which there is no span.
    [[nodiscard]] bool isSpanTable() const;
    [[nodiscard]] std::size_t width() const { return m_width; }
    [[nodiscard]] char delimiter() const { return m_delimiter; }
    /// Empty for a column the table does not have.
    [[nodiscard]] std::string_view cell(std::span<const std::string_view> cells, RecordColumn column) const;
    /// A row as the JSON record that the collector keeps elsewhere. Errors: Malformed.
    [[nodiscard]] Result<std::string> asJson(std::string_view row) const;

private:
    static constexpr std::size_t kAbsent = static_cast<std::size_t>(-1);
    std::array<std::size_t, kRecordColumnCount> m_places;
    std::size_t m_width = 0;
    char m_delimiter = ',';
};

} // namespace tailspan::tracefiles
