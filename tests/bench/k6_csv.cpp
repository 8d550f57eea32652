// SPDX-License-Identifier: GPL-3.0-or-later
// k6 CSV output to a finished report, against floors measured in the same run: memchr from line feed to line feed over
// the same bytes in memory, and awk summing two columns of the same file. Prints speeds, ratios and peak memory.
// Usage: bench_k6_csv [SAMPLE.csv] [MEGABYTES]
#include "app/reports/k6_csv.h"
#include "models/loadtest/timeline.h"
#include "tests/bench/text_floors.h"

#include <algorithm>
#include <filesystem>
#include <thread>

using namespace tailspan;

namespace {

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

double readSeconds(const std::string &path, unsigned workers, std::uint64_t &requests)
{
    const auto begin = std::chrono::steady_clock::now();
    Progress progress;
    auto stream = bytes::openStream(path);
    const auto report = reports::readK6Csv(**stream, {}, progress, workers);
    const double seconds = bench::secondsSince(begin);
    requests = report ? loadtest::totalsOf(*report).requests.value_or(0) : 0;
    return seconds;
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
    const double one = bench::best([&] { return readSeconds(path, 1, requests); });
    const double two = bench::best([&] { return readSeconds(path, 2, requests); });
    const long peak = bench::peakMiB();
    const double awk = bench::best([&] { return bench::awkSeconds(path, 2, 3); });
    const double floor = bench::best([&] { return bench::memchrSeconds(path); });
    bench::printAgainst("memchr", floor, bytes, rows, awk, floor);
    bench::printAgainst("awk", awk, bytes, rows, awk, floor);
    bench::printAgainst("report, 1 worker", one, bytes, rows, awk, floor);
    bench::printAgainst("report, 2 workers", two, bytes, rows, awk, floor);
    std::printf("%llu requests in the report, %ld MiB at most\n", static_cast<unsigned long long>(requests), peak);
    std::filesystem::remove(path);
    return 0;
}
