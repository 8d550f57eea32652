// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/call_split.h"
#include "models/advisor/endpoint_effect.h"
#include "models/advisor/inputs.h"
#include "models/advisor/rules.h"

#include <span>
#include <string>
#include <unordered_map>

namespace tailspan::advisor {

/// What each call that goes into a batch adds to it, in nanoseconds. A call is a round trip and work: the batch waits for
/// one round trip and does the work of all, less what is done once for all of them.
struct EachCall {
    ValueInterval ns;
    std::string basis; ///< Where it comes from: "its work as the spans of who answers show it".
};

/// Tells work from round trips: by the spans of who answers, by the server's own time of the statement, else by what such
/// calls cost at most places. Beyond a round trip within one site a call may be work or a far network: the interval holds
/// both. Thread: one. The inputs, rules and splitter outlive it.
class BatchCost {
public:
    BatchCost(const Inputs &inputs, const Rules &rules, CallSplitter &splitter);

    /// `rows` are all of one signature and not empty.
    [[nodiscard]] EachCall of(const CallSignature &call, std::span<const std::uint32_t> rows, double medianNs);

private:
    [[nodiscard]] EachCall byAnswer(std::span<const std::uint32_t> rows);
    [[nodiscard]] EachCall byStatement(const CallSignature &call);
    [[nodiscard]] EachCall byKind(const CallSignature &call, double medianNs) const;

    const Inputs &m_inputs;
    const trace::SpanTable &m_spans;
    const Rules &m_rules;
    CallSplitter &m_splitter;
    struct ServerTime {
        double calls = 0;
        double totalMs = 0;
        bool isCounted = true; ///< By pg_stat_statements.
    };
    std::unordered_map<std::string, ServerTime> m_ofText; ///< Of statements as spans write them, when first asked for.
};

} // namespace tailspan::advisor
