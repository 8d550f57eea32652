// SPDX-License-Identifier: GPL-3.0-or-later
// A heatmap of 10 million loaded spans, filtered by a service. The floor of the same run is one pass, on one core, that
// counts the spans of the service.
//
//   bench_latency_grid [SPANS]
#include "models/metric/latency_grid.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>

using namespace tailspan;

namespace {

constexpr double kLimitMs = 60;
constexpr int kRuns = 15;

double medianMs(const auto &work)
{
    std::vector<double> ms;
    for (int run = 0; run < kRuns; ++run) {
        const auto begin = std::chrono::steady_clock::now();
        work();
        ms.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
    }
    std::ranges::sort(ms);
    return ms[ms.size() / 2];
}

} // namespace

int main(int argc, char **argv)
{
    const std::size_t spans = argc > 1 ? static_cast<std::size_t>(std::atoll(argv[1])) : 10'000'000;
    std::mt19937_64 random(1);
    std::vector<std::int64_t> startNs(spans), durationNs(spans);
    std::vector<std::uint32_t> service(spans), operation(spans);
    for (std::size_t i = 0; i < spans; ++i) {
        startNs[i] = static_cast<std::int64_t>(random() % 3'600'000'000'000);
        durationNs[i] = static_cast<std::int64_t>(1'000ULL << (random() % 22))
            + static_cast<std::int64_t>(random() % 999);
        service[i] = static_cast<std::uint32_t>(random() % 12);
    }
    const metric::SpanLatencies table{startNs, durationNs, service, operation, {}, {}};
    const metric::LatencyRows rows = metric::LatencyRows::between(1'000, 60'000'000'000);
    const TimeRange hour{TimePoint(0), TimePoint(3'600'000'000'000)};
    std::uint64_t floorCount = 0;
    const double floorMs = medianMs([&] { floorCount += static_cast<std::uint64_t>(std::ranges::count(service, 3U)); });
    const auto measure = [&](const char *what, const metric::LatencyFilter &filter, TimeRange range, double limitMs) {
        std::uint64_t total = 0;
        const double ms = medianMs([&] { total = latencyGridOf(table, filter, range, 350, rows, {}).value().total; });
        const bool isBroken = limitMs > 0 && ms > limitMs;
        std::printf("%-28s %9llu of %zu spans  %6.1f ms%s  %5.1fx the floor\n", what,
                    static_cast<unsigned long long>(total), spans, ms, isBroken ? " BROKEN" : "", ms / floorMs);
        return isBroken;
    };
    bool isBroken = measure("one service (limit 60 ms)", {3U, {}, false}, hour, kLimitMs);
    isBroken = measure("zoomed to a minute", {3U, {}, false}, {TimePoint(60'000'000'000), TimePoint(120'000'000'000)},
                       kLimitMs)
        || isBroken;
    measure("all services", {}, hour, 0);
    std::printf("floor: %.1f ms\n", floorMs);
    return isBroken || floorCount == 0 ? 1 : 0;
}
