// SPDX-License-Identifier: GPL-3.0-or-later
// What the analyses of a whole snapshot take: critical path and self time, call tree, statistics, duration ranks,
// comparison. The floor of the same run is one pass that adds up durations by parent.
//
//   bench_trace_analysis [FILE] [--runs N]   without a file: one random trace of 1,000,000 spans, then 20,000 of 50
#include "app/tracefiles/open_trace_files.h"
#include "models/trace/duration_ranks.h"
#include "models/trace/span_statistics.h"
#include "models/trace/trace_comparison.h"
#include "tests/support/spans_from_text.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

using namespace tailspan;
using namespace tailspan::trace;

namespace {

using Clock = std::chrono::steady_clock;

constexpr double kLimitMs = 500;

double msSince(Clock::time_point begin)
{
    return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

/// What all threads have computed: on a loaded machine the wall clock also counts the others.
double cpuMs()
{
    return static_cast<double>(std::clock()) * 1e3 / CLOCKS_PER_SEC;
}

class Bench {
public:
    Bench(TraceSnapshotPtr snapshot, int runs) : m_snapshot(std::move(snapshot)), m_runs(runs)
    {
        std::printf("%zu spans in %zu traces, snapshot %.0f bytes a span\n", m_snapshot->spans().size(),
                    m_snapshot->traces().size(), perSpan(m_snapshot->memoryBytes()));
    }

    void run()
    {
        const TraceSnapshot &s = *m_snapshot;
        const TraceSelection all = TraceSelection::allOf(s);
        measureFloor();
        SpanTimes times;
        CallTree tree{all, {}, {}, {}};
        SpanStatistics statistics;
        DurationRanks ranks;
        measure(
            "critical path and self time", [&] { times = *spanTimesOf(s, all, {}); },
            [&] { return (times.selfNs.capacity() + times.criticalNs.capacity()) * sizeof(std::int64_t); });
        measure(
            "call tree", [&] { tree = *callTreeOf(s, all, times, {}); }, [&] { return tree.memoryBytes(); });
        std::printf("  %zu nodes\n", tree.nodes.size());
        measure(
            "statistics by service", [&] { statistics = *statisticsOf(s, all, times, groupedByService(s, all), {}); },
            [&] { return statistics.memoryBytes(); });
        measure(
            "statistics by operation",
            [&] { statistics = *statisticsOf(s, all, times, groupedByOperation(s, all), {}); },
            [&] { return statistics.memoryBytes(); });
        measure(
            "duration ranks", [&] { ranks = *durationRanksOf(s, {}); }, [&] { return ranks.ofRow.capacity(); });
        if (s.traces().size() > 1)
            measureComparison();
    }

private:
    double perSpan(std::size_t bytes) const
    {
        return static_cast<double>(bytes) / static_cast<double>(m_snapshot->spans().size());
    }

    void measureFloor()
    {
        std::vector<std::int64_t> sums(m_snapshot->spans().size());
        const auto begin = Clock::now();
        for (std::size_t row = 0; row < sums.size(); ++row) {
            const std::uint32_t parent = m_snapshot->spans().parent[row];
            sums[parent == SpanRow::kNone ? row : parent] += m_snapshot->spans().durationNs[row];
        }
        m_floorMs = std::max(msSince(begin), 1e-3);
        std::printf("  %-28s %8.1f ms\n", "floor: sums to parents", m_floorMs);
    }

    /// The halves of the snapshot, even traces against odd ones: all paths are tested.
    void measureComparison()
    {
        std::vector<TraceRow> even, odd;
        for (std::uint32_t trace = 0; trace < m_snapshot->traces().size(); ++trace)
            (trace % 2 == 0 ? even : odd).emplace_back(trace);
        const TraceSelection a(*m_snapshot, even), b(*m_snapshot, odd);
        std::size_t bytes = 0, paths = 0, significant = 0;
        const auto compare = [&] {
            const TraceComparison comparison = *compareTraces({*m_snapshot, a}, {*m_snapshot, b}, {});
            bytes = comparison.memoryBytes();
            paths = comparison.paths.size();
            significant = static_cast<std::size_t>(
                std::count_if(comparison.paths.begin(), comparison.paths.end(),
                              [](const TraceComparison::Path &path) { return path.isSignificant(); }));
        };
        measure("comparison, times and trees", compare, [&] { return bytes; });
        std::printf("  %zu paths, %zu significant\n", paths, significant);
    }

    template <class Work, class Bytes>
    void measure(const char *what, Work work, Bytes bytes)
    {
        std::vector<double> ms, cpu;
        for (int run = 0; run < m_runs; ++run) {
            const auto begin = Clock::now();
            const double cpuBefore = cpuMs();
            work();
            ms.push_back(msSince(begin));
            cpu.push_back(cpuMs() - cpuBefore);
        }
        std::sort(ms.begin(), ms.end());
        std::sort(cpu.begin(), cpu.end());
        const double median = ms[ms.size() / 2];
        std::printf("  %-30s min %7.1f ms   median %7.1f ms   max %7.1f ms (limit %.0f)   CPU %7.1f ms   %6.1fx the "
                    "floor   %6.2f bytes a span\n",
                    what, ms.front(), median, ms.back(), kLimitMs, cpu[cpu.size() / 2], median / m_floorMs,
                    perSpan(bytes()));
    }

    TraceSnapshotPtr m_snapshot;
    int m_runs;
    double m_floorMs = 1;
};

} // namespace

int main(int argc, char **argv)
{
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    int runs = 5;
    std::string file;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (arguments[i] == "--runs" && i + 1 < arguments.size())
            runs = std::max(1, std::atoi(arguments[++i].c_str()));
        else
            file = arguments[i];
    }
    if (file.empty()) {
        Bench(test::randomTrace(1'000'000, 42), runs).run();
        Bench(test::randomTraces(20'000, 50, 42), runs).run();
        return 0;
    }
    Progress progress;
    const auto snapshot = tracefiles::openTraceFiles({file}, {}, progress);
    if (!snapshot.has_value()) {
        std::fprintf(stderr, "%s\n", snapshot.error().text().c_str());
        return 1;
    }
    Bench(*snapshot, runs).run();
    return 0;
}
