// SPDX-License-Identifier: GPL-3.0-or-later
// The two tables of ApacheBench: -g (one row a request, sorted by time) and -e (percentiles).
#include "app/reports/json_outline.h"
#include "app/reports/report_reader.h"
#include "app/reports/report_text.h"
#include "app/reports/summary_text.h"
#include "app/reports/table_rows.h"
#include "models/loadtest/timeline_builder.h"

#include <algorithm>

namespace tailspan::reports {

using namespace loadtest;

namespace {

constexpr std::string_view kPercentilesHeader = "Percentage served,Time in ms";

class AbRequestsReader final : public WatchedReportReader {
public:
    ReportFormatInfo info() const override { return {"ab-requests", "ab requests (-g)", "ab"}; }

    bool sniff(const bytes::Head &head) const override
    {
        return firstLine(withoutLeadingBlanks(head.bytes)).starts_with("starttime\tseconds\tctime");
    }

    Result<LoadTestReport> readWith(bytes::ByteStream &stream, const ReadOptions &options, std::stop_token stop,
                                    Progress &progress) const override
    {
        progress.begin("reading", stream.fileBytes());
        bytes::CsvTable table(stream, '\t');
        LoadTestReport report;
        TimelineBuilder builder;
        std::uint64_t requests = 0;
        bool isHeader = true;
        const auto takeRow = [&](const bytes::CsvTable &row) {
            // A header without an end is the end of the file.
            if (!isHeader || row.isUnterminated())
                requests += take(row, builder, report.quality) ? 1 : 0;
            isHeader = false;
        };
        TS_CHECK(forEachRow(table, stream, stop, progress, options, takeRow, [&] {
            LoadTestReport part = soFarOf(builder);
            setContents(requests, part);
            return part;
        }));
        report.quality.merge(table.quality());
        std::move(builder).finish(report);
        finish(requests, report);
        return report;
    }

private:
    static constexpr std::size_t kWidth = 6;

    static bool take(const bytes::CsvTable &table, TimelineBuilder &builder, DataQuality &quality)
    {
        const auto cells = table.cells();
        const std::string where = "line " + std::to_string(table.line());
        if (table.isUnterminated() || cells.size() != kWidth) {
            quality.add(table.isUnterminated() ? QualityIssue::Truncated : QualityIssue::WrongWidthRow, 1, where);
            if (cells.size() != kWidth)
                return false;
        }
        const auto second = integerIn(cells[1]);
        const auto totalMs = integerIn(trimmed(cells[4]));
        if (!second || !totalMs || *totalMs < 0) {
            quality.add(QualityIssue::MalformedRecord, 1, where);
            return false;
        }
        const std::int64_t begin = saturatingMultiply(*second, 1'000'000'000);
        const std::int64_t latency = saturatingMultiply(*totalMs, 1'000'000);
        const std::int64_t end = saturatingAdd(begin, latency);
        builder.touch(begin);
        builder.touch(end);
        const StringId endpoint = builder.endpoint({});
        builder.addRequest(end, RequestClass::Ok, endpoint);
        builder.addLatency(end, RequestClass::Ok, endpoint, latency);
        return true;
    }

    static void setContents(std::uint64_t requests, LoadTestReport &report)
    {
        report.endpoints.clear(); // it is one URL, which the file does not name; endpointTimeline keeps it as row 0
        report.clock = ClockConvention::RequestStart;
        report.contents.hasRequests = true;
        report.contents.hasLatency = requests > 0;
        report.contents.latencyDetail = requests > 0 ? LatencyDetail::Requests : LatencyDetail::None;
    }

    static void finish(std::uint64_t requests, LoadTestReport &report)
    {
        setContents(requests, report);
        report.contents.isComplete = report.quality.count(QualityIssue::Truncated) == 0;
        report.notes.emplace_back("Begins of requests are whole seconds, cut off, and latencies whole milliseconds: "
                                  "a request may count one second too early, and the duration is up to a second off.");
        report.notes.emplace_back("The file does not tell failed requests apart and holds no endpoints, no number of "
                                  "users and no limits.");
    }
};

class AbPercentilesReader final : public ReportReader {
public:
    ReportFormatInfo info() const override { return {"ab-percentiles", "ab percentiles (-e)", "ab"}; }

    bool sniff(const bytes::Head &head) const override
    {
        return firstLine(withoutLeadingBlanks(head.bytes)).starts_with(kPercentilesHeader);
    }

    Result<LoadTestReport> read(bytes::ByteStream &stream, std::stop_token stop, Progress &progress) const override
    {
        TS_TRY(const std::string text, readWholeText(stream, kMaxSummaryBytes, std::move(stop), progress));
        LoadTestReport report;
        LatencyStats stats;
        std::uint64_t number = 0;
        for (const std::string_view line : linesOf(text)) {
            ++number;
            const std::size_t comma = line.find(',');
            if (line.starts_with(kPercentilesHeader) || trimmed(line).empty())
                continue;
            const auto percent = leadingNumber(line);
            const auto latency = comma == std::string_view::npos ? std::nullopt : nsFromMsText(line.substr(comma + 1));
            if (!percent || !latency) {
                report.quality.add(QualityIssue::MalformedRecord, 1, "line " + std::to_string(number));
                continue;
            }
            if (auto *field = fieldOf(stats, *percent))
                *field = latency;
        }
        setRunLatency(report, stats);
        report.contents.isComplete = stats.maxNs.has_value() && text.ends_with('\n');
        report.notes.emplace_back("The file holds percentiles of the whole run only: no counts, no failures, no "
                                  "times, no limits.");
        return report;
    }
};

} // namespace

std::unique_ptr<const ReportReader> makeAbRequestsReader()
{
    return std::make_unique<AbRequestsReader>();
}

std::unique_ptr<const ReportReader> makeAbPercentilesReader()
{
    return std::make_unique<AbPercentilesReader>();
}

} // namespace tailspan::reports
