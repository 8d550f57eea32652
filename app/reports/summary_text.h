// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/reports/report_text.h"
#include "models/loadtest/load_test_report.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::reports {

// What readers of printed summaries share (hey, wrk, ab, percentile tables). Such texts are short: a screen or two.

inline constexpr std::size_t kMaxSummaryBytes = 8ULL << 20;

/// The lines of a text, without their line feeds.
[[nodiscard]] std::vector<std::string_view> linesOf(std::string_view text);
[[nodiscard]] std::string_view trimmed(std::string_view text);
/// The parts of a line between blanks and tabs.
[[nodiscard]] std::vector<std::string_view> wordsOf(std::string_view line);
/// What stands behind `label` where the line begins with it, leading blanks aside; trimmed.
[[nodiscard]] std::optional<std::string_view> behind(std::string_view line, std::string_view label);

/// The finite number that `text` begins with.
[[nodiscard]] std::optional<double> leadingNumber(std::string_view text);
/// A leading number that is a count.
[[nodiscard]] std::optional<std::uint64_t> leadingCount(std::string_view text);
/// A number with its unit: "34.21ms", "811.00us", "1.2s", "5.10m", "1h"; nanoseconds.
[[nodiscard]] std::optional<std::int64_t> nsWithUnit(std::string_view text);
/// A leading number of seconds or milliseconds as nanoseconds.
[[nodiscard]] std::optional<std::int64_t> nsFromSecondsText(std::string_view text);
[[nodiscard]] std::optional<std::int64_t> nsFromMsText(std::string_view text);

/// The field for a percentile, 50, 90, 95, 99 or 100 (the largest value); nullptr for any other.
[[nodiscard]] std::optional<std::int64_t> *fieldOf(loadtest::LatencyStats &stats, double percent);

/// Reads a text whose lines `Summary` takes one by one and then makes a report of. Errors: those of readWholeText.
template <class Summary>
[[nodiscard]] Result<loadtest::LoadTestReport> readSummary(bytes::ByteStream &stream, std::stop_token stop,
                                                           Progress &progress)
{
    TS_TRY(const std::string text, readWholeText(stream, kMaxSummaryBytes, std::move(stop), progress));
    Summary summary;
    for (const std::string_view line : linesOf(text))
        summary.take(line);
    loadtest::LoadTestReport report;
    summary.finish(report);
    return report;
}

/// Fills the counts of the run where a file knows totals only.
void setRunCounts(loadtest::LoadTestReport &report, std::uint64_t requests, std::optional<std::uint64_t> failures);
/// Adds one kind of failure to the run's list; nothing for a count of 0.
void addRunFailure(loadtest::LoadTestReport &report, std::string kind, std::uint64_t count);
/// Sets the latencies of the run and how well they are known.
void setRunLatency(loadtest::LoadTestReport &report, const loadtest::LatencyStats &stats);

} // namespace tailspan::reports
