// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bytes/csv_table.h"
#include "app/reports/jmeter_columns.h"
#include "app/reports/jmeter_samples.h"
#include "app/reports/jmeter_time.h"
#include "app/reports/json_outline.h"
#include "app/reports/partial_reports.h"
#include "app/reports/report_reader.h"
#include "models/base/number_text.h"
#include "models/base/utf8.h"
#include "models/loadtest/time_zone.h"

#include <algorithm>

namespace tailspan::reports {

namespace {

constexpr std::uint64_t kRowsBetweenPolls = 4096;

/// Turns rows into samples and counts what is wrong with them.
class RowReader {
public:
    RowReader(bytes::CsvTable &table, JmeterColumns columns, const ReadOptions &options,
              loadtest::LoadTestReport &report)
        : m_table(table), m_columns(columns), m_zone(options.zone), m_report(report)
    {}

    void take()
    {
        const auto cells = m_table.cells();
        if (cells.size() != m_columns.width) {
            noteWidth();
            return;
        }
        JmeterSample sample;
        if (!readTime(cells, sample))
            return;
        readNumbers(cells, sample);
        sample.label = m_columns.cell(cells, JmeterColumn::Label);
        sample.thread = m_columns.cell(cells, JmeterColumn::ThreadName);
        sample.code = m_columns.cell(cells, JmeterColumn::ResponseCode);
        sample.failureMessage = m_columns.cell(cells, JmeterColumn::FailureMessage);
        sample.traceId = m_columns.cell(cells, JmeterColumn::TraceId);
        if (!isValidUtf8(sample.label))
            m_report.quality.add(QualityIssue::InvalidUtf8, 1, where());
        if (isTransactionMessage(m_columns.cell(cells, JmeterColumn::ResponseMessage))
            && m_columns.cell(cells, JmeterColumn::DataType).empty())
            m_samples.addTransaction(sample);
        else
            m_samples.add(sample);
    }

    [[nodiscard]] loadtest::LoadTestReport soFar() const { return m_samples.soFar(); }

    void finish()
    {
        m_report.quality.merge(m_table.quality());
        std::move(m_samples).finish(m_report, m_hasDate);
        if (!m_isLocalTime || !m_hasDate)
            return;
        m_report.assumed.zone = !m_zone.has_value();
        m_report.answered.zone = m_zone.has_value();
        if (m_zone)
            m_report.notes.push_back("Time stamps are the local time of the load generator, without its offset; "
                                     + m_zone->text() + " was given for it.");
        else
            m_report.notes.emplace_back("Time stamps are the local time of the load generator, without its offset; "
                                        "they are shown as if they were UTC.");
        if (m_shownTwice > 0)
            m_report.notes.push_back(pluralText(m_shownTwice, "row stands", "rows stand")
                                     + " in an hour that clocks there showed twice; the first time is taken.");
    }

private:
    std::string where() const { return "line " + std::to_string(m_table.line()); }

    void noteWidth()
    {
        // A last row without a line feed that is too short is one that was being written when the run stopped.
        if (m_table.isUnterminated() && m_table.cells().size() < m_columns.width) {
            m_report.quality.add(QualityIssue::Truncated, 1, where());
            m_report.contents.isComplete = false;
        } else {
            m_report.quality.add(QualityIssue::WrongWidthRow, 1, where());
        }
    }

    bool readTime(std::span<const std::string_view> cells, JmeterSample &sample)
    {
        const std::string_view elapsed = m_columns.cell(cells, JmeterColumn::Elapsed);
        if (!elapsed.empty()) {
            sample.elapsedMs = integerIn(elapsed);
            if (!sample.elapsedMs || *sample.elapsedMs < 0) {
                m_report.quality.add(sample.elapsedMs ? QualityIssue::NumberOutOfRange : QualityIssue::NotANumber, 1,
                                     where());
                sample.elapsedMs.reset();
            }
        }
        const std::string_view stamp = m_columns.cell(cells, JmeterColumn::TimeStamp);
        if (!m_columns.has(JmeterColumn::TimeStamp))
            return true;
        const auto time = parseJmeterTime(stamp);
        if (!time) {
            m_report.quality.add(QualityIssue::MalformedRecord, 1, where());
            return false;
        }
        sample.stampNs = time->ns;
        if (!time->hasZone && time->hasDate && m_zone) {
            sample.stampNs = m_zone->toUtc(TimePoint(time->ns)).ns();
            m_shownTwice += m_zone->isAmbiguous(TimePoint(time->ns)) ? 1 : 0;
        }
        m_hasDate = m_hasDate && time->hasDate;
        m_isLocalTime = m_isLocalTime || !time->hasZone;
        return true;
    }

