// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/k6_csv_rows.h"

#include "app/json/structural_index.h"
#include "app/reports/json_scan.h"
#include "models/loadtest/request_traces.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace tailspan::reports {

namespace {

constexpr std::size_t kNone = std::string_view::npos;
constexpr std::size_t kMaxQuotedBytes = 64 * 1024;

/// Calls `take(cell)` for each cell; a quoted one without its quotes, doubled quotes inside as they are.
template <class Take>
void forEachCell(std::string_view text, Take take)
{
    std::size_t at = 0;
    while (true) {
        std::size_t end = 0;
        if (at < text.size() && text[at] == '"') {
            std::size_t quote = text.find('"', at + 1);
            while (quote != kNone && quote + 1 < text.size() && text[quote + 1] == '"')
                quote = text.find('"', quote + 2);
            const std::size_t inner = std::min(quote, text.size());
            take(text.substr(at + 1, inner - at - 1));
            end = text.find(',', inner);
        } else {
            end = text.find(',', at);
            take(text.substr(at, end == kNone ? end : end - at));
        }
        if (end == kNone)
            return;
        at = end + 1;
    }
}

/// Of "name=value&name=value", which k6 does not escape.
std::string_view traceIdOfList(std::string_view list)
{
    while (!list.empty()) {
        const std::string_view pair = list.substr(0, list.find('&'));
        const std::size_t equals = pair.find('=');
        if (equals != kNone && loadtest::isTraceIdName(pair.substr(0, equals)))
            return pair.substr(equals + 1);
        list.remove_prefix(std::min(pair.size() + 1, list.size()));
    }
    return {};
}

/// Behind the line feed that ends the row at the beginning of `text`, which may have line feeds inside quotes; a quote
/// that is not closed within 64 KiB is no quote. The size of the text where no line feed follows.
std::size_t rowEnd(std::string_view text, bool hasQuotes)
{
    const std::size_t first = std::min(text.find('\n'), text.size() - 1) + 1;
    std::size_t end = first;
    auto quotes = hasQuotes ? std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), '"') : 0;
    while (quotes % 2 != 0 && end < text.size() && end < kMaxQuotedBytes) {
        const std::size_t next = std::min(text.find('\n', end), text.size() - 1) + 1;
        quotes += std::count(text.begin() + static_cast<std::ptrdiff_t>(end),
                             text.begin() + static_cast<std::ptrdiff_t>(next), '"');
        end = next;
    }
    return quotes % 2 == 0 ? end : first;
}

std::string_view withoutFeed(std::string_view row)
{
    if (row.ends_with('\n'))
        row.remove_suffix(1);
    if (row.ends_with('\r'))
        row.remove_suffix(1);
    return row;
}

} // namespace

K6CsvColumns::K6CsvColumns(std::string_view header)
{
    constexpr std::array<std::pair<std::string_view, std::string_view K6Tags::*>, 9> kNames{
        {{"name", &K6Tags::name},
         {"url", &K6Tags::url},
         {"scenario", &K6Tags::scenario},
         {"group", &K6Tags::group},
         {"status", &K6Tags::status},
         {"expected_response", &K6Tags::expected},
         {"error", &K6Tags::error},
         {"error_code", &K6Tags::errorCode},
         {"check", &K6Tags::check}}};
    std::size_t column = 0;
    forEachCell(header, [&](std::string_view cell) {
        if (column++ < 3)
            return;
        if (cell == "extra_tags" || cell == "metadata")
            m_lists.push_back(m_tags.size());
        const auto *at = std::find_if(kNames.begin(), kNames.end(), [&](const auto &n) { return n.first == cell; });
        const auto other = loadtest::isTraceIdName(cell) ? &K6Tags::traceId : nullptr;
        m_tags.push_back(at == kNames.end() ? other : at->second);
    });
}

K6Tags K6CsvColumns::tagsOf(std::string_view cells) const
{
    K6Tags tags;
    tags.isJson = false;
    std::size_t column = 0;
    forEachCell(cells, [&](std::string_view cell) {
        if (column < m_tags.size() && m_tags[column] != nullptr)
            tags.*m_tags[column] = cell;
        else if (tags.traceId.empty() && std::find(m_lists.begin(), m_lists.end(), column) != m_lists.end())
            tags.traceId = traceIdOfList(cell);
        ++column;
    });
    return tags;
}

void K6CsvRows::takeBlock(std::string_view text, std::uint64_t block)
{
    std::uint64_t lines = 0;
    const bool isValid = json::isUtf8(text);
    const bool hasQuotes = text.find('"') != kNone;
    while (!text.empty()) {
        const std::size_t end = rowEnd(text, hasQuotes);
        const std::string_view whole = text.substr(0, end);
        const std::string_view row = withoutFeed(whole);
        if (!isValid)
            m_accumulator->countInvalidUtf8(row, {block, lines});
        const bool isTerminated = whole.ends_with('\n');
        // Files that were written one behind the other have a header in the middle.
        if (!row.empty() && !row.starts_with(kK6CsvHeader))
            takeRow(row, {block, lines}, isTerminated);
        else if (!isTerminated)
            m_accumulator->noteMalformed({block, lines}, false);
        lines += hasQuotes ? static_cast<std::uint64_t>(std::count(row.begin(), row.end(), '\n')) + 1 : 1;
        text.remove_prefix(end);
    }
    m_accumulator->setLines(block, lines);
}

void K6CsvRows::takeRow(std::string_view row, K6Place place, bool isTerminated)
{
    const std::size_t nameEnd = row.find(',');
    const std::size_t timeEnd = nameEnd == kNone ? kNone : row.find(',', nameEnd + 1);
    const std::size_t valueEnd = timeEnd == kNone ? kNone : std::min(row.find(',', timeEnd + 1), row.size());
    K6Line line;
    if (valueEnd == kNone || !m_clock.readAny(row.substr(nameEnd + 1, timeEnd - nameEnd - 1), line.timeNs)) {
        m_accumulator->noteMalformed(place, isTerminated);
        return;
    }
    line.metric = row.substr(0, nameEnd);
    line.tags = row.substr(std::min(valueEnd + 1, row.size()));
    const bool hasTags = valueEnd < row.size();
    if (hasTags != (m_columns->tagCells() > 0) || (hasTags && !hasRightWidth(line.tags))) {
        if (isTerminated)
            m_accumulator->noteIssue(QualityIssue::WrongWidthRow, place);
        else
            m_accumulator->noteMalformed(place, false);
        return;
    }
    const std::string_view value = row.substr(timeEnd + 1, valueEnd - timeEnd - 1);
    const NumberScan number = scanNumber(value);
    if (number.state == NumberScan::State::NotANumber || number.length != value.size()) {
        m_accumulator->noteIssue(QualityIssue::NotANumber, place);
        return;
    }
    if (number.state == NumberScan::State::OutOfRange)
        m_accumulator->noteIssue(QualityIssue::NumberOutOfRange, place);
    line.value = number.value;
    line.kind = K6Line::Kind::Point;
    m_accumulator->takePoint(line);
}

/// The samples of one request follow each other with the same tags, so most rows are as the one before.
bool K6CsvRows::hasRightWidth(std::string_view tags)
{
    if (m_hasLastTags && tags == m_lastTags)
        return true;
    std::size_t cells = 0;
    forEachCell(tags, [&cells](std::string_view) { ++cells; });
    if (cells != m_columns->tagCells())
        return false;
    m_lastTags = tags;
    m_hasLastTags = true;
    return true;
}

} // namespace tailspan::reports
