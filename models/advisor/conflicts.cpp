// SPDX-License-Identifier: GPL-3.0-or-later
// Resolving findings that would change the same thing.
#include "models/advisor/runner.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace tailspan::advisor {

namespace {

using Verb = Action::Verb;

/// "index public.t(a,b" of "index public.t(a,b)": what an index that covers it begins with. Empty for no index.
std::string_view indexColumns(const Action &action)
{
    const std::string_view target = action.target;
    if (action.verb != Verb::Add || !target.starts_with("index ") || !target.ends_with(')'))
        return {};
    return target.substr(0, target.size() - 1);
}

/// Whether the index that `wide` adds serves as the one that `narrow` adds: the same table and leading columns.
bool coversIndex(const Action &wide, const Action &narrow)
{
    const std::string_view wideColumns = indexColumns(wide);
    const std::string_view narrowColumns = indexColumns(narrow);
    return !narrowColumns.empty() && wideColumns.size() > narrowColumns.size() && wideColumns.starts_with(narrowColumns)
        && wideColumns[narrowColumns.size()] == ',';
}

/// How many columns the widest index of a finding's actions has: a covering index comes before those it covers.
std::size_t indexWidth(const Finding &finding)
{
    std::size_t widest = 0;
    for (const Action &action : finding.actions) {
        if (action.target.starts_with("index "))
            widest = std::max(widest, static_cast<std::size_t>(std::ranges::count(action.target, ',')) + 1);
    }
    return widest;
}

bool isVerified(const Finding &finding)
{
    return finding.verification.state == VerificationState::Verified;
}

bool isBetter(const Finding &a, const Finding &b)
{
    const auto key = [](const Finding &finding) {
        return std::tuple(indexWidth(finding), isVerified(finding), finding.confidence,
                          finding.impactMsPerHour.value_or(0));
    };
    return key(a) > key(b);
}

/// How one action stands to another, as words for the one that wins; empty when both can be done.
std::string clashText(const Action &winner, const Action &loser, bool mayCover)
{
    if (mayCover && coversIndex(winner, loser))
        return "its columns lead this index";
    if (winner.target != loser.target)
        return {};
    return winner.verb == loser.verb ? "the same change for another reason" : "it would undo this change";
}

std::string clashOf(const Finding &winner, const Finding &loser)
{
    const bool mayCover = isVerified(winner) || !isVerified(loser);
    for (const Action &ours : winner.actions) {
        for (const Action &theirs : loser.actions) {
            if (std::string text = clashText(ours, theirs, mayCover); !text.empty())
                return text;
        }
    }
    return {};
}

/// What the loser showed is kept with the winner, so that no observation is lost.
void giveWay(Finding &winner, Finding &loser, const std::string &why)
{
    winner.conflicts.push_back(loser.title + ": " + why);
    std::ranges::move(loser.conflicts, std::back_inserter(winner.conflicts));
    const bool isSameDirection = !why.starts_with("it would undo");
    if (isSameDirection)
        std::ranges::move(loser.evidence, std::back_inserter(winner.evidence));
}

} // namespace

void resolveConflicts(std::vector<Finding> &findings)
{
    std::vector<std::size_t> order(findings.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return isBetter(findings[a], findings[b]); });
    std::vector<std::size_t> kept;
    std::vector<bool> isGone(findings.size(), false);
    for (const std::size_t i : order) {
        if (findings[i].verification.state == VerificationState::Refuted)
            continue;
        const auto winner = std::ranges::find_if(
            kept, [&](std::size_t other) { return !clashOf(findings[other], findings[i]).empty(); });
        if (winner == kept.end()) {
            kept.push_back(i);
            continue;
        }
        isGone[i] = true;
        giveWay(findings[*winner], findings[i], clashOf(findings[*winner], findings[i]));
    }
    std::vector<Finding> left;
    for (std::size_t i = 0; i < findings.size(); ++i) {
        if (!isGone[i])
            left.push_back(std::move(findings[i]));
    }
    findings = std::move(left);
}

} // namespace tailspan::advisor
