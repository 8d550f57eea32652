// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/advice/advice_text.h"

#include "models/base/number_text.h"

#include <algorithm>

namespace tailspan::advice {

using advisor::Finding;
using advisor::VerificationState;

namespace {

std::string joined(const std::vector<std::string> &parts)
{
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0)
            text += i + 1 == parts.size() ? " and " : ", ";
        text += parts[i];
    }
    return text;
}

std::uint64_t refutedCount(const Advised &advised)
{
    return static_cast<std::uint64_t>(std::ranges::count_if(advised.advice.findings, [](const Finding &finding) {
        return finding.verification.state == VerificationState::Refuted;
    }));
}

} // namespace

std::string summaryText(const Advised &advised)
{
    const auto refuted = refutedCount(advised);
    std::string text = pluralText(advised.advice.findings.size() - refuted, "finding", "findings");
    const std::string rest = sourcesText(advised);
    if (rest.empty())
        return text;
    return text + (advised.from.sources.empty() ? "; " : " ") + rest;
}

std::string sourcesText(const Advised &advised)
{
    const auto refuted = refutedCount(advised);
    std::string text;
    if (!advised.from.sources.empty())
        text = "from " + joined(advised.from.sources);
    const auto gap = [&text] { return text.empty() ? "" : "; "; };
    if (refuted > 0)
        text += gap() + countText(refuted) + " refuted";
    if (!advised.advice.unjudged.empty())
        text += gap() + pluralText(advised.advice.unjudged.size(), "check", "checks") + " could not run";
    return text;
}

} // namespace tailspan::advice
