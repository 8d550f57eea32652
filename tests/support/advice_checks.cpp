// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/advice_checks.h"

#include "app/advice/rules_file.h"

#include <algorithm>

namespace tailspan::test {

advisor::Advice scalingAdvice(const advisor::Inputs &inputs)
{
    std::vector<advisor::DetectorPtr> detectors = advisor::makeDetectors();
    std::erase_if(detectors, [](const advisor::DetectorPtr &detector) {
        const std::string_view id = detector->info().id;
        return !id.starts_with("pool.") && !id.starts_with("scale.");
    });
    Progress progress;
    auto result = advisor::runDetectors(detectors, inputs, advice::builtInRules(), {}, progress);
    return result ? std::move(*result) : advisor::Advice();
}

const advisor::Finding *findingOf(const advisor::Advice &advice, std::string_view detector)
{
    const auto found = std::ranges::find(advice.findings, detector, &advisor::Finding::detector);
    return found == advice.findings.end() ? nullptr : &*found;
}

std::string titlesOf(const advisor::Advice &advice)
{
    std::string titles;
    for (const advisor::Finding &finding : advice.findings)
        titles += finding.detector + ": " + finding.title + "; ";
    return titles;
}

bool has(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

} // namespace tailspan::test
