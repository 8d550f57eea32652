// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/verdict_order.h"

#include <algorithm>

namespace tailspan::loadtest {

namespace {

enum class Side : std::uint8_t { Absent, Passed, Open, Failed };

Side sideOf(const Scenario &scenario, Origin origin)
{
    Side side = Side::Absent;
    for (const Verdict &verdict : scenario.verdicts) {
        if (verdict.origin != origin)
            continue;
        const Side one = !verdict.passed ? Side::Open : (*verdict.passed ? Side::Passed : Side::Failed);
        side = std::max(side, one);
    }
    return side;
}

int rankOf(const VerdictLine &line)
{
    if (line.isDisputed)
        return 0;
    if (!line.verdict->passed)
        return 2;
    return *line.verdict->passed ? 3 : 1;
}

} // namespace

bool isDisputed(const Scenario &scenario)
{
    const Side theirs = sideOf(scenario, Origin::Report);
    const Side ours = sideOf(scenario, Origin::Tailspan);
    if (theirs == Side::Absent || ours == Side::Absent)
        return false;
    return (theirs == Side::Passed) != (ours == Side::Passed);
}

std::vector<VerdictLine> verdictsToShow(const LoadTestReport &report)
{
    std::vector<VerdictLine> lines;
    for (const Scenario &scenario : report.scenarios) {
        const bool disputed = isDisputed(scenario);
        const auto first = static_cast<std::ptrdiff_t>(lines.size());
        for (const Verdict &verdict : scenario.verdicts)
            lines.push_back({&verdict, disputed});
        std::stable_sort(lines.begin() + first, lines.end(), [](const VerdictLine &a, const VerdictLine &b) {
            return a.verdict->origin < b.verdict->origin;
        });
    }
    std::stable_sort(lines.begin(), lines.end(),
                     [](const VerdictLine &a, const VerdictLine &b) { return rankOf(a) < rankOf(b); });
    return lines;
}

VerdictCounts countVerdicts(const LoadTestReport &report)
{
    VerdictCounts counts;
    for (const Scenario &scenario : report.scenarios) {
        for (const Verdict &verdict : scenario.verdicts)
            ++(!verdict.passed ? counts.open : (*verdict.passed ? counts.passed : counts.failed));
    }
    return counts;
}

} // namespace tailspan::loadtest
