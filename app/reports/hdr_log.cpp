// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/hdr_log.h"

#include "app/reports/hdr_histogram.h"
#include "app/reports/hdr_timeline.h"
#include "app/reports/json_outline.h"
#include "app/reports/report_reader.h"
#include "app/reports/report_text.h"
#include "app/reports/summary_text.h"
#include "app/reports/table_rows.h"
#include "models/base/number_text.h"

#include <algorithm>
#include <cmath>

namespace tailspan::reports {

using namespace loadtest;

namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;

/// "1438613579.290" as nanoseconds: by its digits, because a double has too few of them.
std::optional<std::int64_t> nsOfSeconds(std::string_view text)
{
    text = trimmed(text);
    const std::size_t point = std::min(text.find('.'), text.size());
    const auto seconds = integerIn(text.substr(0, point));
    if (!seconds || *seconds < 0)
        return std::nullopt;
    std::int64_t fraction = 0;
    std::int64_t scale = kSecondNs;
    for (const char c : text.substr(std::min(point + 1, text.size()))) {
        if (c < '0' || c > '9')
            return std::nullopt;
        scale /= 10;
        fraction += scale * (c - '0');
    }
    return saturatingAdd(saturatingMultiply(*seconds, kSecondNs), fraction);
}

/// Follows the rows of a log.
class LogRows {
public:
    explicit LogRows(std::optional<Duration> unit) : m_isUnitGiven(unit.has_value())
    {
        if (unit)
            m_unitNs = std::max<std::int64_t>(unit->ns(), 1);
    }

    void take(const bytes::CsvTable &table)
    {
        auto cells = table.cells();
        const std::string where = "line " + std::to_string(table.line());
        if (cells[0].starts_with('#') || cells[0] == "StartTimestamp" || cells[0].starts_with("\"StartTimestamp")) {
            takeHead(cells[0]);
            if (table.isUnterminated())
                noteBad(table, where);
            return;
        }
        std::string_view tag;
        if (cells[0].starts_with("Tag=")) {
            tag = cells[0].substr(4);
            cells = cells.subspan(1);
        }
        const auto start = cells.size() >= 4 ? nsOfSeconds(cells[0]) : std::nullopt;
        const auto length = cells.size() >= 4 ? nsOfSeconds(cells[1]) : std::nullopt;
        if (!start || !length) {
            noteBad(table, where);
            return;
        }
        if (!m_unitNs)
            findUnit(cells[3], leadingNumber(trimmed(cells[2])));
        const auto histogram = decodeHdrHistogram(trimmed(cells[3]), m_unitNs.value_or(1));
        if (!histogram) {
            noteBad(table, where);
            return;
        }
        ++m_rows;
        m_digits = m_digits ? std::min(*m_digits, histogram->digits) : histogram->digits;
        m_timeline.add(absolute(*start), Duration(*length), plainName(tag), histogram->values);
    }

    Result<LoadTestReport> finish(const bytes::CsvTable &table, const std::string &name) &&
    {
        if (m_rows == 0 && m_quality.count(QualityIssue::MalformedRecord) > 0)
            return fail(ErrorCode::Malformed, "holds no histogram that can be read", name);
        LoadTestReport report;
        report.quality.merge(m_quality);
        report.quality.merge(table.quality());
        std::move(m_timeline).finish(report);
        if (m_startNs.value_or(0) < kEarliestDate && m_baseNs.value_or(0) < kEarliestDate)
            report.startedAt.reset();
        report.clock = ClockConvention::BucketStart;
        report.contents.hasRequests = true;
        report.contents.hasLatency = !report.requests.of(RequestClass::Ok).latency.isEmpty();
        report.contents.latencyDetail = report.contents.hasLatency ? LatencyDetail::Buckets : LatencyDetail::None;
        report.contents.isComplete = m_quality.count(QualityIssue::Truncated) == 0;
        report.assumed.unit = !m_isUnitGiven;
        report.answered.unit = m_isUnitGiven;
        addNotes(report);
        return report;
    }

private:
    static constexpr std::int64_t kEarliestDate = 100'000'000 * kSecondNs; // below that it is no date but a clock

    /// "#[StartTime: 1441812279.474 (seconds since epoch)", "#[BaseTime: ..."
    void takeHead(std::string_view line)
    {
        const auto number = [line](std::string_view label) -> std::optional<std::int64_t> {
            const auto rest = behind(line, label);
            return rest ? nsOfSeconds(rest->substr(0, rest->find_first_of(" ]("))) : std::nullopt;
        };
        if (const auto start = number("#[StartTime:"))
            m_startNs = start;
        if (const auto base = number("#[BaseTime:"))
            m_baseNs = base;
    }

