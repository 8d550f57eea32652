// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/html_tables.h"

#include "models/base/utf8.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace tailspan::reports {

namespace {

constexpr std::size_t kMaxCells = 1'000'000;

/// The character that "amp", "#39" or "#x27" stands for; false for any other name.
bool appendEntity(std::string_view name, std::string &text)
{
    constexpr std::array<std::pair<std::string_view, char32_t>, 6> kNames{
        {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}, {"nbsp", ' '}}};
    const auto known = std::find_if(kNames.begin(), kNames.end(), [name](const auto &n) { return n.first == name; });
    if (known != kNames.end()) {
        appendUtf8(text, known->second);
        return true;
    }
    if (!name.starts_with('#'))
        return false;
    name.remove_prefix(1);
    const bool isHex = name.starts_with('x') || name.starts_with('X');
    name.remove_prefix(isHex ? 1 : 0);
    std::uint32_t point = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), point, isHex ? 16 : 10);
    if (error != std::errc() || end != name.data() + name.size() || point == 0)
        return false;
    appendUtf8(text, point);
    return true;
}

/// The text of a cell: tags left out, entities resolved, blanks at the ends cut off.
std::string textOf(std::string_view markup)
{
    constexpr std::size_t kLongestEntity = 10;
    std::string text;
    for (std::size_t at = 0; at < markup.size();) {
        if (markup[at] == '<') {
            at = std::min(markup.find('>', at), markup.size() - 1) + 1;
            continue;
        }
        const std::size_t end = markup[at] == '&' ? markup.substr(at, kLongestEntity).find(';')
                                                  : std::string_view::npos;
        if (end != std::string_view::npos && appendEntity(markup.substr(at + 1, end - 1), text))
            at += end + 1;
        else
            text += markup[at++];
    }
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first == std::string::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

HtmlTable tableOf(std::string_view markup, std::size_t &cells)
{
    HtmlTable table;
    bool isNewRow = true;
    for (std::size_t at = markup.find('<'); at != std::string_view::npos && cells < kMaxCells;
         at = markup.find('<', at)) {
        const std::string_view rest = markup.substr(at);
        const bool isCell = rest.starts_with("<td") || rest.starts_with("<th>") || rest.starts_with("<th ");
        isNewRow = isNewRow || rest.starts_with("<tr");
        const std::size_t opened = markup.find('>', at);
        if (opened == std::string_view::npos)
            break;
        at = opened + 1;
        if (!isCell)
            continue;
        std::size_t close = std::min(markup.find("</t", at), markup.size());
        const std::string text = textOf(markup.substr(at, close - at));
        ++cells;
        if (rest.starts_with("<th")) {
            table.header.push_back(text);
        } else {
            if (isNewRow)
                table.rows.emplace_back();
            table.rows.back().push_back(text);
            isNewRow = false;
        }
        at = close;
    }
    return table;
}

} // namespace

std::size_t HtmlTable::column(std::string_view name) const
{
    const auto at = std::find(header.begin(), header.end(), name);
    return at == header.end() ? std::string::npos : static_cast<std::size_t>(at - header.begin());
}

std::vector<HtmlTable> htmlTables(std::string_view page)
{
    std::vector<HtmlTable> tables;
    std::size_t cells = 0;
    for (std::size_t at = page.find("<table"); at != std::string_view::npos; at = page.find("<table", at)) {
        const std::size_t end = std::min(page.find("</table", at), page.size());
        tables.push_back(tableOf(page.substr(at, end - at), cells));
        at = end;
    }
    return tables;
}

} // namespace tailspan::reports
