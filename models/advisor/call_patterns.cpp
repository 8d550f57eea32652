// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/call_patterns.h"

#include <algorithm>

namespace tailspan::advisor {

std::vector<CallPattern> callPatterns(const trace::SpanTable &spans, const SpanCalls &calls,
                                      const std::function<bool(const SiblingCalls &)> &accepts,
                                      const std::stop_token &stop)
{
    constexpr std::size_t kLookEvery = 4'096;
    std::vector<CallPattern> patterns;
    KeyNumbers kinds, pairs;
    for (std::uint32_t i = 0; i < calls.siblings.size(); ++i) {
        if (i % kLookEvery == 0 && stop.stop_requested())
            return {};
        const SiblingCalls &siblings = calls.siblings[i];
        if (!accepts(siblings))
            continue;
        const EndpointKey parent = EndpointKey::of(spans, siblings.parent);
        const std::uint32_t number = pairs.numberOf(pairKey(kinds.numberOf(parent.number()), siblings.signature));
        if (number == patterns.size())
            patterns.push_back({parent, siblings.signature, {}, 0, 0});
        CallPattern &pattern = patterns[number];
        pattern.siblings.push_back(i);
        pattern.callCount += siblings.count;
        for (const std::uint32_t row : calls.rowsOf(siblings))
            pattern.sumNs += static_cast<double>(spans.durationNs[row]);
    }
    std::ranges::stable_sort(patterns, std::greater(), &CallPattern::sumNs);
    return patterns;
}

std::vector<std::uint32_t> rowsOf(const SpanCalls &calls, const CallPattern &pattern)
{
    std::vector<std::uint32_t> rows;
    rows.reserve(pattern.callCount);
    for (const std::uint32_t siblings : pattern.siblings) {
        const auto some = calls.rowsOf(calls.siblings[siblings]);
        rows.insert(rows.end(), some.begin(), some.end());
    }
    std::ranges::sort(rows);
    return rows;
}

std::vector<std::uint32_t> parentsOf(const SpanCalls &calls, const CallPattern &pattern)
{
    std::vector<std::uint32_t> parents;
    for (const std::uint32_t siblings : pattern.siblings)
        parents.push_back(calls.siblings[siblings].parent);
    return parents;
}

} // namespace tailspan::advisor
