// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/advice/gather.h"
#include "models/advisor/rules.h"

namespace tailspan::advice {

/// Asks the stores of the question, one after the other, each within its budget. One that does not answer becomes a
/// note. Errors: Cancelled.
[[nodiscard]] Result<> takeStores(const Question &question, const advisor::Rules &rules, Gathered &gathered,
                                  const std::stop_token &stop, Progress &progress);

} // namespace tailspan::advice
