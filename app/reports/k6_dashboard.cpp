// SPDX-License-Identifier: GPL-3.0-or-later
// k6's web dashboard: its recording (record=FILE) and its page (export=FILE).
#include "app/bytes/base64.h"
#include "app/bytes/inflate.h"
#include "app/reports/json_outline.h"
#include "app/reports/k6_dashboard_run.h"
#include "app/reports/report_reader.h"
#include "app/reports/report_text.h"

namespace tailspan::reports {

namespace {

constexpr std::string_view kDataTag = R"(<script id="data" type="application/json; charset=utf-8; gzip; base64">)";
constexpr std::string_view kTitle = "<title>k6 report</title>";

/// Takes the lines of a recording. Errors: Cancelled.
Result<> takeLines(std::string_view text, K6DashboardRun &run, std::stop_token stop, const std::string &name)
{
    for (std::uint64_t number = 1; !text.empty(); ++number) {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "cancelled", name);
        const std::size_t feed = text.find('\n');
        const std::string_view line = text.substr(0, feed);
        const bool isLast = feed == std::string_view::npos;
        text.remove_prefix(isLast ? text.size() : feed + 1);
        if (withoutLeadingBlanks(line).empty())
            continue;
        const std::string where = "line " + std::to_string(number);
        const auto document = parseJsonDocument(line, name);
        const bool isWhole = document && !document->isTruncated && document->root.is_object();
        if (document)
            run.quality.merge(document->quality);
        if (isWhole)
            run.take(textAt(document->root, "event"), child(document->root, "data"), where);
        else if (!document || !document->isTruncated || !isLast)
            run.quality.add(isLast ? QualityIssue::Truncated : QualityIssue::MalformedRecord, 1, where);
    }
    return {};
}

loadtest::LoadTestReport finished(K6DashboardRun &&run, bool isInOrder)
{
    loadtest::LoadTestReport report;
    std::move(run).finish(isInOrder, report);
    report.contents.isComplete = report.quality.count(QualityIssue::Truncated) == 0;
    return report;
}

class K6DashboardReader final : public ReportReader {
public:
    ReportFormatInfo info() const override
    {
        return {"k6-dashboard", "k6 web dashboard recording (record=FILE)", "k6"};
    }

    bool sniff(const bytes::Head &head) const override
    {
        const JsonOutline json(head.bytes);
        if (!json.has("event") || !json.has("data"))
            return false;
        const std::string_view line = firstLine(withoutLeadingBlanks(head.bytes));
        for (const char *event : {R"("param")", R"("metric")", R"("config")", R"("start")", R"("snapshot")"}) {
            if (line.find(event) != std::string_view::npos)
                return true;
        }
        return false;
    }

    Result<loadtest::LoadTestReport> read(bytes::ByteStream &stream, std::stop_token stop,
                                          Progress &progress) const override
    {
        TS_TRY(const std::string text, readWholeText(stream, kMaxDocumentBytes, stop, progress));
        K6DashboardRun run;
        TS_CHECK(takeLines(text, run, std::move(stop), stream.name()));
        return finished(std::move(run), true);
    }
};

class K6DashboardHtmlReader final : public ReportReader {
public:
    ReportFormatInfo info() const override
    {
        return {"k6-dashboard-html", "k6 web dashboard page (export=FILE)", "k6"};
    }

    /// The data stands behind the page's program, often beyond the first bytes; its title stands in front.
    bool sniff(const bytes::Head &head) const override
    {
        return head.bytes.find(kDataTag) != std::string::npos || head.bytes.find(kTitle) != std::string::npos;
    }

    Result<loadtest::LoadTestReport> read(bytes::ByteStream &stream, std::stop_token stop,
                                          Progress &progress) const override
    {
        TS_TRY(const std::string html, readWholeText(stream, kMaxDocumentBytes, stop, progress));
        const std::size_t tag = html.find(kDataTag);
        if (tag == std::string::npos)
            return fail(ErrorCode::Malformed, "is a k6 report page without its data; it may be cut off", stream.name());
        const std::string_view rest = std::string_view(html).substr(tag + kDataTag.size());
        const std::size_t end = rest.find('<');
        auto packed = bytes::base64Decoded(rest.substr(0, end));
        if (!packed && end == std::string_view::npos) // cut in the middle of three bytes
            packed = bytes::base64Decoded(rest.substr(0, rest.size() - 1));
        if (!packed)
            return fail(ErrorCode::Malformed, "holds data that is not base64", stream.name());
        TS_TRY(const bytes::Inflated data, bytes::inflated(*packed, kMaxDocumentBytes, stream.name()));
        K6DashboardRun run;
        const JsonOutline outline(std::string_view(data.bytes).substr(0, bytes::kHeadBytes));
        if (outline.has("event"))
            TS_CHECK(takeLines(data.bytes, run, std::move(stop), stream.name()));
        else
            TS_CHECK(takeDocument(data.bytes, run, stream.name()));
        const bool isCut = data.isTruncated || rest.find("</html>") == std::string_view::npos;
        if (isCut && run.quality.count(QualityIssue::Truncated) == 0)
            run.quality.add(QualityIssue::Truncated);
        return finished(std::move(run), false);
    }

private:
    /// The layout of the extension before k6 took it in: {cumulative, param, metrics, snapshot: []}.
    static Result<> takeDocument(std::string_view text, K6DashboardRun &run, const std::string &name)
    {
        TS_TRY(const JsonDocument document, parseJsonDocument(text, name));
        run.quality.merge(document.quality);
        run.take("param", child(document.root, "param"), "");
        run.take("metric", child(document.root, "metrics"), "");
        std::uint64_t number = 0;
        for (const Json &snapshot : child(document.root, "snapshot"))
            run.take("snapshot", snapshot, "snapshot " + std::to_string(++number));
        run.take("cumulative", child(document.root, "cumulative"), "the totals");
        return {};
    }
};

} // namespace

std::unique_ptr<const ReportReader> makeK6DashboardReader()
{
    return std::make_unique<K6DashboardReader>();
}

std::unique_ptr<const ReportReader> makeK6DashboardHtmlReader()
{
    return std::make_unique<K6DashboardHtmlReader>();
}

} // namespace tailspan::reports
