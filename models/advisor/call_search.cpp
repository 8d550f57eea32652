// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/call_search.h"

#include <algorithm>
#include <cmath>

namespace tailspan::advisor {

std::vector<std::uint32_t> CallGroups::rows() const
{
    std::vector<std::uint32_t> rows;
    for (const CallGroup &group : groups)
        rows.insert(rows.end(), group.rows.begin(), group.rows.end());
    std::ranges::sort(rows);
    return rows;
}

std::vector<std::uint32_t> CallGroups::parents() const
{
    std::vector<std::uint32_t> parents;
    for (const CallGroup &group : groups)
        parents.push_back(group.parent);
    return parents;
}

double CallGroups::meanCount() const
{
    std::size_t count = 0;
    for (const CallGroup &group : groups)
        count += group.rows.size();
    return groups.empty() ? 0 : static_cast<double>(count) / static_cast<double>(groups.size());
}

const CallGroup &CallGroups::largest() const
{
    return *std::ranges::max_element(groups, {}, [](const CallGroup &group) { return group.rows.size(); });
}

bool CallSearch::haveMostFailed(std::span<const std::uint32_t> rows) const
{
    const auto failed = std::ranges::count_if(rows, [&](std::uint32_t row) { return hasFailed(row); });
    return 2 * static_cast<std::size_t>(failed) > rows.size();
}

CallSearch::OneCall CallSearch::oneCallFor(const CallGroups &groups, MergedCalls merged)
{
    OneCall one;
    one.endpoint = m_shared.finder().endpointOfMost(groups.parents());
    one.merged = std::move(merged);
    one.effect = m_shared.effect(one.endpoint, {one.merged.edit}, one.merged.value);
    return one;
}

void CallSearch::complete(Finding &finding, const CallGroups &groups, const OneCall &one, const std::string &evidence,
                          const std::string &label)
{
    finding.subject.operation = m_shared.operationText(one.endpoint);
    finding.id = findingId(finding.detector, finding.subject, m_shared.nameText(groups.parent));
    m_shared.setEffect(finding, one.endpoint, one.effect, one.merged.text + ": " + one.merged.basis);
    finding.evidence.push_back(m_shared.traceEvidence(groups.parents(), one.endpoint, evidence));
    const CallGroup &shown = groups.largest();
    finding.picture =
        m_shared.picture(shown.parent, shown.rows, label, m_shared.batchNs(shown.rows, one.merged.edit.eachNs));
}

} // namespace tailspan::advisor
