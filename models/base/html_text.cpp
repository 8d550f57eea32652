// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/html_text.h"

#include <charconv>
#include <cmath>

namespace tailspan {

std::string htmlEscaped(std::string_view text)
{
    std::string escaped;
    escaped.reserve(text.size());
    for (const char c : text) {
        switch (c) {
        case '&': escaped += "&amp;"; break;
        case '<': escaped += "&lt;"; break;
        case '>': escaped += "&gt;"; break;
        case '"': escaped += "&quot;"; break;
        case '\'': escaped += "&#39;"; break;
        case '\n':
        case '\t': escaped += c; break;
        default: escaped += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
        }
    }
    return escaped;
}

std::string svgNumber(double value)
{
    constexpr double kMost = 1e9; // what no picture needs would not fit the buffer
    if (!std::isfinite(value) || std::abs(value) > kMost)
        return "0";
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, 1);
    return {buffer, end.ptr};
}

} // namespace tailspan
