// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/percentile_table.h"

#include "app/reports/report_text.h"
#include "app/reports/summary_text.h"

#include <algorithm>

namespace tailspan::reports {

namespace {

/// The number behind "NAME", blanks and "=".
std::optional<double> figure(std::string_view line, std::string_view name)
{
    const auto rest = behind(line, name);
    if (!rest || !rest->starts_with('='))
        return std::nullopt;
    return leadingNumber(trimmed(rest->substr(1)));
}

} // namespace

bool PercentileTable::take(std::string_view line, double unitNs)
{
    if (const auto found = figure(line, "#[Mean")) {
        mean = found;
        return true;
    }
    if (const auto found = figure(line, "#[Max")) {
        max = found;
        return true;
    }
    const auto words = wordsOf(line);
    if (words.size() < 3 || words.size() > 4)
        return false;
    const auto value = leadingNumber(words[0]);
    const auto percentile = leadingNumber(words[1]);
    const auto total = leadingCount(words[2]);
    if (!value || *value < 0 || !percentile || *percentile < 0 || *percentile > 1 || !total)
        return false;
    ++rows;
    lastPercentile = percentile;
    const std::int64_t ns = nsFromMs(*value * unitNs / 1e6);
    if (auto *field = fieldOf(printed, *percentile * 100))
        *field = ns;
    if (*total > m_counted) {
        values.record(ns, *total - m_counted);
        m_counted = *total;
    }
    return true;
}

} // namespace tailspan::reports
