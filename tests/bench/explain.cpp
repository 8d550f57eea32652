// SPDX-License-Identifier: GPL-3.0-or-later
// What sets a selection of a million spans apart, of 40 columns. The floor of the same run counts the codes of all
// columns by selected and not, on one core. Reading the 20,000 spans a side from a file is timed apart.
//
//   bench_explain [FILE] [--runs N]   without a file: one of 100,000 spans is made
#include "app/tracefiles/open_trace_files.h"
#include "models/explain/explanation.h"
#include "models/explain/population_reader.h"
#include "tests/support/planted_population.h"
#include "tests/support/trace_samples.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

using namespace tailspan;

namespace {

constexpr double kLimitMs = 1000;

double elapsedMs(const auto &work)
{
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

double medianMs(int runs, const auto &work)
{
    std::vector<double> ms;
    for (int run = 0; run < runs; ++run)
        ms.push_back(elapsedMs(work));
    std::ranges::sort(ms);
    return ms[ms.size() / 2];
}

std::uint64_t countedOnce(const explain::Population &population, const std::vector<std::uint8_t> &selected)
{
    std::uint64_t sum = 0;
    for (const explain::Column &column : population.columns()) {
        std::vector<std::uint32_t> counts(2 * column.codeCount());
        for (std::size_t i = 0; i < selected.size(); ++i)
            ++counts[2 * std::size_t{column.codes[i]} + selected[i]];
        sum += counts[1];
    }
    return sum;
}

bool explainMillion(int runs)
{
    test::PlantedPopulation::Shape shape;
    shape.traces = 122'000;
    shape.furtherColumns = 34;
    double buildMs = 0;
    std::unique_ptr<test::PlantedPopulation> planted;
    buildMs = elapsedMs([&] { planted = std::make_unique<test::PlantedPopulation>(1, shape); });
    const explain::Population &population = planted->population();
    std::printf("%zu spans, %zu columns (%zu left out), %.1f MB; drawn and encoded in %.0f ms\n", population.size(),
                population.columns().size() + population.leftOut().size(), population.leftOut().size(),
                static_cast<double>(population.memoryBytes()) / 1e6, buildMs);
    bool isFine = true;
    for (const double chance : {0.1, 0.7, 1.0}) {
        const auto selected = planted->selection(2, [&](std::size_t i) {
            return chance == 1.0                                     ? planted->traceOf(i) % 2
                : planted->version[i] == 7 && planted->region[i] < 2 ? chance
                                                                     : chance / 50;
        });
        std::uint64_t sum = 0;
        const double floorMs = medianMs(runs, [&] { sum += countedOnce(population, selected); });
        explain::Explanation explanation;
        const double ms = medianMs(runs, [&] { explanation = explain::explain(population, selected, {}, {}).value(); });
        const std::string first = explanation.differences.empty()
            ? "nothing"
            : explanation.differences.front().subject + " = " + explanation.differences.front().value;
        std::printf("%llu selected: %.0f ms (limit %.0f)%s, %.1fx the floor of %.0f ms; first: %s\n",
                    static_cast<unsigned long long>(explanation.selected), ms, kLimitMs, ms > kLimitMs ? " BROKEN" : "",
                    ms / floorMs, floorMs, first.c_str());
        isFine = isFine && ms <= kLimitMs && sum > 0;
    }
    return isFine;
}

void readFromFile(const std::string &path, int runs)
{
    Progress progress;
    const auto snapshot = path.empty()
        ? tracefiles::openTraceBytes(bytes::sourceFromMemory("made.json", test::jaegerTraces(2'000, 50, false)), {},
                                     progress)
              .value()
        : tracefiles::openTraceFiles({path}, {}, progress).value();
    explain::PopulationRows rows;
    for (std::uint32_t row = 0; row < snapshot->spans().size(); ++row)
        (row % 3 == 0 ? rows.selected : rows.baseline).push_back(row);
    explain::ReadPopulation read;
    const double ms = medianMs(runs, [&] { read = explain::readPopulation(*snapshot, rows, {}, progress).value(); });
    std::printf("%zu of %zu spans read from %s into %zu columns: %.0f ms\n", read.population.size(),
                snapshot->spans().size(), path.empty() ? "a file that was made" : path.c_str(),
                read.population.columns().size(), ms);
}

} // namespace

int main(int argc, char **argv)
{
    int runs = 5;
    std::string file;
    for (int i = 1; i < argc; ++i) {
        if (std::string(argv[i]) == "--runs" && i + 1 < argc)
            runs = std::max(std::atoi(argv[++i]), 1);
        else
            file = argv[i];
    }
    const bool isFine = explainMillion(runs);
    readFromFile(file, runs);
    return isFine ? 0 : 1;
}
