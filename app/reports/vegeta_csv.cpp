// SPDX-License-Identifier: GPL-3.0-or-later
// vegeta encode --to csv: no header; time in ns, status, latency in ns, bytes out and in, error, body, attack and, in
// newer files, number, method, URL, headers. Old files end behind the error, the body or the attack.
#include "app/reports/json_outline.h"
#include "app/reports/report_reader.h"
#include "app/reports/report_text.h"
#include "app/reports/table_rows.h"
#include "app/reports/vegeta_hits.h"
#include "models/base/utf8.h"

#include <algorithm>

namespace tailspan::reports {

namespace {

constexpr std::size_t kMinCells = 5;

bool areDigits(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view cellOf(std::string_view line, std::size_t number)
{
    for (; number > 0; --number) {
        const std::size_t at = line.find(',');
        if (at == std::string_view::npos)
            return {};
        line.remove_prefix(at + 1);
    }
    return line.substr(0, line.find(','));
}

class Rows {
public:
    void take(const bytes::CsvTable &table)
    {
        const auto cells = table.cells();
        const std::string where = "line " + std::to_string(table.line());
        m_isCut = m_isCut || table.isUnterminated();
        const bool isCut = table.isUnterminated() && (m_width == 0 || cells.size() < m_width);
        if (isCut || cells.size() < kMinCells || (m_width != 0 && cells.size() != m_width)) {
            m_quality.add(isCut ? QualityIssue::Truncated : QualityIssue::WrongWidthRow, 1, where);
            return;
        }
        const auto start = integerIn(cells[0]);
        const auto code = integerIn(cells[1]);
        const auto latency = integerIn(cells[2]);
        if (!start || !code || !latency) {
            m_quality.add(QualityIssue::MalformedRecord, 1, where);
            return;
        }
        m_width = cells.size();
        if (*latency < 0)
            m_quality.add(QualityIssue::NumberOutOfRange, 1, where);
        const auto cell = [&](std::size_t i) { return i < cells.size() ? cells[i] : std::string_view(); };
        if (!isValidUtf8(cell(5)) || !isValidUtf8(cell(10)))
            m_quality.add(QualityIssue::InvalidUtf8, 1, where);
        m_hits.add({*start, *latency, countIn(cell(4)), countIn(cell(3)), *code, cell(5), cell(9), cell(10), cell(7)});
    }

    [[nodiscard]] loadtest::LoadTestReport soFar() const { return m_hits.soFar(); }

    void finish(const bytes::CsvTable &table, loadtest::LoadTestReport &report)
    {
        report.quality.merge(m_quality);
        report.quality.merge(table.quality());
        report.contents.isComplete = !m_isCut;
        std::move(m_hits).finish(report);
    }

private:
    static std::uint64_t countIn(std::string_view text)
    {
        const auto number = integerIn(text);
        return number && *number > 0 ? static_cast<std::uint64_t>(*number) : 0;
    }

    VegetaHits m_hits;
    DataQuality m_quality;
    std::size_t m_width = 0; // of the first row
    bool m_isCut = false;    // vegeta ends every row
};

class VegetaCsvReader final : public WatchedReportReader {
public:
    ReportFormatInfo info() const override { return {"vegeta-csv", "vegeta results (CSV)", "vegeta"}; }

    bool sniff(const bytes::Head &head) const override
    {
        const std::string_view line = firstLine(withoutLeadingBlanks(head.bytes));
        const std::string_view stamp = cellOf(line, 0);
        const std::string_view code = cellOf(line, 1);
        return stamp.size() == 19 && areDigits(stamp) && areDigits(code) && code.size() <= 3
            && areDigits(cellOf(line, 2)) && areDigits(cellOf(line, 3));
    }

    Result<loadtest::LoadTestReport> readWith(bytes::ByteStream &stream, const ReadOptions &options,
                                              std::stop_token stop, Progress &progress) const override
    {
        progress.begin("reading", stream.fileBytes());
        bytes::CsvTable table(stream, ',');
        Rows rows;
        TS_CHECK(forEachRow(
            table, stream, stop, progress, options, [&rows](const bytes::CsvTable &row) { rows.take(row); },
            [&rows] { return rows.soFar(); }));
        loadtest::LoadTestReport report;
        rows.finish(table, report);
        return report;
    }
};

} // namespace

std::unique_ptr<const ReportReader> makeVegetaCsvReader()
{
    return std::make_unique<VegetaCsvReader>();
}

} // namespace tailspan::reports
