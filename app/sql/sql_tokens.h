// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::sql {

/// A piece of a statement: a word, $n, a text or quoted name, or one sign.
struct Token {
    enum class Kind : std::uint8_t { Word, Parameter, Other };
    Kind kind = Kind::Other;
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string lower; ///< Of a word or a single sign.
};

/// The pieces of a text, comments and spaces left out, along PostgreSQL's lexical rules. Thread: any.
[[nodiscard]] std::vector<Token> tokens(std::string_view sql);

} // namespace tailspan::sql
