// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/omission_what_if.h"

#include "models/base/number_text.h"
#include "models/loadtest/interval.h"
#include "models/loadtest/timeline.h"

#include <algorithm>
#include <cmath>

namespace tailspan::loadtest {

namespace {

constexpr std::int64_t kMostAddedForOne = 1'000'000;

/// Adds the values value - n * interval >= interval, n = 1, 2, ..., each `count` times. Where there are many, all that
/// fall into one bucket of the histogram are recorded at once, as that bucket's begin or the exact first one.
void addMissing(std::int64_t value, std::uint64_t count, std::int64_t interval, LogHistogram &target)
{
    std::int64_t missing = value - interval;
    while (missing >= interval) {
        const std::int64_t bucketBegin = std::max(LogHistogram::lowerBoundOf(LogHistogram::indexOf(missing)), interval);
        const std::int64_t inBucket = (missing - bucketBegin) / interval + 1;
        const std::int64_t last = missing - (inBucket - 1) * interval;
        // The middle of an even row of values is its mean: the sum stays exact.
        target.record(last + (missing - last) / 2, count * static_cast<std::uint64_t>(inBucket));
        missing = last - interval;
    }
}

} // namespace

Result<LogHistogram> withExpectedInterval(const LogHistogram &measured, Duration interval)
{
    if (interval.ns() <= 0)
        return fail(ErrorCode::Malformed, "The interval between two requests of a user must be above zero.");
    if (measured.max() / interval.ns() > kMostAddedForOne)
        return fail(ErrorCode::LimitReached,
                    "With an interval of " + durationText(interval) + " more than "
                        + countText(static_cast<std::uint64_t>(kMostAddedForOne))
                        + " requests would be added for one: choose a longer one.");
    LogHistogram result = measured;
    for (const LogHistogram::Bucket &bucket : measured.buckets()) {
        const std::int64_t middle = bucket.lowNs + (bucket.highNs - bucket.lowNs) / 2;
        addMissing(std::clamp(middle, measured.min(), measured.max()), bucket.count, interval.ns(), result);
    }
    return result;
}

Result<OmissionWhatIf> omissionWhatIf(const LoadTestReport &report, RequestView view, Duration interval)
{
    if (report.omission == Omission::OpenModel)
        return fail(ErrorCode::Unsupported,
                    "This test started its requests when they were due, so none is missing: adding some would make the "
                    "percentiles wrong.",
                    report.fileName);
    if (report.omission == Omission::Corrected)
        return fail(
            ErrorCode::Unsupported,
            "The tool has already added estimated latencies to this report; doing it twice would make them wrong.",
            report.fileName);
    const LogHistogram measured = latencyOf(report.requests, view);
    if (measured.isEmpty())
        return fail(ErrorCode::Unsupported,
                    "The report holds percentiles only, no latencies that requests could be added to.",
                    report.fileName);
    TS_TRY(const LogHistogram estimated, withExpectedInterval(measured, interval));
    return OmissionWhatIf{interval, statsOf(measured), statsOf(estimated), measured.count(),
                          estimated.count() - measured.count()};
}

std::optional<Duration> usualInterval(const LoadTestReport &report)
{
    std::vector<double> intervals;
    for (const Bucket &bucket : report.timeline) {
        const double requests = requestsIn(bucket);
        if (bucket.users && *bucket.users > 0 && requests > 0)
            intervals.push_back(*bucket.users * static_cast<double>(bucket.range.length().ns()) / requests);
    }
    if (intervals.empty())
        return std::nullopt;
    return Duration(std::llround(medianOf(intervals)));
}

std::string whatIfText(const Result<OmissionWhatIf> &whatIf)
{
    if (!whatIf)
        return "No what-if: " + whatIf.error().message;
    const std::string every = durationText(whatIf->interval);
    if (whatIf->added == 0)
        return "What if each user had sent a request every " + every
            + " while it waited: nothing would change, no request waited that much longer.";
    const auto change = [](const char *name, std::optional<std::int64_t> before, std::optional<std::int64_t> after) {
        return before && after ? std::string(" ") + name + " " + durationText(Duration(*before)) + " to "
                + durationText(Duration(*after)) + ","
                               : std::string();
    };
    return "What if each user had sent a request every " + every
        + " while it waited:" + change("p50", whatIf->measured.p50Ns, whatIf->estimated.p50Ns)
        + change("p95", whatIf->measured.p95Ns, whatIf->estimated.p95Ns)
        + change("p99", whatIf->measured.p99Ns, whatIf->estimated.p99Ns) + " with "
        + pluralText(whatIf->added, "request", "requests") + " added to " + countText(whatIf->requests)
        + ". An estimate: what was measured stays as it is.";
}

} // namespace tailspan::loadtest
