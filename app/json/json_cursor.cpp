// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/json/json_cursor.h"

namespace tailspan::json {

bool JsonCursor::skipValue()
{
    const char first = peek();
    if (first != '{' && first != '[') {
        if (first == '}' || first == ']' || first == ':' || first == ',' || atEnd())
            return false;
        ++m_at;
        return true;
    }
    std::uint32_t depth = 0;
    while (m_at != m_end) {
        const char c = m_text[*m_at++];
        // '{' is '[' + 32 and '}' is ']' + 32: one comparison each covers both.
        const char folded = static_cast<char>(c | 0x20);
        if (folded == '{') {
            ++depth;
        } else if (folded == '}' && --depth == 0) {
            return true;
        }
    }
    return false;
}

bool JsonCursor::skipValue(std::string_view &text)
{
    const std::uint32_t begin = *m_at;
    if (!skipValue())
        return false;
    // The value ends before the next structural character, which trimming leaves behind.
    const std::uint32_t end = trimmedEnd(begin, *m_at);
    text = {m_text + begin, end - begin};
    return true;
}

} // namespace tailspan::json
