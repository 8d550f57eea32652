// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/trace_snapshot.h"

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tailspan::test {

/// Traces with kinds and attributes, span by span, to plant faults in: what a program makes that spansFromText, which
/// draws few, cannot. Times are milliseconds after 2026-01-01 00:00 UTC. The attributes are read as a store's.
class PlantedTraces {
public:
    using Attributes = std::vector<std::pair<std::string, std::string>>;
    struct Span {
        std::string service;
        std::string operation;
        trace::SpanKind kind = trace::SpanKind::Client;
        double beginMs = 0;
        double lengthMs = 0;
        bool isError = false;
        Attributes attributes;
        trace::SpanMarks marks = 0;
    };
    static constexpr std::size_t kRoot = static_cast<std::size_t>(-1);

    /// Begins another trace.
    void beginTrace();
    /// A span below another one of this trace; its number.
    std::size_t add(std::size_t parent, Span span);
    /// Moves the end of a span, which is often known only after those below.
    void endAt(std::size_t span, double endMs);
    [[nodiscard]] double endOf(std::size_t span) const
    {
        return m_spans[span].span.beginMs + m_spans[span].span.lengthMs;
    }
    [[nodiscard]] trace::TraceSnapshotPtr build(bool withAttributes = true) const;

    /// Of one seed; the same everywhere.
    [[nodiscard]] double between(double low, double high);
    /// About `median`, now and then three times that.
    [[nodiscard]] double around(double median);
    [[nodiscard]] bool chance(double probability) { return between(0, 1) < probability; }

    explicit PlantedTraces(std::uint64_t seed = 1) : m_random(seed) {}

private:
    struct Placed {
        Span span;
        std::size_t trace = 0;
        std::size_t parent = kRoot;
    };
    std::vector<Placed> m_spans;
    std::size_t m_traces = 0;
    std::mt19937_64 m_random;
};

/// A request of `service` `operation` (kind server), then `count` calls one after the other with `gapMs` between, and
/// two milliseconds of work at the end. Gives the number of the request's span.
std::size_t addLoop(PlantedTraces &traces, double atMs, std::string_view service, std::string_view operation,
                    std::size_t count, const std::vector<PlantedTraces::Span> &callsOfARound, double gapMs = 0.05);

} // namespace tailspan::test
