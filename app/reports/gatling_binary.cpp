// SPDX-License-Identifier: GPL-3.0-or-later
// Gatling's simulation.log from 3.13 on: binary records, each behind one byte for its kind. Times are milliseconds since
// the start of the run; texts that occur again are written once and then named by their number.
#include "app/reports/gatling_binary_input.h"
#include "app/reports/gatling_records.h"
#include "app/reports/partial_reports.h"
#include "app/reports/report_reader.h"
#include "models/base/number_text.h"

#include <cctype>

namespace tailspan::reports {

namespace {

constexpr std::uint64_t kRecordsBetweenPolls = 4096;
constexpr std::int32_t kUnmatched = -2'147'483'647 - 1; // in place of the end of a request that never ended

class RecordTaker {
public:
    RecordTaker(GatlingBinaryInput &in, GatlingRecords &records, loadtest::LoadTestReport &report)
        : m_in(in), m_records(records), m_report(report)
    {}

    /// False when the input or its sense has ended: then GatlingBinaryInput::problem() says why.
    bool take()
    {
        switch (m_in.byte()) {
        case 0: takeRun(); break;
        case 1: takeRequest(); break;
        case 2: takeUser(); break;
        case 3: takeGroup(); break;
        case 4: takeError(); break;
        default: m_isUnknownKind = true; return false;
        }
        return m_in.problem() == GatlingBinaryInput::Problem::None;
    }
    [[nodiscard]] bool isUnknownKind() const { return m_isUnknownKind; }

private:
    [[nodiscard]] bool isWhole() const { return m_in.problem() == GatlingBinaryInput::Problem::None; }

    void takeRun()
    {
        const std::string version = m_in.text();
        const std::string simulation = m_in.text();
        m_startMs = m_in.int64();
        const std::string description = m_in.text();
        for (std::int32_t scenarios = m_in.count(); scenarios > 0 && isWhole(); --scenarios)
            (void)m_in.text();
        const std::int32_t assertions = m_in.count();
        for (std::int32_t i = 0; i < assertions && isWhole(); ++i) {
            m_in.skip(m_in.count());
            m_records.assertion();
        }
        m_records.run(simulation, description, version);
    }

    void takeUser()
    {
        (void)m_in.int32(); // number of the scenario
        const bool isStart = m_in.boolean();
        const std::int64_t ms = since(m_in.int32());
        if (isWhole())
            m_records.user(isStart, ms);
    }

    void takeRequest()
    {
        readGroups();
        const std::string name(m_in.cachedText());
        const std::int32_t start = m_in.int32();
        const std::int32_t end = m_in.int32();
        const bool isOk = m_in.boolean();
        const std::string_view message = m_in.cachedText();
        if (!isWhole())
            return;
        if (end == kUnmatched)
            m_report.quality.add(QualityIssue::MissingField, 1, "a request without an end");
        else
            m_records.request(m_groups, name, since(start), since(end), isOk, message);
    }

    void takeGroup()
    {
        readGroups();
        (void)m_in.int32();
        (void)m_in.int32();
        (void)m_in.int32();
        (void)m_in.boolean();
        if (isWhole())
            m_records.group();
    }

    void takeError()
    {
        const std::string message(m_in.cachedText());
        (void)m_in.int32();
        if (isWhole())
            m_records.error(message);
    }

    /// Joined by commas, as the text log has them.
    void readGroups()
    {
        m_groups.clear();
        for (std::int32_t left = m_in.count(); left > 0 && isWhole(); --left) {
            if (!m_groups.empty())
                m_groups += ',';
            m_groups += m_in.cachedText();
            if (m_groups.size() > GatlingBinaryInput::kMaxTextBytes)
                m_groups.resize(GatlingBinaryInput::kMaxTextBytes);
        }
    }

    [[nodiscard]] std::int64_t since(std::int32_t ms) const { return saturatingAdd(m_startMs, ms); }

    GatlingBinaryInput &m_in;
    GatlingRecords &m_records;
    loadtest::LoadTestReport &m_report;
    std::int64_t m_startMs = 0;
    std::string m_groups;
    bool m_isUnknownKind = false;
};

class GatlingBinaryReader final : public WatchedReportReader {
public:
    ReportFormatInfo info() const override
    {
        return {"gatling-binary", "Gatling log (binary, 3.13 and later)", "Gatling"};
    }

    bool sniff(const bytes::Head &head) const override
    {
        // A run record, then the length of the version as a number of four bytes, then the version: "3.13.1".
        const std::string_view raw = head.bytes;
        if (raw.size() < 16 || raw.substr(0, 4) != std::string_view("\0\0\0\0", 4))
            return false;
        const auto length = static_cast<unsigned char>(raw[4]);
        if (length < 3 || length > 40 || raw.size() < 6U + length)
            return false;
        const std::string_view version = raw.substr(5, length);
        return std::isdigit(static_cast<unsigned char>(version.front())) != 0 && version.find('.') < 3;
    }

    Result<loadtest::LoadTestReport> readWith(bytes::ByteStream &stream, const ReadOptions &options,
                                              std::stop_token stop, Progress &progress) const override
    {
        progress.begin("reading", stream.fileBytes());
        GatlingBinaryInput in(stream);
        GatlingRecords records;
        loadtest::LoadTestReport report;
        RecordTaker taker(in, records, report);
        PartialReports partials(options);
        std::uint64_t begin = 0;
        for (std::uint64_t record = 1; !in.isAtEnd(); ++record) {
            if (record % kRecordsBetweenPolls == 1) {
                if (stop.stop_requested())
                    return fail(ErrorCode::Cancelled, "cancelled", stream.name());
                progress.done.store(stream.fileBytesRead(), std::memory_order_relaxed);
                if (partials.isDue())
                    partials.give(records.soFar());
            }
            begin = in.offset();
            if (!taker.take())
                break;
        }
        TS_CHECK(checkEnd(in, taker.isUnknownKind(), begin, stream.name(), report));
        std::move(records).finish(report);
        return report;
    }

private:
    /// What came before a place that makes no sense is shown.
    static Result<> checkEnd(const GatlingBinaryInput &in, bool isUnknownKind, std::uint64_t begin,
                             const std::string &name, loadtest::LoadTestReport &report)
    {
        using Problem = GatlingBinaryInput::Problem;
        const std::string where = "byte " + std::to_string(begin);
        if (in.problem() == Problem::Stream)
            return tl::unexpected<Error>(in.streamError());
        if (in.problem() == Problem::Limit)
            return fail(ErrorCode::LimitReached,
                        "names more than " + bytesText(GatlingBinaryInput::kMaxCacheBytes) + " of texts; no log does",
                        name + ", " + where);
        const bool isMalformed = isUnknownKind || in.problem() == Problem::Malformed;
        if (isMalformed && begin == 0)
            return fail(ErrorCode::Malformed, "is no log that Gatling 3.13 or a later version wrote", name);
        if (isMalformed)
            report.notes.push_back("The file stops being readable at " + where
                                   + ": a record of an unknown kind or with impossible lengths. What came before is "
                                     "shown.");
        if (isMalformed || in.problem() == Problem::End) {
            report.quality.add(isMalformed ? QualityIssue::MalformedRecord : QualityIssue::Truncated, 1, where);
            report.contents.isComplete = false;
        }
        return {};
    }
};

} // namespace

std::unique_ptr<const ReportReader> makeGatlingBinaryReader()
{
    return std::make_unique<GatlingBinaryReader>();
}

} // namespace tailspan::reports
