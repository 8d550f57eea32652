// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
#include "models/base/text_pattern.h"
#include "models/base/time.h"
#include "models/trace/span_table.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::trace {

/// One condition on a span. ASCII case does not matter in texts and patterns, it does in names and values.
struct SpanCondition {
    enum class Field : std::uint8_t {
        Text,        ///< Operation, service, or an attribute's name or value contains `value`.
        Service,     ///< Its name is `value`, or `pattern` occurs in it.
        Operation,   ///< The same.
        TraceId,     ///< `value` as the user or a URL writes it.
        SpanId,      ///< The same.
        Status,      ///< `status`
        Kind,        ///< `kind`
        MinDuration, ///< At least `bound`.
        MaxDuration, ///< At most `bound`.
        Attribute,   ///< Attribute `key` has `value`, or `pattern` occurs in it; a key may leave its first parts out.
    };
    Field field = Field::Text;
    bool isPattern = false;
    std::string key;
    std::string value;   ///< As typed; of a pattern its expression.
    TextPattern pattern; ///< Set when isPattern.
    SpanStatus status = SpanStatus::Unset;
    SpanKind kind = SpanKind::Unspecified;
    Duration bound;
};

/// Conditions joined by AND, OR and NOT, in the order in which a stack evaluates them: operands first. A value.
struct SpanQuery {
    enum class Step : std::uint8_t { Condition, And, Or, Not };
    struct Node {
        Step step = Step::Condition;
        std::uint32_t condition = 0; ///< Row of `conditions`, of a Condition step.
    };
    std::vector<SpanCondition> conditions;
    std::vector<Node> nodes; ///< Empty: every span fits.

    [[nodiscard]] bool isEmpty() const { return nodes.empty(); }
};

/// Reads the language of find, of the filter of the trace list and of the search in stores:
///
///     payment                      text; "two words" in quotes
///     ~^GET /(a|b)                 regular expression, quoted when it has blanks
///     service=auth operation=~pay  name, or regular expression in it; != for "not"
///     status=error kind=client trace=ab12 span=cd34
///     duration>50ms duration<=2s
///     http.status_code=500 attr.region=~^eu   any other key is an attribute; "attr." makes sure
///     a b, a AND b, a OR b, NOT a, (a OR b) c
///
/// NOT binds closest, then AND, then OR. Words beside each other all hold, except that several services, or several
/// operations, beside each other are alternatives: no span has two. Keywords are upper case; in quotes they are text.
/// Errors: Malformed, with what was expected and where; LimitReached beyond 200 conditions or 60 parentheses.
[[nodiscard]] Result<SpanQuery> parseSpanQuery(std::string_view text);

} // namespace tailspan::trace
