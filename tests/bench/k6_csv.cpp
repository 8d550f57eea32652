// SPDX-License-Identifier: GPL-3.0-or-later
// k6 CSV output to a finished report, against floors measured in the same run: memchr from line feed to line feed over
// the same bytes in memory, and awk summing two columns of the same file. Prints speeds, ratios and peak memory.
// Usage: bench_k6_csv [SAMPLE.csv] [MEGABYTES]
#include "app/reports/k6_csv.h"
#include "models/loadtest/timeline.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <sys/resource.h>
#include <thread>

using namespace tailspan;

namespace {

constexpr int kRuns = 3;

double secondsSince(std::chrono::steady_clock::time_point begin)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// The rows of a sample again and again, each round a minute later: the same bytes every time but for the stamps.
std::uint64_t writeRepeated(const std::string &sample, const std::string &path, std::uint64_t bytes)
{
    const std::size_t head = sample.find('\n') + 1;
    std::ofstream out(path, std::ios::binary);
    out << sample.substr(0, head);
    std::uint64_t rows = 0;
    std::uint64_t written = head;
    for (long round = 0; written < bytes; ++round) {
        std::string text;
        for (std::size_t at = head; at < sample.size();) {
            const std::size_t end = std::min(sample.find('\n', at), sample.size() - 1) + 1;
            const std::size_t stamp = sample.find(',', at) + 1;
            const std::size_t behind = sample.find(',', stamp);
            text.append(sample, at, stamp - at);
            text += std::to_string(std::atol(sample.c_str() + stamp) + round * 60);
            text.append(sample, behind, end - behind);
            at = end;
            ++rows;
        }
        out << text;
        written += text.size();
    }
    return rows;
}

double memchrSeconds(const std::string &path)
{
    std::ifstream in(path, std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(in)), {});
    const auto begin = std::chrono::steady_clock::now();
    std::size_t lines = 0;
    for (const char *at = text.data(), *end = at + text.size(); at < end; ++lines) {
        const void *feed = std::memchr(at, '\n', static_cast<std::size_t>(end - at));
        at = feed == nullptr ? end : static_cast<const char *>(feed) + 1;
    }
    const double seconds = secondsSince(begin);
    std::printf("(%zu lines)\n", lines);
    return seconds;
}

double awkSeconds(const std::string &path)
{
    const auto begin = std::chrono::steady_clock::now();
    const std::string command = "LC_ALL=C awk -F, '{ a += $2; b += $3 } END { print (a > 0), (b > 0) }' '" + path + "'";
    return std::system(command.c_str()) == 0 ? secondsSince(begin) : 0;
}

double readSeconds(const std::string &path, unsigned workers, std::uint64_t &requests)
{
    const auto begin = std::chrono::steady_clock::now();
    Progress progress;
    auto stream = bytes::openStream(path);
    const auto report = reports::readK6Csv(**stream, {}, progress, workers);
    const double seconds = secondsSince(begin);
    requests = report ? loadtest::totalsOf(*report).requests.value_or(0) : 0;
    return seconds;
}

template <class Run>
double best(Run run)
{
    double seconds = 1e9;
    for (int i = 0; i < kRuns; ++i)
        seconds = std::min(seconds, run());
    return seconds;
}

long peakMiB()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss / 1024;
}

} // namespace

int main(int argc, char **argv)
{
    const std::string samplePath = argc > 1 ? argv[1] : TAILSPAN_SOURCE_DIR "/tests/data/reports/k6-v0.48-small.csv";
    const std::uint64_t megabytes = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 220;
    std::ifstream in(samplePath, std::ios::binary);
    const std::string sample((std::istreambuf_iterator<char>(in)), {});
    if (sample.find('\n') == std::string::npos) {
        std::printf("cannot read %s\n", samplePath.c_str());
        return 1;
    }
    const std::string path = (std::filesystem::temp_directory_path() / "tailspan-bench-k6.csv").string();
    const auto rows = static_cast<double>(writeRepeated(sample, path, megabytes << 20));
    const auto bytes = static_cast<double>(std::filesystem::file_size(path));
    std::printf("%.0f MB, %.2f M rows, %u cores\n", bytes / 1e6, rows / 1e6, std::thread::hardware_concurrency());
    std::uint64_t requests = 0;
    const double one = best([&] { return readSeconds(path, 1, requests); });
    const double two = best([&] { return readSeconds(path, 2, requests); });
    const long peak = peakMiB();
    const double awk = best([&] { return awkSeconds(path); });
    const double floor = best([&] { return memchrSeconds(path); });
    const auto print = [&](const char *name, double seconds) {
        std::printf("%-18s %6.3f s %6.0f MB/s %5.2f M rows/s  %5.2f x awk  %5.2f x memchr\n", name, seconds,
                    bytes / seconds / 1e6, rows / seconds / 1e6, seconds / awk, seconds / floor);
    };
    print("memchr", floor);
    print("awk", awk);
    print("report, 1 worker", one);
    print("report, 2 workers", two);
    std::printf("%llu requests in the report, %ld MiB at most\n", static_cast<unsigned long long>(requests), peak);
    std::filesystem::remove(path);
    return 0;
}
