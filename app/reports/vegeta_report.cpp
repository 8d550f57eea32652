// SPDX-License-Identifier: GPL-3.0-or-later
// vegeta report --type json
#include "app/reports/json_document.h"
#include "app/reports/json_outline.h"
#include "app/reports/report_reader.h"
#include "app/reports/report_text.h"
#include "app/reports/summary_text.h"
#include "app/reports/vegeta_hits.h"
#include "models/base/iso_time.h"
#include "models/base/number_text.h"

#include <algorithm>
#include <cmath>

namespace tailspan::reports {

using namespace loadtest;

namespace {

std::optional<std::int64_t> nsAt(const Json &object, const char *key)
{
    const auto ns = numberAt(object, key);
    return ns && *ns >= 0 ? std::optional(nsFromMs(*ns / 1e6)) : std::nullopt;
}

void setTimes(const Json &root, LoadTestReport &report)
{
    const auto earliest = parseIsoTimeNs(textAt(root, "earliest"));
    const auto end = parseIsoTimeNs(textAt(root, "end"));
    if (!earliest || !end || *end < *earliest)
        return;
    report.startedAt = TimePoint(*earliest);
    report.duration = TimePoint(*end) - TimePoint(*earliest);
}

void setCounts(const Json &root, LoadTestReport &report)
{
    const auto requests = countAt(root, "requests");
    if (!requests)
        return;
    std::optional<std::uint64_t> failures;
    if (const auto success = numberAt(root, "success"); success && *success >= 0 && *success <= 1)
        failures = static_cast<std::uint64_t>(std::llround((1 - *success) * static_cast<double>(*requests)));
    setRunCounts(report, *requests, failures);
    std::uint64_t withStatus = 0;
    const Json &codes = child(root, "status_codes");
    if (codes.is_object()) {
        for (const auto &item : codes.items()) {
            const auto code = integerIn(item.key());
            const std::uint64_t count = countAt(codes, item.key()).value_or(0);
            if (!code || !isVegetaFailure(*code, false))
                continue;
            addRunFailure(report, *code == 0 ? std::string("no response") : "status " + plainName(item.key()), count);
            withStatus += count;
        }
    }
    if (failures && *failures > withStatus)
        addRunFailure(report, "error after the response began", *failures - withStatus);
}

void addErrorNotes(const Json &errors, LoadTestReport &report)
{
    constexpr std::size_t kShown = 5;
    if (!errors.is_array() || errors.empty())
        return;
    std::string text = "Error texts, without their counts: ";
    for (std::size_t i = 0; i < std::min(errors.size(), kShown); ++i) {
        if (errors[i].is_string())
            text += (i == 0 ? "" : "; ") + failureText(errors[i].get<std::string>());
    }
    if (errors.size() > kShown)
        text += "; and " + std::to_string(errors.size() - kShown) + " more";
    report.notes.push_back(text + ".");
}

class VegetaReportReader final : public ReportReader {
public:
    ReportFormatInfo info() const override { return {"vegeta-report", "vegeta report (JSON)", "vegeta"}; }

    bool sniff(const bytes::Head &head) const override
    {
        const JsonOutline json(head.bytes);
        return json.has("latencies") && json.has("bytes_in") && json.has("status_codes");
    }

    Result<LoadTestReport> read(bytes::ByteStream &stream, std::stop_token stop, Progress &progress) const override
    {
        TS_TRY(const JsonDocument document, readJsonDocument(stream, std::move(stop), progress));
        const Json &root = document.root;
        LoadTestReport report = reportOn(document);
        report.omission = Omission::OpenModel;
        setTimes(root, report);
        setCounts(root, report);
        const Json &latencies = child(root, "latencies");
        setRunLatency(report,
                      {nsAt(latencies, "mean"), nsAt(latencies, "50th"), nsAt(latencies, "90th"),
                       nsAt(latencies, "95th"), nsAt(latencies, "99th"), nsAt(latencies, "max")});
        report.reportedThroughputRps = numberAt(root, "rate");
        report.notes.emplace_back("No timeline: a vegeta report holds figures of the whole run only; the results that "
                                  "it was made from hold each request.");
        report.notes.emplace_back("Percentiles cover every request, failed ones included; requests without a response "
                                  "are among them with the time until they failed. Vegeta estimates percentiles by a "
                                  "t-digest, for which no error bound is known.");
        addErrorNotes(child(root, "errors"), report);
        report.notes.emplace_back("The file holds no endpoints, no number of users and no limits.");
        return report;
    }
};

} // namespace

std::unique_ptr<const ReportReader> makeVegetaReportReader()
{
    return std::make_unique<VegetaReportReader>();
}

} // namespace tailspan::reports
