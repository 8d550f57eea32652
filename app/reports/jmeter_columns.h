// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/reports/report_text.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace tailspan::reports {

enum class JmeterColumn : std::uint8_t {
    TimeStamp,
    Elapsed,
    Label,
    ResponseCode,
    ResponseMessage,
    ThreadName,
    DataType,
    Success,
    FailureMessage,
    Bytes,
    SentBytes,
    AllThreads,
    SampleCount,
    ErrorCount,
    TraceId ///< A variable that the test plan saves (sample_variables).
};
inline constexpr std::size_t kJmeterColumnCount = 15;

/// Where the columns of a JMeter CSV file are. Each one can be absent: JMeter lets its users switch them off.
struct JmeterColumns {
    std::size_t width = 0;

    [[nodiscard]] static JmeterColumns fromHeader(std::span<const std::string_view> header);
    /// JMeter's default columns, for a file without a header.
    [[nodiscard]] static JmeterColumns standard(std::size_t width);

    [[nodiscard]] bool has(JmeterColumn column) const { return place(column) < width; }
    /// "" for an absent column.
    [[nodiscard]] std::string_view cell(std::span<const std::string_view> cells, JmeterColumn column) const
    {
        return place(column) < cells.size() ? cells[place(column)] : std::string_view();
    }
    /// nullopt for an absent or negative number.
    [[nodiscard]] std::optional<std::uint64_t> count(std::span<const std::string_view> cells,
                                                     JmeterColumn column) const;

private:
    static constexpr std::size_t kAbsent = static_cast<std::size_t>(-1);
    [[nodiscard]] std::size_t place(JmeterColumn column) const { return m_places[static_cast<std::size_t>(column)]; }
    void setPlaces(std::span<const std::string_view> names);

    std::array<std::size_t, kJmeterColumnCount> m_places{};
};

/// A header line: time stamp and duration, or, where those are switched off, label and success.
[[nodiscard]] bool isJmeterHeader(std::string_view line);
/// A first row without a header: 13 digits, a duration, and at least a true or false.
[[nodiscard]] bool isHeaderlessJmeterRow(std::string_view line);

} // namespace tailspan::reports
