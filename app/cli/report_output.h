// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/analysis_output.h"
#include "models/loadtest/timeline.h"
#include "models/loadtest/verdict_order.h"

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::cli {

/// Reports on their way to a terminal or a file, in one of four forms. Text from the reports' files is made harmless
/// for each form: control characters, table borders and markup cannot break out.
using Reports = std::vector<loadtest::LoadTestReportPtr>;

void writeReportText(std::ostream &out, const loadtest::LoadTestReport &report, loadtest::RequestView view);
void writeReportMarkdown(std::ostream &out, const loadtest::LoadTestReport &report, loadtest::RequestView view);
/// One object for one report, {"reports": [...]} for several.
void writeReportsJson(std::ostream &out, const Reports &reports, loadtest::RequestView view,
                      const ReportAnalysis &analysis);
/// One test suite a report, one test case a verdict; one more suite for a comparison.
void writeReportsJunit(std::ostream &out, const Reports &reports, const ReportAnalysis &analysis);

/// The fields of the JSON form, for `tailspan help json`.
[[nodiscard]] const char *reportJsonHelp();

// Shared by the forms for people.

/// What the view leaves out and what it therefore cannot tell, as sentences.
[[nodiscard]] std::vector<std::string> viewNotes(const loadtest::LoadTestReport &report, loadtest::RequestView view);
/// "failed", "passed", "open"
[[nodiscard]] const char *outcomeText(const loadtest::Verdict &verdict);
/// "< 200 ms"; "" where the file gives no limit.
[[nodiscard]] std::string limitText(const loadtest::Verdict &verdict);
/// "41.7 ms"; "no value" where the file holds none.
[[nodiscard]] std::string observedText(const loadtest::Verdict &verdict);
/// Where in its values an own limit stands: "190 to 214 ms; first in breach at 14:02:10; in breach in 3 steps of 60"; "" for nothing.
[[nodiscard]] std::string verdictDetails(const loadtest::Verdict &verdict);
/// "the file", "Tailspan" or "own limit"
[[nodiscard]] const char *originText(const loadtest::Verdict &verdict);
/// A sentence broken at blanks into lines for a terminal, with a dash before the first.
void writeNoteText(std::ostream &out, std::string_view note);
/// Text from a file inside Markdown: nothing in it starts markup, a link, HTML or a new cell.
[[nodiscard]] std::string markdownText(std::string_view text);
/// Text from a file inside XML, for attribute values too; what XML does not allow at all becomes spaces.
[[nodiscard]] std::string xmlText(std::string_view text);
/// "21.7 ms", or "-" for an absent value.
[[nodiscard]] std::string latencyText(std::optional<std::int64_t> ns);
[[nodiscard]] std::string countOrDash(std::optional<std::uint64_t> count);
/// The timeline in at most `maxSteps` steps of a round length.
[[nodiscard]] std::vector<loadtest::Bucket> shortTimeline(const loadtest::LoadTestReport &report, std::size_t maxSteps);

} // namespace tailspan::cli
