// SPDX-License-Identifier: GPL-3.0-or-later
// A step of the what-if slider over 10,000 traces of 50 spans: retiming all, percentiles, bootstrap. Fails above its
// limit. The floor of the same run adds up the durations of the same spans.
//
//   bench_what_if [TRACES] [SPANS_EACH] [--runs N]
#include "models/advisor/what_if.h"
#include "tests/support/planted_traces.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

using namespace tailspan;
using namespace tailspan::advisor;

namespace {

using Clock = std::chrono::steady_clock;
constexpr double kLimitMs = 50;

double msSince(Clock::time_point begin)
{
    return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

/// Requests with loops of queries, some of them answered by another service that asks a database.
trace::TraceSnapshotPtr snapshotOf(std::size_t count, std::size_t spansEach)
{
    using trace::SpanKind;
    test::PlantedTraces traces;
    for (std::size_t i = 0; i < count; ++i) {
        traces.beginTrace();
        double now = static_cast<double>(i) * 20;
        const std::size_t root =
            traces.add(test::PlantedTraces::kRoot, {"shop", "GET /cart", SpanKind::Server, now, 0, false, {}, 0});
        for (std::size_t span = 1; span + 3 <= spansEach; span += 3) {
            const double ms = traces.around(2);
            const std::size_t call =
                traces.add(root, {"shop", "GET /price", SpanKind::Client, now, ms + 1, false, {}, 0});
            const std::size_t server =
                traces.add(call, {"price", "GET /price", SpanKind::Server, now + 0.5, ms, false, {}, 0});
            traces.add(server, {"price", "SELECT prices", SpanKind::Client, now + 0.7, ms - 0.4, false, {}, 0});
            now += traces.chance(0.3) ? 0.2 : ms + 1.1; // some run beside each other
        }
        traces.endAt(root, now + 6);
    }
    return traces.build(false);
}

EndpointKey keyOf(const trace::TraceSnapshot &snapshot, std::string_view operation)
{
    for (std::uint32_t row = 0; row < snapshot.spans().size(); ++row)
        if (snapshot.operationOf(SpanRow(row)) == operation)
            return EndpointKey::of(snapshot.spans(), row);
    return {};
}

double floorMs(const trace::TraceSnapshot &snapshot)
{
    const auto begin = Clock::now();
    std::int64_t sum = 0;
    for (const std::int64_t ns : snapshot.spans().durationNs)
        sum += ns;
    const double ms = msSince(begin);
    std::printf("  floor: one pass over the durations  %7.2f ms (%lld)\n", ms, static_cast<long long>(sum));
    return std::max(ms, 1e-3);
}

} // namespace

int main(int argc, char **argv)
{
    std::vector<std::size_t> sizes{10'000, 50};
    int runs = 20;
    std::size_t given = 0;
    for (int i = 1; i < argc; ++i) {
        if (std::string(argv[i]) == "--runs" && i + 1 < argc)
            runs = std::max(1, std::atoi(argv[++i]));
        else if (given < sizes.size())
            sizes[given++] = static_cast<std::size_t>(std::max(1, std::atoi(argv[i])));
    }
    const trace::TraceSnapshotPtr snapshot = snapshotOf(sizes[0], sizes[1]);
    std::printf("%zu spans in %zu traces\n", snapshot->spans().size(), snapshot->traces().size());
    const double floor = floorMs(*snapshot);
    const WhatIfTarget target{keyOf(*snapshot, "GET /cart"), keyOf(*snapshot, "SELECT prices")};
    bool isSlow = false;
    for (const auto kind :
         {WhatIfKind::Faster, WhatIfKind::Remove, WhatIfKind::Cache, WhatIfKind::Batch, WhatIfKind::Parallel}) {
        const auto prepared = Clock::now();
        WhatIf question(*snapshot, target, kind);
        const double prepareMs = msSince(prepared);
        (void)question.at(0.1);
        std::vector<double> ms;
        EndpointEffect effect;
        for (int run = 0; run < runs; ++run) {
            const auto begin = Clock::now();
            effect = question.at(static_cast<double>(run + 1) / runs);
            ms.push_back(msSince(begin));
        }
        std::ranges::sort(ms);
        const double median = ms[ms.size() / 2];
        isSlow |= median > kLimitMs;
        std::printf("  %-26s a step: min %6.1f  median %6.1f  max %6.1f ms (limit %.0f)  %6.1fx the floor   prepared "
                    "in %.0f ms;"
                    " p95 %.2f -> %.2f ms\n",
                    std::string(whatIfText(kind)).c_str(), ms.front(), median, ms.back(), kLimitMs, median / floor,
                    prepareMs, effect.p95().now, effect.p95().expected);
    }
    return isSlow ? 1 : 0;
}
