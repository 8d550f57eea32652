// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/runner.h"

#include <algorithm>
#include <exception>
#include <tuple>

#include <tbb/parallel_for.h>

namespace tailspan::advisor {

namespace {

/// Which inputs a detector misses, each with how to provide it.
Unjudged missingInputs(const DetectorInfo &info, InputSet present)
{
    Unjudged unjudged{std::string(info.id), {}, {}, {}};
    for (std::size_t i = 0; i < kInputCount; ++i) {
        const auto input = static_cast<Input>(i);
        if (!info.needs.contains(input) || present.contains(input))
            continue;
        unjudged.why += unjudged.why.empty() ? "It needs " : " and ";
        unjudged.why += inputText(input);
        unjudged.how += unjudged.how.empty() ? "" : " ";
        unjudged.how += howToProvide(input);
    }
    unjudged.why += '.';
    return unjudged;
}

Output runOne(const Detector &detector, const Inputs &inputs, const Rules &rules, const std::stop_token &stop)
{
    const DetectorInfo info = detector.info();
    Output output;
    if (!inputs.present().containsAll(info.needs)) {
        output.unjudged.push_back(missingInputs(info, inputs.present()));
        return output;
    }
    try {
        detector.detect(inputs, rules, stop, output);
    } catch (const std::exception &error) {
        output.findings.clear();
        output.unjudged.push_back({std::string(info.id),
                                   {},
                                   std::string("It failed: ") + error.what() + ".",
                                   "Please report this with the input, if you can share it."});
    }
    return output;
}

} // namespace

Result<Advice> runDetectors(std::span<const DetectorPtr> detectors, const Inputs &inputs, const Rules &rules,
                            const std::stop_token &stop, Progress &progress)
{
    progress.begin("looking for trouble", detectors.size());
    std::vector<Output> outputs(detectors.size());
    tbb::parallel_for(std::size_t{0}, detectors.size(), [&](std::size_t i) {
        if (!stop.stop_requested())
            outputs[i] = runOne(*detectors[i], inputs, rules, stop);
        progress.done.fetch_add(1, std::memory_order_relaxed);
    });
    if (stop.stop_requested())
        return fail(ErrorCode::Cancelled, "Stopped.");
    Advice advice;
    advice.inputs = inputs.present();
    for (Output &output : outputs) { // In the order of the list, so that equal runs give equal advice.
        std::ranges::move(output.findings, std::back_inserter(advice.findings));
        std::ranges::move(output.unjudged, std::back_inserter(advice.unjudged));
    }
    resolveConflicts(advice.findings);
    rankFindings(advice.findings);
    return advice;
}

void rankFindings(std::vector<Finding> &findings)
{
    std::ranges::stable_sort(findings, [](const Finding &a, const Finding &b) {
        const auto key = [](const Finding &finding) {
            return std::tuple(finding.verification.state == VerificationState::Refuted,
                              -static_cast<int>(finding.severity), -finding.impactMsPerHour.value_or(0),
                              -finding.confidence, std::string_view(finding.id));
        };
        return key(a) < key(b);
    });
}

} // namespace tailspan::advisor
