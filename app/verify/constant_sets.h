// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/verify/guest_session.h"
#include "models/advisor/postgres_facts.h"
#include "models/advisor/rules.h"

#include <optional>
#include <string>
#include <vector>

namespace tailspan::verify {

/// Values for all parameters of a statement, as text. They are people's data: they live as long as the statement is
/// planned and go nowhere else.
struct ConstantSet {
    std::vector<std::optional<std::string>> values;
    bool isRare = false; ///< The rarest values of the columns.
};

/// A value that few rows have and that the statement is likely to ask for, of a column with few values: what a partial
/// index could be of. Such a value is a state ("pending"), no person's data.
struct RareValue {
    std::size_t predicate = 0; ///< Index into the shape's predicates.
    std::string value;
    double share = 0;
};

struct Constants {
    std::vector<ConstantSet> sets; ///< Up to 5; empty when a parameter's column is not known or there are two of them.
    std::vector<RareValue> rare;
};

/// Real values of the columns that the parameters are compared with: common, middle of the histogram, rare. The
/// parameter of a LIMIT is what the statement returns a call. Errors: the session's.
[[nodiscard]] Result<Constants> constantsFor(GuestSession &session, const advisor::PostgresFacts &facts,
                                             const advisor::StatementFacts &statement, const advisor::Rules &rules);

} // namespace tailspan::verify
