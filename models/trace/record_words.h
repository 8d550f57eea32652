// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/span_query.h"

#include <string>
#include <string_view>
#include <vector>

namespace tailspan::trace {

/// The words that a stored record must hold, whatever its format, for a condition on its attributes to be true. Spares
/// reading records in full; never says No of one that fits. Thread: any number of readers.
class RecordWords {
public:
    explicit RecordWords(const SpanQuery &query);

    /// Brings the bytes of a record into the form that mayHold looks at. `prepared` is memory that is used again.
    static void prepare(std::string_view record, std::string &prepared);
    /// False when the condition, by its row in the query, cannot be true of an attribute in this record.
    [[nodiscard]] bool mayHold(std::size_t condition, std::string_view prepared) const;

private:
    struct Word {
        std::string lowered;        // "" when the condition says nothing about the bytes, or is a pattern
        TextPattern pattern;        // where isPattern
        bool isPattern = false;     // one with words that a record must hold
        bool isEverEscaped = false; // JSON may write it with a backslash other than as a \u escape
    };
    std::vector<Word> m_words; // by condition
};

} // namespace tailspan::trace
