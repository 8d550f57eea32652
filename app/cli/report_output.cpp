// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/report_output.h"
#include "app/cli/arguments.h"

#include "models/base/number_text.h"

#include <array>

namespace tailspan::cli {

using namespace loadtest;

namespace {

std::string withUnit(double value, const std::string &unit)
{
    const std::string text = decimalText(value);
    return unit.empty() || unit == "ratio" ? text : text + " " + oneLine(unit);
}

} // namespace

std::vector<std::string> viewNotes(const LoadTestReport &report, RequestView view)
{
    std::vector<std::string> notes;
    if (!view.withFailures)
        notes.emplace_back("Failed requests are left out of counts and latencies (--exclude-failures).");
    if (!view.withSetup)
        notes.emplace_back(report.contents.hasSetup
                               ? "Requests of setup and teardown are left out (--exclude-setup)."
                               : "The file marks no requests of setup and teardown; --exclude-setup changes nothing.");
    if (!view.isDefault() && !report.contents.hasLatency && report.reportedLatency)
        notes.emplace_back("Latencies are absent: the file holds figures of all requests together only.");
    return notes;
}

const char *outcomeText(const Verdict &verdict)
{
    if (!verdict.passed)
        return "open";
    return *verdict.passed ? "passed" : "failed";
}

std::string limitText(const Verdict &verdict)
{
    return verdict.limit ? oneLine(verdict.comparison) + " " + withUnit(*verdict.limit, verdict.unit) : std::string();
}

std::string observedText(const Verdict &verdict)
{
    return verdict.observed ? withUnit(*verdict.observed, verdict.unit) : std::string("no value");
}

const char *originText(const Verdict &verdict)
{
    switch (verdict.origin) {
    case Origin::Report: return "the file";
    case Origin::OwnLimits: return "own limit";
    case Origin::Tailspan: break;
    }
    return "Tailspan";
}

std::string verdictDetails(const Verdict &verdict)
{
    std::string text;
    if (verdict.low && verdict.high)
        text = "95 %: " + decimalText(*verdict.low) + " to " + withUnit(*verdict.high, verdict.unit);
    if (verdict.breach)
        text += (text.empty() ? "" : "; ")
            + ("first in breach at " + clockText(verdict.breach->begin) + " for "
               + durationText(verdict.breach->length()));
    if (!verdict.note.empty())
        text += (text.empty() ? "" : "; ") + oneLine(verdict.note);
    return text;
}

std::string latencyText(std::optional<std::int64_t> ns)
{
    return ns ? durationText(Duration(*ns)) : std::string("-");
}

std::string countOrDash(std::optional<std::uint64_t> count)
{
    return count ? countText(*count) : std::string("-");
}

std::vector<Bucket> shortTimeline(const LoadTestReport &report, std::size_t maxSteps)
{
    constexpr std::array<std::int64_t, 13> kSeconds{1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600};
    const std::int64_t length = loadtest::rangeOf(report.timeline).length().ns() / 1'000'000'000 + 1;
    std::int64_t width = kSeconds.back();
    for (auto at = kSeconds.rbegin(); at != kSeconds.rend(); ++at) {
        if (length / *at < static_cast<std::int64_t>(maxSteps))
            width = *at;
    }
    while (length / width >= static_cast<std::int64_t>(maxSteps))
        width *= 2;
    if (Duration::seconds(width) <= report.bucketWidth)
        return report.timeline;
    return regrouped(report.timeline, Duration::seconds(width));
}

} // namespace tailspan::cli
