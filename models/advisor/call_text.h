// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tailspan::advisor {

/// A statement, address or command without its values: two calls of one text differ in their values only.
struct CallText {
    std::string text;             ///< "SELECT * FROM users WHERE id = ?", at most kMostTextBytes.
    std::uint64_t parameters = 0; ///< A hash of the values that were taken out; 0 where there were none to see.
    std::uint32_t batchSize = 0;  ///< For how many things it asks, where it shows that; 0 where it does not.
    bool isBatch = false;         ///< Asks for many at once, or for a list whose length does not show.
    bool isReading = false;       ///< Changes nothing, as far as its words say.
};
inline constexpr std::size_t kMostTextBytes = 400;

/// Literals, placeholders and lists of them become "?", comments go, blanks shrink. Knows strings, dollar quotes,
/// numbers, $1, ?, :name, @name and %s. IN lists, VALUES of several rows, ANY() and unnest() are batches.
[[nodiscard]] CallText sqlText(std::string_view statement);
/// "GET cart:*" of "GET cart:4711": the command and the first key without its changing parts. Lines are a pipeline.
[[nodiscard]] CallText redisText(std::string_view statement);
/// "cart:*" of "cart:4711": the last of several parts is the one that changes, as are numbers, UUIDs and hashes.
[[nodiscard]] std::string redisKeyPattern(std::string_view key);
/// "GET shop/users/:id?page" of "GET", "https://shop/users/17?page=3". An empty method stays away.
[[nodiscard]] CallText httpText(std::string_view method, std::string_view url);

[[nodiscard]] bool isSqlVerb(std::string_view word);      ///< In any case: "select".
[[nodiscard]] bool isHttpMethod(std::string_view word);   ///< In capitals.
[[nodiscard]] bool isRedisCommand(std::string_view word); ///< In any case; also those that are HTTP methods.
/// "eth_call", "net_version": a method of a node of a block chain.
[[nodiscard]] bool isChainMethod(std::string_view word);
/// Whether such a method only reads.
[[nodiscard]] bool isReadingChainMethod(std::string_view word);

[[nodiscard]] bool equalsWithoutCase(std::string_view text, std::string_view lower);
[[nodiscard]] bool startsWithoutCase(std::string_view text, std::string_view lower);
/// Where the words, in lower case, occur; npos where not.
[[nodiscard]] std::size_t findWithoutCase(std::string_view text, std::string_view lower);

} // namespace tailspan::advisor
