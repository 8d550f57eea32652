// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/json_outline.h"
#include "app/reports/locust_entries.h"
#include "app/reports/locust_html_history.h"
#include "app/reports/report_reader.h"
#include "app/reports/report_text.h"

namespace tailspan::reports {

namespace {

class LocustHtmlReader final : public ReportReader {
public:
    ReportFormatInfo info() const override { return {"locust-html", "Locust report (HTML)", "Locust"}; }

    bool sniff(const bytes::Head &head) const override
    {
        // The figures stand behind the page's scripts, often beyond the first bytes; the title is near the begin.
        const std::string_view text = withoutLeadingBlanks(head.bytes);
        const auto has = [text](std::string_view part) { return text.find(part) != std::string_view::npos; };
        return text.starts_with("<")
            && (has("window.templateArgs") || has("var stats_history") || has("<title>Test Report for")
                || has("Locust Test Report"));
    }

    Result<loadtest::LoadTestReport> read(bytes::ByteStream &stream, std::stop_token stop,
                                          Progress &progress) const override
    {
        TS_TRY(const std::string page, readWholeText(stream, kMaxDocumentBytes, std::move(stop), progress));
        loadtest::LoadTestReport report;
        if (page.find("window.templateArgs") != std::string::npos) {
            TS_CHECK(readModernLocustPage(page, stream.name(), report));
        } else {
            TS_CHECK(readOldLocustPage(page, stream.name(), report));
        }
        if (page.find("</html>") == std::string::npos) {
            report.contents.isComplete = false;
            report.quality.add(QualityIssue::Truncated);
        }
        report.notes.emplace_back("Rates and percentiles over time are Locust's own, every 5 s, each of about the ten "
                                  "seconds before. Requests are counted for the run and the endpoints only, so steps "
                                  "cannot be joined.");
        report.notes.emplace_back(kLocustBuckets);
        report.notes.emplace_back(kLocustAllRequests);
        report.notes.emplace_back("The page holds no limits.");
        return report;
    }
};

} // namespace

std::unique_ptr<const ReportReader> makeLocustHtmlReader()
{
    return std::make_unique<LocustHtmlReader>();
}

} // namespace tailspan::reports
