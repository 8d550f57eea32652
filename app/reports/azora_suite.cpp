// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/azora_scenarios.h"
#include "app/reports/json_outline.h"
#include "app/reports/report_reader.h"

namespace tailspan::reports {

namespace {

/// The result of one suite: {passed, details{thresholds, validations, summary}, metrics, error}.
class AzoraSuiteReader final : public ReportReader {
public:
    ReportFormatInfo info() const override { return {"azora-suite", "Azora performance suite (JSON)", "Azora suite"}; }

    bool sniff(const bytes::Head &head) const override
    {
        const JsonOutline json(head.bytes);
        return json.has("passed") && (json.has("details.validations") || json.has("details.thresholds"));
    }

    Result<loadtest::LoadTestReport> read(bytes::ByteStream &stream, std::stop_token stop,
                                          Progress &progress) const override
    {
        TS_TRY(const JsonDocument document, readJsonDocument(stream, std::move(stop), progress));
        loadtest::LoadTestReport report = reportOn(document);
        addAzoraSuite(document.root, "", report);
        addAzoraNotes(report);
        return report;
    }
};

} // namespace

std::unique_ptr<const ReportReader> makeAzoraSuiteReader()
{
    return std::make_unique<AzoraSuiteReader>();
}

} // namespace tailspan::reports
