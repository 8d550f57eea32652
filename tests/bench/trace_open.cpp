// SPDX-License-Identifier: GPL-3.0-or-later
// How long a trace file takes from bytes to a finished snapshot, against a floor measured in the same run: a one-core
// walk with simdjson's on-demand interface that touches every field of every span of the same bytes.
//
//   bench_trace_open FILE... [--runs N]      files come from tests/support/gen_trace.py
//   bench_trace_open --memory FILE           opens once and prints the peak resident memory against the file's size
#include "app/tracefiles/open_trace_files.h"
#include "models/base/number_text.h"
#include "tests/bench/simdjson_floor.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

double msSince(Clock::time_point begin)
{
    return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

struct Opened {
    double ms = 0;
    std::size_t spans = 0;
    std::size_t bytes = 0;
};

Opened openOnce(const std::string &path)
{
    tailspan::Progress progress;
    const auto begin = Clock::now();
    const auto snapshot = tailspan::tracefiles::openTraceFiles({path}, {}, progress);
    const double ms = msSince(begin);
    if (!snapshot.has_value()) {
        std::fprintf(stderr, "%s\n", snapshot.error().text().c_str());
        return {};
    }
    return {ms, (*snapshot)->spans().size(), (*snapshot)->memoryBytes()};
}

std::uint64_t sizeOf(const std::string &path)
{
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    return static_cast<std::uint64_t>(file.tellg());
}

/// A line of /proc/self/status in bytes, such as "VmHWM".
std::uint64_t statusBytes(const std::string &key)
{
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with(key + ":"))
            return std::stoull(line.substr(key.size() + 1)) * 1024;
    }
    return 0;
}

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

void printMemory(const std::string &path)
{
    const Opened opened = openOnce(path);
    const double ratio = static_cast<double>(statusBytes("VmHWM")) / static_cast<double>(sizeOf(path));
    std::printf(
        "%s: %zu spans, file %s, peak resident %s = %.2fx the file (limit 1.5x), snapshot %s (%.0f bytes a span)\n",
        path.c_str(), opened.spans, tailspan::bytesText(sizeOf(path)).c_str(),
        tailspan::bytesText(statusBytes("VmHWM")).c_str(), ratio, tailspan::bytesText(opened.bytes).c_str(),
        static_cast<double>(opened.bytes) / static_cast<double>(std::max<std::size_t>(opened.spans, 1)));
}

void printRatio(const std::string &path, int runs)
{
    std::vector<double> floors;
    std::vector<double> opens;
    std::vector<double> ratios;
    Opened last;
    for (int run = 0; run < runs; ++run) {
        floors.push_back(tailspan::bench::simdjsonWalkMs(path));
        last = openOnce(path);
        opens.push_back(last.ms);
        ratios.push_back(last.ms / floors.back());
    }
    const double seconds = median(opens) / 1000;
    std::printf("%s: %zu spans, %s; walk %.0f ms, open %.0f ms, %.2f M spans/s, %.0f MB/s; ratio min %.2f median %.2f "
                "max %.2f (limit 1.5)\n",
                path.c_str(), last.spans, tailspan::bytesText(sizeOf(path)).c_str(), median(floors), median(opens),
                static_cast<double>(last.spans) / 1e6 / seconds, static_cast<double>(sizeOf(path)) / 1e6 / seconds,
                *std::min_element(ratios.begin(), ratios.end()), median(ratios),
                *std::max_element(ratios.begin(), ratios.end()));
}

} // namespace

int main(int argc, char **argv)
{
    std::vector<std::string> arguments(argv + 1, argv + argc);
    int runs = 5;
    bool memoryOnly = false;
    std::vector<std::string> files;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (arguments[i] == "--runs" && i + 1 < arguments.size())
            runs = std::max(1, std::stoi(arguments[++i]));
        else if (arguments[i] == "--memory")
            memoryOnly = true;
        else
            files.push_back(arguments[i]);
    }
    if (files.empty()) {
        std::fputs("usage: bench_trace_open FILE... [--runs N] | --memory FILE\n", stderr);
        return 2;
    }
    for (const std::string &file : files)
        memoryOnly ? printMemory(file) : printRatio(file, runs);
    return 0;
}
