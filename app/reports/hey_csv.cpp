// SPDX-License-Identifier: GPL-3.0-or-later
// hey -o csv: one row a response, in seconds.
#include "app/reports/json_outline.h"
#include "app/reports/report_reader.h"
#include "app/reports/summary_text.h"
#include "app/reports/table_rows.h"
#include "models/base/number_text.h"
#include "models/loadtest/timeline_builder.h"

#include <algorithm>

namespace tailspan::reports {

using namespace loadtest;

namespace {

constexpr std::string_view kHeader = "response-time,DNS+dialup,DNS,Request-write";
constexpr std::uint64_t kMaxRows = 1'000'000; // hey keeps no more

class Rows {
public:
    explicit Rows(std::span<const std::string_view> header) : m_width(header.size())
    {
        const auto placeOf = [&](std::string_view name) {
            return static_cast<std::size_t>(std::find(header.begin(), header.end(), name) - header.begin());
        };
        m_response = placeOf("response-time");
        m_status = placeOf("status-code");
        m_offset = placeOf("offset");
    }

    void take(const bytes::CsvTable &table)
    {
        const auto cells = table.cells();
        const std::string where = "line " + std::to_string(table.line());
        // hey ends every row; the offset of one without an end may be cut off in the middle of the number.
        if (cells.size() != m_width || table.isUnterminated()) {
            m_quality.add(table.isUnterminated() ? QualityIssue::Truncated : QualityIssue::WrongWidthRow, 1, where);
            return;
        }
        const auto latency = nsFromSecondsText(cells[m_response]);
        if (!latency) {
            m_quality.add(QualityIssue::MalformedRecord, 1, where);
            return;
        }
        ++m_rows;
        const auto status = m_status < m_width ? leadingCount(cells[m_status]) : std::nullopt;
        const auto offset = m_offset < m_width ? nsFromSecondsText(cells[m_offset]) : std::nullopt;
        m_withStatus += status ? 1 : 0;
        const std::uint64_t code = status.value_or(200);
        const bool isFailed = code < 200 || code >= 400;
        const RequestClass requestClass = isFailed ? RequestClass::Failed : RequestClass::Ok;
        std::int64_t end = TimelineBuilder::kNoTime;
        if (offset) {
            end = saturatingAdd(*offset, *latency);
            m_builder.touch(*offset);
            m_builder.touch(end);
        }
        const StringId endpoint = m_builder.endpoint({});
        m_hasTime = m_hasTime || offset.has_value();
        m_builder.addRequest(end, requestClass, endpoint);
        m_builder.addLatency(end, requestClass, endpoint, *latency);
        if (isFailed)
            m_builder.addFailure(end, m_builder.failureKind("status " + std::to_string(code)));
    }

    [[nodiscard]] LoadTestReport soFar() const
    {
        LoadTestReport report = soFarOf(m_builder);
        setContents(report);
        return report;
    }

    void finish(const bytes::CsvTable &table, LoadTestReport &report) &&
    {
        std::move(m_builder).finish(report);
        setContents(report);
        report.quality.merge(m_quality);
        report.quality.merge(table.quality());
        addNotes(report);
    }

private:
    void setContents(LoadTestReport &report) const
    {
        report.startedAt.reset();
        report.endpoints.clear(); // it is one URL, which the file does not name; endpointTimeline keeps it as row 0
        report.clock = m_hasTime ? ClockConvention::RequestStart : ClockConvention::None;
        report.contents.hasRequests = true;
        report.contents.hasFailures = m_withStatus > 0;
        report.contents.hasLatency = m_rows > 0;
        if (m_rows > 0)
            report.contents.latencyDetail = LatencyDetail::Requests;
    }

    void addNotes(LoadTestReport &report) const
    {
        report.notes.emplace_back(m_hasTime ? "The file does not say when the run began: times count from its start."
                                            : "No timeline: this version of hey writes no offsets.");
        report.notes.emplace_back("hey writes no row for a request without a response, so errors and timeouts are "
                                  "missing from the counts; a body that was cut off counts as a good response.");
        if (m_rows >= kMaxRows)
            report.notes.push_back("hey keeps at most " + countText(kMaxRows)
                                   + " rows; the file may hold only the first part of the run.");
        report.notes.emplace_back("Durations are written in tenths of a millisecond. Percentiles cover every response, "
                                  "failed ones included.");
        report.notes.emplace_back("The file holds no endpoints, no number of users and no limits.");
    }

    TimelineBuilder m_builder;
    DataQuality m_quality;
    std::size_t m_width;
    std::size_t m_response = 0;
    std::size_t m_status = 0;
    std::size_t m_offset = 0;
    std::uint64_t m_rows = 0;
    std::uint64_t m_withStatus = 0;
    bool m_hasTime = false;
};

class HeyCsvReader final : public WatchedReportReader {
public:
    ReportFormatInfo info() const override { return {"hey-csv", "hey requests (CSV)", "hey"}; }

    bool sniff(const bytes::Head &head) const override
    {
        return firstLine(withoutLeadingBlanks(head.bytes)).starts_with(kHeader);
    }

    Result<LoadTestReport> readWith(bytes::ByteStream &stream, const ReadOptions &options, std::stop_token stop,
                                    Progress &progress) const override
    {
        progress.begin("reading", stream.fileBytes());
        bytes::CsvTable table(stream, ',');
        TS_TRY(const bool hasHeader, table.next());
        const auto header = hasHeader ? table.cells() : std::span<const std::string_view>();
        if (std::find(header.begin(), header.end(), "response-time") == header.end())
            return fail(ErrorCode::Malformed, "has no header line of hey's CSV output", stream.name());
        Rows rows(header);
        LoadTestReport report;
        if (table.isUnterminated())
            report.quality.add(QualityIssue::Truncated, 1, "line 1");
        TS_CHECK(forEachRow(
            table, stream, stop, progress, options, [&rows](const bytes::CsvTable &row) { rows.take(row); },
            [&rows] { return rows.soFar(); }));
        std::move(rows).finish(table, report);
        report.contents.isComplete = report.quality.count(QualityIssue::Truncated) == 0;
        return report;
    }
};

} // namespace

std::unique_ptr<const ReportReader> makeHeyCsvReader()
{
    return std::make_unique<HeyCsvReader>();
}

} // namespace tailspan::reports
