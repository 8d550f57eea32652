// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/text_columns.h"

#include <algorithm>
#include <ostream>

namespace tailspan::cli {

namespace {

bool isContinuation(char c)
{
    return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
}

} // namespace

std::size_t displayWidth(std::string_view utf8)
{
    return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) { return !isContinuation(c); }));
}

std::string fittedText(std::string_view utf8, std::size_t width)
{
    if (displayWidth(utf8) <= width)
        return std::string(utf8);
    std::size_t at = 0;
    for (std::size_t shown = 0; at < utf8.size(); ++at) {
        if (!isContinuation(utf8[at]) && ++shown == width)
            break;
    }
    return std::string(utf8.substr(0, at)) + "…";
}

void TextColumns::add(std::vector<std::string> cells)
{
    cells.resize(m_alignment.size());
    m_rows.push_back(std::move(cells));
}

void TextColumns::write(std::ostream &out, std::size_t indent) const
{
    std::vector<std::size_t> widths(m_alignment.size());
    for (const auto &row : m_rows) {
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], displayWidth(row[i]));
    }
    for (const auto &row : m_rows) {
        std::string line(indent, ' ');
        for (std::size_t i = 0; i < row.size(); ++i) {
            const std::string padding(widths[i] - displayWidth(row[i]), ' ');
            line += i == 0 ? "" : "  ";
            line += m_alignment[i] == Align::Left ? row[i] + padding : padding + row[i];
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out << line << '\n';
    }
}

} // namespace tailspan::cli
