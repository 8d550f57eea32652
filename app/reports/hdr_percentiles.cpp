// SPDX-License-Identifier: GPL-3.0-or-later
// Percentile tables: .hgrm files of HdrHistogram's tools and vegeta's hdrplot report.
#include "app/reports/hdr_log.h"
#include "app/reports/json_outline.h"
#include "app/reports/percentile_table.h"
#include "app/reports/report_reader.h"
#include "app/reports/report_text.h"
#include "app/reports/summary_text.h"
#include "models/base/number_text.h"

namespace tailspan::reports {

using namespace loadtest;

namespace {

constexpr std::int64_t kMsNs = 1'000'000;
constexpr std::string_view kVegetaHeader = "Value(ms)";

bool isHeader(std::string_view line)
{
    const auto words = wordsOf(line);
    return words.size() == 4 && words[0].starts_with("Value") && words[1] == "Percentile" && words[2] == "TotalCount";
}

void fill(const PercentileTable &table, Duration unit, LoadTestReport &report)
{
    const std::uint64_t count = table.values.count();
    report.contents.hasRequests = true;
    if (count == 0)
        return;
    report.requests.of(RequestClass::Ok).count = count;
    report.requests.of(RequestClass::Ok).latency = table.values;
    report.contents.hasLatency = true;
    report.contents.latencyDetail = LatencyDetail::Buckets;
    const auto ns = [unit](std::optional<double> value) {
        return value ? std::optional(nsFromMs(*value * static_cast<double>(unit.ns()) / 1e6)) : std::nullopt;
    };
    report.reportedLatency = table.printed;
    report.reportedLatency->meanNs = ns(table.mean);
    if (table.max)
        report.reportedLatency->maxNs = ns(table.max);
}

void addNotes(bool isVegeta, bool isUnitGiven, Duration unit, bool hasMean, LoadTestReport &report)
{
    if (isUnitGiven && !isVegeta)
        report.notes.push_back("Values are taken as multiples of " + durationText(unit) + ", as asked.");
    else if (!isVegeta)
        report.notes.emplace_back("The file does not say what its values count. They are taken as milliseconds, in "
                                  "which HdrHistogram's tools print unless told otherwise. If that is wrong, every "
                                  "latency is off by the same factor.");
    report.notes.emplace_back("The ranges are those of the printed percentiles; each is counted at its upper end.");
    if (!hasMean)
        report.notes.emplace_back("The mean is worked out from the upper ends of the ranges, so it is too high.");
    report.notes.emplace_back("The file holds no times, no failures, no endpoints, no number of users and no limits.");
}

class HdrPercentilesReader final : public WatchedReportReader {
public:
    ReportFormatInfo info() const override
    {
        return {"hdr-percentiles", "percentile table (.hgrm, vegeta hdrplot)", "HdrHistogram"};
    }

    bool sniff(const bytes::Head &head) const override { return isHeader(firstLine(withoutLeadingBlanks(head.bytes))); }

    Result<LoadTestReport> readWith(bytes::ByteStream &stream, const ReadOptions &options, std::stop_token stop,
                                    Progress &progress) const override
    {
        return readHdrPercentiles(stream, options.unit, std::move(stop), progress);
    }
};

} // namespace

Result<LoadTestReport> readHdrPercentiles(bytes::ByteStream &stream, std::optional<Duration> unit, std::stop_token stop,
                                          Progress &progress)
{
    TS_TRY(const std::string text, readWholeText(stream, kMaxSummaryBytes, std::move(stop), progress));
    const bool isVegeta = withoutLeadingBlanks(text).starts_with(kVegetaHeader);
    const Duration taken = isVegeta ? Duration(kMsNs) : unit.value_or(Duration(kMsNs));
    LoadTestReport report;
    PercentileTable table;
    std::uint64_t number = 0;
    for (const std::string_view line : linesOf(text)) {
        ++number;
        const std::string_view content = trimmed(line);
        if (content.empty() || isHeader(content) || table.take(content, static_cast<double>(taken.ns())))
            continue;
        if (!content.starts_with('#'))
            report.quality.add(QualityIssue::MalformedRecord, 1, "line " + std::to_string(number));
    }
    fill(table, taken, report);
    report.contents.isComplete = table.isWhole() && text.ends_with('\n');
    report.tool = isVegeta ? "vegeta" : "HdrHistogram";
    report.assumed.unit = !isVegeta && !unit;
    report.answered.unit = !isVegeta && unit.has_value();
    addNotes(isVegeta, unit.has_value(), taken, table.mean.has_value(), report);
    return report;
}

std::unique_ptr<const ReportReader> makeHdrPercentilesReader()
{
    return std::make_unique<HdrPercentilesReader>();
}

} // namespace tailspan::reports
