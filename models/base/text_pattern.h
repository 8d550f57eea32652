// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"

#include <memory>
#include <string_view>

namespace tailspan {

/// A regular expression as a user types it (RE2's syntax; ASCII case does not matter), found anywhere in a text. Its
/// time is linear in the text whatever the expression, so one from outside can do no harm.
/// Thread: any number of readers. A value: copies share the compiled expression.
class TextPattern {
public:
    /// Malformed with what is wrong in words; LimitReached when it needs too much memory.
    [[nodiscard]] static Result<TextPattern> compile(std::string_view expression);
    [[nodiscard]] bool occursIn(std::string_view text) const;

private:
    struct Compiled;
    std::shared_ptr<const Compiled> m_compiled;
};

} // namespace tailspan
