// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/call_findings.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tailspan::advisor {

/// Calls of one parent that belong together, by start.
struct CallGroup {
    std::uint32_t parent = 0;
    std::vector<std::uint32_t> rows;
};

/// Such groups under all parents of one operation.
struct CallGroups {
    EndpointKey parent;
    std::string target; ///< Whom they call, where that is what makes them belong together.
    std::vector<CallGroup> groups;

    [[nodiscard]] std::vector<std::uint32_t> rows() const; ///< Ascending.
    [[nodiscard]] std::vector<std::uint32_t> parents() const;
    [[nodiscard]] double meanCount() const;
    [[nodiscard]] const CallGroup &largest() const;
};

/// The frame of a search among calls: what each looks at, and what each asks of them. Made for one run of a detector.
/// Thread: one.
class CallSearch {
public:
    CallSearch(const Inputs &inputs, const Rules &rules, const std::stop_token &stop)
        : m_shared(inputs, rules, stop), m_calls(*inputs.calls), m_spans(inputs.traces->spans()), m_rules(rules),
          m_stop(stop)
    {}

protected:
    /// Looks at the stop token at every 4,096th row.
    [[nodiscard]] bool isStoppedAt(std::uint32_t row) const
    {
        constexpr std::uint32_t kLookEvery = 4'096;
        return row % kLookEvery == 0 && m_stop.stop_requested();
    }
    [[nodiscard]] bool hasFailed(std::uint32_t row) const { return m_spans.isError(SpanRow(row)); }
    /// Repetitions after failures are another trouble.
    [[nodiscard]] bool haveMostFailed(std::span<const std::uint32_t> rows) const;

    /// Groups that one call each takes the place of: what that saves, and the rows of `groups` merged.
    struct OneCall {
        EndpointKey endpoint;
        MergedCalls merged;
        EndpointEffect effect;
    };
    [[nodiscard]] OneCall oneCallFor(const CallGroups &groups, MergedCalls merged);
    /// Adds to what is told of them: subject, effect, evidence with this text, picture with this label.
    void complete(Finding &finding, const CallGroups &groups, const OneCall &one, const std::string &evidence,
                  const std::string &label);

    CallFindings m_shared;
    const SpanCalls &m_calls;
    const trace::SpanTable &m_spans;
    const Rules &m_rules;
    const std::stop_token &m_stop;
};

/// The detector of a search, which has info() and run(Output &).
template <class Search>
class CallDetector final : public Detector {
public:
    [[nodiscard]] DetectorInfo info() const override { return Search::info(); }
    void detect(const Inputs &inputs, const Rules &rules, const std::stop_token &stop, Output &output) const override
    {
        Search(inputs, rules, stop).run(output);
    }
};

} // namespace tailspan::advisor
