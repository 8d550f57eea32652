// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/arguments.h"
#include "app/cli/report_output.h"
#include "app/cli/text_columns.h"
#include "models/loadtest/analysis_text.h"

#include <ostream>

namespace tailspan::cli {

using namespace loadtest;

namespace {

using enum TextColumns::Align;

constexpr std::size_t kEndpointRows = 60;

std::string name(std::string_view text)
{
    constexpr std::size_t kNameWidth = 36;
    return fittedText(text, kNameWidth);
}

void writeComparisonText(std::ostream &out, const Comparison &comparison)
{
    out << "\nComparison with the baseline: " << verdictName(comparison.verdict) << '\n';
    TextColumns table({Left, Left, Right, Right, Right, Left, Left});
    if (!comparison.metrics.empty())
        table.add({"", "", "before", "after", "change", "interval", "verdict"});
    std::size_t shown = 0;
    for (const MetricChange &change : comparison.metrics) {
        if (++shown > kEndpointRows)
            break;
        table.add({name(subjectText(change)), change.name, metricText(change.name, change.before),
                   metricText(change.name, change.after), changeText(change.ratio),
                   intervalText(change.low, change.high), verdictName(change.verdict)});
    }
    table.write(out, 2);
    if (comparison.metrics.size() > kEndpointRows)
        out << "  and " << comparison.metrics.size() - kEndpointRows << " more; --json lists all\n";
    for (const std::string &note : comparison.notes)
        writeNoteText(out, oneLine(note));
}

void writeComparisonMarkdown(std::ostream &out, const Comparison &comparison)
{
    out << "\n## Comparison with the baseline: " << verdictName(comparison.verdict) << "\n\n";
    if (!comparison.metrics.empty())
        out << "| | figure | before | after | change | interval | verdict |\n|---|---|---:|---:|---:|---|---|\n";
    for (const MetricChange &change : comparison.metrics)
        out << "| " << markdownText(subjectText(change)) << " | " << change.name << " | "
            << metricText(change.name, change.before) << " | " << metricText(change.name, change.after) << " | "
            << changeText(change.ratio) << " | " << intervalText(change.low, change.high) << " | "
            << verdictName(change.verdict) << " |\n";
    out << (comparison.metrics.empty() ? "" : "\n");
    for (const std::string &note : comparison.notes)
        out << "- " << markdownText(note) << '\n';
}

} // namespace

void writeCapacityText(std::ostream &out, const Capacity &capacity)
{
    out << "\nCapacity\n";
    for (const std::string &sentence : capacitySentences(capacity))
        writeNoteText(out, sentence);
}

void writeCapacityMarkdown(std::ostream &out, const Capacity &capacity)
{
    out << "\n### Capacity\n\n";
    for (const std::string &sentence : capacitySentences(capacity))
        out << "- " << markdownText(sentence) << '\n';
}

void writeWhatIfText(std::ostream &out, const Result<OmissionWhatIf> &whatIf)
{
    out << "\nCoordinated omission\n";
    writeNoteText(out, whatIfText(whatIf));
}

void writeWhatIfMarkdown(std::ostream &out, const Result<OmissionWhatIf> &whatIf)
{
    out << "\n### Coordinated omission\n\n- " << markdownText(whatIfText(whatIf)) << '\n';
}

void writeAnalysisText(std::ostream &out, const ReportAnalysis &analysis)
{
    if (analysis.comparison)
        writeComparisonText(out, *analysis.comparison);
    if (!analysis.trend)
        return;
    out << "\nTrend over " << analysis.trend->runs.size() << " runs\n";
    for (const std::string &sentence : trendSentences(*analysis.trend))
        writeNoteText(out, oneLine(sentence));
}

void writeAnalysisMarkdown(std::ostream &out, const ReportAnalysis &analysis)
{
    if (analysis.comparison)
        writeComparisonMarkdown(out, *analysis.comparison);
    if (!analysis.trend)
        return;
    out << "\n## Trend over " << analysis.trend->runs.size() << " runs\n\n";
    for (const std::string &sentence : trendSentences(*analysis.trend))
        out << "- " << markdownText(sentence) << '\n';
}

void writeAnalysisJunit(std::ostream &out, const ReportAnalysis &analysis)
{
    if (!analysis.comparison)
        return;
    const Comparison &comparison = *analysis.comparison;
    std::size_t failures = 0;
    std::size_t skipped = 0;
    for (const MetricChange &change : comparison.metrics) {
        failures += change.verdict == ChangeVerdict::Regression ? 1 : 0;
        skipped += change.verdict == ChangeVerdict::Inconclusive ? 1 : 0;
    }
    const bool isSkipped = comparison.metrics.empty();
    out << "  <testsuite name=\"comparison with the baseline\" tests=\""
        << comparison.metrics.size() + (isSkipped ? 1 : 0) << "\" failures=\"" << failures
        << "\" errors=\"0\" skipped=\"" << skipped + (isSkipped ? 1 : 0) << "\">\n";
    if (isSkipped)
        out << "    <testcase classname=\"comparison\" name=\"comparable\">\n      <skipped message=\""
            << xmlText(comparison.notes.empty() ? verdictName(comparison.verdict) : comparison.notes.front())
            << "\"/>\n    </testcase>\n";
    for (const MetricChange &change : comparison.metrics) {
        const std::string words = xmlText(std::string(verdictName(change.verdict)) + ": " + changeText(change.ratio)
                                          + " (" + intervalText(change.low, change.high) + ")");
        out << "    <testcase classname=\"" << xmlText(subjectText(change)) << "\" name=\"" << change.name << '"';
        if (change.verdict == ChangeVerdict::Regression)
            out << ">\n      <failure message=\"" << words << "\"/>\n    </testcase>\n";
        else if (change.verdict == ChangeVerdict::Inconclusive)
            out << ">\n      <skipped message=\"" << words << "\"/>\n    </testcase>\n";
        else
            out << "/>\n";
    }
    out << "  </testsuite>\n";
}

} // namespace tailspan::cli
