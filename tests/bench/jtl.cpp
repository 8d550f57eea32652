// SPDX-License-Identifier: GPL-3.0-or-later
// JMeter CSV results to a finished report, against floors measured in the same run: memchr from line feed to line feed
// over the same bytes in memory, and awk summing two columns of the same file. Prints speeds, ratios and peak memory;
// the exit code is 1 when it takes more than twice as long as awk.
// Usage: bench_jtl [MEGABYTES]
#include "app/reports/report_reader.h"
#include "models/loadtest/timeline.h"
#include "tests/bench/text_floors.h"

#include <cinttypes>
#include <filesystem>
#include <random>
#include <thread>

using namespace tailspan;

namespace {

constexpr double kMostTimesAwk = 2;
constexpr int kElapsedColumn = 2;
constexpr int kLatencyColumn = 15;

/// What JMeter 5 writes by default: 100 threads and 20 requests in turn, one in 200 failed, a run of 500 requests/s.
std::uint64_t writeJtl(const std::string &path, std::uint64_t bytes)
{
    std::ofstream out(path, std::ios::binary);
    out << "timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success,failureMessage,bytes,"
           "sentBytes,grpThreads,allThreads,URL,Latency,IdleTime,Connect\n";
    std::mt19937_64 random(7);
    std::lognormal_distribution<double> latency(4, 0.7);
    std::uint64_t rows = 0;
    std::uint64_t written = 0;
    for (; written < bytes; ++rows) {
        const int elapsed = static_cast<int>(latency(random)) + 1;
        const auto thread = static_cast<unsigned>(rows % 100) + 1;
        const auto request = static_cast<unsigned>(random() % 20);
        const bool isFailed = random() % 200 == 0;
        char row[400];
        const int length =
            std::snprintf(row, sizeof row,
                          "%" PRIu64 ",%d,GET /api/jobs/%u,%s,Thread Group 1-%u,text,%s,,%u,245,100,100,"
                          "http://127.0.0.1:4000/api/jobs/%u?page=1,%d,0,%d\n",
                          1733059200000U + rows * 2, elapsed, request, isFailed ? "503,Service Unavailable" : "200,OK",
                          thread, isFailed ? "false" : "true", 900 + request * 17, request, elapsed - 1, elapsed % 3);
        out.write(row, length);
        written += static_cast<std::uint64_t>(length);
    }
    return rows;
}

double readSeconds(const std::string &path, std::uint64_t &requests)
{
    const auto begin = std::chrono::steady_clock::now();
    Progress progress;
    const auto report = reports::openReport(path, {}, progress);
    const double seconds = bench::secondsSince(begin);
    requests = report ? loadtest::totalsOf(**report).requests.value_or(0) : 0;
    return seconds;
}

} // namespace

int main(int argc, char **argv)
{
    const std::uint64_t megabytes = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 500;
    const std::string path = (std::filesystem::temp_directory_path() / "tailspan-bench.jtl").string();
    const auto rows = static_cast<double>(writeJtl(path, megabytes * 1'000'000));
    const auto bytes = static_cast<double>(std::filesystem::file_size(path));
    std::printf("%.0f MB, %.2f M rows, %u cores\n", bytes / 1e6, rows / 1e6, std::thread::hardware_concurrency());
    std::uint64_t requests = 0;
    const double report = bench::best([&] { return readSeconds(path, requests); });
    const long peak = bench::peakMiB();
    const double awk = bench::best([&] { return bench::awkSeconds(path, kElapsedColumn, kLatencyColumn); });
    const double floor = bench::best([&] { return bench::memchrSeconds(path); });
    bench::printAgainst("memchr", floor, bytes, rows, awk, floor);
    bench::printAgainst("awk", awk, bytes, rows, awk, floor);
    bench::printAgainst("report", report, bytes, rows, awk, floor);
    std::printf("%" PRIu64 " requests in the report, %ld MiB at most\n", requests, peak);
    std::filesystem::remove(path);
    return report <= kMostTimesAwk * awk ? 0 : 1;
}
