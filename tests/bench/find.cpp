// SPDX-License-Identifier: GPL-3.0-or-later
// How long it takes to find something among all spans of a file, to the full count and to the first hit, for words that
// are rare, common, in a name, in attributes and nowhere; with the rate at which this machine reads the same file as
// the floor.
// Usage: bench_find FILE [QUERY...]
#include "app/tracefiles/open_trace_files.h"
#include "models/trace/span_search.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

namespace {

using namespace tailspan;
using Clock = std::chrono::steady_clock;

constexpr double kLimitS = 1.0;
constexpr double kFirstHitLimitS = 0.05;

double since(Clock::time_point begin)
{
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

double readSeconds(const char *path)
{
    std::ifstream file(path, std::ios::binary);
    std::vector<char> block(std::size_t{1} << 20U);
    const auto begin = Clock::now();
    while (file.read(block.data(), static_cast<std::streamsize>(block.size()))) {}
    return since(begin);
}

bool find(const trace::TraceSnapshot &snapshot, const std::string &text)
{
    const auto query = trace::parseSpanQuery(text);
    if (!query.has_value()) {
        std::fprintf(stderr, "%s\n", query.error().text().c_str());
        return false;
    }
    Progress progress;
    std::atomic<double> first{0};
    const auto begin = Clock::now();
    const trace::SpanHits hits = searchSpans(snapshot, *query, 0, static_cast<std::uint32_t>(snapshot.spans().size()),
                                             {}, progress, [&](std::span<const std::uint32_t>) {
                                                 double none = 0;
                                                 first.compare_exchange_strong(none, since(begin));
                                             });
    const double whole = since(begin);
    const bool isWithin = whole <= kLimitS && (hits.rows.empty() || first <= kFirstHitLimitS);
    std::printf("%-40s %8zu hits  first %6.1f ms  all %7.1f ms%s\n", text.c_str(), hits.rows.size(), first * 1e3,
                whole * 1e3, isWithin ? "" : "  over the limit");
    return isWithin;
}

} // namespace

int main(int count, char **arguments)
{
    if (count < 2)
        return 2;
    Progress progress;
    const auto snapshot = tracefiles::openTraceFiles({arguments[1]}, {}, progress);
    if (!snapshot.has_value()) {
        std::fprintf(stderr, "%s\n", snapshot.error().text().c_str());
        return 2;
    }
    std::vector<std::string> queries(arguments + 2, arguments + count);
    if (queries.empty())
        queries = {"GET", "zzz-not-there", "status=error duration>50ms", "service=payment OR ~^POST"};
    std::printf("%zu spans; reading the file's bytes takes %.0f ms\n", (*snapshot)->spans().size(),
                readSeconds(arguments[1]) * 1e3);
    bool isWithin = true;
    for (const std::string &query : queries)
        isWithin = find(**snapshot, query) && isWithin;
    return isWithin ? 0 : 1;
}
