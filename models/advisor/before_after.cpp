// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/before_after.h"

#include "models/base/number_text.h"

#include <algorithm>
#include <cmath>

namespace tailspan::advisor {

namespace {

constexpr std::uint64_t kFewestRequests = 30;

bool isOf(const trace::TraceSnapshot &snapshot, SpanRow row, const Subject &subject)
{
    if (snapshot.serviceOf(row) != subject.service)
        return false;
    if (!subject.operation.empty())
        return snapshot.operationOf(row) == subject.operation;
    const trace::SpanTable &spans = snapshot.spans();
    return spans.isRoot(row) || spans.kind[row.value()] == trace::SpanKind::Server;
}

double quantileOf(const EndpointFigures &figures, double ratio)
{
    const double place = ratio * static_cast<double>(figures.quantilesMs.size()) - 0.5;
    const double last = static_cast<double>(figures.quantilesMs.size() - 1);
    const double at = std::clamp(place, 0.0, last);
    const auto low = static_cast<std::size_t>(at);
    const std::size_t high = std::min(low + 1, figures.quantilesMs.size() - 1);
    const double part = at - static_cast<double>(low);
    return figures.quantilesMs[low] * (1 - part) + figures.quantilesMs[high] * part;
}

/// Where the true median may lie: the ranks n/2 -+ 1.96 sqrt(n)/2.
loadtest::Interval medianInterval(const EndpointFigures &figures)
{
    constexpr double kNormal97_5 = 1.96;
    const double half = kNormal97_5 * 0.5 / std::sqrt(static_cast<double>(figures.count));
    return {quantileOf(figures, 0.5 - half), quantileOf(figures, 0.5 + half)};
}

std::string verdictWord(AfterVerdict verdict)
{
    switch (verdict) {
    case AfterVerdict::Helped: return "helped";
    case AfterVerdict::NoChange: return "no change";
    case AfterVerdict::Hurt: return "hurt: undo it";
    case AfterVerdict::TooLittleData: break;
    }
    return "too little data";
}

} // namespace

std::optional<EndpointFigures> endpointFigures(const trace::TraceSnapshot &snapshot, const Subject &subject,
                                               TimeRange range)
{
    const trace::SpanTable &spans = snapshot.spans();
    std::vector<double> durations;
    for (std::uint32_t row = 0; row < spans.size(); ++row) {
        if (range.contains(spans.start(SpanRow(row))) && isOf(snapshot, SpanRow(row), subject))
            durations.push_back(static_cast<double>(spans.durationNs[row]) / 1e6);
    }
    if (durations.empty())
        return std::nullopt;
    std::ranges::sort(durations);
    EndpointFigures figures;
    figures.count = durations.size();
    figures.range = range;
    for (std::size_t i = 0; i < kFigureQuantiles; ++i) {
        const double ratio = (static_cast<double>(i) + 0.5) / static_cast<double>(kFigureQuantiles);
        figures.quantilesMs.push_back(loadtest::quantileOfSorted(durations, ratio));
    }
    return figures;
}

BeforeAfter compareFigures(const EndpointFigures &before, const EndpointFigures &after, double leastChange)
{
    BeforeAfter made;
    made.beforeCount = before.count;
    made.afterCount = after.count;
    if (before.quantilesMs.empty() || after.quantilesMs.empty())
        return made;
    made.beforeP50Ms = quantileOf(before, 0.5);
    made.afterP50Ms = quantileOf(after, 0.5);
    made.beforeP95Ms = quantileOf(before, 0.95);
    made.afterP95Ms = quantileOf(after, 0.95);
    const loadtest::Interval was = medianInterval(before);
    const loadtest::Interval is = medianInterval(after);
    if (before.count < kFewestRequests || after.count < kFewestRequests || was.low <= 0)
        return made;
    made.p50Ratio = {is.low / was.high, is.high / was.low};
    const double ratio = made.afterP50Ms / made.beforeP50Ms;
    if (made.p50Ratio.high < 1 && ratio <= 1 - leastChange)
        made.verdict = AfterVerdict::Helped;
    else if (made.p50Ratio.low > 1 && ratio >= 1 + leastChange)
        made.verdict = AfterVerdict::Hurt;
    else
        made.verdict = AfterVerdict::NoChange;
    return made;
}

std::string BeforeAfter::text() const
{
    const std::string counts = pluralText(beforeCount, "request", "requests") + " before, " + countText(afterCount)
        + " after";
    if (verdict == AfterVerdict::TooLittleData)
        return verdictWord(verdict) + ": " + counts;
    return verdictWord(verdict) + ": median " + decimalText(afterP50Ms) + " ms, was " + decimalText(beforeP50Ms)
        + " ms (" + decimalText(p50Ratio.low) + " to " + decimalText(p50Ratio.high) + " of it); p95 "
        + decimalText(afterP95Ms) + " ms, was " + decimalText(beforeP95Ms) + " ms; " + counts;
}

} // namespace tailspan::advisor
