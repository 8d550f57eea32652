// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/data_quality.h"

#include "models/base/number_text.h"

#include <algorithm>

namespace tailspan {

namespace {

struct Wording {
    const char *one;
    const char *many;
};

// In the order of QualityIssue.
constexpr std::array<Wording, kQualityIssueCount> kWordings{{
    {"incomplete: the input ends in the middle of a record; what was whole is kept",
     "incomplete: inputs end in the middle of a record; what was whole is kept"},
    {"record could not be read and was skipped", "records could not be read and were skipped"},
    {"row of the wrong width was skipped", "rows of the wrong width were skipped"},
    {"record without a required field", "records without a required field"},
    {"number out of range, taken as the nearest possible value",
     "numbers out of range, taken as the nearest possible value"},
    {"value that is not a number, treated as absent", "values that are not numbers, treated as absent"},
    {"byte sequence that is not UTF-8, shown as U+FFFD", "byte sequences that are not UTF-8, shown as U+FFFD"},
    {"raw control character inside a string, shown as a space",
     "raw control characters inside strings, shown as spaces"},
    {"record left out by a limit", "records left out by a limit"},
    {"step back of the clock, its records stand where their stamps say",
     "steps back of the clock, their records stand where their stamps say"},
}};

} // namespace

void DataQuality::add(QualityIssue issue, std::uint64_t count, std::string_view where)
{
    if (count == 0)
        return;
    Entry &target = m_entries[static_cast<std::size_t>(issue)];
    target.count += count;
    if (target.firstWhere.empty())
        target.firstWhere = where;
}

void DataQuality::merge(const DataQuality &other)
{
    for (std::size_t i = 0; i < kQualityIssueCount; ++i)
        add(static_cast<QualityIssue>(i), other.m_entries[i].count, other.m_entries[i].firstWhere);
}

bool DataQuality::isClean() const
{
    return std::all_of(m_entries.begin(), m_entries.end(), [](const Entry &e) { return e.count == 0; });
}

std::vector<std::string> DataQuality::lines() const
{
    std::vector<std::string> result;
    for (std::size_t i = 0; i < kQualityIssueCount; ++i) {
        const Entry &e = m_entries[i];
        if (e.count == 0)
            continue;
        const bool isTruncation = static_cast<QualityIssue>(i) == QualityIssue::Truncated;
        std::string line = isTruncation && e.count == 1 ? kWordings[i].one
                                                        : pluralText(e.count, kWordings[i].one, kWordings[i].many);
        if (!e.firstWhere.empty())
            line += (e.count == 1 ? ", at " : ", first at ") + e.firstWhere;
        result.push_back(std::move(line));
    }
    return result;
}

} // namespace tailspan
