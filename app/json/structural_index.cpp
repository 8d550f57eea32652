// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/json/structural_index.h"

#include <simdjson.h>

#include <algorithm>
#include <cstring>

namespace tailspan::json {

namespace {

constexpr std::size_t kPadding = simdjson::SIMDJSON_PADDING;

/// Makes raw control characters inside strings into spaces, which the indexer refuses otherwise.
std::uint64_t blankControlCharacters(char *text, std::size_t size)
{
    std::uint64_t blanked = 0;
    bool inString = false;
    for (std::size_t i = 0; i < size; ++i) {
        const char c = text[i];
        if (c == '\\') {
            ++i; // outside of strings too: that is how the indexer sees quotes behind a backslash
        } else if (c == '"') {
            inString = !inString;
        } else if (inString && static_cast<unsigned char>(c) < 0x20) {
            text[i] = ' ';
            ++blanked;
        }
    }
    return blanked;
}

} // namespace

void PaddedBuffer::reserve(std::size_t bytes)
{
    if (bytes <= m_capacity)
        return;
    auto grown = std::make_unique_for_overwrite<char[]>(bytes + kPadding + 1); // one more for a closing quote
    if (m_size > 0)
        std::memcpy(grown.get(), m_bytes.get(), m_size);
    m_bytes = std::move(grown);
    m_capacity = bytes;
}

void PaddedBuffer::seal()
{
    reserve(std::max<std::size_t>(m_size, 1));
    std::memset(m_bytes.get() + m_size, 0, kPadding + 1);
}

bool isUtf8(std::string_view text)
{
    return simdjson::validate_utf8(text.data(), text.size());
}

struct StructuralIndex::Parser {
    simdjson::dom::parser simd;
};

StructuralIndex::StructuralIndex() : m_parser(std::make_unique<Parser>()) {}
StructuralIndex::~StructuralIndex() = default;

void StructuralIndex::index(PaddedBuffer &buffer, DataQuality &quality)
{
    using simdjson::error_code;
    m_hasInvalidUtf8 = false;
    m_endsInsideString = false;
    m_text = buffer.data();
    simdjson::dom::parser &simd = m_parser->simd;
    const std::size_t needed = buffer.size() + 1;
    if (simd.capacity() < needed && simd.allocate(std::max<std::size_t>(needed, 64 * 1024), 1) != error_code::SUCCESS)
        return; // out of memory: an empty index, which reads as a cut-off record
    auto *bytes = reinterpret_cast<std::uint8_t *>(buffer.data());
    std::size_t size = buffer.size();
    // Each mending happens at most once, so three rounds are enough.
    for (int round = 0; round < 3; ++round) {
        const error_code error = simd.implementation->stage1(bytes, size, simdjson::stage1_mode::regular);
        if (error == error_code::UNCLOSED_STRING && !m_endsInsideString) {
            m_endsInsideString = true;
            buffer.data()[size++] = '"';
        } else if (error == error_code::UNESCAPED_CHARS) {
            quality.add(QualityIssue::ControlCharacter, blankControlCharacters(buffer.data(), size));
        } else {
            m_hasInvalidUtf8 = error == error_code::UTF8_ERROR;
            if (error == error_code::SUCCESS || error == error_code::UTF8_ERROR)
                return;
            break;
        }
    }
    simd.implementation->n_structural_indexes = 0;
}

JsonCursor StructuralIndex::cursor() const
{
    const auto &implementation = *m_parser->simd.implementation;
    static constexpr std::uint32_t kNothing = 0;
    if (implementation.n_structural_indexes == 0)
        return {"", &kNothing, &kNothing};
    const std::uint32_t *first = implementation.structural_indexes.get();
    return {m_text, first, first + implementation.n_structural_indexes};
}

} // namespace tailspan::json
