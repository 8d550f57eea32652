// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/summary_text.h"

#include "app/reports/artillery_failures.h"
#include "app/reports/json_scan.h"
#include "app/reports/report_text.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace tailspan::reports {

using namespace loadtest;

namespace {

constexpr std::string_view kBlanks = " \t\r";

} // namespace

std::vector<std::string_view> linesOf(std::string_view text)
{
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t feed = text.find('\n');
        std::string_view line = text.substr(0, feed);
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        lines.push_back(line);
        text.remove_prefix(feed == std::string_view::npos ? text.size() : feed + 1);
    }
    return lines;
}

std::string_view trimmed(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(kBlanks) + 1 - first);
}

std::vector<std::string_view> wordsOf(std::string_view line)
{
    std::vector<std::string_view> words;
    for (std::size_t at = line.find_first_not_of(kBlanks); at != std::string_view::npos;) {
        const std::size_t end = std::min(line.find_first_of(kBlanks, at), line.size());
        words.push_back(line.substr(at, end - at));
        at = line.find_first_not_of(kBlanks, end);
    }
    return words;
}

std::optional<std::string_view> behind(std::string_view line, std::string_view label)
{
    line = trimmed(line);
    if (!line.starts_with(label))
        return std::nullopt;
    return trimmed(line.substr(label.size()));
}

std::optional<double> leadingNumber(std::string_view text)
{
    const NumberScan number = scanNumber(text);
    return number.state == NumberScan::State::Fine ? std::optional(number.value) : std::nullopt;
}

std::optional<std::uint64_t> leadingCount(std::string_view text)
{
    const auto number = leadingNumber(text);
    if (!number || *number < 0 || *number > 1e18)
        return std::nullopt;
    return static_cast<std::uint64_t>(*number);
}

std::optional<std::int64_t> nsWithUnit(std::string_view text)
{
    constexpr std::array<std::pair<std::string_view, double>, 8> kUnits{{{"ns", 1e-6},
                                                                         {"us", 1e-3},
                                                                         {"\xC2\xB5s", 1e-3},
                                                                         {"\xCE\xBCs", 1e-3},
                                                                         {"ms", 1},
                                                                         {"s", 1e3},
                                                                         {"m", 6e4},
                                                                         {"h", 3.6e6}}};
    const NumberScan number = scanNumber(text);
    if (number.state != NumberScan::State::Fine)
        return std::nullopt;
    const std::string_view unit = text.substr(number.length);
    const auto *at = std::find_if(kUnits.begin(), kUnits.end(), [&](const auto &u) { return u.first == unit; });
    return at == kUnits.end() ? std::nullopt : std::optional(nsFromMs(number.value * at->second));
}

std::optional<std::int64_t> nsFromSecondsText(std::string_view text)
{
    const auto seconds = leadingNumber(text);
    return seconds && *seconds >= 0 ? std::optional(nsFromMs(*seconds * 1000)) : std::nullopt;
}

std::optional<std::int64_t> nsFromMsText(std::string_view text)
{
    const auto ms = leadingNumber(text);
    return ms && *ms >= 0 ? std::optional(nsFromMs(*ms)) : std::nullopt;
}

std::optional<std::int64_t> *fieldOf(LatencyStats &stats, double percent)
{
    const auto is = [percent](double wanted) { return std::abs(percent - wanted) < 1e-9; };
    if (is(50))
        return &stats.p50Ns;
    if (is(90))
        return &stats.p90Ns;
    if (is(95))
        return &stats.p95Ns;
    if (is(99))
        return &stats.p99Ns;
    return is(100) ? &stats.maxNs : nullptr;
}

void setRunCounts(LoadTestReport &report, std::uint64_t requests, std::optional<std::uint64_t> failures)
{
    report.contents.hasRequests = true;
    report.contents.hasFailures = failures.has_value();
    const std::uint64_t failed = std::min(failures.value_or(0), requests);
    report.requests.of(RequestClass::Ok).count = requests - failed;
    report.requests.of(RequestClass::Failed).count = failed;
}

void addRunFailure(LoadTestReport &report, std::string kind, std::uint64_t count)
{
    if (count == 0)
        return;
    report.failures.push_back({static_cast<std::uint32_t>(report.failureKinds.size()), count});
    report.failureKinds.push_back(std::move(kind));
    sortFailures(report.failures);
}

void setRunLatency(LoadTestReport &report, const LatencyStats &stats)
{
    if (stats == LatencyStats{})
        return;
    report.reportedLatency = stats;
    report.contents.latencyDetail = std::max(report.contents.latencyDetail, LatencyDetail::Totals);
}

} // namespace tailspan::reports