    void readNumbers(std::span<const std::string_view> cells, JmeterSample &sample) const
    {
        const std::string_view success = m_columns.cell(cells, JmeterColumn::Success);
        if (!success.empty())
            sample.success = success == "true" || success == "TRUE" || success == "True";
        sample.bytesReceived = m_columns.count(cells, JmeterColumn::Bytes);
        sample.bytesSent = m_columns.count(cells, JmeterColumn::SentBytes);
        sample.sampleCount = m_columns.count(cells, JmeterColumn::SampleCount).value_or(1);
        sample.errorCount = m_columns.count(cells, JmeterColumn::ErrorCount).value_or(0);
        if (const auto threads = m_columns.count(cells, JmeterColumn::AllThreads))
            sample.allThreads = static_cast<std::int64_t>(*threads);
    }

    bytes::CsvTable &m_table;
    JmeterColumns m_columns;
    std::optional<loadtest::ZoneRule> m_zone;
    loadtest::LoadTestReport &m_report;
    JmeterSamples m_samples;
    bool m_hasDate = true;
    bool m_isLocalTime = false;
    std::uint64_t m_shownTwice = 0;
};

class JmeterCsvReader final : public WatchedReportReader {
public:
    ReportFormatInfo info() const override { return {"jmeter-csv", "JMeter results (CSV)", "JMeter"}; }

    bool sniff(const bytes::Head &head) const override
    {
        const std::string_view line = firstLine(withoutLeadingBlanks(head.bytes));
        return isJmeterHeader(line) || isHeaderlessJmeterRow(line);
    }

    Result<loadtest::LoadTestReport> readWith(bytes::ByteStream &stream, const ReadOptions &options,
                                              std::stop_token stop, Progress &progress) const override
    {
        progress.begin("reading", stream.fileBytes());
        // The delimiter is in the first line; the bytes read to find it go through the table again.
        TS_TRY(PeekedStream peeked, PeekedStream::open(stream));
        const std::string_view line = firstLine(withoutLeadingBlanks(peeked.first()));
        const bool hasHeader = isJmeterHeader(line);
        bytes::CsvTable table(peeked, bytes::delimiterOf(line));
        TS_TRY(const bool hasRow, table.next());
        loadtest::LoadTestReport report;
        if (!hasRow)
            return fail(ErrorCode::Malformed, "holds no rows", stream.name());
        RowReader rows(
            table, hasHeader ? JmeterColumns::fromHeader(table.cells()) : JmeterColumns::standard(table.cells().size()),
            options, report);
        PartialReports partials(options);
        if (!hasHeader) {
            report.notes.emplace_back("The file has no header line: JMeter's default columns are assumed.");
            rows.take();
        }
        for (std::uint64_t row = 1;; ++row) {
            if (row % kRowsBetweenPolls == 0) {
                if (stop.stop_requested())
                    return fail(ErrorCode::Cancelled, "cancelled", stream.name());
                progress.done.store(stream.fileBytesRead(), std::memory_order_relaxed);
                if (partials.isDue())
                    partials.give(rows.soFar());
            }
            TS_TRY(const bool more, table.next());
            if (!more)
                break;
            rows.take();
        }
        rows.finish();
        return report;
    }
};

} // namespace

std::unique_ptr<const ReportReader> makeJmeterCsvReader()
{
    return std::make_unique<JmeterCsvReader>();
}

} // namespace tailspan::reports
