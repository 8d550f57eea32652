// SPDX-License-Identifier: GPL-3.0-or-later
// All detectors that need nothing but traces, over a million spans; before, what they look at is made: SpanCalls and
// KeyedRequests, which read attributes from the file. Fails when the detectors together with SpanCalls take more than
// 1.5 s. The floor of the same run is one pass that adds up durations by parent.
//
//   bench_trace_detectors FILE... [--runs N]
#include "app/advice/rules_file.h"
#include "app/tracefiles/open_trace_files.h"
#include "models/advisor/keyed_requests.h"
#include "models/advisor/runner.h"
#include "models/advisor/span_calls.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

using namespace tailspan;
using namespace tailspan::advisor;

namespace {

using Clock = std::chrono::steady_clock;
constexpr double kLimitMs = 1'500;

double msSince(Clock::time_point begin)
{
    return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

double medianMs(const char *what, int runs, double floorMs, const std::function<void()> &work)
{
    std::vector<double> ms, cpu;
    for (int run = 0; run < runs; ++run) {
        const auto begin = Clock::now();
        const std::clock_t before = std::clock();
        work();
        ms.push_back(msSince(begin));
        cpu.push_back(static_cast<double>(std::clock() - before) * 1e3 / CLOCKS_PER_SEC);
    }
    std::ranges::sort(ms);
    std::ranges::sort(cpu);
    const double median = ms[ms.size() / 2];
    std::printf("  %-34s min %7.1f  median %7.1f  max %7.1f ms   CPU %7.1f ms   %6.1fx the floor\n", what, ms.front(),
                median, ms.back(), cpu[cpu.size() / 2], median / floorMs);
    return median;
}

double floorOf(const trace::SpanTable &spans)
{
    std::vector<std::int64_t> sums(spans.size());
    const auto begin = Clock::now();
    for (std::size_t row = 0; row < sums.size(); ++row) {
        const std::uint32_t parent = spans.parent[row];
        sums[parent == SpanRow::kNone ? row : parent] += spans.durationNs[row];
    }
    return std::max(msSince(begin), 1e-3);
}

void list(const Finding &finding)
{
    std::printf("      %-9s %.2f  %s [%s]", std::string(severityId(finding.severity)).c_str(), finding.confidence,
                finding.title.c_str(), finding.subject.text().c_str());
    if (finding.estimate)
        std::printf("  %s: %.1f -> %.1f (%.1f to %.1f) %s", finding.estimate->metric.c_str(),
                    finding.estimate->now.value_or(0), finding.estimate->expected, finding.estimate->low,
                    finding.estimate->high, finding.estimate->unit.c_str());
    std::printf("\n");
}

int measure(const trace::TraceSnapshot &snapshot, int runs)
{
    const double floorMs = floorOf(snapshot.spans());
    std::printf("%zu spans in %zu traces; floor %.1f ms\n", snapshot.spans().size(), snapshot.traces().size(), floorMs);
    SpanCalls calls;
    Progress progress;
    double totalMs = medianMs("what spans call", runs, floorMs, [&] { calls = *spanCallsOf(snapshot, {}, progress); });
    std::printf("    %llu calls of %zu signatures, attributes of %llu read\n",
                static_cast<unsigned long long>(calls.callCount), calls.signatures.size(),
                static_cast<unsigned long long>(calls.readCount));
    Inputs inputs;
    inputs.traces = &snapshot;
    inputs.calls = &calls;
    KeyedRequests keyed;
    medianMs("who asked for what", runs, floorMs,
             [&] { keyed = *keyedRequestsOf(snapshot, calls, KeyedRequests::Limits(), {}, progress); });
    std::printf("    %zu requests of %zu operations\n", keyed.requests.size(), keyed.operations.size());
    inputs.keyedRequests = &keyed;
    const std::vector<DetectorPtr> all = makeDetectors();
    for (const DetectorPtr &detector : all) {
        if (!InputSet(Input::Traces).containsAll(detector->info().needs))
            continue;
        Output output;
        medianMs(std::string(detector->info().id).c_str(), runs, floorMs, [&] {
            output = {};
            detector->detect(inputs, advice::builtInRules(), {}, output);
        });
        std::printf("    %zu findings\n", output.findings.size());
        for (const Finding &finding : output.findings)
            list(finding);
    }
    totalMs += medianMs("all detectors together", runs, floorMs,
                        [&] { (void)runDetectors(all, inputs, advice::builtInRules(), {}, progress); });
    std::printf("  altogether %.0f ms (limit %.0f)\n", totalMs, kLimitMs);
    return totalMs > kLimitMs ? 1 : 0;
}

} // namespace

int main(int argc, char **argv)
{
    std::vector<std::string> files;
    int runs = 5;
    for (int i = 1; i < argc; ++i) {
        if (std::string(argv[i]) == "--runs" && i + 1 < argc)
            runs = std::max(1, std::atoi(argv[++i]));
        else
            files.emplace_back(argv[i]);
    }
    Progress progress;
    const auto snapshot = tracefiles::openTraceFiles(files, {}, progress);
    if (!snapshot.has_value()) {
        std::fprintf(stderr, "%s\n", snapshot.error().text().c_str());
        return 1;
    }
    return measure(**snapshot, runs);
}
