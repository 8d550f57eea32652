// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bytes/csv_table.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace tailspan::bytes {

namespace {

constexpr std::size_t kBlockBytes = 1ULL << 20;

} // namespace

CsvTable::CsvTable(ByteStream &stream, char delimiter) : m_stream(stream), m_delimiter(delimiter), m_buffer(kBlockBytes)
{}

Result<bool> CsvTable::next()
{
    while (true) {
        m_begin = m_at;
        m_rowLine = m_line;
        while (scanRow() == Scan::NeedsMore) {
            m_at = m_begin;
            if (!m_isAtEnd && m_end - m_begin < kMaxRowBytes)
                TS_CHECK(fill());
            else if (!m_treatsQuotesAsText)
                giveUpQuote();
            else
                return fail(ErrorCode::LimitReached,
                            "holds a row of more than 16 MiB, which no table that Tailspan reads has",
                            m_stream.name() + ", line " + std::to_string(m_rowLine));
        }
        m_line += m_lineFeeds;
        m_hasOpenQuote = std::exchange(m_treatsQuotesAsText, false);
        const bool isBlank = m_cells.empty() || (m_cells.size() == 1 && m_cells.front().empty());
        if (!isBlank)
            return true;
        if (m_isAtEnd && m_at >= m_end)
            return false;
    }
}

/// Reads the cells from m_at to the end of the row; a row that needs more bytes is scanned again from its begin.
CsvTable::Scan CsvTable::scanRow()
{
    m_cells.clear();
    m_unescaped.clear();
    m_lineFeeds = 0;
    m_isUnterminated = false;
    while (true) {
        if (m_at < m_end && m_buffer[m_at] == '"' && !m_treatsQuotesAsText) {
            if (!scanQuoted())
                return Scan::NeedsMore;
        } else {
            scanPlain();
        }
        if (m_at >= m_end) {
            if (!m_isAtEnd)
                return Scan::NeedsMore;
            m_isUnterminated = true;
            return Scan::Row;
        }
        if (m_buffer[m_at++] == '\n') {
            ++m_lineFeeds;
            return Scan::Row;
        }
    }
}

/// The next delimiter or line feed from `from` on, or the end of the buffer.
std::size_t CsvTable::cellEnd(std::size_t from) const
{
    const char *const begin = m_buffer.data();
    const char *const end = begin + m_end;
    const char delimiter = m_delimiter;
    const char *at = begin + from;
    while (at < end && *at != delimiter && *at != '\n')
        ++at;
    return static_cast<std::size_t>(at - begin);
}

void CsvTable::scanPlain()
{
    const std::size_t begin = m_at;
    m_at = cellEnd(begin);
    std::size_t end = m_at;
    if (m_at < m_end && m_buffer[m_at] == '\n' && end > begin && m_buffer[end - 1] == '\r')
        --end;
    m_cells.emplace_back(m_buffer.data() + begin, end - begin);
}

bool CsvTable::scanQuoted()
{
    const std::size_t begin = m_at + 1;
    std::size_t at = begin;
    bool hasDoubled = false;
    while (true) {
        const auto *quote = static_cast<const char *>(std::memchr(m_buffer.data() + at, '"', m_end - at));
        if (quote == nullptr)
            return false;
        at = static_cast<std::size_t>(quote - m_buffer.data()) + 1;
        if (at >= m_end && !m_isAtEnd)
            return false; // the next byte decides whether this quote is doubled
        if (at >= m_end || m_buffer[at] != '"')
            break;
        hasDoubled = true;
        ++at;
    }
    std::string_view cell(m_buffer.data() + begin, at - 1 - begin);
    m_lineFeeds += static_cast<std::uint64_t>(std::count(cell.begin(), cell.end(), '\n'));
    // Whatever stands between the closing quote and the delimiter belongs to no cell.
    m_at = cellEnd(at);
    if (m_at >= m_end && !m_isAtEnd)
        return false;
    if (hasDoubled) {
        // A copy: the buffer stays as it is, in case the row has to be scanned again.
        m_unescaped.emplace_back();
        std::string &text = m_unescaped.back();
        for (std::size_t i = 0; i < cell.size(); ++i) {
            text += cell[i];
            i += cell[i] == '"' ? 1 : 0;
        }
        cell = text;
    }
    m_cells.push_back(cell);
    return true;
}

void CsvTable::giveUpQuote()
{
    m_quality.add(QualityIssue::MalformedRecord, 1, "line " + std::to_string(m_rowLine));
    m_treatsQuotesAsText = true;
}

std::size_t CsvTable::rowLength() const
{
    std::size_t end = m_at;
    while (end > m_begin && (m_buffer[end - 1] == '\n' || m_buffer[end - 1] == '\r'))
        --end;
    return end - m_begin;
}

Result<void> CsvTable::fill()
{
    if (m_begin > 0) {
        std::memmove(m_buffer.data(), m_buffer.data() + m_begin, m_end - m_begin);
        m_end -= m_begin;
        m_at -= m_begin;
        m_bufferOffset += m_begin;
        m_begin = 0;
    }
    if (m_end == m_buffer.size())
        m_buffer.resize(m_buffer.size() * 2);
    TS_TRY(const std::size_t got, m_stream.read(std::span(m_buffer).subspan(m_end)));
    m_end += got;
    m_isAtEnd = got == 0;
    return {};
}

char delimiterOf(std::string_view headerLine)
{
    std::size_t at = headerLine.starts_with('"') ? headerLine.find('"', 1) : 0;
    if (at == std::string_view::npos)
        return ',';
    at += headerLine.starts_with('"') ? 1 : 0;
    for (; at < headerLine.size(); ++at) {
        const char c = headerLine[at];
        if (c == ',' || c == ';' || c == '\t' || c == '|')
            return c;
    }
    return ',';
}

} // namespace tailspan::bytes
