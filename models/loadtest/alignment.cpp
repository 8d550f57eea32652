// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/alignment.h"

#include "models/base/number_text.h"
#include "models/base/time_range_text.h"
#include "models/loadtest/request_traces.h"
#include "models/loadtest/timeline.h"

#include <array>

namespace tailspan::loadtest {

namespace {

using How = RunAlignment::How;
constexpr std::array kIds{std::pair{How::Typed, std::string_view("typed")},
                          std::pair{How::FileTime, std::string_view("file-time")},
                          std::pair{How::Dragged, std::string_view("dragged")}};

std::string dayAndClock(TimePoint time)
{
    std::string text = isoText(time).substr(0, 19);
    text[10] = ' ';
    return text + " UTC";
}

TimeRange moved(TimeRange range, Duration by)
{
    return {range.begin + by, range.end + by};
}

} // namespace

std::string_view alignmentId(How how)
{
    for (const auto &[known, id] : kIds) {
        if (known == how)
            return id;
    }
    return {};
}

std::optional<How> alignmentOf(std::string_view id)
{
    for (const auto &[how, known] : kIds) {
        if (known == id)
            return how;
    }
    return std::nullopt;
}

std::string alignmentText(const RunAlignment &alignment)
{
    const std::string began = "Aligned by hand: began at " + dayAndClock(alignment.began);
    switch (alignment.how) {
    case How::Typed: return began + ", as typed.";
    case How::FileTime: return began + ", taken to have ended when the file was written.";
    case How::Dragged: return began + ", moved on the axis.";
    }
    return began;
}

Duration runLengthOf(const LoadTestReport &report)
{
    if (!report.timeline.empty())
        return rangeOf(report.timeline).length();
    if (report.duration && report.duration->ns() > 0)
        return *report.duration;
    Duration sum;
    for (const Scenario &scenario : report.scenarios) {
        if (scenario.name != kWholeRun && scenario.duration)
            sum = sum + *scenario.duration;
    }
    return sum;
}

TimeRange runRangeOf(const LoadTestReport &report)
{
    if (!report.timeline.empty())
        return rangeOf(report.timeline);
    if (!report.startedAt)
        return {};
    return {*report.startedAt, *report.startedAt + runLengthOf(report)};
}

LoadTestReport aligned(const LoadTestReport &report, const RunAlignment &alignment)
{
    LoadTestReport result = report;
    const TimeRange run = rangeOf(report.timeline);
    const Duration by = alignment.began - run.begin;
    result.startedAt = alignment.began;
    if (!report.timeline.empty()) {
        for (Bucket &bucket : result.timeline)
            bucket.range = moved(bucket.range, by);
        for (Stall &stall : result.stalls)
            stall.range = moved(stall.range, by);
        if (!result.endpointTimeline.isEmpty())
            result.endpointTimeline.begin = result.endpointTimeline.begin + by;
        result.requestTraces = movedTraces(result.requestTraces, by);
        for (Scenario &scenario : result.scenarios) {
            for (Verdict &verdict : scenario.verdicts) {
                if (verdict.breach)
                    verdict.breach = moved(*verdict.breach, by);
            }
        }
    }
    result.notes.insert(result.notes.begin(), alignmentText(alignment));
    return result;
}

std::vector<ScheduledPart> scheduleOf(const LoadTestReport &report)
{
    std::vector<ScheduledPart> parts;
    const TimeRange run = runRangeOf(report);
    if (run.isEmpty())
        return parts;
    TimePoint begin = run.begin;
    for (const Scenario &scenario : report.scenarios) {
        if (scenario.name == kWholeRun || !scenario.duration || scenario.duration->ns() <= 0)
            continue;
        parts.push_back({scenario.name, {begin, begin + *scenario.duration}});
        begin = begin + *scenario.duration;
    }
    if (parts.empty())
        parts.push_back({kWholeRun, run});
    return parts;
}

Result<TimePoint> parseBegin(std::string_view text, TimePoint now, Duration utcOffset)
{
    const auto failed = [text] {
        return fail(ErrorCode::Malformed,
                    "Cannot read \"" + std::string(text.substr(0, 60))
                        + "\" as a time. Write for example 14:02:10, 2026-11-23 14:02 or yesterday 14:00.");
    };
    const Result<TypedRange> upToNow = parseTypedRange(std::string(text) + " - now", now, utcOffset);
    if (upToNow && upToNow->range)
        return upToNow->range->begin;
    const Result<TypedRange> range = parseTypedRange(text, now, utcOffset);
    if (range && range->range)
        return range->range->begin;
    return failed();
}

} // namespace tailspan::loadtest
