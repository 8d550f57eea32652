// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/azora_scenarios.h"
#include "app/reports/json_outline.h"
#include "app/reports/report_reader.h"
#include "app/reports/report_text.h"
#include "models/base/iso_time.h"
#include "models/base/number_text.h"

namespace tailspan::reports {

namespace {

/// What the target's test runner writes: all performance suites under "performance", the run's times under "overall".
class AzoraTestReportReader final : public ReportReader {
public:
    ReportFormatInfo info() const override
    {
        return {"azora-test-report", "Azora test report (test-report-*.json)", "Azora test runner"};
    }

    bool sniff(const bytes::Head &head) const override
    {
        const JsonOutline json(head.bytes);
        return json.has("performance")
            && (json.has("overall.startTime") || (json.has("services") && json.has("integrations")));
    }

    Result<loadtest::LoadTestReport> read(bytes::ByteStream &stream, std::stop_token stop,
                                          Progress &progress) const override
    {
        TS_TRY(const JsonDocument document, readJsonDocument(stream, std::move(stop), progress));
        loadtest::LoadTestReport report = reportOn(document);
        readTimes(child(document.root, "overall"), report);
        const Json &suites = child(document.root, "performance");
        if (suites.is_object()) {
            for (const auto &item : suites.items())
                addAzoraSuite(item.value(), item.key(), report);
        }
        if (report.scenarios.empty())
            report.notes.emplace_back("The report holds no performance suite.");
        addAzoraNotes(report);
        return report;
    }

private:
    static void readTimes(const Json &overall, loadtest::LoadTestReport &report)
    {
        const auto begin = parseIsoTimeNs(textAt(overall, "startTime"));
        const auto end = parseIsoTimeNs(textAt(overall, "endTime"));
        if (begin)
            report.startedAt = TimePoint(*begin);
        if (begin && end && *end >= *begin)
            report.duration = TimePoint(*end) - TimePoint(*begin);
        const auto passed = countAt(overall, "passed");
        const auto total = countAt(overall, "total");
        if (passed && total)
            report.notes.push_back("The test runner counts " + countText(*passed) + " of "
                                   + pluralText(*total, "suite", "suites") + " as passed.");
    }
};

} // namespace

std::unique_ptr<const ReportReader> makeAzoraTestReportReader()
{
    return std::make_unique<AzoraTestReportReader>();
}

} // namespace tailspan::reports
