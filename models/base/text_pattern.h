// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan {

/// A regular expression as a user types it (RE2's syntax; ASCII case does not matter), found anywhere in a text. Its
/// time is linear in the text whatever the expression, so one from outside can do no harm.
/// Thread: any number of readers. A value: copies share the compiled expression.
class TextPattern {
public:
    /// Malformed with what is wrong in words; LimitReached when it needs too much memory.
    [[nodiscard]] static Result<TextPattern> compile(std::string_view expression);
    [[nodiscard]] bool occursIn(std::string_view text) const;

    /// The words that a text must hold, in lower case, for the expression to occur in it: "cart" of "cart.*[0-9]+".
    /// Empty where nothing is certain, then every text may fit.
    [[nodiscard]] const std::vector<std::string> &words() const;
    /// False when the expression cannot occur in any part of a text, because words are missing that it needs; much
    /// faster than occursIn. `lowered`: the text with its ASCII letters in lower case.
    [[nodiscard]] bool mayOccurIn(std::string_view lowered) const;

private:
    struct Compiled;
    std::shared_ptr<const Compiled> m_compiled;
};

} // namespace tailspan
