// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/arguments.h"
#include "app/cli/report_output.h"

#include "models/base/utf8.h"

#include <ostream>

namespace tailspan::cli {

using namespace loadtest;

namespace {

void writeCase(std::ostream &out, const Verdict &verdict)
{
    const std::string limit = limitText(verdict);
    out << "    <testcase classname=\"" << xmlText(verdict.scenario) << "\" name=\""
        << xmlText(verdict.criterion + (limit.empty() ? "" : " " + limit) + " (" + originText(verdict) + ")") << '"';
    const std::string details = verdictDetails(verdict);
    const std::string observed =
        xmlText("observed: " + observedText(verdict) + (details.empty() ? "" : "; " + details));
    if (verdict.passed && *verdict.passed)
        out << "/>\n";
    else if (verdict.passed)
        out << ">\n      <failure message=\"" << observed << "\"/>\n    </testcase>\n";
    else if (!verdict.observed)
        out << ">\n      <error message=\"the file holds no value" << xmlText(details.empty() ? "" : "; " + details)
            << "\"/>\n    </testcase>\n";
    else
        out << ">\n      <skipped message=\"cannot be judged; " << observed << "\"/>\n    </testcase>\n";
}

void writeSuite(std::ostream &out, const LoadTestReport &report)
{
    const std::vector<VerdictLine> lines = verdictsToShow(report);
    std::size_t failures = 0;
    std::size_t errors = 0;
    std::size_t skipped = 0;
    for (const VerdictLine &line : lines) {
        const Verdict &verdict = *line.verdict;
        if (verdict.passed)
            failures += *verdict.passed ? 0 : 1;
        else
            ++(verdict.observed ? skipped : errors);
    }
    out << "  <testsuite name=\"" << xmlText(report.fileName) << "\" tests=\"" << lines.size() << "\" failures=\""
        << failures << "\" errors=\"" << errors << "\" skipped=\"" << skipped << '"';
    if (report.duration)
        out << " time=\"" << report.duration->toSeconds() << '"';
    out << ">\n";
    for (const VerdictLine &line : lines)
        writeCase(out, *line.verdict);
    out << "  </testsuite>\n";
}

} // namespace

std::string xmlText(std::string_view text)
{
    std::uint64_t replaced = 0;
    std::string result;
    for (const char c : validUtf8(oneLine(text), replaced)) {
        switch (c) {
        case '&': result += "&amp;"; break;
        case '<': result += "&lt;"; break;
        case '>': result += "&gt;"; break;
        case '"': result += "&quot;"; break;
        case '\'': result += "&apos;"; break;
        default: result += c;
        }
    }
    return result;
}

void writeReportsJunit(std::ostream &out, const Reports &reports, const ReportAnalysis &analysis)
{
    out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
    for (const auto &report : reports)
        writeSuite(out, *report);
    writeAnalysisJunit(out, analysis);
    out << "</testsuites>\n";
}

} // namespace tailspan::cli
