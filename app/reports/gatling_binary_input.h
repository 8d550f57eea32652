// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/bytes/byte_source.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::reports {

/// The values of Gatling's binary log, big-endian, one after the other. After the first value that is not whole, or
/// that no Gatling would write, everything else reads as 0 and problem() says what happened. Thread: one.
class GatlingBinaryInput {
public:
    static constexpr std::size_t kMaxTextBytes = 1ULL << 20;
    static constexpr std::size_t kMaxCacheBytes = 256ULL << 20; ///< Of all cached texts together.

    explicit GatlingBinaryInput(bytes::ByteStream &stream) : m_stream(stream) { m_buffer.resize(kBlockBytes); }

    enum class Problem : std::uint8_t {
        None,
        End,       ///< The input ends.
        Malformed, ///< A length or a number that cannot be.
        Limit,     ///< Texts beyond kMaxCacheBytes.
        Stream,    ///< The stream failed: streamError().
    };
    [[nodiscard]] Problem problem() const { return m_problem; }
    [[nodiscard]] const Error &streamError() const { return m_streamError; }

    /// True when there is nothing left, at the begin of a record.
    [[nodiscard]] bool isAtEnd();
    [[nodiscard]] std::uint8_t byte();
    [[nodiscard]] bool boolean() { return byte() != 0; }
    [[nodiscard]] std::int32_t int32() { return static_cast<std::int32_t>(number(4)); }
    [[nodiscard]] std::int64_t int64() { return static_cast<std::int64_t>(number(8)); }
    /// How many elements follow: refused below 0 and above a million.
    [[nodiscard]] std::int32_t count();
    /// UTF-8.
    [[nodiscard]] std::string text();
    /// A text that may have been written before; valid until the next call.
    [[nodiscard]] std::string_view cachedText();
    void skip(std::int32_t bytes);
    [[nodiscard]] std::uint64_t offset() const { return m_offset; }

private:
    static constexpr std::size_t kBlockBytes = 256 * 1024;

    [[nodiscard]] bool fill();
    [[nodiscard]] std::uint64_t number(int bytes);
    void stop(Problem problem);

    bytes::ByteStream &m_stream;
    std::vector<char> m_buffer;
    std::size_t m_at = 0;
    std::size_t m_end = 0;
    std::uint64_t m_offset = 0;
    Problem m_problem = Problem::None;
    Error m_streamError;
    std::vector<std::string> m_cache; // text 1, 2, ...
    std::size_t m_cacheBytes = 0;
};

} // namespace tailspan::reports
