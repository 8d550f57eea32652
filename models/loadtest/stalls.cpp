// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/stalls.h"

#include "models/base/number_text.h"

#include <algorithm>

namespace tailspan::loadtest {

namespace {

constexpr std::int64_t kTenthNs = 100'000'000;

TimePoint timeOf(std::int64_t tenth)
{
    return TimePoint(saturatingMultiply(tenth, kTenthNs));
}

} // namespace

void StallFinder::take(std::int64_t second, const SecondOfStarts &starts, std::optional<double> users)
{
    if (users)
        m_mostUsers = std::max(m_mostUsers.value_or(0), *users);
    if (users)
        m_hadUsers = m_hadUsers && *users > 0;
    for (std::size_t i = 0; i < starts.size(); ++i) {
        if (starts[i] > 0)
            takeStart(saturatingAdd(saturatingMultiply(second, 10), static_cast<std::int64_t>(i)), starts[i]);
    }
}

void StallFinder::takeStart(std::int64_t tenth, std::uint32_t starts)
{
    if (!m_memory.empty())
        judge(m_memory.back().number + 1, tenth);
    if (!m_firstTenth)
        m_firstTenth = tenth;
    m_hadUsers = true;
    m_memory.push_back({tenth, starts});
    m_startsInMemory += starts;
    while (saturatingSubtract(tenth, m_memory.front().number) >= kMemoryTenths) {
        m_startsInMemory -= m_memory.front().starts;
        m_memory.pop_front();
    }
    std::erase_if(m_early, [this, tenth](const EarlyGap &gap) {
        const bool isDue = saturatingSubtract(tenth, gap.to) >= kLeastKnownTenths;
        if (isDue)
            judgeEarly(gap);
        return isDue;
    });
}

std::int64_t StallFinder::longestGapSince(std::int64_t tenth) const
{
    std::int64_t longest = 0;
    for (std::size_t i = 1; i < m_memory.size(); ++i) {
        if (m_memory[i - 1].number >= tenth)
            longest = std::max(longest, m_memory[i].number - m_memory[i - 1].number - 1);
    }
    return longest;
}

/// [from, to): no request began in these tenths.
void StallFinder::judge(std::int64_t from, std::int64_t to)
{
    const std::int64_t length = saturatingSubtract(to, from);
    const std::int64_t remembered = std::min(kMemoryTenths, from - *m_firstTenth);
    if (length < kLeastTenths || !m_hadUsers || m_stalls.size() >= kMaxStalls)
        return;
    if (remembered < kLeastKnownTenths) {
        const auto starts = static_cast<double>(m_startsInMemory);
        m_early.push_back({from, to, m_startsInMemory, std::min(m_mostUsers.value_or(starts), starts)});
        return;
    }
    const double due = static_cast<double>(m_startsInMemory) / static_cast<double>(remembered)
        * static_cast<double>(length);
    if (due >= kLeastDue && length >= 3 * longestGapSince(*m_firstTenth))
        m_stalls.push_back({{timeOf(from), timeOf(to)}, static_cast<std::uint64_t>(std::min(due, 1e18))});
}

void StallFinder::judgeEarly(const EarlyGap &gap)
{
    constexpr std::int64_t kLeastSpanTenths = 10; // a burst at the begin is no rate
    const auto length = static_cast<double>(gap.to - gap.from);
    const auto span = static_cast<double>(std::max(gap.from - *m_firstTenth, kLeastSpanTenths));
    const double before = static_cast<double>(gap.startsBefore) / span;
    std::uint64_t startsBehind = 0;
    for (const Tenth &tenth : m_memory)
        startsBehind += tenth.number >= gap.to ? tenth.starts : 0;
    const double behind = static_cast<double>(startsBehind) / static_cast<double>(m_memory.back().number + 1 - gap.to);
    const double due = std::min(before, behind) * length;
    const bool isLongForUsers = behind * length >= 3 * gap.users;
    if (due < kLeastDue || !isLongForUsers || length < 3 * static_cast<double>(longestGapSince(gap.to)))
        return;
    const Stall stall{{timeOf(gap.from), timeOf(gap.to)}, static_cast<std::uint64_t>(std::min(due, 1e18))};
    const auto at = std::upper_bound(m_stalls.begin(), m_stalls.end(), stall,
                                     [](const Stall &a, const Stall &b) { return a.range.begin < b.range.begin; });
    m_stalls.insert(at, stall);
}

/// A gap with less than five seconds behind it stays unjudged: what is usual never became known.
std::vector<Stall> StallFinder::stalls() &&
{
    return std::move(m_stalls);
}

std::vector<std::string> stallNotes(const LoadTestReport &report)
{
    if (report.stalls.empty())
        return {};
    const Stall &longest =
        *std::max_element(report.stalls.begin(), report.stalls.end(),
                          [](const auto &a, const auto &b) { return a.range.length() < b.range.length(); });
    std::string text = "No request began in " + pluralText(report.stalls.size(), "stretch", "stretches")
        + " in which many were due, the longest " + durationText(longest.range.length()) + " from "
        + (report.startedAt ? isoText(longest.range.begin) : clockText(longest.range.begin)) + ", with about "
        + countText(longest.due) + " due.";
    if (report.omission == Omission::OpenModel)
        text += " The tool starts requests when they are due, so this is the load generator's own pause.";
    else
        text += " Users who wait for an answer do not send the next request, so the latencies that those would have "
                "had are missing and percentiles look better than they were (coordinated omission). Nothing is "
                "corrected.";
    return {text};
}

} // namespace tailspan::loadtest
