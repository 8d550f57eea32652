// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/batch_cost.h"
#include "models/advisor/detector.h"
#include "models/advisor/endpoint_effect.h"
#include "models/advisor/endpoint_finder.h"
#include "models/advisor/span_calls.h"

#include <map>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace tailspan::advisor {

/// Many calls made one.
struct MergedCalls {
    RetimeEdit edit;
    ValueInterval value; ///< Of the edit: what each further call adds over what is expected of it.
    double costNs = 0;   ///< Expected of the one call.
    std::string text;    ///< "25 calls of 80 ms become one of 116 ms"
    std::string basis;   ///< "each further one adds 1.5 ms, as such calls ..."
};

/// What detectors that look at calls share: endpoints, retiming, references and pictures. One a run of a detector.
/// Thread: one.
class CallFindings {
public:
    CallFindings(const Inputs &inputs, const Rules &rules, const std::stop_token &stop = {})
        : m_snapshot(*inputs.traces), m_calls(*inputs.calls), m_rules(rules),
          m_noiseNs(timeNoiseNs(inputs.traces->spans())), m_splitter(inputs.traces->spans(), *inputs.calls, stop),
          m_batchCost(inputs, rules, m_splitter)
    {}

    [[nodiscard]] const trace::TraceSnapshot &snapshot() const { return m_snapshot; }
    [[nodiscard]] const trace::SpanTable &spans() const { return m_snapshot.spans(); }
    [[nodiscard]] const SpanCalls &calls() const { return m_calls; }
    [[nodiscard]] const EndpointFinder &finder(); ///< Made when first asked for.
    [[nodiscard]] std::int64_t endOf(std::uint32_t row) const
    {
        return saturatingAdd(spans().startNs[row], spans().durationNs[row]);
    }
    [[nodiscard]] std::string operationText(EndpointKey key) const; ///< "POST /pay"
    [[nodiscard]] std::string nameText(EndpointKey key) const;      ///< "payment POST /pay"

    /// Whether so many places are enough to speak of: `fewest` of them, or that share of all spans of the operation.
    [[nodiscard]] bool isFrequent(std::size_t places, EndpointKey operation, double fewest, double leastShare);
    /// The effect of a fix on the endpoint; plans are kept for the next question about the same endpoint.
    [[nodiscard]] EndpointEffect effect(EndpointKey endpoint, std::vector<RetimeEdit> edits, const ValueInterval &value)
    {
        return effect(endpoint, std::move(edits), std::span(&value, 1));
    }
    [[nodiscard]] EndpointEffect effect(EndpointKey endpoint, std::vector<RetimeEdit> edits,
                                        std::span<const ValueInterval> values);
    /// The calls of `rows`, of one signature and `count` under a parent on average, as one.
    [[nodiscard]] MergedCalls merged(std::vector<std::uint32_t> rows, double count);
    /// The same where it is known what each further call adds.
    [[nodiscard]] MergedCalls merged(std::vector<std::uint32_t> rows, double count, const EachCall &each) const;
    [[nodiscard]] CallSplitter &splitter() { return m_splitter; }
    /// Fills impact, severity, estimate and doubts.
    void setEffect(Finding &finding, EndpointKey endpoint, const EndpointEffect &effect,
                   const std::string &basis) const;
    /// Evidence with links to the slowest requests around the rows, each trace once.
    [[nodiscard]] Evidence traceEvidence(std::span<const std::uint32_t> rows, EndpointKey endpoint,
                                         const std::string &text);
    /// Whether one begins where the one before has ended, for most of the rows, which stand by start: the share.
    [[nodiscard]] double sequentialShare(std::span<const std::uint32_t> rows) const;
    /// Calls under a parent as bars from its start, one each or, of many, folded by signature in runs; `after` is what
    /// stands in the place of `changed`.
    [[nodiscard]] CallsPicture picture(std::uint32_t parent, std::span<const std::uint32_t> changed,
                                       const std::string &afterLabel, std::int64_t afterNs) const;
    /// What one call in the place of these takes: the first of them and `eachNs` for each further one, but never more
    /// than all of them.
    [[nodiscard]] std::int64_t batchNs(std::span<const std::uint32_t> rows, double eachNs) const;
    /// The median duration of the rows in nanoseconds.
    [[nodiscard]] std::int64_t medianNs(std::span<const std::uint32_t> rows) const;

private:
    struct Kept {
        std::unique_ptr<RetimePlan> plan;
        std::unique_ptr<EffectBootstrap> bootstrap;
    };
    const trace::TraceSnapshot &m_snapshot;
    const SpanCalls &m_calls;
    const Rules &m_rules;
    const std::int64_t m_noiseNs;
    CallSplitter m_splitter;
    BatchCost m_batchCost;
    std::unique_ptr<EndpointFinder> m_finder;
    std::map<std::uint64_t, Kept> m_plans;
};

/// Cut to a length that fits into a title, with "…".
[[nodiscard]] std::string shortText(std::string_view text, std::size_t most = 60);

} // namespace tailspan::advisor
