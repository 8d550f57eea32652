// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/record_words.h"

#include "models/base/byte_search.h"
#include "models/trace/query_text.h"

#include <algorithm>

namespace tailspan::trace {

namespace {

/// Readers may write a value other than it is stored: truth values, and what stands for bytes that are no text.
bool isStoredAsShown(const SpanCondition &condition, const std::string &lowered)
{
    if (condition.isPattern || lowered.empty() || lowered.find("\xEF\xBF\xBD") != std::string::npos)
        return false;
    if (condition.field == SpanCondition::Field::Text)
        return true;
    return lowered != "true" && lowered != "false" && lowered != "null";
}

/// The same of a pattern, and whether it has words to look for at all.
bool hasWordsAsShown(const SpanCondition &condition)
{
    if (!condition.isPattern || condition.pattern.words().empty())
        return false;
    if (condition.field == SpanCondition::Field::Text)
        return true;
    return std::ranges::none_of(condition.pattern.words(), [](const std::string &word) {
        return std::string_view("true").find(word) != std::string_view::npos
            || std::string_view("false").find(word) != std::string_view::npos
            || std::string_view("null").find(word) != std::string_view::npos;
    });
}

} // namespace

RecordWords::RecordWords(const SpanQuery &query)
{
    for (const SpanCondition &condition : query.conditions) {
        Word word;
        std::string lowered = loweredText(condition.value);
        if (isStoredAsShown(condition, lowered)) {
            word.isEverEscaped = std::ranges::any_of(lowered, [](char c) {
                return c == '"' || c == '\\' || c == '/' || static_cast<unsigned char>(c) < 0x20;
            });
            word.lowered = std::move(lowered);
        }
        if (hasWordsAsShown(condition)) {
            word.pattern = condition.pattern;
            word.isPattern = true;
            word.isEverEscaped = true; // its words stand for parts of a text, which may hold anything between them
        }
        m_words.push_back(std::move(word));
    }
}

void RecordWords::prepare(std::string_view record, std::string &prepared)
{
    prepared.resize(record.size());
    std::ranges::transform(record, prepared.begin(), [](char c) {
        return static_cast<char>(c + (static_cast<unsigned char>(c - 'A') < 26U ? 'a' - 'A' : 0));
    });
}

bool RecordWords::mayHold(std::size_t condition, std::string_view prepared) const
{
    const Word &word = m_words[condition];
    if (word.isPattern ? word.pattern.mayOccurIn(prepared) : word.lowered.empty() || holdsBytes(prepared, word.lowered))
        return true;
    if (word.isEverEscaped) // tables double their quotes, JSON sets backslashes
        return holdsBytes(prepared, "\\") || holdsBytes(prepared, "\"\"");
    return holdsBytes(prepared, "\\u");
}

} // namespace tailspan::trace
