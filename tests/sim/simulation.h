// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/sim/metrics_server.h"
#include "tests/sim/options.h"
#include "tests/sim/service_board.h"
#include "tests/sim/sink.h"

#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <vector>

namespace tailspan::sim {

/// What a run has written.
struct RunTotals {
    std::uint64_t records = 0;
    std::uint64_t requests = 0;
    double seconds = 0; ///< By the wall clock.
    double behindS = 0; ///< How late records were handled at worst, because stores were slow; 0 with --fast.
};

/// Lets requests arrive, and hands each record over at the moment when the collector would have got it.
/// Thread: the caller's; it blocks until the duration is over or a stop is asked for.
class Simulation {
public:
    /// Opens everything the options name.
    [[nodiscard]] static Result<std::unique_ptr<Simulation>> open(Options options);
    /// For a reader of its own, before the run.
    void addSink(std::unique_ptr<Sink> sink) { m_sinks.push_back(std::move(sink)); }
    [[nodiscard]] Result<RunTotals> run(const std::stop_token &stop);
    /// Of the metrics; 0 without.
    [[nodiscard]] std::uint16_t metricsPort() const
    {
        return m_metrics == nullptr ? std::uint16_t{0} : m_metrics->port();
    }

private:
    explicit Simulation(Options options);

    Result<> openSinks();
    double spansPerRequest() const;
    std::int64_t nextEventNs() const;
    Result<> step(std::int64_t atNs);
    Result<> emit();
    Result<> tick();
    Result<> recover(const Fault &fault, std::int64_t atNs);
    void publish();
    Result<> flush();
    bool waitUntil(std::int64_t atNs, const std::stop_token &stop);
    template <class Action>
    Result<> toAll(const Action &action);

    Options m_options;
    std::int64_t m_beginNs, m_endNs;
    RandomSource m_arrivals;
    RandomSource m_recoveries;
    CallTree m_tree;
    ServiceBoard m_board;
    double m_meanGapNs;
    std::int64_t m_nextArrivalNs, m_nextTickNs;
    std::multimap<std::int64_t, Call> m_pending; ///< By receipt.
    std::vector<std::unique_ptr<Sink>> m_sinks;
    std::unique_ptr<MetricsServer> m_metrics;
    std::size_t m_unflushed = 0;
    std::int64_t m_flushedAtNs = 0; ///< By the wall clock.
    RunTotals m_totals;
};

/// Nanoseconds since 1970, by the wall clock.
[[nodiscard]] std::int64_t wallClockNs();

/// What the program would run with these arguments. For tests: ends the process when there is something wrong.
[[nodiscard]] std::unique_ptr<Simulation> simulationOf(const std::vector<std::string> &arguments);

} // namespace tailspan::sim
