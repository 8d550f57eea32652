// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/named_csv.h"

#include "app/reports/json_outline.h"
#include "app/reports/json_scan.h"
#include "models/base/utf8.h"

#include <algorithm>
#include <cmath>

namespace tailspan::reports {

namespace {

std::string lowered(std::string_view text)
{
    std::string result(text);
    for (char &c : result)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    return result;
}

} // namespace

Result<> NamedCsv::readHeader(const std::string &name)
{
    TS_TRY(const bool hasRow, m_table.next());
    if (!hasRow)
        return fail(ErrorCode::Malformed, "holds no rows", name);
    if (m_table.isUnterminated())
        m_isComplete = false;
    for (const std::string_view cell : m_table.cells())
        m_names.push_back(lowered(cell));
    return {};
}

Result<bool> NamedCsv::next()
{
    while (true) {
        TS_TRY(const bool hasRow, m_table.next());
        if (!hasRow)
            return false;
        if (m_table.isUnterminated()) {
            m_isComplete = false;
            m_quality.add(QualityIssue::Truncated, 1, where());
            return false;
        }
        if (m_table.cells().size() != m_names.size()) {
            m_quality.add(QualityIssue::WrongWidthRow, 1, where());
            continue;
        }
        for (const std::string_view cell : m_table.cells()) {
            if (!isValidUtf8(cell))
                m_quality.add(QualityIssue::InvalidUtf8, 1, where());
        }
        return true;
    }
}

Result<> NamedCsv::forEachRow(const bytes::ByteStream &stream, const std::stop_token &stop, Progress &progress,
                              const std::function<void()> &take, const std::function<void()> &poll)
{
    constexpr std::uint64_t kRowsBetweenPolls = 4096;
    progress.begin("reading", stream.fileBytes());
    for (std::uint64_t row = 0;; ++row) {
        if (row % kRowsBetweenPolls == 0) {
            if (stop.stop_requested())
                return fail(ErrorCode::Cancelled, "cancelled", stream.name());
            progress.done.store(stream.fileBytesRead(), std::memory_order_relaxed);
            if (poll)
                poll();
        }
        TS_TRY(const bool more, next());
        if (!more)
            return {};
        take();
    }
}

std::size_t NamedCsv::column(std::initializer_list<std::string_view> names) const
{
    for (const std::string_view name : names) {
        const auto at = std::find(m_names.begin(), m_names.end(), name);
        if (at != m_names.end())
            return static_cast<std::size_t>(at - m_names.begin());
    }
    return kAbsent;
}

std::optional<double> NamedCsv::number(std::size_t column)
{
    const std::string_view text = cell(column);
    if (text.empty() || text == "N/A")
        return std::nullopt;
    const NumberScan scan = scanNumber(text);
    if (scan.state == NumberScan::State::NotANumber || scan.length != text.size()) {
        m_quality.add(QualityIssue::NotANumber, 1, where());
        return std::nullopt;
    }
    if (scan.state == NumberScan::State::OutOfRange || scan.value < 0 || !std::isfinite(scan.value)) {
        m_quality.add(QualityIssue::NumberOutOfRange, 1, where());
        return scan.value < 0 ? std::nullopt : std::optional(std::min(scan.value, 1e300));
    }
    return scan.value;
}

std::optional<std::uint64_t> NamedCsv::count(std::size_t column)
{
    constexpr double kLargest = 9e15; // whole numbers stay exact
    const auto value = number(column);
    if (value && *value > kLargest) {
        m_quality.add(QualityIssue::NumberOutOfRange, 1, where());
        return static_cast<std::uint64_t>(kLargest);
    }
    return value ? std::optional(static_cast<std::uint64_t>(*value)) : std::nullopt;
}

DataQuality NamedCsv::takeQuality()
{
    m_quality.merge(m_table.quality());
    return std::move(m_quality);
}

bool beginsWithColumns(const bytes::Head &head, std::string_view columns)
{
    std::string line(firstLine(withoutLeadingBlanks(head.bytes)));
    std::erase(line, '"');
    return line.starts_with(columns);
}

} // namespace tailspan::reports
