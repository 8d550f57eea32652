// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/json/json_cursor.h"

#include "models/base/data_quality.h"

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace tailspan::json {

/// A growable buffer with the zeroed padding behind its text that vector code needs.
class PaddedBuffer {
public:
    /// Room for `bytes` of text; what was there stays.
    void reserve(std::size_t bytes);
    [[nodiscard]] char *data() { return m_bytes.get(); }
    [[nodiscard]] const char *data() const { return m_bytes.get(); }
    [[nodiscard]] std::size_t size() const { return m_size; }
    [[nodiscard]] std::size_t capacity() const { return m_capacity; }
    void setSize(std::size_t size) { m_size = size; }
    [[nodiscard]] std::string_view text() const { return {m_bytes.get(), m_size}; }
    /// Zeroes the padding behind the text; call when the text is complete.
    void seal();

private:
    std::unique_ptr<char[]> m_bytes;
    std::size_t m_size = 0;
    std::size_t m_capacity = 0;
};

/// Whether the text is UTF-8 throughout, at memory speed.
[[nodiscard]] bool isUtf8(std::string_view text);

/// Finds the structural characters of a JSON text: stage 1 of simdjson, the only part of its parser that this program
/// needs for bulk data (Langdale and Lemire, VLDB Journal 2019). This file and its .cpp are the only ones that know
/// simdjson's internals. Thread: one each.
class StructuralIndex {
public:
    StructuralIndex();
    ~StructuralIndex();
    StructuralIndex(const StructuralIndex &) = delete;
    StructuralIndex &operator=(const StructuralIndex &) = delete;

    /// Indexes a sealed buffer. Never fails for odd content: a string that is cut off at the end is closed there, raw
    /// control characters inside strings become spaces (both in the buffer, counted in `quality`).
    void index(PaddedBuffer &buffer, DataQuality &quality);

    [[nodiscard]] JsonCursor cursor() const;
    /// True when the text has bytes that are not UTF-8: texts taken from it must go through validUtf8().
    [[nodiscard]] bool hasInvalidUtf8() const { return m_hasInvalidUtf8; }
    /// True when the last string was not closed.
    [[nodiscard]] bool endsInsideString() const { return m_endsInsideString; }

private:
    struct Parser;
    std::unique_ptr<Parser> m_parser;
    const char *m_text = "";
    bool m_hasInvalidUtf8 = false;
    bool m_endsInsideString = false;
};

/// Decodes the escapes of a raw JSON string; broken ones become U+FFFD. Also replaces what is not UTF-8 when `quality`
/// is given, counting it there.
[[nodiscard]] std::string decodeString(std::string_view raw, DataQuality *quality = nullptr);
[[nodiscard]] inline bool hasEscape(std::string_view raw)
{
    return raw.find('\\') != std::string_view::npos;
}

/// A whole number as JSON writes it, or inside a string. Fractions are cut towards zero; a value beyond 64 bits comes
/// back as the nearest one and is counted; NaN, words and empty text are absent and counted (null only absent).
struct IntegerResult {
    std::int64_t value = 0;
    bool isPresent = false;
};
[[nodiscard]] IntegerResult parseInteger(std::string_view raw, DataQuality &quality);
/// The same for real numbers; what is beyond a double is absent, what is too small for one 0.
struct RealResult {
    double value = 0;
    bool isPresent = false;
};
[[nodiscard]] RealResult parseReal(std::string_view raw, DataQuality &quality);

} // namespace tailspan::json
