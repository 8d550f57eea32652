// SPDX-License-Identifier: GPL-3.0-or-later
// k6 JSON output to a finished report, against a floor measured in the same run: a walk with simdjson's on-demand
// parser on one core that touches every field of every line of the same file. Prints sizes, speeds and their ratio.
// With --memory: peak resident memory, and when what was read so far is first shown, of a file of that size.
// Usage: bench_k6_ndjson [SAMPLE.ndjson] [MEGABYTES]
//        bench_k6_ndjson --memory MEGABYTES
#include "app/reports/k6_ndjson.h"
#include "app/reports/report_reader.h"
#include "models/loadtest/timeline.h"

#include <simdjson.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

using namespace tailspan;

namespace {

constexpr int kRuns = 5;

double secondsSince(std::chrono::steady_clock::time_point begin)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// The points of a sample again and again, each round later by the length of the sample: the same bytes every time.
std::uint64_t writeRepeated(const std::string &sample, const std::string &path, std::uint64_t bytes)
{
    std::istringstream lines(sample);
    std::string declarations;
    std::string points;
    for (std::string line; std::getline(lines, line);)
        (line.starts_with("{\"type\":\"Metric\"") ? declarations : points) += line + "\n";
    std::ofstream out(path, std::ios::binary);
    out << declarations;
    std::uint64_t count = 0;
    std::uint64_t written = declarations.size();
    const auto perRound = static_cast<std::uint64_t>(std::count(points.begin(), points.end(), '\n'));
    for (int round = 0; written < bytes; ++round) {
        // The hour and the minute move; the day has enough of them for any size this bench makes sense with.
        char clock[16];
        std::snprintf(clock, sizeof clock, "T%02d:%02d:", (round / 60) % 24, round % 60);
        std::string shifted = points;
        for (std::size_t at = shifted.find("\"time\":\""); at != std::string::npos;
             at = shifted.find("\"time\":\"", at + 1))
            shifted.replace(at + 18, 7, clock);
        out << shifted;
        written += shifted.size();
        count += perRound;
    }
    return count;
}

/// Touches a value of any kind; the sum keeps the compiler from leaving it out.
void touch(simdjson::ondemand::value value, std::size_t &sum)
{
    switch (value.type().value()) {
    case simdjson::ondemand::json_type::object:
        for (auto field : value.get_object()) {
            sum += std::string_view(field.unescaped_key()).size();
            touch(field.value(), sum);
        }
        break;
    case simdjson::ondemand::json_type::array:
        for (auto element : value.get_array())
            touch(element.value(), sum);
        break;
    case simdjson::ondemand::json_type::string: sum += std::string_view(value.get_string()).size(); break;
    case simdjson::ondemand::json_type::number: sum += value.get_double() > 0 ? 1 : 0; break;
    default: sum += std::string_view(value.raw_json_token()).size();
    }
}

double floorSeconds(const std::string &path)
{
    const auto begin = std::chrono::steady_clock::now();
    auto text = simdjson::padded_string::load(path);
    simdjson::ondemand::parser parser;
    auto documents = parser.iterate_many(text.value(), 1 << 20);
    std::size_t sum = 0;
    for (auto document : documents.value()) {
        for (auto field : document.get_object()) {
            sum += std::string_view(field.unescaped_key()).size();
            touch(field.value(), sum);
        }
    }
    const double seconds = secondsSince(begin);
    std::printf("(checksum of the walk: %zu)\n", sum);
    return seconds;
}

double readSeconds(const std::string &path, unsigned workers, std::uint64_t &requests)
{
    const auto begin = std::chrono::steady_clock::now();
    Progress progress;
    auto stream = bytes::openStream(path);
    const auto report = reports::readK6Ndjson(**stream, {}, progress, workers);
    const double seconds = secondsSince(begin);
    requests = report ? loadtest::totalsOf(*report).requests.value_or(0) : 0;
    return seconds;
}

/// Seconds on the clock and of all processors together; the latter says more on a machine with other work.
struct Cost {
    double wall = 1e9;
    double processor = 1e9;
};

template <class Run>
Cost best(int times, Run run)
{
    Cost cost;
    for (int i = 0; i < times; ++i) {
        const std::clock_t before = std::clock();
        cost.wall = std::min(cost.wall, run());
        cost.processor = std::min(cost.processor, static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC);
    }
    return cost;
}

void print(const char *name, Cost cost, double bytes, double points, Cost floor)
{
    std::printf("%-18s %6.3f s %6.0f MB/s %5.2f M points/s  %5.2f x the walk  (processor time %6.3f s, %5.2f x)\n",
                name, cost.wall, bytes / cost.wall / 1e6, points / cost.wall / 1e6, cost.wall / floor.wall,
                cost.processor, cost.processor / floor.processor);
}

/// Of this process so far, in MiB.
double peakMemory()
{
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmHWM:"))
            return std::strtod(line.c_str() + 6, nullptr) / 1024;
    }
    return 0;
}

