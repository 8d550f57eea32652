// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/joined_endpoints.h"

#include "models/loadtest/endpoint_log.h"

#include <algorithm>
#include <unordered_map>

namespace tailspan::loadtest {

namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;

/// Seconds since the epoch by the number that EndpointLog knows them by.
class Seconds {
public:
    [[nodiscard]] std::size_t numberOf(std::int64_t second)
    {
        const auto [at, isNew] = m_numbers.try_emplace(second, m_seconds.size());
        if (isNew)
            m_seconds.push_back(second);
        return at->second;
    }
    [[nodiscard]] const std::vector<std::int64_t> &all() const { return m_seconds; }

private:
    std::unordered_map<std::int64_t, std::size_t> m_numbers;
    std::vector<std::int64_t> m_seconds;
};

void takePart(const LoadTestReport &part, const std::vector<std::uint32_t> &rowIn, Seconds &seconds, EndpointLog &log)
{
    const EndpointTimeline &timeline = part.endpointTimeline;
    for (const EndpointTimeline::Cell &cell : timeline.cells) {
        if (cell.endpoint >= rowIn.size())
            continue;
        const std::int64_t ns = beginOf(cell, timeline).ns();
        const std::int64_t inSecond = (ns % kSecondNs + kSecondNs) % kSecondNs;
        const std::size_t second = seconds.numberOf(saturatingSubtract(ns, inSecond) / kSecondNs);
        const auto tick = static_cast<std::uint32_t>(inSecond / (kSecondNs / EndpointLog::kTicks));
        const StringId endpoint(rowIn[cell.endpoint]);
        log.add(second, tick, endpoint, cell.requestClass, EndpointLog::kRequestBin, cell.requests);
        for (std::uint32_t i = 0; i < cell.binCount; ++i) {
            const EndpointTimeline::BinCount &count = timeline.bins[cell.firstBin + i];
            log.add(second, tick, endpoint, cell.requestClass, count.bin, count.count);
        }
    }
}

} // namespace

EndpointTimeline joinedEndpoints(std::span<const LoadTestReportPtr> parts, const std::vector<Endpoint> &endpoints)
{
    std::unordered_map<std::string_view, std::uint32_t> rows;
    std::vector<std::uint32_t> itself;
    for (const Endpoint &endpoint : endpoints) {
        itself.push_back(static_cast<std::uint32_t>(rows.size()));
        rows.try_emplace(endpoint.name, itself.back());
    }
    EndpointLog log;
    Seconds seconds;
    for (const LoadTestReportPtr &part : parts) {
        if (part->endpointTimeline.isEmpty() && !part->endpoints.empty())
            return {};
        if (part->endpointTimeline.width >= Duration::seconds(1))
            log.keepSecondsOnly();
        std::vector<std::uint32_t> rowIn;
        for (const Endpoint &endpoint : part->endpoints) {
            const auto at = rows.find(endpoint.name);
            rowIn.push_back(at == rows.end() ? static_cast<std::uint32_t>(itself.size()) : at->second);
        }
        takePart(*part, rowIn, seconds, log);
    }
    itself.push_back(EndpointLog::kNoRow); // endpoints that are not asked for
    return std::move(log).finish(seconds.all(), itself);
}

} // namespace tailspan::loadtest
