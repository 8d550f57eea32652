// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bytes/utf16.h"

#include "models/base/utf8.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace tailspan::bytes {

namespace {

class Utf16Stream final : public ByteStream {
public:
    Utf16Stream(std::unique_ptr<ByteStream> inner, Utf16Order order) : m_inner(std::move(inner)), m_order(order) {}
    const std::string &name() const override { return m_inner->name(); }
    std::uint64_t fileBytes() const override { return m_inner->fileBytes(); }
    std::uint64_t fileBytesRead() const override { return m_inner->fileBytesRead(); }
    bool isTruncated() const override { return m_inner->isTruncated() || m_oddByte; }

    Result<std::size_t> read(std::span<char> target) override
    {
        while (m_position == m_text.size() && !m_ended)
            TS_CHECK(decodeSome());
        const std::size_t count = std::min(target.size(), m_text.size() - m_position);
        std::memcpy(target.data(), m_text.data() + m_position, count);
        m_position += count;
        return count;
    }

private:
    Result<> decodeSome()
    {
        m_text.clear();
        m_position = 0;
        std::array<char, 64 * 1024> bytes{};
        std::size_t filled = m_carried;
        std::memcpy(bytes.data(), m_carry.data(), m_carried);
        TS_TRY(const std::size_t got, m_inner->read(std::span(bytes).subspan(filled)));
        filled += got;
        m_ended = got == 0;
        std::size_t i = 0;
        while (i + 2 <= filled) {
            const char16_t unit = unitAt(bytes.data() + i);
            const bool isLead = unit >= 0xD800 && unit < 0xDC00;
            if (isLead && i + 4 > filled && !m_ended)
                break; // its other half comes with the next bytes
            i += 2;
            char32_t point = unit;
            if (isLead && i + 2 <= filled) {
                const char16_t trail = unitAt(bytes.data() + i);
                if (trail >= 0xDC00 && trail < 0xE000) {
                    point = 0x10000U + ((char32_t{unit} - 0xD800U) << 10U) + (char32_t{trail} - 0xDC00U);
                    i += 2;
                }
            }
            appendUtf8(m_text, point);
        }
        m_carried = filled - i;
        m_oddByte = m_ended && m_carried > 0;
        std::memcpy(m_carry.data(), bytes.data() + i, m_carried);
        return {};
    }

    char16_t unitAt(const char *p) const
    {
        const auto first = static_cast<unsigned char>(p[0]);
        const auto second = static_cast<unsigned char>(p[1]);
        return static_cast<char16_t>(m_order == Utf16Order::LittleEndian ? first | (second << 8)
                                                                         : (first << 8) | second);
    }

    std::unique_ptr<ByteStream> m_inner;
    Utf16Order m_order;
    std::string m_text;
    std::size_t m_position = 0;
    std::array<char, 4> m_carry{};
    std::size_t m_carried = 0;
    bool m_ended = false;
    bool m_oddByte = false;
};

} // namespace

std::optional<Utf16Order> utf16OrderOf(std::string_view head)
{
    if (head.starts_with("\xFF\xFE"))
        return Utf16Order::LittleEndian;
    if (head.starts_with("\xFE\xFF"))
        return Utf16Order::BigEndian;
    return std::nullopt;
}

std::unique_ptr<ByteStream> utf16Stream(std::unique_ptr<ByteStream> inner, Utf16Order order)
{
    return std::make_unique<Utf16Stream>(std::move(inner), order);
}

} // namespace tailspan::bytes
