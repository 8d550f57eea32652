// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/planted_population.h"

#include <cmath>
#include <limits>

namespace tailspan::test {

namespace {

using explain::ColumnOrigin;
using explain::PopulationBuilder;

constexpr std::uint32_t kServices = 8;
constexpr std::uint32_t kNone = PopulationBuilder::kNone;

std::uint32_t below(std::mt19937_64 &random, std::uint64_t count)
{
    return static_cast<std::uint32_t>(random() % count);
}

std::vector<std::string> names(const std::string &prefix, std::size_t count)
{
    std::vector<std::string> result;
    for (std::size_t i = 0; i < count; ++i)
        result.push_back(prefix + std::to_string(i));
    return result;
}

} // namespace

PlantedPopulation::PlantedPopulation(std::uint64_t seed, const Shape &shape) : m_traces(shape.traces)
{
    std::mt19937_64 random(seed);
    drawTraces(random, shape);
    drawColumns(random, shape);
}

void PlantedPopulation::drawTraces(std::mt19937_64 &random, const Shape &shape)
{
    std::lognormal_distribution<double> bytes(6, 1.2);
    for (std::uint32_t t = 0; t < m_traces; ++t) {
        // Few traces are much longer than most.
        const std::uint32_t spans = 1
            + below(random, below(random, 10) == 0 ? 4 * shape.mostSpansEach : shape.mostSpansEach);
        const std::uint32_t regionOfTrace = below(random, 4);
        for (std::uint32_t s = 0; s < spans; ++s) {
            m_traceOf.push_back(t);
            m_service.push_back(s == 0 ? 0 : below(random, kServices));
            region.push_back(regionOfTrace);
            version.push_back(below(random, 12));
            host.push_back(below(random, 20));
            payload.push_back(std::floor(bytes(random)));
            calls.push_back(below(random, 3));
        }
    }
}

void PlantedPopulation::drawColumns(std::mt19937_64 &random, const Shape &shape)
{
    PopulationBuilder builder(m_traceOf);
    const auto addTexts = [&](const std::string &name, const std::vector<std::string> &values,
                              const std::vector<std::uint32_t> &valueOf,
                              ColumnOrigin origin = ColumnOrigin::Attribute) {
        builder.add(builder.encoded(origin, name, values, valueOf));
    };
    addTexts("service", names("service-", kServices), m_service, ColumnOrigin::Service);
    addTexts("version", names("2.", 12), version);
    addTexts("region", {"eu", "us", "ap", "sa"}, region);
    addTexts("host.name", names("node-", 20), host);
    addTexts("host.id", names("id-", 20), host);
    builder.add(builder.encoded(ColumnOrigin::Attribute, "payload.bytes", payload));
    builder.add(builder.encoded(ColumnOrigin::Calls, "inventory: GET /stock", calls));
    for (std::size_t c = 0; c < shape.furtherColumns; ++c) {
        const std::uint32_t values = 2U << (c % 11); // 2 to 2048
        std::vector<std::uint32_t> valueOf(size());
        std::vector<std::uint32_t> ofTrace(m_traces);
        for (std::uint32_t &value : ofTrace)
            value = below(random, values);
        for (std::size_t i = 0; i < size(); ++i) {
            switch (c % 4) {
            case 0: valueOf[i] = ofTrace[m_traceOf[i]]; break; // one for the trace
            case 1: valueOf[i] = below(random, values); break; // one for the span
            case 2: valueOf[i] = (m_service[i] * 7 + ofTrace[m_traceOf[i]]) % values; break;
            default: valueOf[i] = m_service[i] == 3 ? below(random, values) : kNone; // of few spans
            }
        }
        addTexts("noise." + std::to_string(c), names("v", values), valueOf);
    }
    std::vector<double> sizes(size());
    for (std::size_t i = 0; i < size(); ++i)
        sizes[i] = below(random, 5) == 0 ? std::numeric_limits<double>::quiet_NaN() : m_traceOf[i] * 31 % 977;
    builder.add(builder.encoded(ColumnOrigin::Attribute, "queue.length", sizes));
    m_population = std::move(builder).finish();
}

std::vector<std::uint8_t> PlantedPopulation::randomSpans(std::uint64_t seed, double share) const
{
    return selection(seed, [&](std::size_t) { return share; });
}

std::vector<std::uint8_t> PlantedPopulation::randomTraces(std::uint64_t seed, double share) const
{
    std::mt19937_64 random(seed);
    std::uniform_real_distribution<double> unit(0, 1);
    std::vector<std::uint8_t> isChosen(m_traces);
    for (std::uint8_t &chosen : isChosen)
        chosen = unit(random) < share ? 1 : 0;
    std::vector<std::uint8_t> selected(size());
    for (std::size_t i = 0; i < size(); ++i)
        selected[i] = isChosen[m_traceOf[i]];
    return selected;
}

} // namespace tailspan::test
