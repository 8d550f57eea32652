// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/text_pattern.h"

#include <re2/re2.h>

#include <string>

namespace tailspan {

namespace {

constexpr std::int64_t kMemoryBytes = std::int64_t{8} << 20;

re2::StringPiece pieceOf(std::string_view text)
{
    return {text.data(), text.size()};
}

RE2::Options options()
{
    RE2::Options options(RE2::Quiet);
    options.set_case_sensitive(false);
    options.set_max_mem(kMemoryBytes);
    return options;
}

} // namespace

struct TextPattern::Compiled {
    explicit Compiled(std::string_view text) : expression(pieceOf(text), options()) {}
    RE2 expression;
};

Result<TextPattern> TextPattern::compile(std::string_view expression)
{
    TextPattern pattern;
    auto compiled = std::make_shared<const Compiled>(expression);
    if (!compiled->expression.ok()) {
        const bool isTooLarge = compiled->expression.error_code() == RE2::ErrorPatternTooLarge;
        return fail(isTooLarge ? ErrorCode::LimitReached : ErrorCode::Malformed,
                    "\"" + std::string(expression)
                        + "\" is not a regular expression that can be searched for: " + compiled->expression.error());
    }
    pattern.m_compiled = std::move(compiled);
    return pattern;
}

bool TextPattern::occursIn(std::string_view text) const
{
    return RE2::PartialMatch(pieceOf(text), m_compiled->expression);
}

} // namespace tailspan
