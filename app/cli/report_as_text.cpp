// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/arguments.h"
#include "app/cli/report_output.h"

#include "app/cli/text_columns.h"
#include "models/base/number_text.h"

#include <algorithm>
#include <ostream>

namespace tailspan::cli {

using namespace loadtest;

namespace {

using enum TextColumns::Align;

constexpr std::size_t kTimelineSteps = 24;
constexpr std::size_t kEndpointsShown = 20;
constexpr std::size_t kFailuresShown = 10;
constexpr std::size_t kNameWidth = 44;
constexpr std::size_t kLineWidth = 100;

std::string name(std::string_view text)
{
    return fittedText(oneLine(text), kNameWidth);
}

std::string percentOrDash(const Totals &totals)
{
    return totals.errorRatio ? percentText(*totals.errorRatio) : std::string("-");
}

void writeHead(std::ostream &out, const LoadTestReport &report)
{
    out << oneLine(report.fileName) << '\n' << "  " << oneLine(report.tool);
    if (report.startedAt)
        out << ", started " << isoText(*report.startedAt);
    if (report.duration)
        out << ", " << durationText(*report.duration) << " long";
    out << (report.contents.isComplete ? "\n" : ", incomplete\n");
}

void writeTotals(std::ostream &out, const LoadTestReport &report, RequestView view)
{
    const Totals totals = totalsOf(report, view);
    TextColumns table({Left, Right, Left});
    if (totals.requests)
        table.add(
            {"Requests", countText(*totals.requests), totals.throughputRps ? rateText(*totals.throughputRps) : ""});
    if (totals.failures)
        table.add({"Failures", countText(*totals.failures), totals.errorRatio ? percentText(*totals.errorRatio) : ""});
    if (report.peakUsers)
        table.add({"Users", decimalText(*report.peakUsers), "at most"});
    if (!table.isEmpty()) {
        out << '\n';
        table.write(out, 2);
    }
    const LatencyStats &latency = totals.latency;
    if (latency == LatencyStats{})
        return;
    TextColumns row({Left, Right, Right, Right, Right, Right, Right});
    row.add({"", "mean", "p50", "p90", "p95", "p99", "max"});
    row.add({"Latency", latencyText(latency.meanNs), latencyText(latency.p50Ns), latencyText(latency.p90Ns),
             latencyText(latency.p95Ns), latencyText(latency.p99Ns), latencyText(latency.maxNs)});
    out << '\n';
    row.write(out, 2);
}

void writeVerdicts(std::ostream &out, const LoadTestReport &report)
{
    const std::vector<VerdictLine> lines = verdictsToShow(report);
    if (lines.empty())
        return;
    const VerdictCounts counts = countVerdicts(report);
    out << "\nVerdicts: " << counts.failed << " failed, " << counts.open << " open, " << counts.passed << " passed\n";
    TextColumns table({Left, Left, Left, Left, Right, Left});
    table.add({"", "scenario", "criterion", "limit", "observed", "says"});
    bool hasDisputes = false;
    for (const VerdictLine &line : lines) {
        const Verdict &verdict = *line.verdict;
        hasDisputes = hasDisputes || line.isDisputed;
        table.add({outcomeText(verdict), (line.isDisputed ? "* " : "") + name(verdict.scenario),
                   name(verdict.criterion), limitText(verdict), observedText(verdict), originText(verdict)});
    }
    table.write(out, 2);
    for (const VerdictLine &line : lines) {
        const std::string details = verdictDetails(*line.verdict);
        if (!details.empty())
            writeNoteText(out, oneLine(line.verdict->criterion) + ": " + details);
    }
    if (hasDisputes)
        out << "  * the file and Tailspan come to different results\n";
}

void writeTimeline(std::ostream &out, const LoadTestReport &report, RequestView view)
{
    if (report.timeline.empty())
        return;
    const std::vector<Bucket> steps = shortTimeline(report, kTimelineSteps);
    const Duration width = steps.size() > 1 ? steps[0].range.length() : rangeOf(steps).length();
    out << "\nTimeline, steps of " << durationText(width) << (report.startedAt ? ", UTC\n" : "\n");
    TextColumns table({Left, Right, Right, Right, Right, Right, Right});
    table.add({"", "users", "requests/s", "errors", "p50", "p95", "p99"});
    for (const Bucket &step : steps) {
        const Totals totals = totalsOf(report, step, view);
        table.add({clockText(step.range.begin), step.users ? decimalText(*step.users) : "-",
                   totals.throughputRps ? rateText(*totals.throughputRps) : "-", percentOrDash(totals),
                   latencyText(totals.latency.p50Ns), latencyText(totals.latency.p95Ns),
                   latencyText(totals.latency.p99Ns)});
    }
    table.write(out, 2);
}

void writeEndpoints(std::ostream &out, const LoadTestReport &report, RequestView view)
{
    if (report.endpoints.empty())
        return;
    out << "\nEndpoints\n";
    TextColumns table({Left, Right, Right, Right, Right, Right, Right});
    table.add({"", "requests", "errors", "p50", "p95", "p99", "max"});
    const std::size_t shown = std::min(report.endpoints.size(), kEndpointsShown);
    for (std::size_t i = 0; i < shown; ++i) {
        const Totals totals = totalsOf(report, report.endpoints[i], view);
        table.add({name(report.endpoints[i].name), countOrDash(totals.requests), percentOrDash(totals),
                   latencyText(totals.latency.p50Ns), latencyText(totals.latency.p95Ns),
                   latencyText(totals.latency.p99Ns), latencyText(totals.latency.maxNs)});
    }
    table.write(out, 2);
    if (shown < report.endpoints.size())
        out << "  and " << countText(report.endpoints.size() - shown) << " more; --json lists all\n";
}

void writeFailures(std::ostream &out, const LoadTestReport &report)
{
    if (report.failures.empty())
        return;
    out << "\nFailures\n";
    TextColumns table({Left, Right});
    const std::size_t shown = std::min(report.failures.size(), kFailuresShown);
    for (std::size_t i = 0; i < shown; ++i)
        table.add({fittedText(oneLine(report.failureKinds[report.failures[i].kind]), kLineWidth - 20),
                   countText(report.failures[i].count)});
    table.write(out, 2);
    if (shown < report.failures.size())
        out << "  and " << pluralText(report.failures.size() - shown, "more kind\n", "more kinds\n");
}

} // namespace

void writeNoteText(std::ostream &out, std::string_view note)
{
    std::string line = "  -";
    for (std::size_t at = 0; at < note.size();) {
        const std::size_t end = std::min(note.find(' ', at), note.size());
        const std::string_view word = note.substr(at, end - at);
        if (displayWidth(line) + 1 + displayWidth(word) > kLineWidth && line.size() > 4) {
            out << line << '\n';
            line = "   ";
        }
        line += " ";
        line += word;
        at = end + 1;
    }
    out << line << '\n';
}

void writeReportText(std::ostream &out, const LoadTestReport &report, RequestView view)
{
    writeHead(out, report);
    writeTotals(out, report, view);
    writeVerdicts(out, report);
    writeTimeline(out, report, view);
    writeEndpoints(out, report, view);
    writeFailures(out, report);
    out << "\nNotes\n";
    for (const std::string &note : viewNotes(report, view))
        writeNoteText(out, note);
    for (const std::string &note : report.notes)
        writeNoteText(out, oneLine(note));
}

} // namespace tailspan::cli
