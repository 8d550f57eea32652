// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/metric/promql_text.h"

namespace tailspan::metric {

void replaceAll(std::string &text, std::string_view what, std::string_view with)
{
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
        text.replace(at, what.size(), with);
}

std::string quotedLabel(std::string_view value)
{
    std::string text = "\"";
    for (const char c : value) {
        if (c == '"' || c == '\\')
            text += '\\';
        text += c == '\n' ? ' ' : c;
    }
    return text + '"';
}

} // namespace tailspan::metric
