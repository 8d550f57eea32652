// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tailspan::reports {

// Small steps over JSON text for readers that look at a few members of very many short objects. They allocate nothing
// and do not recurse, so no depth can hurt them.

[[nodiscard]] std::size_t skipBlanks(std::string_view text, std::size_t at);
/// Behind the closing quote of the string that begins at `at`; npos where it does not end.
[[nodiscard]] std::size_t skipString(std::string_view text, std::size_t at);
/// Behind the value that begins at `at`; npos where it does not end or no value begins there.
[[nodiscard]] std::size_t skipValue(std::string_view text, std::size_t at);

/// Calls `take(key, value)` for each member of the object that begins `text`; both as written, the key without its
/// quotes. False where the object is not whole or something other than blanks follows it (unless `mayContinue`).
template <class Take>
bool forEachMember(std::string_view text, Take take, bool mayContinue = false)
{
    std::size_t at = skipBlanks(text, 0);
    if (at >= text.size() || text[at] != '{')
        return false;
    at = skipBlanks(text, at + 1);
    bool isFirst = true;
    while (at < text.size() && text[at] != '}') {
        if (!isFirst) {
            if (text[at] != ',')
                return false;
            at = skipBlanks(text, at + 1);
        }
        isFirst = false;
        const std::size_t keyEnd = at < text.size() && text[at] == '"' ? skipString(text, at) : std::string_view::npos;
        if (keyEnd == std::string_view::npos)
            return false;
        const std::string_view key = text.substr(at + 1, keyEnd - at - 2);
        at = skipBlanks(text, keyEnd);
        if (at >= text.size() || text[at] != ':')
            return false;
        at = skipBlanks(text, at + 1);
        const std::size_t valueEnd = skipValue(text, at);
        if (valueEnd == std::string_view::npos)
            return false;
        take(key, text.substr(at, valueEnd - at));
        at = skipBlanks(text, valueEnd);
    }
    return at < text.size() && (mayContinue || skipBlanks(text, at + 1) >= text.size());
}

/// A number at the beginning of a text.
struct NumberScan {
    enum class State : std::uint8_t { Fine, NotANumber, OutOfRange };
    State state = State::NotANumber;
    double value = 0; ///< The nearest possible value where it is out of range.
    std::size_t length = 0;
};
[[nodiscard]] NumberScan scanNumber(std::string_view text);

} // namespace tailspan::reports
