// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tailspan::json {

/// Walks over JSON by the positions of its structural characters: `{ } [ ] : ,`, the opening quote of each string and
/// the first character of each other scalar (what StructuralIndex finds). Nothing is recursive, so depth costs nothing;
/// nothing is copied or decoded before it is asked for.
///
/// A cursor stands on a structural character; peek() is '\0' at the end of the text, also when that comes too early:
/// every reader of a value says false then and the caller treats the record as cut off. It is not a validator: it
/// accepts what has the right structure. A value type: copy it to look ahead.
class JsonCursor {
public:
    /// `positions` end with a sentinel that points at a '\0' behind the text.
    JsonCursor(const char *text, const std::uint32_t *positions, const std::uint32_t *end)
        : m_text(text), m_at(positions), m_end(end)
    {}

    [[nodiscard]] char peek() const { return m_text[*m_at]; }
    [[nodiscard]] bool atEnd() const { return m_at == m_end; }
    /// Offset of the current character in the text.
    [[nodiscard]] std::uint32_t offset() const { return *m_at; }
    /// Behind the structural character that was stepped over last: the end of an object or array just read.
    [[nodiscard]] std::uint32_t endOffset() const { return m_at[-1] + 1; }
    void advance()
    {
        if (m_at != m_end)
            ++m_at;
    }
    /// Steps over `c` if the cursor stands on it.
    bool take(char c)
    {
        if (peek() != c)
            return false;
        advance();
        return true;
    }

    /// The raw text of the string under the cursor, between its quotes, escapes untouched. False when there is none.
    bool readRawString(std::string_view &raw);
    /// The raw text of the scalar under the cursor (number, true, false, null, or junk), trimmed.
    bool readScalar(std::string_view &raw);
    /// A string without its quotes or any other scalar as written; false for objects and arrays.
    bool readText(std::string_view &raw) { return peek() == '"' ? readRawString(raw) : readScalar(raw); }
    /// Steps over a whole value of any depth. False when the text ends inside it.
    bool skipValue();
    /// As skipValue, and gives the text of the value.
    bool skipValue(std::string_view &text);

private:
    [[nodiscard]] std::uint32_t trimmedEnd(std::uint32_t begin, std::uint32_t end) const;

    const char *m_text;
    const std::uint32_t *m_at;
    const std::uint32_t *m_end;
};

/// Calls onField(rawKey, cursor) for each member of the object under the cursor; the callback consumes the value and
/// answers false to stop. False when the object is cut off or malformed, or the callback said so.
template <class OnField>
bool forEachField(JsonCursor &cursor, OnField &&onField)
{
    if (!cursor.take('{'))
        return false;
    if (cursor.take('}'))
        return true;
    while (true) {
        std::string_view key;
        if (!cursor.readRawString(key) || !cursor.take(':') || !onField(key, cursor))
            return false;
        if (cursor.take('}'))
            return true;
        if (!cursor.take(','))
            return false;
    }
}

/// As forEachField for the elements of the array under the cursor: onElement(cursor).
template <class OnElement>
bool forEachElement(JsonCursor &cursor, OnElement &&onElement)
{
    if (!cursor.take('['))
        return false;
    if (cursor.take(']'))
        return true;
    while (true) {
        if (!onElement(cursor))
            return false;
        if (cursor.take(']'))
            return true;
        if (!cursor.take(','))
            return false;
    }
}

inline bool JsonCursor::readRawString(std::string_view &raw)
{
    if (peek() != '"')
        return false;
    const std::uint32_t begin = *m_at + 1;
    ++m_at; // a quote is never the sentinel
    // Between a string and the next structural character there is only its closing quote and white space.
    const std::uint32_t end = trimmedEnd(begin, *m_at);
    if (end <= begin || m_text[end - 1] != '"') {
        raw = {};
        return false;
    }
    raw = {m_text + begin, end - 1 - begin};
    return true;
}

inline bool JsonCursor::readScalar(std::string_view &raw)
{
    const char first = peek();
    if (first == '{' || first == '[' || first == '}' || first == ']' || first == ':' || first == ',' || first == '"'
        || atEnd())
        return false;
    const std::uint32_t begin = *m_at++;
    raw = {m_text + begin, trimmedEnd(begin, *m_at) - begin};
    return true;
}

inline std::uint32_t JsonCursor::trimmedEnd(std::uint32_t begin, std::uint32_t end) const
{
    while (end > begin && static_cast<unsigned char>(m_text[end - 1]) <= ' ')
        --end;
    return end;
}

} // namespace tailspan::json
