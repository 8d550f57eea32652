// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/advice/advice_text.h"

#include "app/advice/picture_svg.h"
#include "models/base/html_text.h"
#include "models/base/number_text.h"

#include <algorithm>
#include <ostream>

namespace tailspan::advice {

namespace {

using advisor::Finding;

void writeParagraph(std::ostream &out, std::string_view label, std::string_view text)
{
    if (text.empty())
        return;
    out << "<p>";
    if (!label.empty())
        out << "<b>" << label << "</b> ";
    out << htmlEscaped(text) << "</p>\n";
}

void writePlans(std::ostream &out, const advisor::PlanPicture &plans)
{
    out << "<div class=\"plans\">";
    for (const auto *lines : {&plans.before, &plans.after}) {
        out << "<pre>";
        for (const auto &line : *lines) {
            out << std::string(std::size_t{line.depth} * 2, ' ') << (line.isChanged ? "<mark>" : "")
                << htmlEscaped(line.text) << (line.isChanged ? "</mark>" : "") << '\n';
        }
        out << "</pre>";
    }
    out << "</div>\n";
}

void writeTable(std::ostream &out, const advisor::TablePicture &table)
{
    out << "<table><tr>";
    for (const std::string &name : table.columns)
        out << "<th>" << htmlEscaped(name) << "</th>";
    out << "</tr>\n";
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
        const bool isBad = std::ranges::find(table.badRows, row) != table.badRows.end();
        out << (isBad ? "<tr class=\"bad\">" : "<tr>");
        for (const std::string &cell : table.rows[row])
            out << "<td>" << htmlEscaped(cell) << "</td>";
        out << "</tr>\n";
    }
    out << "</table>\n";
}

void writeArtifacts(std::ostream &out, const Finding &finding)
{
    for (const advisor::Artifact &artifact : finding.artifacts) {
        out << "<h3>" << htmlEscaped(artifact.title) << "</h3>\n<pre>" << htmlEscaped(artifact.text) << "</pre>\n";
        if (artifact.undo)
            out << "<h3>Undo</h3>\n<pre>" << htmlEscaped(*artifact.undo) << "</pre>\n";
    }
}

void writeFinding(std::ostream &out, const Finding &finding)
{
    out << "<section><h2>" << htmlEscaped(finding.title) << "</h2>\n<p class=\"chips\"><span>"
        << htmlEscaped(finding.detector) << "</span><span>" << severityId(finding.severity) << "</span><span>"
        << stateText(finding) << "</span><span>confidence " << decimalText(finding.confidence) << "</span></p>\n";
    writeParagraph(out, "Where", finding.subject.text());
    writeParagraph(out, "Impact", impactOf(finding));
    writeParagraph(out, "", finding.what);
    if (finding.estimate) {
        writeParagraph(out, "Estimate", estimateText(*finding.estimate) + ". " + finding.estimate->basis);
    }
    writeParagraph(out, "Verification", finding.verification.how);
    out << pictureAsSvg(finding.picture);
    if (const auto *plans = std::get_if<advisor::PlanPicture>(&finding.picture))
        writePlans(out, *plans);
    if (const auto *table = std::get_if<advisor::TablePicture>(&finding.picture))
        writeTable(out, *table);
    out << "<ul>";
    for (const advisor::Evidence &evidence : finding.evidence)
        out << "<li>" << htmlEscaped(evidence.text) << "</li>";
    out << "</ul>\n";
    writeArtifacts(out, finding);
    for (const std::string &conflict : finding.conflicts)
        writeParagraph(out, "Took the place of", conflict);
    for (const std::string &assumption : finding.assumptions)
        writeParagraph(out, "Assumed", assumption);
    writeParagraph(out, "What would refute this", finding.refutedBy);
    out << "</section>\n";
}

// Follows the reader's light or dark setting; the only colours outside the program's own style are those of this page.
constexpr const char *kHead = R"html(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Advice</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
:root { color-scheme: light dark; }
body { font: 14px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
section { border-top: 1px solid currentColor; margin-top: 2rem; }
pre { overflow-x: auto; padding: .75rem; border: 1px solid currentColor; border-radius: 4px; }
.chips span { border: 1px solid currentColor; border-radius: 1rem; padding: 0 .6rem; margin-right: .4rem; }
.plans { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; }
td, th { text-align: left; padding: .1rem .8rem .1rem 0; }
.bad { font-weight: 600; }
p, li, h2, h3, td { overflow-wrap: anywhere; }
figure { margin: 1rem 0; }
figcaption { font-weight: 600; }
svg { width: 100%; height: auto; }
body { color: var(--ink-text, canvastext); background: var(--ink-ground, canvas); }
.plans mark { color: inherit; background: none; font-weight: 600; text-decoration: underline; }
)html";

} // namespace

void writeAdviceHtml(std::ostream &out, const Advised &advised, const ReportColors &light, const ReportColors &dark)
{
    out << kHead << pictureStyle(light, dark) << "</style></head><body>\n<h1>Advice</h1>\n";
    writeParagraph(out, "", summaryText(advised) + ".");
    for (const std::string &note : advised.from.notes)
        writeParagraph(out, "", note);
    for (const Finding &finding : advised.advice.findings)
        writeFinding(out, finding);
    if (!advised.advice.unjudged.empty())
        out << "<section><h2>What could not be judged</h2><ul>\n";
    for (const advisor::Unjudged &unjudged : advised.advice.unjudged) {
        out << "<li>" << htmlEscaped(unjudged.detector) << (unjudged.what.empty() ? "" : ", ")
            << htmlEscaped(unjudged.what) << ": " << htmlEscaped(unjudged.why) << ' ' << htmlEscaped(unjudged.how)
            << "</li>\n";
    }
    if (!advised.advice.unjudged.empty())
        out << "</ul></section>\n";
    out << "</body></html>\n";
}

} // namespace tailspan::advice
