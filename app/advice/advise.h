// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/advice/gather.h"
#include "models/advisor/runner.h"

#include <memory>

namespace tailspan::advice {

/// Advice with what it rests on.
struct Advised {
    Gathered from;
    advisor::Advice advice;
};
using AdvisedPtr = std::shared_ptr<const Advised>;

/// Gathers, then runs every detector. Thread: any; blocks. Errors: those of gather() and runDetectors().
[[nodiscard]] Result<AdvisedPtr> advise(const Question &question, const advisor::Rules &rules,
                                        const std::stop_token &stop, Progress &progress);

} // namespace tailspan::advice
