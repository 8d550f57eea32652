// SPDX-License-Identifier: GPL-3.0-or-later
// One row a request, as Locust's CsvRequestLogger (contrib, 2.44) writes it. Time stamps are begins, in seconds.
#include "app/reports/locust_entries.h"
#include "app/reports/partial_reports.h"
#include "app/reports/read_table.h"
#include "app/reports/report_reader.h"
#include "models/loadtest/clock_watch.h"
#include "models/loadtest/timeline.h"
#include "models/loadtest/timeline_builder.h"

#include <algorithm>
#include <cmath>

namespace tailspan::reports {

using namespace loadtest;

namespace {

class RequestRows {
public:
    explicit RequestRows(NamedCsv &table)
        : m_table(table), m_timestamp(table.column({"timestamp"})), m_type(table.column({"request_type"})),
          m_name(table.column({"name"})), m_latency(table.column({"response_time_ms"})),
          m_bytes(table.column({"response_length"})), m_status(table.column({"status_code"})),
          m_exception(table.column({"exception"}))
    {}

    void take()
    {
        const auto seconds = m_table.number(m_timestamp);
        const auto ms = m_table.number(m_latency);
        if (!seconds || !ms || *seconds > kLargestSeconds) {
            m_table.quality().add(QualityIssue::MissingField, 1, m_table.where());
            return;
        }
        const std::int64_t beginNs = std::llround(*seconds * 1e6) * 1000; // a double holds no finer steps
        const std::int64_t endNs = saturatingAdd(beginNs, nsFromMs(*ms));
        const std::string_view exception = m_table.cell(m_exception);
        const auto status = integerIn(m_table.cell(m_status));
        const bool isFailed = !exception.empty();
        const StringId endpoint = m_builder.endpoint(locustName(m_table.cell(m_type), m_table.cell(m_name)));
        const RequestClass requestClass = isFailed ? RequestClass::Failed : RequestClass::Ok;
        m_builder.addWholeRequest(beginNs, endNs, requestClass, endpoint);
        m_clock.see(endNs);
        if (isFailed)
            m_builder.addFailure(endNs,
                                 m_builder.failureKind(status.value_or(0) >= 400 ? "status " + std::to_string(*status)
                                                                                 : locustFailureKind(exception)));
        if (const auto bytes = m_table.count(m_bytes))
            m_builder.addBytes(endNs, *bytes, 0);
    }

    [[nodiscard]] LoadTestReport soFar() const
    {
        LoadTestReport report = soFarOf(m_builder);
        setContents(report);
        return report;
    }

    void finish(LoadTestReport &report)
    {
        std::move(m_builder).finish(report);
        setContents(report);
        m_clock.finish(report);
        report.quality = m_table.takeQuality();
        report.contents.isComplete = m_table.isComplete();
        report.notes.emplace_back("Percentiles cover every finished request, failed ones included.");
        report.notes.emplace_back("The file holds neither users nor limits.");
    }

private:
    static constexpr double kLargestSeconds = 9e9;

    static void setContents(LoadTestReport &report)
    {
        const bool hasRequests = requestCount(report.requests, {}) > 0;
        report.clock = ClockConvention::RequestStart;
        report.contents.hasRequests = hasRequests;
        report.contents.hasFailures = hasRequests;
        report.contents.hasLatency = hasRequests;
        report.contents.latencyDetail = hasRequests ? LatencyDetail::Requests : LatencyDetail::None;
    }

    NamedCsv &m_table;
    std::size_t m_timestamp;
    std::size_t m_type;
    std::size_t m_name;
    std::size_t m_latency;
    std::size_t m_bytes;
    std::size_t m_status;
    std::size_t m_exception;
    TimelineBuilder m_builder;
    ClockWatch m_clock;
};

class LocustRequestsReader final : public WatchedReportReader {
public:
    ReportFormatInfo info() const override
    {
        return {"locust-requests", "Locust requests (CsvRequestLogger)", "Locust"};
    }

    bool sniff(const bytes::Head &head) const override
    {
        return beginsWithColumns(head, "timestamp,request_type,name,response_time_ms");
    }

    Result<LoadTestReport> readWith(bytes::ByteStream &stream, const ReadOptions &options, std::stop_token stop,
                                    Progress &progress) const override
    {
        return readTable<RequestRows>(stream, options, stop, progress);
    }
};

} // namespace

std::unique_ptr<const ReportReader> makeLocustRequestsReader()
{
    return std::make_unique<LocustRequestsReader>();
}

} // namespace tailspan::reports
