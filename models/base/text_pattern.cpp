// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/text_pattern.h"

#include "models/base/byte_search.h"

#include <re2/filtered_re2.h>
#include <re2/re2.h>

#include <algorithm>

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

/// Besides k and s, case folding knows the Kelvin sign and the long s, which lower case in ASCII leaves as they are.
bool hasFoldedLetter(std::string_view text)
{
    return holdsBytes(text, "\xE2\x84\xAA") || holdsBytes(text, "\xC5\xBF");
}

} // namespace

struct TextPattern::Compiled {
    explicit Compiled(std::string_view text) : expression(pieceOf(text), options()), filter(kShortestWord)
    {
        int id = 0;
        if (filter.Add(pieceOf(text), options(), &id) == RE2::NoError)
            filter.Compile(&words);
        // Without words it passes everything; words that are no ASCII are not searched for in lower case.
        if (std::ranges::any_of(words, [](const std::string &word) {
                return std::ranges::any_of(word, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
            }))
            words.clear();
    }
    static constexpr int kShortestWord = 2;
    RE2 expression;
    re2::FilteredRE2 filter;
    std::vector<std::string> words;
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

const std::vector<std::string> &TextPattern::words() const
{
    return m_compiled->words;
}

bool TextPattern::mayOccurIn(std::string_view lowered) const
{
    const Compiled &compiled = *m_compiled;
    if (compiled.words.empty())
        return true;
    std::vector<int> held;
    for (std::size_t i = 0; i < compiled.words.size(); ++i) {
        if (holdsBytes(lowered, compiled.words[i]))
            held.push_back(static_cast<int>(i));
    }
    std::vector<int> possible;
    compiled.filter.AllPotentials(held, &possible);
    return !possible.empty() || hasFoldedLetter(lowered);
}

} // namespace tailspan
