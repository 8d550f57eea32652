// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/explain/population.h"

#include <cstdint>
#include <random>
#include <vector>

namespace tailspan::test {

/// Spans of many traces with attributes as real ones have them: some fixed by the service, some for the whole trace,
/// some of the span alone, ids, sizes, attributes that few spans have. The same for the same seed.
/// Some columns, by name, to plant faults on: "version" (12 values, of the span's instance), "region" (4, of the trace),
/// "payload.bytes" (a number), "calls" (how often an operation is called below the span), "host.name" and "host.id".
class PlantedPopulation {
public:
    struct Shape {
        std::size_t traces = 4000;
        std::size_t mostSpansEach = 12;
        std::size_t furtherColumns = 12; ///< Of noise, beyond those named.
    };
    PlantedPopulation(std::uint64_t seed, const Shape &shape);

    [[nodiscard]] const explain::Population &population() const { return m_population; }
    [[nodiscard]] std::size_t size() const { return m_traceOf.size(); }
    [[nodiscard]] std::uint32_t traceOf(std::size_t position) const { return m_traceOf[position]; }
    [[nodiscard]] std::size_t traceCount() const { return m_traces; }

    // By position, what the columns say.
    std::vector<std::uint32_t> version; ///< 0 to 11: "2.0" to "2.11"
    std::vector<std::uint32_t> region;  ///< 0 to 3: "eu", "us", "ap", "sa"
    std::vector<std::uint32_t> host;    ///< 0 to 19: "node-0" ...
    std::vector<double> payload;
    std::vector<double> calls;

    /// Selects each position with its own chance.
    template <class ChanceOf>
    [[nodiscard]] std::vector<std::uint8_t> selection(std::uint64_t seed, ChanceOf &&chanceOf) const
    {
        std::mt19937_64 random(seed);
        std::uniform_real_distribution<double> unit(0, 1);
        std::vector<std::uint8_t> selected(size());
        for (std::size_t i = 0; i < size(); ++i)
            selected[i] = unit(random) < chanceOf(i) ? 1 : 0;
        return selected;
    }
    [[nodiscard]] std::vector<std::uint8_t> randomSpans(std::uint64_t seed, double share) const;
    [[nodiscard]] std::vector<std::uint8_t> randomTraces(std::uint64_t seed, double share) const;

private:
    void drawTraces(std::mt19937_64 &random, const Shape &shape);
    void drawColumns(std::mt19937_64 &random, const Shape &shape);

    std::size_t m_traces = 0;
    std::vector<std::uint32_t> m_traceOf;
    std::vector<std::uint32_t> m_service;
    explain::Population m_population;
};

} // namespace tailspan::test
