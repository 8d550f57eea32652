// SPDX-License-Identifier: GPL-3.0-or-later
// vegeta encode --to json: one object a request.
#include "app/json/block_reader.h"
#include "app/reports/json_outline.h"
#include "app/reports/json_scan.h"
#include "app/reports/partial_reports.h"
#include "app/reports/report_reader.h"
#include "app/reports/report_text.h"
#include "app/reports/vegeta_hits.h"
#include "models/base/utf8.h"

#include <optional>

namespace tailspan::reports {

namespace {

/// Takes lines apart. Thread: one.
class Lines {
public:
    void takeBlock(std::string_view text)
    {
        while (!text.empty()) {
            ++m_line;
            const std::size_t feed = text.find('\n');
            std::string_view line = text.substr(0, feed);
            text.remove_prefix(feed == std::string_view::npos ? text.size() : feed + 1);
            if (skipBlanks(line, 0) < line.size())
                takeLine(line, feed != std::string_view::npos);
        }
    }

    [[nodiscard]] loadtest::LoadTestReport soFar() const { return m_hits.soFar(); }

    void finish(loadtest::LoadTestReport &report)
    {
        report.quality.merge(m_quality);
        report.contents.isComplete = m_quality.count(QualityIssue::Truncated) == 0;
        std::move(m_hits).finish(report);
    }

private:
    std::string where() const { return "line " + std::to_string(m_line); }

    void takeLine(std::string_view line, bool isTerminated)
    {
        VegetaHit hit;
        std::string_view stamp;
        std::string_view latency;
        const auto note = [&](std::string_view key, std::string_view value) {
            if (key == "timestamp")
                stamp = value;
            else if (key == "latency")
                latency = value;
            else if (key == "code")
                hit.code = integerIn(value).value_or(0);
            else if (key == "bytes_in")
                hit.bytesIn = countIn(value);
            else if (key == "bytes_out")
                hit.bytesOut = countIn(value);
            else if (key == "error")
                hit.error = textIn(value, m_error);
            else if (key == "method")
                hit.method = textIn(value, m_method);
            else if (key == "url")
                hit.url = textIn(value, m_url);
            else if (key == "attack")
                hit.attack = textIn(value, m_attack);
        };
        const auto time = forEachMember(line, note) ? parseIsoTimeNs(inner(stamp)) : std::nullopt;
        const auto latencyNs = integerIn(latency);
        if (!isValidUtf8(line))
            m_quality.add(QualityIssue::InvalidUtf8, 1, where());
        if (!time || !latencyNs) {
            m_quality.add(isTerminated ? QualityIssue::MalformedRecord : QualityIssue::Truncated, 1, where());
            return;
        }
        if (*latencyNs < 0)
            m_quality.add(QualityIssue::NumberOutOfRange, 1, where());
        hit.startNs = *time;
        hit.latencyNs = *latencyNs;
        m_hits.add(hit);
    }

    static std::uint64_t countIn(std::string_view value)
    {
        const auto number = integerIn(value);
        return number && *number > 0 ? static_cast<std::uint64_t>(*number) : 0;
    }

    static std::string_view inner(std::string_view raw)
    {
        return raw.size() >= 2 && raw.front() == '"' ? raw.substr(1, raw.size() - 2) : std::string_view();
    }

    /// The string that `raw` is; `store` keeps it where it has escapes.
    static std::string_view textIn(std::string_view raw, std::string &store)
    {
        const std::string_view text = inner(raw);
        if (!json::hasEscape(text))
            return text;
        store = json::decodeString(text);
        return store;
    }

    VegetaHits m_hits;
    DataQuality m_quality;
    std::uint64_t m_line = 0;
    std::string m_error;
    std::string m_method;
    std::string m_url;
    std::string m_attack;
};

class VegetaJsonReader final : public WatchedReportReader {
public:
    ReportFormatInfo info() const override { return {"vegeta-json", "vegeta results (JSON)", "vegeta"}; }

    bool sniff(const bytes::Head &head) const override
    {
        const JsonOutline json(head.bytes);
        return json.has("attack") && json.has("seq") && json.has("code") && json.has("latency");
    }

    Result<loadtest::LoadTestReport> readWith(bytes::ByteStream &stream, const ReadOptions &options,
                                              std::stop_token stop, Progress &progress) const override
    {
        progress.begin("reading", stream.fileBytes());
        json::BlockReader blocks(stream, json::CutRule::atLines());
        Lines lines;
        PartialReports partials(options);
        TS_CHECK(
            json::forEachBlock(blocks, 1, std::move(stop), progress, [&](unsigned, json::Block &block) -> Result<> {
                lines.takeBlock(block.buffer.text());
                if (partials.isDue())
                    partials.give(lines.soFar());
                return {};
            }));
        loadtest::LoadTestReport report;
        lines.finish(report);
        return report;
    }
};

} // namespace

std::unique_ptr<const ReportReader> makeVegetaJsonReader()
{
    return std::make_unique<VegetaJsonReader>();
}

} // namespace tailspan::reports
