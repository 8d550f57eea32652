// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <sys/resource.h>

// Floors for readers of text tables, measured over the same file in the same run. Seconds on the clock.

namespace tailspan::bench {

inline constexpr int kFloorRuns = 3;

inline double secondsSince(std::chrono::steady_clock::time_point begin)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// The shortest of a few runs, each of which answers its seconds.
template <class Run>
double best(Run run)
{
    double seconds = 1e9;
    for (int i = 0; i < kFloorRuns; ++i)
        seconds = std::min(seconds, run());
    return seconds;
}

/// From line feed to line feed over the bytes in memory.
inline double memchrSeconds(const std::string &path)
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

/// awk, which sums two columns of a table divided by commas, from 1; 0 where there is no awk.
inline double awkSeconds(const std::string &path, int first, int second)
{
    const auto begin = std::chrono::steady_clock::now();
    const std::string command = "LC_ALL=C awk -F, '{ a += $" + std::to_string(first) + "; b += $"
        + std::to_string(second) + " } END { print (a > 0), (b > 0) }' '" + path + "'";
    return std::system(command.c_str()) == 0 ? secondsSince(begin) : 0;
}

/// The most memory this process has held so far.
inline long peakMiB()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss / 1024;
}

/// A line of the result: what took how long, and how that compares.
inline void printAgainst(const char *name, double seconds, double bytes, double rows, double awk, double floor)
{
    std::printf("%-18s %6.3f s %6.0f MB/s %5.2f M rows/s  %5.2f x awk  %5.2f x memchr\n", name, seconds,
                bytes / seconds / 1e6, rows / seconds / 1e6, seconds / awk, seconds / floor);
}

} // namespace tailspan::bench
