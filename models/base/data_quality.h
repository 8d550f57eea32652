// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan {

/// What can be wrong with a record of a file or a store while the rest of it is fine.
enum class QualityIssue : std::uint8_t {
    Truncated,        ///< The input ends in the middle of a record: what was whole is kept.
    MalformedRecord,  ///< A record that could not be understood was skipped.
    WrongWidthRow,    ///< A table row with more or fewer cells than the header.
    MissingField,     ///< A record without a field it should have.
    NumberOutOfRange, ///< A number beyond 64 bits or beyond its meaning; the nearest possible value was taken.
    NotANumber,       ///< NaN, Infinity or text where a number belongs; treated as absent.
    InvalidUtf8,      ///< Bytes that are not UTF-8; each shown as U+FFFD.
    ControlCharacter, ///< Raw control characters inside JSON strings; shown as spaces.
    DroppedByLimit,   ///< Left out on purpose because a limit was reached.
    ClockWentBack,    ///< A stamp well before the one written before it; it stands where it says.
};
inline constexpr std::size_t kQualityIssueCount = 10;

/// Counts what was wrong with the records of one input, and where it was seen first. A value; merge is associative,
/// so that workers count for themselves.
class DataQuality {
public:
    void add(QualityIssue issue, std::uint64_t count = 1, std::string_view where = {});
    /// Keeps the `where` of this one when both have one: merge in input order.
    void merge(const DataQuality &other);

    [[nodiscard]] std::uint64_t count(QualityIssue issue) const { return entry(issue).count; }
    [[nodiscard]] bool isClean() const;
    /// One line of plain text for each issue that occurred: "3 rows of the wrong width, first at line 17".
    [[nodiscard]] std::vector<std::string> lines() const;

private:
    struct Entry {
        std::uint64_t count = 0;
        std::string firstWhere;
    };
    [[nodiscard]] const Entry &entry(QualityIssue issue) const { return m_entries[static_cast<std::size_t>(issue)]; }

    std::array<Entry, kQualityIssueCount> m_entries;
};

} // namespace tailspan
