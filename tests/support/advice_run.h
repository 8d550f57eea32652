// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/advice/rules_file.h"
#include "models/advisor/detector.h"
#include "models/advisor/span_calls.h"

#include <cstdlib>
#include <string>
#include <string_view>

namespace tailspan::test {

/// The calls of a snapshot; fails the program when they cannot be found.
inline advisor::SpanCalls callsOf(const trace::TraceSnapshot &snapshot, const advisor::SpanCalls::Limits &limits = {})
{
    Progress progress;
    return advisor::spanCallsOf(snapshot, {}, progress, limits).value();
}

/// What one detector, by its id, says with the built-in rules; fails the program when there is none of that id.
inline advisor::Output outputOf(std::string_view detector, const advisor::Inputs &inputs)
{
    advisor::Output output;
    for (const advisor::DetectorPtr &one : advisor::makeDetectors()) {
        if (one->info().id != detector)
            continue;
        one->detect(inputs, advice::builtInRules(), {}, output);
        return output;
    }
    std::abort();
}

/// "first title; second title; "
inline std::string titlesOf(const advisor::Output &output)
{
    std::string titles;
    for (const advisor::Finding &finding : output.findings)
        titles += finding.title + "; ";
    return titles;
}

/// The same of traces.
inline advisor::Output outputOf(std::string_view detector, const trace::TraceSnapshotPtr &snapshot)
{
    const advisor::SpanCalls calls = callsOf(*snapshot);
    advisor::Inputs inputs;
    inputs.traces = snapshot.get();
    inputs.calls = &calls;
    return outputOf(detector, inputs);
}

} // namespace tailspan::test
