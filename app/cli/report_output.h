// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

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
void writeReportsJson(std::ostream &out, const Reports &reports, loadtest::RequestView view);
/// One test suite a report, one test case a verdict.
void writeReportsJunit(std::ostream &out, const Reports &reports);

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
/// "the file" or "Tailspan"
[[nodiscard]] const char *originText(const loadtest::Verdict &verdict);
/// "21.7 ms", or "-" for an absent value.
[[nodiscard]] std::string latencyText(std::optional<std::int64_t> ns);
[[nodiscard]] std::string countOrDash(std::optional<std::uint64_t> count);
/// The timeline in at most `maxSteps` steps of a round length.
[[nodiscard]] std::vector<loadtest::Bucket> shortTimeline(const loadtest::LoadTestReport &report, std::size_t maxSteps);

} // namespace tailspan::cli
