// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/parent_inference_problem.h"
#include "models/trace/parent_inference_timing.h"

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace tailspan::trace {

/// How likely each candidate edge is, learned from the traces themselves.
///
/// An edge's weight is the odds of "this caller made these calls" against "the group's caller is not stored,
/// and the caller's group is not", so that the product of weights over a one-to-one matching is the
/// likelihood of that matching, up to a constant:
///
///   weight = (1 - m) / m * P(caller kind) P(child kinds, services without children | caller) / P(child
///   kinds)
///            * p(lead, tail | pattern) / (u * n / extent * p(duration | caller kind))
///
/// with m = chance that a group's caller is not stored, u = chance that nothing of a caller's group is, n =
/// callers of the kind a trace, extent = length of the trace. All of them are counted from the chances of the
/// last round (expectation maximisation); each table leans on a wider one where it has seen little.
class LinkModel {
public:
    /// `problem` must outlive the model.
    explicit LinkModel(const InferenceProblem &problem);
    LinkModel(const LinkModel &) = delete;
    LinkModel &operator=(const LinkModel &) = delete;

    /// Natural logarithm of the weight of an edge of this group.
    double logWeight(const TraceBlock &block, const GroupRow &group, std::size_t edge) const;
    /// Natural logarithm of how much more often than by chance a caller that did not make a group's calls is
    /// as well placed as this one. Callers come in clusters (siblings that start together), so good timing
    /// alone proves less than the weight says where the true caller may be missing.
    double logClutter(const TraceBlock &block, std::size_t edge) const;

    /// One group's posteriors: `chances` in the order of all edges.
    void observeGroup(const GroupRow &group, const std::vector<double> &chances);
    /// What is learned from the callers that were not it. Apart, because it may run beside the other two.
    void observeClutter(const GroupRow &group, const std::vector<double> &chances)
    {
        for (std::uint32_t e = group.edges.begin; e < group.edges.end; ++e)
            m_clutter.observe(e, 1 - chances[e]);
    }
    void observeCaller(const CallerRow &caller, double chanceUnmatched);
    /// Replaces what the model knows by what was observed since the last call.
    void learn();

private:
    using PairTable = std::unordered_map<std::uint64_t, double>;
    struct Share {
        double count = 0, total = 0;
    };

    void countKinds();
    void countDurations();
    void learnSignatures();
    double backgroundLog(const TraceBlock &block, const CallerRow &caller) const;
    double missingLog(const GroupRow &group, const CallerRow &caller) const;
    void learnPatterns();
    void learnMissing();

    const InferenceProblem &m_problem;
    TimeAxis m_axis;
    TimingLayout m_layout;
    TimingTables m_timing;                   // of callers with their own groups
    TimingTables m_clutter;                  // of callers with groups of others
    std::vector<AxisChances> m_logDurations; // one a frequent kind, the last for all others
    std::vector<std::uint32_t> m_durationsOfKind;
    std::vector<float> m_callerDurationLog; // by caller
    std::vector<double> m_logKindPerTrace;  // by kind
    // What the last round taught.
    std::vector<double> m_logSignature;                  // by signature: log of its share of the groups
    std::vector<double> m_patternLog;                    // by pattern: log of P(kind) P(children | kind) / P(children)
    std::vector<double> m_logUnmatched, m_logStoredOdds; // by caller kind; by kind of a group's first child
    std::vector<double> m_logMissing, m_logThere;        // by service
    std::vector<double> m_logStrangers;                  // by caller kind
    double m_logTooShort, m_logLongEnough;
    // What this round observes.
    std::vector<double> m_patternLinks, m_signatureGroups;
    std::vector<Share> m_unmatched, m_absent, m_missing;
    Share m_tooShort;
    std::vector<Share> m_strangers;         // by caller kind: callers that were not it, a group
    std::vector<std::uint32_t> m_lastGroup; // by caller kind: the group counted last
};

} // namespace tailspan::trace
