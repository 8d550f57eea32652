// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/advice/advice_text.h"

#include "models/base/number_text.h"
#include "models/trace/span_markdown.h"

#include <algorithm>
#include <ostream>

namespace tailspan::advice {

namespace {

using advisor::Finding;
using trace::markdownText;

/// A fence longer than any run of backticks in the text, so that nothing in it can end the block.
std::string fenceFor(std::string_view text)
{
    std::size_t longest = 0;
    std::size_t run = 0;
    for (const char c : text) {
        run = c == '`' ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    return std::string(std::max<std::size_t>(3, longest + 1), '`');
}

void writeBlock(std::ostream &out, const std::string &language, const std::string &text)
{
    const std::string fence = fenceFor(text);
    out << fence << language << '\n' << text << (text.ends_with('\n') ? "" : "\n") << fence << "\n\n";
}

void writePlan(std::ostream &out, const char *title, const std::vector<advisor::PlanPicture::Line> &lines)
{
    std::string text;
    for (const auto &line : lines)
        text += std::string(std::size_t{line.depth} * 2, ' ') + line.text + '\n';
    out << title << "\n\n";
    writeBlock(out, "text", text);
}

void writeTable(std::ostream &out, const advisor::TablePicture &table)
{
    const auto writeRow = [&](const std::vector<std::string> &cells) {
        out << '|';
        for (const std::string &cell : cells)
            out << ' ' << markdownText(cell) << " |";
        out << '\n';
    };
    writeRow(table.columns);
    writeRow(std::vector<std::string>(table.columns.size(), "---"));
    for (const auto &row : table.rows)
        writeRow(row);
    out << '\n';
}

void writeEvidence(std::ostream &out, const Finding &finding)
{
    out << "Evidence:\n\n";
    for (const advisor::Evidence &evidence : finding.evidence) {
        out << "- " << markdownText(evidence.text);
        for (const advisor::Reference &reference : evidence.references)
            out << "; " << referenceId(reference.kind) << ' ' << markdownText(reference.target);
        out << '\n';
    }
    out << '\n';
}

void writeFinding(std::ostream &out, const Finding &finding, const PictureWriter &picture)
{
    out << "## " << markdownText(finding.title) << "\n\n"
        << finding.detector << " · severity " << severityId(finding.severity) << " · " << stateText(finding)
        << " · confidence " << decimalText(finding.confidence) << "\n\n";
    if (const std::string subject = finding.subject.text(); !subject.empty())
        out << "Where: " << markdownText(subject) << "\n\n";
    if (const std::string impact = impactOf(finding); !impact.empty())
        out << "Impact: " << markdownText(impact) << "\n\n";
    out << markdownText(finding.what) << "\n\n";
    if (finding.estimate)
        out << "Estimate: " << markdownText(estimateText(*finding.estimate)) << ". "
            << markdownText(finding.estimate->basis) << "\n\n";
    if (!finding.verification.how.empty())
        out << "Verification: " << verificationId(finding.verification.state) << ", "
            << markdownText(finding.verification.how) << "\n\n";
    if (const auto *plan = std::get_if<advisor::PlanPicture>(&finding.picture)) {
        writePlan(out, "Plan today:", plan->before);
        writePlan(out, "Plan with the fix:", plan->after);
    }
    if (const auto *table = std::get_if<advisor::TablePicture>(&finding.picture))
        writeTable(out, *table);
    if (picture)
        picture(out, finding);
    writeEvidence(out, finding);
    for (const advisor::Artifact &artifact : finding.artifacts) {
        out << markdownText(artifact.title) << ":\n\n";
        writeBlock(out, artifact.language, artifact.text);
        if (artifact.undo) {
            out << "Undo:\n\n";
            writeBlock(out, artifact.language, *artifact.undo);
        }
    }
    for (const std::string &conflict : finding.conflicts)
        out << "Took the place of " << markdownText(conflict) << ".\n\n";
    for (const std::string &assumption : finding.assumptions)
        out << "Assumed: " << markdownText(assumption) << "\n\n";
    if (!finding.refutedBy.empty())
        out << "What would refute this: " << markdownText(finding.refutedBy) << "\n\n";
}

} // namespace

void writeAdviceMarkdown(std::ostream &out, const Advised &advised, const PictureWriter &picture)
{
    out << "# Advice\n\n" << markdownText(summaryText(advised)) << ".\n\n";
    for (const std::string &note : advised.from.notes)
        out << "- " << markdownText(note) << '\n';
    if (!advised.from.notes.empty())
        out << '\n';
    for (const Finding &finding : advised.advice.findings)
        writeFinding(out, finding, picture);
    if (advised.advice.unjudged.empty())
        return;
    out << "## What could not be judged\n\n";
    for (const advisor::Unjudged &unjudged : advised.advice.unjudged) {
        out << "- " << unjudged.detector;
        if (!unjudged.what.empty())
            out << ", " << markdownText(unjudged.what);
        out << ": " << markdownText(unjudged.why) << ' ' << markdownText(unjudged.how) << '\n';
    }
}

} // namespace tailspan::advice
