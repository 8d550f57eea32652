// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/json/json_writer.h"

#include "models/base/utf8.h"

#include <array>
#include <charconv>
#include <cmath>
#include <ostream>

namespace tailspan::json {

void JsonWriter::key(std::string_view name)
{
    separate();
    quoted(name);
    m_out << ": ";
    m_afterKey = true;
}

void JsonWriter::text(std::string_view value)
{
    separate();
    quoted(value);
}

void JsonWriter::number(std::int64_t value)
{
    separate();
    m_out << value;
}

void JsonWriter::number(std::uint64_t value)
{
    separate();
    m_out << value;
}

void JsonWriter::number(double value)
{
    if (!std::isfinite(value))
        return null();
    separate();
    std::array<char, 32> digits{};
    const auto [end, error] =
        std::to_chars(digits.data(), digits.data() + digits.size(), value); // shortest that reads back
    m_out << std::string_view(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

void JsonWriter::boolean(bool value)
{
    separate();
    m_out << (value ? "true" : "false");
}

void JsonWriter::null()
{
    separate();
    m_out << "null";
}

void JsonWriter::open(char bracket)
{
    separate();
    m_out << bracket;
    m_hasMembers.push_back(false);
}

void JsonWriter::close(char bracket)
{
    const bool hadMembers = m_hasMembers.back();
    m_hasMembers.pop_back();
    if (hadMembers) {
        m_out << '\n';
        for (std::size_t i = 0; i < m_hasMembers.size(); ++i)
            m_out << "  ";
    }
    m_out << bracket;
    if (m_hasMembers.empty())
        m_out << '\n';
}

void JsonWriter::separate()
{
    if (m_afterKey) {
        m_afterKey = false;
        return;
    }
    if (m_hasMembers.empty())
        return;
    m_out << (m_hasMembers.back() ? ",\n" : "\n");
    m_hasMembers.back() = true;
    for (std::size_t i = 0; i < m_hasMembers.size(); ++i)
        m_out << "  ";
}

void JsonWriter::quoted(std::string_view value)
{
    std::uint64_t replaced = 0;
    const bool isValid = isValidUtf8(value);
    const std::string valid = isValid ? std::string() : validUtf8(value, replaced);
    const std::string_view text = isValid ? value : std::string_view(valid);
    constexpr std::string_view kDigits = "0123456789abcdef";
    m_out << '"';
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const auto next = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : '\0');
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            m_out << '\\' << c;
        else if (c == '\n')
            m_out << "\\n";
        else if (byte < 0x20 || byte == 0x7F)
            m_out << "\\u00" << kDigits[byte >> 4U] << kDigits[byte & 15U];
        else if (byte == 0xC2 && next < 0xA0) // a C1 control: terminals obey those too
            m_out << "\\u00" << kDigits[next >> 4U] << kDigits[next & 15U], ++i;
        else
            m_out << c;
    }
    m_out << '"';
}

} // namespace tailspan::json
