// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/report_html.h"

#include "models/base/html_text.h"
#include "models/base/number_text.h"
#include "models/layout/report_html_lanes.h"
#include "models/loadtest/alignment.h"
#include "models/loadtest/timeline.h"

namespace tailspan::layout {

using namespace loadtest;

namespace {

constexpr const char *kNone = "no data";

std::string latency(const std::optional<std::int64_t> &ns)
{
    return ns ? durationText(Duration(*ns)) : kNone;
}

std::string count(const std::optional<std::uint64_t> &value)
{
    return value ? countText(*value) : kNone;
}

/// Cells are escaped here and nowhere else.
std::string row(const std::vector<std::string> &cells, const char *tag = "td")
{
    std::string html = "<tr>";
    for (const std::string &cell : cells)
        html += std::string("<") + tag + ">" + htmlEscaped(cell) + "</" + tag + ">";
    return html + "</tr>\n";
}

std::string table(const char *title, const std::vector<std::string> &head, const std::string &rows)
{
    if (rows.empty())
        return {};
    return std::string("<h2>") + title + "</h2>\n<table>\n" + row(head, "th") + rows + "</table>\n";
}

std::string figures(const LoadTestReport &report)
{
    const Totals totals = totalsOf(report);
    std::string rows = row({"Requests", count(totals.requests)}) + row({"Failed", count(totals.failures)});
    if (totals.errorRatio)
        rows += row({"Error ratio", percentText(*totals.errorRatio)});
    rows += row({"Requests a second", totals.throughputRps ? rateText(*totals.throughputRps) : kNone});
    rows += row({"p50", latency(totals.latency.p50Ns)}) + row({"p95", latency(totals.latency.p95Ns)})
        + row({"p99", latency(totals.latency.p99Ns)}) + row({"max", latency(totals.latency.maxNs)});
    const TimeRange run = runRangeOf(report);
    if (report.startedAt)
        rows += row({"Began", isoText(*report.startedAt)});
    if (!run.isEmpty() || report.duration)
        rows += row({"Length", durationText(runLengthOf(report))});
    return table("Whole run", {"Figure", "Value"}, rows);
}

std::string number(const std::optional<double> &value, const std::string &unit)
{
    return value ? decimalText(*value) + (unit.empty() ? "" : " " + unit) : kNone;
}

std::string verdicts(const LoadTestReport &report)
{
    std::string rows;
    for (const Scenario &scenario : report.scenarios) {
        for (const Verdict &verdict : scenario.verdicts) {
            const char *outcome = !verdict.passed ? "open" : *verdict.passed ? "passed" : "failed";
            rows += row({scenario.name, verdict.criterion,
                         verdict.limit ? verdict.comparison + " " + number(verdict.limit, verdict.unit) : kNone,
                         number(verdict.observed, verdict.unit), outcome, verdict.note});
        }
    }
    return table("Verdicts", {"Scenario", "Criterion", "Limit", "Observed", "Verdict", "Note"}, rows);
}

std::string schedule(const LoadTestReport &report)
{
    std::string rows;
    if (report.timeline.empty()) {
        for (const ScheduledPart &part : scheduleOf(report))
            rows += row({part.name, isoText(part.range.begin), durationText(part.range.length())});
    }
    return table("Schedule: declared, not measured", {"Scenario", "Due", "Length"}, rows);
}

std::string endpoints(const LoadTestReport &report)
{
    std::string rows;
    for (const Endpoint &endpoint : report.endpoints) {
        const Totals totals = totalsOf(report, endpoint);
        rows += row({endpoint.name, count(totals.requests), count(totals.failures), latency(totals.latency.p50Ns),
                     latency(totals.latency.p95Ns), latency(totals.latency.p99Ns)});
    }
    return table("Endpoints", {"Endpoint", "Requests", "Failed", "p50", "p95", "p99"}, rows);
}

std::string failures(const LoadTestReport &report)
{
    std::string rows;
    for (const FailureCount &failure : report.failures) {
        if (failure.kind < report.failureKinds.size())
            rows += row({report.failureKinds[failure.kind], countText(failure.count)});
    }
    return table("Failures by kind", {"Kind", "Requests"}, rows);
}

std::string notes(const LoadTestReport &report)
{
    std::string items;
    for (const std::string &note : report.notes)
        items += "<li>" + htmlEscaped(note) + "</li>\n";
    return items.empty() ? items : "<h2>Notes</h2>\n<ul>\n" + items + "</ul>\n";
}

std::string style(const HtmlColors &colors)
{
    return "body{font:14px system-ui,sans-serif;margin:24px auto;max-width:960px;color:" + colors.text
        + ";background:" + colors.ground
        + "}table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:3px 10px 3px 0;border-bottom:1px "
          "solid "
        + colors.line
        + ";overflow-wrap:anywhere}figure{margin:12px 0}figcaption{font-weight:600}svg{width:100%;height:auto}p{color:"
        + colors.muted + "}";
}

} // namespace

std::string reportHtml(const LoadTestReport &report, const ReplayPicture &picture, const HtmlColors &colors,
                       const HtmlExtras &extras)
{
    std::string said;
    for (const std::string &line : {extras.alignment, report.leftOut}) {
        if (!line.empty())
            said += "<p><strong>" + htmlEscaped(line) + "</strong></p>\n";
    }
    const std::string title = htmlEscaped(report.fileName);
    return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
           "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
           "<meta name=\"viewport\" content=\"width=device-width\">\n<title>"
        + title + "</title>\n<style>" + style(colors) + "</style></head><body>\n<h1>" + title + "</h1>\n<p>"
        + htmlEscaped(report.tool) + "</p>\n" + said + figures(report) + verdicts(report) + schedule(report)
        + htmlLanes(report, picture, colors) + htmlMetricLanes(report, extras, colors) + endpoints(report)
        + failures(report) + notes(report) + "</body></html>\n";
}

} // namespace tailspan::layout
