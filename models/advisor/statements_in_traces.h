// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/finding.h"
#include "models/advisor/inputs.h"
#include "models/advisor/postgres_facts.h"
#include "models/advisor/rules.h"

#include <memory>
#include <stop_token>

namespace tailspan::advisor {

/// What a faster statement does to the requests that users wait for: spans whose statement is the same but for its values
/// are retimed by what the database saves, way and waiting of the span as they are. Thread: one. The inputs outlive it.
class StatementsInTraces {
public:
    StatementsInTraces(const Inputs &inputs, const Rules &rules, std::stop_token stop = {});
    ~StatementsInTraces();
    StatementsInTraces(const StatementsInTraces &) = delete;
    StatementsInTraces &operator=(const StatementsInTraces &) = delete;

    /// Adds to the finding, whose estimate is of the statement's mean time, what becomes of the endpoint that calls it
    /// most: the p95 with its interval in `what`, the slowest traces as evidence. Nothing where no span holds the
    /// statement.
    void tell(const StatementFacts &statement, Finding &finding);

private:
    class Index;
    const Inputs &m_inputs;
    const Rules &m_rules;
    const std::stop_token m_stop;
    std::unique_ptr<Index> m_index; ///< Made when first asked for; null without traces.
};

} // namespace tailspan::advisor
