// SPDX-License-Identifier: GPL-3.0-or-later
// The service graph of a whole snapshot, its times included. The floor of the same run is one pass that counts calls by
// caller.
//
//   bench_service_graph [FILE] [--runs N]   without a file: 20,000 random traces of 50 spans
#include "models/graph/service_graph.h"
#include "app/tracefiles/open_trace_files.h"
#include "tests/support/spans_from_text.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

using namespace tailspan;

namespace {

constexpr double kLimitMs = 150;

double medianMs(int runs, const auto &work)
{
    std::vector<double> ms;
    for (int run = 0; run < runs; ++run) {
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
    int runs = 9;
    std::string file;
    for (int i = 1; i < argc; ++i) {
        if (std::string(argv[i]) == "--runs" && i + 1 < argc)
            runs = std::max(std::atoi(argv[++i]), 1);
        else
            file = argv[i];
    }
    Progress progress;
    const auto snapshot = file.empty() ? test::randomTraces(20'000, 50, 1)
                                       : tracefiles::openTraceFiles({file}, {}, progress).value();
    const auto all = trace::TraceSelection::allOf(*snapshot);
    const trace::SpanTable &spans = snapshot->spans();
    std::vector<std::uint64_t> calls(snapshot->serviceCount());
    const double floorMs = medianMs(runs, [&] {
        for (std::size_t row = 0; row < spans.size(); ++row) {
            const std::uint32_t parent = spans.parent[row];
            if (parent != SpanRow::kNone && spans.service[parent] != spans.service[row])
                ++calls[spans.service[parent]];
        }
    });
    trace::SpanTimes times;
    const double timesMs = medianMs(runs, [&] { times = spanTimesOf(*snapshot, all, {}).value(); });
    std::size_t edges = 0;
    const double graphMs =
        medianMs(runs, [&] { edges = graph::serviceGraphOf(*snapshot, all, times, {}).value().edges.size(); });
    const double wholeMs = timesMs + graphMs;
    std::printf("%zu spans, %zu services, %zu edges: %.1f ms with %.1f ms for the times (limit %.0f)%s, %.0fx the "
                "floor of %.1f ms\n",
                spans.size(), snapshot->serviceCount(), edges, wholeMs, timesMs, kLimitMs,
                wholeMs > kLimitMs ? " BROKEN" : "", wholeMs / floorMs, floorMs);
    return wholeMs > kLimitMs ? 1 : 0;
}
