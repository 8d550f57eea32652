// SPDX-License-Identifier: GPL-3.0-or-later
// Taurus, module final-stats with dump-csv.
#include "app/reports/json_outline.h"
#include "app/reports/report_reader.h"
#include "app/reports/report_text.h"
#include "app/reports/table_rows.h"
#include "app/reports/taurus_groups.h"
#include "models/base/utf8.h"

#include <algorithm>

namespace tailspan::reports {

namespace {

/// "rc_200" is the figure rc of 200, "perc_95.0" that of 95.0; "avg_rt" is one name.
std::pair<std::string_view, std::string_view> figureOf(std::string_view column)
{
    for (const std::string_view name : {"rc", "perc"}) {
        if (column.starts_with(name) && column.size() > name.size() && column[name.size()] == '_')
            return {name, column.substr(name.size() + 1)};
    }
    return {column, {}};
}

class TaurusCsvReader final : public ReportReader {
public:
    ReportFormatInfo info() const override { return {"taurus-csv", "Taurus final statistics (CSV)", "Taurus"}; }

    bool sniff(const bytes::Head &head) const override
    {
        std::string line(firstLine(withoutLeadingBlanks(head.bytes)));
        std::erase(line, '"');
        return line.starts_with("label,") && line.find(",avg_rt") != std::string::npos
            && line.find(",throughput") != std::string::npos;
    }

    Result<loadtest::LoadTestReport> read(bytes::ByteStream &stream, std::stop_token stop,
                                          Progress &progress) const override
    {
        progress.begin("reading", stream.fileBytes());
        bytes::CsvTable table(stream, ',');
        loadtest::LoadTestReport report;
        std::vector<std::string> columns;
        std::vector<TaurusGroup> groups;
        TS_CHECK(forEachRow(table, stream, stop, progress, [&](const bytes::CsvTable &row) {
            if (columns.empty())
                columns.assign(row.cells().begin(), row.cells().end());
            else if (groups.size() < kMaxGroups)
                take(row, columns, groups, report.quality);
            else
                report.quality.add(QualityIssue::DroppedByLimit, 1, "line " + std::to_string(row.line()));
            report.contents.isComplete = report.contents.isComplete && !row.isUnterminated();
        }));
        report.quality.merge(table.quality());
        if (std::find(columns.begin(), columns.end(), "label") == columns.end())
            return fail(ErrorCode::Malformed, "has no column \"label\"", stream.name());
        fillFromTaurus(groups, std::nullopt, report); // the duration is in the XML form only
        return report;
    }

private:
    static constexpr std::size_t kMaxGroups = 100'000;

    static void take(const bytes::CsvTable &table, const std::vector<std::string> &columns,
                     std::vector<TaurusGroup> &groups, DataQuality &quality)
    {
        const auto cells = table.cells();
        const std::string where = "line " + std::to_string(table.line());
        // Taurus ends every row; without the end the last count may be cut off in the middle of the number.
        if (cells.size() != columns.size() || table.isUnterminated()) {
            quality.add(table.isUnterminated() ? QualityIssue::Truncated : QualityIssue::WrongWidthRow, 1, where);
            return;
        }
        TaurusGroup group;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            if (columns[i] == "label") {
                if (!isValidUtf8(cells[i]))
                    quality.add(QualityIssue::InvalidUtf8, 1, where);
                group.label = plainName(cells[i]);
                continue;
            }
            const auto [name, parameter] = figureOf(columns[i]);
            if (!cells[i].empty() && !group.set(name, parameter, cells[i]))
                quality.add(QualityIssue::NotANumber, 1, where);
        }
        groups.push_back(std::move(group));
    }
};

} // namespace

std::unique_ptr<const ReportReader> makeTaurusCsvReader()
{
    return std::make_unique<TaurusCsvReader>();
}

} // namespace tailspan::reports
