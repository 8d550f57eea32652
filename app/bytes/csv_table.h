// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/bytes/byte_source.h"
#include "models/base/data_quality.h"
#include "models/base/result.h"

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::bytes {

/// Reads a table row by row (RFC 4180: quoted cells may hold delimiters, line feeds and doubled quotes), one block of
/// the stream at a time. A quote inside an unquoted cell is an ordinary character; a quoted cell that never ends is
/// given up at the end of its line and counted as a malformed record.
/// Thread: one. The cells of a row are valid until the next call.
class CsvTable {
public:
    CsvTable(ByteStream &stream, char delimiter);

    /// Moves to the next row that is not blank; false at the end.
    [[nodiscard]] Result<bool> next();
    [[nodiscard]] std::span<const std::string_view> cells() const { return m_cells; }
    /// The line of the file on which the row begins, from 1.
    [[nodiscard]] std::uint64_t line() const { return m_rowLine; }
    /// Where the row stands in the stream: its bytes are [offset, offset + length), line feed not included.
    [[nodiscard]] std::uint64_t rowOffset() const { return m_bufferOffset + m_begin; }
    [[nodiscard]] std::size_t rowLength() const;
    /// The row ended with the input and not with a line feed.
    [[nodiscard]] bool isUnterminated() const { return m_isUnterminated; }
    /// A quoted cell of the row was never closed.
    [[nodiscard]] bool hasOpenQuote() const { return m_hasOpenQuote; }
    [[nodiscard]] const DataQuality &quality() const { return m_quality; }

private:
    static constexpr std::size_t kMaxRowBytes = 16ULL << 20;

    enum class Scan : std::uint8_t { Row, NeedsMore };
    [[nodiscard]] Scan scanRow();
    [[nodiscard]] bool scanQuoted();
    void scanPlain();
    [[nodiscard]] std::size_t cellEnd(std::size_t from) const;
    void giveUpQuote();
    [[nodiscard]] Result<void> fill();

    ByteStream &m_stream;
    char m_delimiter;
    std::vector<char> m_buffer;
    std::uint64_t m_bufferOffset = 0; // of the buffer's first byte in the stream
    std::size_t m_begin = 0;          // of the current row
    std::size_t m_at = 0;
    std::size_t m_end = 0;
    bool m_isAtEnd = false;
    bool m_treatsQuotesAsText = false; // for the row whose quoted cell never ended
    bool m_isUnterminated = false;
    bool m_hasOpenQuote = false;
    std::uint64_t m_line = 1;
    std::uint64_t m_rowLine = 1;
    std::uint64_t m_lineFeeds = 0;
    std::vector<std::string_view> m_cells;
    std::deque<std::string> m_unescaped; // cells with doubled quotes, of the current row
    DataQuality m_quality;
};

/// The delimiter of a header line: the first character after the first word that is none of a word ("," ";" tab "|").
[[nodiscard]] char delimiterOf(std::string_view headerLine);

} // namespace tailspan::bytes
