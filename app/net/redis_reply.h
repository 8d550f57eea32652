// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct redisReply; // hiredis's own

namespace tailspan::net {

/// Looks at an answer of Redis or at an element of one. Valid as long as the RedisReply it came from.
class RedisReplyView {
public:
    enum class Kind : std::uint8_t { Text, Array, Integer, Nil, Status, Error };

    explicit RedisReplyView(const redisReply *reply) : m_reply(reply) {}
    [[nodiscard]] Kind kind() const;
    [[nodiscard]] bool isError() const { return kind() == Kind::Error; }
    /// Of Text, Status and Error; any bytes. "" for the others.
    [[nodiscard]] std::string_view text() const;
    /// Of Integer; 0 for the others.
    [[nodiscard]] std::int64_t integer() const;
    /// How many elements an Array has; 0 for the others.
    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] RedisReplyView operator[](std::size_t i) const;

private:
    const redisReply *m_reply;
};

/// A whole answer.
class RedisReply {
public:
    explicit RedisReply(redisReply *reply) : m_reply(reply) {}
    [[nodiscard]] RedisReplyView view() const { return RedisReplyView(m_reply.get()); }

private:
    struct Free {
        void operator()(redisReply *reply) const;
    };
    std::unique_ptr<redisReply, Free> m_reply;
};

/// How large one answer may be. An array's header alone makes hiredis take memory for all the elements it announces.
struct RedisReplyLimits {
    std::size_t elements = 100'000; ///< Of all arrays of the answer together.
    std::size_t bytes = 64 * 1024 * 1024;
};

/// Cuts what a server sends into answers: hiredis's parser for RESP2 behind limits. Nesting ends at 8 levels.
/// After an error nothing more can be read.
class RedisReplyReader {
public:
    explicit RedisReplyReader(RedisReplyLimits limits = {});
    ~RedisReplyReader();
    RedisReplyReader(const RedisReplyReader &) = delete;
    RedisReplyReader &operator=(const RedisReplyReader &) = delete;

    void feed(std::string_view bytes);
    /// The next whole answer; nothing when more bytes are needed. Errors: Malformed, LimitReached.
    [[nodiscard]] Result<std::optional<RedisReply>> next();
    /// True when an answer has begun and is not whole yet.
    [[nodiscard]] bool isInsideReply() const;

private:
    struct Parser;
    std::unique_ptr<Parser> m_parser;
};

} // namespace tailspan::net