    /// Rows count from the start where they would otherwise lie more than a year before it.
    std::int64_t absolute(std::int64_t rowNs)
    {
        constexpr std::int64_t kYearNs = 365LL * 24 * 3600 * kSecondNs;
        if (!m_startNs)
            m_startNs = rowNs;
        if (!m_baseNs)
            m_baseNs = rowNs < saturatingSubtract(*m_startNs, kYearNs) ? *m_startNs : 0;
        return saturatingAdd(rowNs, *m_baseNs);
    }

    /// The third column is the largest value in what its writer took for milliseconds; what it divided by says what
    /// it took the values for.
    void findUnit(std::string_view base64, std::optional<double> intervalMax)
    {
        const auto histogram = decodeHdrHistogram(trimmed(base64), 1);
        if (!histogram || histogram->values.isEmpty() || !intervalMax || *intervalMax <= 0)
            return;
        const double ratio = static_cast<double>(histogram->values.max()) / *intervalMax;
        const auto isNear = [ratio](double wanted) { return std::abs(ratio / wanted - 1) < 0.05; };
        m_unitNs = 1;
        if (isNear(1e6)) {
            m_reason = "the file writes the largest value of each interval divided by 1,000,000, as for milliseconds";
        } else if (isNear(1e3)) {
            m_unitNs = 1'000;
            m_reason = "the file writes the largest value of each interval divided by 1,000, as for milliseconds";
        } else if (isNear(1)) {
            m_unitNs = 1'000'000;
            m_reason = "the file writes the largest value of each interval as it is, in a column meant for "
                       "milliseconds";
        }
    }

    void noteBad(const bytes::CsvTable &table, const std::string &where)
    {
        m_quality.add(table.isUnterminated() ? QualityIssue::Truncated : QualityIssue::MalformedRecord, 1, where);
    }

    void addNotes(LoadTestReport &report) const
    {
        const std::int64_t unit = m_unitNs.value_or(1);
        const char *name = unit == 1 ? "nanoseconds" : unit == 1'000 ? "microseconds" : "milliseconds";
        if (m_isUnitGiven)
            report.notes.push_back("Values are taken as multiples of " + durationText(Duration(unit)) + ", as asked.");
        else
            report.notes.push_back(std::string("The file does not say what its values count. They are taken as ") + name
                                   + ": " + m_reason + ". If that is wrong, every latency is off by the same factor.");
        if (m_digits)
            report.notes.push_back(
                "Values are kept to "
                + pluralText(static_cast<std::uint64_t>(*m_digits), "significant digit", "significant digits") + ".");
        report.notes.emplace_back("Each recorded value counts as one request. The file does not tell failed ones apart "
                                  "and holds no number of users and no limits.");
    }

    bool m_isUnitGiven;
    std::optional<std::int64_t> m_unitNs;
    const char *m_reason = "that is what HdrHistogram's own tools take them for";
    std::optional<std::int64_t> m_startNs;
    std::optional<std::int64_t> m_baseNs;
    std::optional<int> m_digits;
    std::uint64_t m_rows = 0;
    HdrTimeline m_timeline;
    DataQuality m_quality;
};

class HdrLogReader final : public WatchedReportReader {
public:
    ReportFormatInfo info() const override { return {"hdr-log", "HdrHistogram log (.hlog)", "HdrHistogram"}; }

    bool sniff(const bytes::Head &head) const override
    {
        const std::string_view text = withoutLeadingBlanks(head.bytes);
        const std::string_view line = firstLine(text);
        const bool hasVersion = line.starts_with("#[")
            && text.find("Histogram log format version") != std::string_view::npos;
        return hasVersion || line.starts_with("\"StartTimestamp\",") || line.find(",HIST") != std::string_view::npos;
    }

    Result<LoadTestReport> readWith(bytes::ByteStream &stream, const ReadOptions &options, std::stop_token stop,
                                    Progress &progress) const override
    {
        return readHdrLog(stream, options.unit, std::move(stop), progress);
    }
};

} // namespace

Result<LoadTestReport> readHdrLog(bytes::ByteStream &stream, std::optional<Duration> unit, std::stop_token stop,
                                  Progress &progress)
{
    progress.begin("reading", stream.fileBytes());
    bytes::CsvTable table(stream, ',');
    LogRows rows(unit);
    TS_CHECK(forEachRow(table, stream, stop, progress, [&rows](const bytes::CsvTable &row) { rows.take(row); }));
    return std::move(rows).finish(table, stream.name());
}

std::unique_ptr<const ReportReader> makeHdrLogReader()
{
    return std::make_unique<HdrLogReader>();
}

} // namespace tailspan::reports
