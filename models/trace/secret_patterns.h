// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tailspan::trace {

/// A stretch of text that is a secret by its looks.
struct SecretMatch {
    std::size_t begin = 0;
    std::size_t length = 0; ///< 0: no match.
};

/// The first secret at or after `from`: token, credential, key, password or card number. Linear in the text.
[[nodiscard]] SecretMatch findSecret(std::string_view text, std::size_t from);

/// The text with every such stretch masked.
[[nodiscard]] std::string maskedPatterns(std::string_view text);

/// An SQL statement that names a credential, with all its quoted literals masked: which of them belongs to that column
/// cannot be told without a parser of SQL. Other text as it stands. Linear in the text.
[[nodiscard]] std::string maskedLiterals(std::string text);

} // namespace tailspan::trace