/// Opens the file as the window does, with somebody who watches.
int showMemory(const std::string &path)
{
    const auto begin = std::chrono::steady_clock::now();
    std::vector<double> shown;
    reports::ReadOptions options;
    options.partial = [&](const loadtest::LoadTestReport &) { shown.push_back(secondsSince(begin)); };
    const double before = peakMemory();
    Progress progress;
    const auto report = reports::openReport(path, options, {}, progress);
    const double seconds = secondsSince(begin);
    if (!report) {
        std::printf("%s\n", report.error().text().c_str());
        return 1;
    }
    std::printf("%.1f s, %zu times shown meanwhile, first after %.2f s\n", seconds, shown.size(),
                shown.empty() ? 0.0 : shown.front());
    std::printf("peak resident memory %.0f MiB (%.0f MiB before opening), %zu steps, %llu requests\n", peakMemory(),
                before, (*report)->timeline.size(),
                static_cast<unsigned long long>(loadtest::totalsOf(**report).requests.value_or(0)));
    return 0;
}

} // namespace

int main(int argc, char **argv)
{
    const bool wantsMemory = argc > 2 && std::string(argv[1]) == "--memory";
    const std::string samplePath =
        argc > 1 && !wantsMemory ? argv[1] : TAILSPAN_SOURCE_DIR "/tests/data/reports/k6-v0.48-small.ndjson";
    const std::uint64_t megabytes = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 220;
    std::ifstream in(samplePath, std::ios::binary);
    const std::string sample((std::istreambuf_iterator<char>(in)), {});
    if (sample.empty()) {
        std::printf("cannot read %s\n", samplePath.c_str());
        return 1;
    }
    const std::string path = (std::filesystem::temp_directory_path() / "tailspan-bench-k6.ndjson").string();
    const auto points = static_cast<double>(writeRepeated(sample, path, megabytes << 20));
    const auto bytes = static_cast<double>(std::filesystem::file_size(path));
    std::printf("%.0f MB, %.2f M points, %u cores\n", bytes / 1e6, points / 1e6, std::thread::hardware_concurrency());
    if (wantsMemory) {
        const int code = showMemory(path);
        std::filesystem::remove(path);
        return code;
    }
    std::uint64_t requests = 0;
    (void)readSeconds(path, 1, requests); // warms the page cache for all
    const Cost floor = best(kRuns, [&] { return floorSeconds(path); });
    print("on-demand walk", floor, bytes, points, floor);
    print("report, 1 worker", best(kRuns, [&] { return readSeconds(path, 1, requests); }), bytes, points, floor);
    print("report, 2 workers", best(kRuns, [&] { return readSeconds(path, 2, requests); }), bytes, points, floor);
    std::printf("%llu requests in the report\n", static_cast<unsigned long long>(requests));
    std::filesystem::remove(path);
    return 0;
}
