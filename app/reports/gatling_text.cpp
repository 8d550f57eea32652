// SPDX-License-Identifier: GPL-3.0-or-later
// Gatling's simulation.log from 2.0 to 3.12: lines of columns. The version that a file names is often not the one whose
// layout it has, so layouts are told apart by where the columns are:
//   2.0       scenario user REQUEST group name start requestEnd responseStart end OK|KO message
//   2.2, 3.0  REQUEST [scenario] user group name start end OK|KO message
//   3.4       REQUEST group name start end OK|KO message
#include "app/json/block_reader.h"
#include "app/reports/gatling_records.h"
#include "app/reports/json_outline.h"
#include "app/reports/partial_reports.h"
#include "app/reports/report_reader.h"
#include "app/reports/report_text.h"
#include "models/base/utf8.h"

#include <algorithm>
#include <array>

namespace tailspan::reports {

namespace {

using Columns = std::vector<std::string_view>;

void split(std::string_view line, Columns &columns)
{
    constexpr std::size_t kMaxColumns = 64;
    columns.clear();
    while (columns.size() < kMaxColumns) {
        const std::size_t tab = line.find('\t');
        columns.push_back(line.substr(0, tab));
        if (tab == std::string_view::npos)
            return;
        line.remove_prefix(tab + 1);
    }
}

bool isStatus(std::string_view text)
{
    return text == "OK" || text == "KO";
}

class LineTaker {
public:
    explicit LineTaker(GatlingRecords &records) : m_records(records) {}

    /// False for a line that is none of Gatling's.
    bool take(std::string_view line)
    {
        split(line, m_columns);
        const std::string_view first = m_columns[0];
        const std::string_view third = m_columns.size() > 2 ? m_columns[2] : std::string_view();
        if (first == "REQUEST")
            return takeRequest(2);
        if (first == "USER")
            return takeUser(1);
        if (first == "RUN")
            return takeRun(m_columns[std::min<std::size_t>(1, m_columns.size() - 1)]);
        if (first == "GROUP" || third == "GROUP") {
            m_records.group();
            return true;
        }
        if (first == "ASSERTION") {
            m_records.assertion();
            return true;
        }
        if (first == "ERROR") {
            m_records.error(m_columns.size() > 1 ? m_columns[1] : std::string_view());
            return true;
        }
        if (third == "REQUEST")
            return takeRequest(4);
        if (third == "USER")
            return takeUser(3);
        return third == "RUN" && takeRun(first);
    }

private:
    bool takeRun(std::string_view simulation)
    {
        const std::size_t count = m_columns.size();
        m_records.run(simulation, count > 4 ? m_columns[count - 2] : std::string_view(),
                      count > 4 ? m_columns[count - 1] : std::string_view());
        return true;
    }

    /// `times`: how many columns of time stand ahead of the status.
    bool takeRequest(std::size_t times)
    {
        for (std::size_t at = times + 3; at < m_columns.size(); ++at) {
            if (!isStatus(m_columns[at]))
                continue;
            const auto start = integerIn(m_columns[at - times]);
            const auto end = integerIn(m_columns[at - 1]);
            if (!start || !end)
                continue;
            if (*end < -kUnmatched) // a response whose end Gatling never saw
                return false;
            m_records.request(m_columns[at - times - 2], m_columns[at - times - 1], *start, *end, m_columns[at] == "OK",
                              at + 1 < m_columns.size() ? m_columns[at + 1] : "");
            return true;
        }
        return false;
    }

    /// The event stands in a column of its own or, in some files, behind the name of the scenario; the time of a
    /// start is the first one behind it, that of an end the last.
    bool takeUser(std::size_t from)
    {
        for (std::size_t at = from; at + 1 < m_columns.size(); ++at) {
            const std::string_view text = m_columns[at];
            const bool isStart = text == "START" || text.ends_with(" START");
            if (!isStart && text != "END" && !text.ends_with(" END"))
                continue;
            const auto time = integerIn(isStart ? m_columns[at + 1] : m_columns.back());
            if (!time)
                continue;
            m_records.user(isStart, *time);
            return true;
        }
        return false;
    }

    static constexpr std::int64_t kUnmatched = 9'000'000'000'000'000'000;

    GatlingRecords &m_records;
    Columns m_columns;
};

class GatlingTextReader final : public WatchedReportReader {
public:
    ReportFormatInfo info() const override { return {"gatling-text", "Gatling log (2.0 to 3.12)", "Gatling"}; }

    bool sniff(const bytes::Head &head) const override
    {
        const std::string_view text = withoutLeadingBlanks(head.bytes);
        const std::string_view line = firstLine(text);
        Columns columns;
        split(line, columns);
        const bool isOld = columns.size() > 4 && columns[2] == "RUN";
        const bool isNew = (columns[0] == "RUN" && columns.size() > 4)
            || (columns[0] == "ASSERTION" && text.find("\nRUN\t") != std::string_view::npos);
        // Gatling 1 wrote RUN too, then ACTION lines.
        return (isOld || isNew) && text.find("\nACTION\t") == std::string_view::npos;
    }

    Result<loadtest::LoadTestReport> readWith(bytes::ByteStream &stream, const ReadOptions &options,
                                              std::stop_token stop, Progress &progress) const override
    {
        progress.begin("reading", stream.fileBytes());
        GatlingRecords records;
        loadtest::LoadTestReport report;
        PartialReports partials(options);
        json::BlockReader blocks(stream, json::CutRule::atLines());
        Lines lines{LineTaker(records), report, 0};
        TS_CHECK(
            json::forEachBlock(blocks, 1, std::move(stop), progress, [&](unsigned, json::Block &block) -> Result<> {
                lines.take(block.buffer.text());
                if (partials.isDue())
                    partials.give(records.soFar());
                return {};
            }));
        std::move(records).finish(report);
        return report;
    }

private:
    struct Lines {
        LineTaker taker;
        loadtest::LoadTestReport &report;
        std::uint64_t number;

        void take(std::string_view text)
        {
            while (!text.empty()) {
                const std::size_t feed = text.find('\n');
                std::string_view line = text.substr(0, feed);
                text.remove_prefix(std::min(line.size() + 1, text.size()));
                ++number;
                if (line.ends_with('\r'))
                    line.remove_suffix(1);
                if (!line.empty())
                    takeLine(line, feed != std::string_view::npos);
            }
        }

        void takeLine(std::string_view line, bool isTerminated)
        {
            const std::string where = "line " + std::to_string(number);
            if (!isValidUtf8(line))
                report.quality.add(QualityIssue::InvalidUtf8, 1, where);
            const bool isWhole = taker.take(line);
            if (isTerminated && isWhole)
                return;
            // Gatling ends every line; a run that was killed leaves the last one as far as it was written.
            report.quality.add(isTerminated ? QualityIssue::MalformedRecord : QualityIssue::Truncated, 1, where);
            report.contents.isComplete = report.contents.isComplete && isTerminated;
        }
    };
};

} // namespace

std::unique_ptr<const ReportReader> makeGatlingTextReader()
{
    return std::make_unique<GatlingTextReader>();
}

} // namespace tailspan::reports
