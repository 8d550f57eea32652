// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/jmeter_columns.h"

#include "app/bytes/csv_table.h"
#include "models/loadtest/request_traces.h"

#include <algorithm>
#include <string>
#include <vector>

namespace tailspan::reports {

namespace {

// In the order of JmeterColumn.
constexpr std::array<std::string_view, kJmeterColumnCount> kNames{
    "timestamp",      "elapsed", "label",     "responsecode", "responsemessage", "threadname", "datatype", "success",
    "failuremessage", "bytes",   "sentbytes", "allthreads",   "samplecount",     "errorcount", "traceid"};

constexpr std::array<std::string_view, 10> kStandard2{"timestamp",       "elapsed",    "label",    "responsecode",
                                                      "responsemessage", "threadname", "datatype", "success",
                                                      "bytes",           "latency"};
constexpr std::array<std::string_view, 17> kStandard5{
    "timestamp",  "elapsed", "label",          "responsecode", "responsemessage", "threadname",
    "datatype",   "success", "failuremessage", "bytes",        "sentbytes",       "grpthreads",
    "allthreads", "url",     "latency",        "idletime",     "connect"};

std::string lowered(std::string_view text)
{
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return result;
}

std::vector<std::string_view> splitPlain(std::string_view line, char delimiter)
{
    std::vector<std::string_view> cells;
    while (true) {
        const std::size_t at = line.find(delimiter);
        std::string_view cell = line.substr(0, at);
        if (cell.size() >= 2 && cell.front() == '"' && cell.back() == '"')
            cell = cell.substr(1, cell.size() - 2);
        cells.push_back(cell);
        if (at == std::string_view::npos)
            return cells;
        line.remove_prefix(at + 1);
    }
}

} // namespace

JmeterColumns JmeterColumns::fromHeader(std::span<const std::string_view> header)
{
    JmeterColumns columns;
    columns.setPlaces(header);
    return columns;
}

JmeterColumns JmeterColumns::standard(std::size_t width)
{
    JmeterColumns columns;
    if (width > kStandard2.size())
        columns.setPlaces(kStandard5);
    else
        columns.setPlaces(kStandard2);
    columns.width = width;
    return columns;
}

void JmeterColumns::setPlaces(std::span<const std::string_view> names)
{
    width = names.size();
    m_places.fill(kAbsent);
    for (std::size_t i = 0; i < names.size(); ++i) {
        const std::string name = loadtest::isTraceIdName(names[i]) ? "traceid" : lowered(names[i]);
        const auto at = std::find(kNames.begin(), kNames.end(), name);
        if (at != kNames.end() && m_places[static_cast<std::size_t>(at - kNames.begin())] == kAbsent)
            m_places[static_cast<std::size_t>(at - kNames.begin())] = i;
    }
}

std::optional<std::uint64_t> JmeterColumns::count(std::span<const std::string_view> cells, JmeterColumn column) const
{
    const auto value = integerIn(cell(cells, column));
    return value && *value >= 0 ? std::optional(static_cast<std::uint64_t>(*value)) : std::nullopt;
}

bool isJmeterHeader(std::string_view line)
{
    const auto cells = splitPlain(line, bytes::delimiterOf(line));
    const auto has = [&](std::string_view name) {
        return std::any_of(cells.begin(), cells.end(), [&](std::string_view cell) { return lowered(cell) == name; });
    };
    return (has("timestamp") && has("elapsed")) || (has("label") && has("success") && has("responsecode"));
}

bool isHeaderlessJmeterRow(std::string_view line)
{
    const auto cells = splitPlain(line, bytes::delimiterOf(line));
    return cells.size() >= 5 && cells[0].size() == 13 && integerIn(cells[0]) && integerIn(cells[1])
        && std::any_of(cells.begin() + 2, cells.end(),
                       [](std::string_view cell) { return cell == "true" || cell == "false"; });
}

} // namespace tailspan::reports
