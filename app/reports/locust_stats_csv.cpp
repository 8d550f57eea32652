// SPDX-License-Identifier: GPL-3.0-or-later
// Locust's tables without times: NAME_stats.csv, NAME_failures.csv and NAME_exceptions.csv. On their own each is a
// report of what it holds; report_set.h puts them together with NAME_stats_history.csv.
#include "app/reports/locust_entries.h"
#include "app/reports/report_reader.h"
#include "models/base/number_text.h"

namespace tailspan::reports {

namespace {

void finishTable(NamedCsv &table, loadtest::LoadTestReport &report)
{
    report.quality = table.takeQuality();
    report.contents.isComplete = table.isComplete();
}

class LocustStatsReader final : public ReportReader {
public:
    ReportFormatInfo info() const override { return {"locust-stats", "Locust statistics (CSV)", "Locust"}; }

    bool sniff(const bytes::Head &head) const override { return beginsWithColumns(head, "Type,Name,Request Count"); }

    Result<loadtest::LoadTestReport> read(bytes::ByteStream &stream, std::stop_token stop,
                                          Progress &progress) const override
    {
        NamedCsv table(stream, ',');
        TS_CHECK(table.readHeader(stream.name()));
        const LocustColumns columns = LocustColumns::of(table);
        loadtest::LoadTestReport report;
        TS_CHECK(table.forEachRow(stream, stop, progress, [&] {
            LocustEntry entry = locustEntry(table, columns);
            if (entry.requests > 0) {
                const auto max = entry.latency.maxNs;
                const auto mean = entry.latency.meanNs;
                entry.latency = locustPercentiles(table, columns);
                entry.latency.maxNs = max ? max : entry.latency.maxNs;
                entry.latency.meanNs = mean;
            }
            addLocustEntry(entry, report);
        }));
        finishTable(table, report);
        finishLocustEntries(report);
        report.contents.latencyDetail = loadtest::LatencyDetail::Totals;
        report.notes.emplace_back("Figures of the whole run are those that Locust worked out.");
        report.notes.emplace_back("The file holds no times; _stats_history.csv beside it has them.");
        report.notes.emplace_back(kLocustBuckets);
        report.notes.emplace_back(kLocustAllRequests);
        report.notes.emplace_back("The file holds no limits.");
        return report;
    }
};

class LocustFailuresReader final : public ReportReader {
public:
    ReportFormatInfo info() const override { return {"locust-failures", "Locust failures (CSV)", "Locust"}; }

    bool sniff(const bytes::Head &head) const override
    {
        return beginsWithColumns(head, "Method,Name,Error,Occurrences");
    }

    Result<loadtest::LoadTestReport> read(bytes::ByteStream &stream, std::stop_token stop,
                                          Progress &progress) const override
    {
        NamedCsv table(stream, ',');
        TS_CHECK(table.readHeader(stream.name()));
        const std::size_t error = table.column({"error"});
        const std::size_t occurrences = table.column({"occurrences"});
        std::map<std::string, std::uint64_t> countOfKind;
        TS_CHECK(table.forEachRow(stream, stop, progress, [&] {
            if (const auto count = table.count(occurrences))
                countOfKind[locustFailureKind(table.cell(error))] += *count;
        }));
        loadtest::LoadTestReport report;
        finishTable(table, report);
        setLocustFailures(countOfKind, report);
        report.notes.emplace_back("The file holds kinds of failures and no requests; _stats.csv beside it has them.");
        return report;
    }
};

class LocustExceptionsReader final : public ReportReader {
public:
    ReportFormatInfo info() const override { return {"locust-exceptions", "Locust exceptions (CSV)", "Locust"}; }

    bool sniff(const bytes::Head &head) const override
    {
        return beginsWithColumns(head, "Count,Message,Traceback,Nodes");
    }

    Result<loadtest::LoadTestReport> read(bytes::ByteStream &stream, std::stop_token stop,
                                          Progress &progress) const override
    {
        constexpr std::size_t kMostNotes = 20;
        NamedCsv table(stream, ',');
        TS_CHECK(table.readHeader(stream.name()));
        const std::size_t count = table.column({"count"});
        const std::size_t message = table.column({"message"});
        loadtest::LoadTestReport report;
        std::uint64_t kinds = 0;
        TS_CHECK(table.forEachRow(stream, stop, progress, [&] {
            if (++kinds <= kMostNotes)
                report.notes.push_back("The test script itself failed "
                                       + pluralText(table.count(count).value_or(0), "time", "times") + ": "
                                       + failureText(table.cell(message)));
        }));
        finishTable(table, report);
        if (kinds > kMostNotes)
            report.notes.push_back(countText(kinds - kMostNotes) + " more kinds of exceptions are in the file.");
        report.notes.push_back(kinds == 0 ? "The file holds no exceptions of the test script."
                                          : "Exceptions of the test script are no failed requests.");
        return report;
    }
};

} // namespace

std::unique_ptr<const ReportReader> makeLocustStatsReader()
{
    return std::make_unique<LocustStatsReader>();
}

std::unique_ptr<const ReportReader> makeLocustFailuresReader()
{
    return std::make_unique<LocustFailuresReader>();
}

std::unique_ptr<const ReportReader> makeLocustExceptionsReader()
{
    return std::make_unique<LocustExceptionsReader>();
}

} // namespace tailspan::reports
