// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/stage_clock.h"

#include "models/loadtest/alignment.h"
#include "models/loadtest/steady_window.h"

#include <algorithm>

namespace tailspan::loadtest {

namespace {

struct NamedRange {
    std::string name;
    TimeRange range;
};

std::vector<NamedRange> stagesOf(const LoadTestReport &run)
{
    std::vector<NamedRange> stages;
    const TimePoint begin = runRangeOf(run).begin;
    for (const Stage &stage : run.stages) {
        if (stage.length.ns() > 0)
            stages.push_back({stage.name, {begin + stage.begin, begin + stage.begin + stage.length}});
    }
    return stages;
}

/// One after the other by their durations. One alone says nothing of what happened when; those that ran side by side do
/// not fit into the run this way.
std::vector<NamedRange> scenariosOf(const LoadTestReport &run)
{
    constexpr double kTooLong = 1.05;
    std::vector<NamedRange> scenarios;
    Duration sum;
    for (const ScheduledPart &part : scheduleOf(run)) {
        if (part.name != kWholeRun)
            scenarios.push_back({part.name, part.range});
        sum += part.range.length();
    }
    const bool fits = sum.toSeconds() <= kTooLong * runRangeOf(run).length().toSeconds();
    return scenarios.size() > 1 && fits ? scenarios : std::vector<NamedRange>();
}

/// Whether all runs have the same stages in the same order, none of them over another.
bool areAlike(const std::vector<std::vector<NamedRange>> &ofRuns)
{
    const auto isLike = [&](const std::vector<NamedRange> &one) {
        const auto clash = std::adjacent_find(one.begin(), one.end(), [](const NamedRange &a, const NamedRange &b) {
            return b.range.begin < a.range.end;
        });
        return clash == one.end()
            && std::equal(one.begin(), one.end(), ofRuns.front().begin(), ofRuns.front().end(),
                          [](const NamedRange &a, const NamedRange &b) { return a.name == b.name; });
    };
    return !ofRuns.front().empty() && std::all_of(ofRuns.begin(), ofRuns.end(), isLike);
}

void addParts(const std::vector<std::vector<NamedRange>> &ofRuns, StageClock &clock)
{
    Duration at;
    for (std::size_t i = 0; i < ofRuns.front().size(); ++i) {
        StageClock::Part part{ofRuns.front()[i].name, at, at, at, Duration(), {}, {}};
        Duration longest;
        Duration shortest = ofRuns.front()[i].range.length();
        for (const std::vector<NamedRange> &stages : ofRuns) {
            part.ofRun.push_back(stages[i].range);
            part.shift.emplace_back();
            longest = std::max(longest, stages[i].range.length());
            shortest = std::min(shortest, stages[i].range.length());
        }
        part.end = at + longest;
        part.sharedEnd = at + shortest;
        at = part.end;
        clock.parts.push_back(std::move(part));
    }
}

bool tryStages(std::span<const LoadTestReportPtr> runs, StageClock &clock)
{
    for (const auto &namesOf : {stagesOf, scenariosOf}) {
        std::vector<std::vector<NamedRange>> ofRuns;
        ofRuns.reserve(runs.size());
        for (const LoadTestReportPtr &run : runs)
            ofRuns.push_back(namesOf(*run));
        if (!areAlike(ofRuns))
            continue;
        addParts(ofRuns, clock);
        clock.by = StageClock::By::Stages;
        const bool isScenarios = namesOf == scenariosOf;
        clock.words = isScenarios ? "Laid over each other scenario by scenario, by their planned durations."
                                  : "Laid over each other stage by stage.";
        const auto isPlanned = [](const LoadTestReportPtr &run) {
            return std::any_of(run->stages.begin(), run->stages.end(), [](const Stage &one) { return one.isNominal; });
        };
        if (!isScenarios && std::any_of(runs.begin(), runs.end(), isPlanned))
            clock.words += " The files tell when stages were planned, not when they were.";
        return true;
    }
    return false;
}

/// When the load of a run became even; nullopt where it never did.
std::optional<TimePoint> steadyBegin(const LoadTestReport &run, std::optional<TimeRange> compared)
{
    const std::vector<SteadyWindow> windows = steadyWindows(run);
    if (windows.empty())
        return std::nullopt;
    const auto at = std::find_if(windows.begin(), windows.end(),
                                 [&](const SteadyWindow &window) { return compared && window.range == *compared; });
    return at == windows.end() ? windows.front().reached : at->reached;
}

/// One part in which `zeros` of all runs lie at 0.
void addWhole(std::span<const TimeRange> ranges, std::span<const TimePoint> zeros, StageClock &clock)
{
    StageClock::Part part;
    for (std::size_t i = 0; i < ranges.size(); ++i) {
        const Duration begin = ranges[i].begin - zeros[i];
        const Duration end = ranges[i].end - zeros[i];
        part.begin = i == 0 ? begin : std::min(part.begin, begin);
        part.end = i == 0 ? end : std::max(part.end, end);
        part.sharedBegin = i == 0 ? begin : std::max(part.sharedBegin, begin);
        part.sharedEnd = i == 0 ? end : std::min(part.sharedEnd, end);
        part.ofRun.push_back(ranges[i]);
    }
    for (std::size_t i = 0; i < ranges.size(); ++i)
        part.shift.push_back(ranges[i].begin - zeros[i] - part.begin);
    clock.parts.push_back(std::move(part));
}

} // namespace

std::optional<Duration> StageClock::at(std::size_t run, TimePoint time) const
{
    for (const Part &part : parts) {
        if (part.ofRun[run].contains(time))
            return part.begin + part.shift[run] + (time - part.ofRun[run].begin);
    }
    return std::nullopt;
}

bool StageClock::isShared(Duration time) const
{
    return std::any_of(parts.begin(), parts.end(),
                       [time](const Part &part) { return part.sharedBegin <= time && time < part.sharedEnd; });
}

StageClock stageClockOf(std::span<const LoadTestReportPtr> runs, std::span<const TimeRange> steady)
{
    StageClock clock;
    const bool haveTimelines = !runs.empty()
        && std::none_of(runs.begin(), runs.end(), [](const LoadTestReportPtr &run) { return run->timeline.empty(); });
    if (!haveTimelines) {
        clock.words = "A file holds no timeline, so the runs cannot be laid over each other.";
        return clock;
    }
    if (tryStages(runs, clock))
        return clock;
    std::vector<TimeRange> ranges;
    std::vector<TimePoint> begins;
    std::vector<TimePoint> zeros;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        ranges.push_back(runRangeOf(*runs[i]));
        begins.push_back(ranges.back().begin);
        const auto zero = steadyBegin(*runs[i], i < steady.size() ? std::optional(steady[i]) : std::nullopt);
        if (zero)
            zeros.push_back(*zero);
    }
    clock.by = zeros.size() == runs.size() ? StageClock::By::Steady : StageClock::By::Begin;
    addWhole(ranges, clock.by == StageClock::By::Steady ? zeros : begins, clock);
    clock.words = clock.by == StageClock::By::Steady
        ? "No stages that all runs have: laid over each other where the load became even (0)."
        : "Neither stages that all runs have nor a steady load: laid over each other from their first second on.";
    return clock;
}

} // namespace tailspan::loadtest
