// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/arguments.h"
#include "app/cli/report_output.h"

#include "models/base/number_text.h"

#include <initializer_list>
#include <ostream>

namespace tailspan::cli {

using namespace loadtest;

namespace {

void writeRow(std::ostream &out, std::initializer_list<std::string> cells)
{
    out << '|';
    for (const std::string &cell : cells)
        out << ' ' << cell << " |";
    out << '\n';
}

void writeTotals(std::ostream &out, const LoadTestReport &report, RequestView view)
{
    const Totals totals = totalsOf(report, view);
    const LatencyStats &latency = totals.latency;
    out << "| requests | failures | requests/s | users | mean | p50 | p90 | p95 | p99 | max |\n"
           "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n";
    const std::string failures = countOrDash(totals.failures)
        + (totals.errorRatio ? " (" + percentText(*totals.errorRatio) + ")" : std::string());
    writeRow(out,
             {countOrDash(totals.requests), failures, totals.throughputRps ? rateText(*totals.throughputRps) : "-",
              report.peakUsers ? decimalText(*report.peakUsers) : "-", latencyText(latency.meanNs),
              latencyText(latency.p50Ns), latencyText(latency.p90Ns), latencyText(latency.p95Ns),
              latencyText(latency.p99Ns), latencyText(latency.maxNs)});
}

void writeVerdicts(std::ostream &out, const LoadTestReport &report)
{
    const std::vector<VerdictLine> lines = verdictsToShow(report);
    if (lines.empty())
        return;
    out << "\n### Verdicts\n\n| verdict | scenario | criterion | limit | observed | says |\n"
           "|---|---|---|---|---:|---|\n";
    for (const VerdictLine &line : lines) {
        const Verdict &verdict = *line.verdict;
        writeRow(out,
                 {std::string(outcomeText(verdict)) + (line.isDisputed ? " (disputed)" : ""),
                  markdownText(verdict.scenario), markdownText(verdict.criterion), markdownText(limitText(verdict)),
                  markdownText(observedText(verdict)), originText(verdict)});
    }
    bool isFirst = true;
    for (const VerdictLine &line : lines) {
        const std::string details = verdictDetails(*line.verdict);
        if (details.empty())
            continue;
        out << (isFirst ? "\n" : "") << "- " << markdownText(line.verdict->criterion + ": " + details) << '\n';
        isFirst = false;
    }
}

void writeEndpoints(std::ostream &out, const LoadTestReport &report, RequestView view)
{
    if (report.endpoints.empty())
        return;
    out << "\n### Endpoints\n\n| endpoint | requests | failures | p50 | p95 | p99 | max |\n"
           "|---|---:|---:|---:|---:|---:|---:|\n";
    for (const Endpoint &endpoint : report.endpoints) {
        const Totals totals = totalsOf(report, endpoint, view);
        writeRow(out,
                 {markdownText(endpoint.name), countOrDash(totals.requests), countOrDash(totals.failures),
                  latencyText(totals.latency.p50Ns), latencyText(totals.latency.p95Ns),
                  latencyText(totals.latency.p99Ns), latencyText(totals.latency.maxNs)});
    }
}

void writeTimeline(std::ostream &out, const LoadTestReport &report, RequestView view)
{
    constexpr std::size_t kMaxSteps = 24;
    if (report.timeline.empty())
        return;
    out << "\n### Timeline\n\n| from | users | requests/s | failures | p50 | p95 | p99 |\n"
           "|---|---:|---:|---:|---:|---:|---:|\n";
    for (const Bucket &step : shortTimeline(report, kMaxSteps)) {
        const Totals totals = totalsOf(report, step, view);
        writeRow(out,
                 {clockText(step.range.begin), step.users ? decimalText(*step.users) : "-",
                  totals.throughputRps ? rateText(*totals.throughputRps) : "-", countOrDash(totals.failures),
                  latencyText(totals.latency.p50Ns), latencyText(totals.latency.p95Ns),
                  latencyText(totals.latency.p99Ns)});
    }
}

} // namespace

std::string markdownText(std::string_view text)
{
    std::string result;
    for (const char c : oneLine(text)) {
        if (std::string_view("\\`*_{}[]()#+!|~").find(c) != std::string_view::npos)
            result += '\\';
        if (c == '<')
            result += "&lt;";
        else if (c == '>')
            result += "&gt;";
        else if (c == '&')
            result += "&amp;";
        else
            result += c;
    }
    return result;
}

void writeReportMarkdown(std::ostream &out, const LoadTestReport &report, RequestView view)
{
    out << "## " << markdownText(report.fileName) << "\n\n" << markdownText(report.tool);
    if (report.startedAt)
        out << ", started " << isoText(*report.startedAt);
    if (report.duration)
        out << ", " << durationText(*report.duration) << " long";
    out << (report.contents.isComplete ? ".\n\n" : ", incomplete.\n\n");
    writeTotals(out, report, view);
    writeVerdicts(out, report);
    writeEndpoints(out, report, view);
    writeTimeline(out, report, view);
    out << "\n### Notes\n\n";
    for (const std::string &note : viewNotes(report, view))
        out << "- " << note << '\n';
    for (const std::string &note : report.notes)
        out << "- " << markdownText(note) << '\n';
}

} // namespace tailspan::cli
