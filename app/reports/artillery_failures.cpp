// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/artillery_failures.h"

#include "app/reports/report_text.h"

#include <algorithm>

namespace tailspan::reports {

void ArtilleryFailures::addStatus(std::string_view code, std::uint64_t count)
{
    const auto status = integerIn(code);
    if (status && *status >= 400 && count > 0)
        m_counts["status " + std::string(code)] += count;
}

void ArtilleryFailures::addError(std::string_view name, std::uint64_t count)
{
    if (count > 0)
        m_counts[std::string(name)] += count;
}

std::uint64_t ArtilleryFailures::total() const
{
    std::uint64_t sum = 0;
    for (const auto &[kind, count] : m_counts)
        sum += count;
    return sum;
}

std::vector<loadtest::FailureCount> ArtilleryFailures::countsOver(std::vector<std::string> &kinds) const
{
    std::vector<loadtest::FailureCount> result;
    for (const auto &[name, count] : m_counts) {
        const auto at = std::find(kinds.begin(), kinds.end(), name);
        result.push_back({static_cast<std::uint32_t>(at - kinds.begin()), count});
        if (at == kinds.end())
            kinds.push_back(name);
    }
    std::sort(result.begin(), result.end(), [](const auto &a, const auto &b) { return a.kind < b.kind; });
    return result;
}

void tallyArtillery(std::uint64_t requests, const ArtilleryFailures &failures, loadtest::RequestTallies &target)
{
    const std::uint64_t failed = std::min(failures.total(), requests);
    target.of(loadtest::RequestClass::Failed).count = failed;
    target.of(loadtest::RequestClass::Ok).count = requests - failed;
}

void sortFailures(std::vector<loadtest::FailureCount> &failures)
{
    std::stable_sort(failures.begin(), failures.end(), [](const auto &a, const auto &b) { return a.count > b.count; });
}

} // namespace tailspan::reports
