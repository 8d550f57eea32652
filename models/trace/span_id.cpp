// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/span_id.h"

#include <array>

namespace tailspan::trace {

namespace {

constexpr std::size_t kUuidLength = 36;
constexpr std::array<std::size_t, 4> kUuidDashes{8, 13, 18, 23};

constexpr std::array<std::int8_t, 256> makeDigitTable()
{
    std::array<std::int8_t, 256> table{};
    table.fill(-1);
    for (int i = 0; i < 10; ++i)
        table[static_cast<std::size_t>('0' + i)] = static_cast<std::int8_t>(i);
    for (int i = 0; i < 6; ++i) {
        table[static_cast<std::size_t>('a' + i)] = static_cast<std::int8_t>(10 + i);
        table[static_cast<std::size_t>('A' + i)] = static_cast<std::int8_t>(10 + i);
    }
    return table;
}
constexpr std::array<std::int8_t, 256> kDigits = makeDigitTable();

/// Sixteen digits at `p` into `value`; false when one is none.
bool readSixteen(const char *p, std::uint64_t &value)
{
    std::uint64_t result = 0;
    int bad = 0;
    for (std::size_t i = 0; i < 16; ++i) {
        const int digit = kDigits[static_cast<unsigned char>(p[i])];
        bad |= digit;
        result = result << 4U | static_cast<std::uint64_t>(digit & 15);
    }
    value = result;
    return bad >= 0; // a missing digit is -1, which leaves the sign bit set
}

bool readUuid(std::string_view text, Id &id)
{
    std::array<char, 32> digits{};
    std::size_t count = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool isDashPlace = i == kUuidDashes[0] || i == kUuidDashes[1] || i == kUuidDashes[2]
            || i == kUuidDashes[3];
        if (isDashPlace != (text[i] == '-'))
            return false;
        if (!isDashPlace)
            digits[count++] = text[i];
    }
    id.form = IdForm::Uuid;
    return readSixteen(digits.data(), id.high) && readSixteen(digits.data() + 16, id.low);
}

/// The plain forms; false when the text has another one.
bool readPlain(std::string_view text, Id &id)
{
    if (text.size() == 16) {
        id.form = IdForm::Hex16;
        return readSixteen(text.data(), id.low);
    }
    if (text.size() == 32) {
        id.form = IdForm::Hex32;
        return readSixteen(text.data(), id.high) && readSixteen(text.data() + 16, id.low);
    }
    return text.size() == kUuidLength && readUuid(text, id);
}

void appendHex(std::string &text, std::uint64_t value)
{
    for (int shift = 60; shift >= 0; shift -= 4)
        text.push_back("0123456789abcdef"[value >> static_cast<unsigned>(shift) & 15U]);
}

} // namespace

Id parseId(std::string_view text, StringPool &pool)
{
    Id id;
    if (readPlain(text, id))
        return id.high == 0 && id.low == 0 ? Id() : id;
    if (text.empty() || text.find_first_not_of('0') == std::string_view::npos)
        return {};
    return {0, pool.intern(text).value(), IdForm::Text};
}

Id findId(std::string_view text, const StringPool &pool)
{
    Id id;
    if (readPlain(text, id))
        return id;
    if (text.empty())
        return {};
    const StringId known = pool.find(text);
    return known.isValid() ? Id{0, known.value(), IdForm::Text} : Id();
}

std::string idText(const Id &id, const StringPool &pool)
{
    std::string text;
    switch (id.form) {
    case IdForm::None: break;
    case IdForm::Hex16: appendHex(text, id.low); break;
    case IdForm::Hex32:
    case IdForm::Uuid:
        appendHex(text, id.high);
        appendHex(text, id.low);
        break;
    case IdForm::Text: text = pool.view(StringId(static_cast<std::uint32_t>(id.low))); break;
    }
    if (id.form == IdForm::Uuid) {
        for (const std::size_t dash : kUuidDashes)
            text.insert(dash, 1, '-');
    }
    return text;
}

} // namespace tailspan::trace
