// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/k6_dashboard_sample.h"

#include "app/reports/report_text.h"

#include <algorithm>
#include <cmath>

namespace tailspan::reports {

using namespace loadtest;

std::optional<std::int64_t> k6SampleTimeNs(const Json &sample)
{
    const auto ms = numberAt(child(sample, "time"), "value");
    if (!ms || *ms < 0)
        return std::nullopt;
    constexpr double kLatestMs = 9e12; // as far as 64 bits of nanoseconds reach
    return saturatingMultiply(std::llround(std::min(*ms, kLatestMs)), 1'000'000); // whole, a double is too coarse
}

std::optional<RequestTallies> k6SampleTallies(const Json &sample, const std::string &suffix)
{
    const auto count = countAt(child(sample, "http_reqs" + suffix), "count");
    if (!count)
        return std::nullopt;
    const double ratio = numberAt(child(sample, "http_req_failed" + suffix), "rate").value_or(0);
    // Ratios are cut to five digits, so the product lies a little below the count that it was.
    const double failed = std::clamp(ratio, 0.0, 1.0) * static_cast<double>(std::min(*count, std::uint64_t{1} << 53));
    RequestTallies tallies;
    tallies.of(RequestClass::Failed).count = std::min(static_cast<std::uint64_t>(std::llround(failed)), *count);
    tallies.of(RequestClass::Ok).count = *count - tallies.of(RequestClass::Failed).count;
    return tallies;
}

LatencyStats k6SampleLatency(const Json &sample, const std::string &suffix)
{
    const Json &trend = child(sample, "http_req_duration" + suffix);
    const auto ns = [&trend](const char *aggregate) {
        const auto ms = numberAt(trend, aggregate);
        return ms ? std::optional(nsFromMs(*ms)) : std::nullopt;
    };
    return {ns("avg"), ns("med"), ns("p(90)"), ns("p(95)"), ns("p(99)"), ns("max")};
}

bool k6SampleHasFailures(const Json &sample, const std::string &suffix)
{
    return numberAt(child(sample, "http_req_failed" + suffix), "rate").has_value();
}

} // namespace tailspan::reports
