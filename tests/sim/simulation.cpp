// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/simulation.h"

#include "tests/sim/file_sink.h"
#include "tests/sim/metrics_history.h"
#include "tests/sim/postgres_sink.h"
#include "tests/sim/redis_sink.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <thread>

namespace tailspan::sim {

namespace {

constexpr std::int64_t kNsPerS = 1'000'000'000;
constexpr std::int64_t kTickNs = kNsPerS;
constexpr std::int64_t kShownAgeNs = 2 * kTickNs;
constexpr std::int64_t kRecoverEveryS = 30;
/// Stores get records in batches: at the latest after this time, so that a reader sees them soon.
constexpr std::int64_t kFlushNs = 50'000'000;
constexpr std::size_t kFlushRecords = 400;
constexpr std::int64_t kStopSliceNs = 50'000'000;
constexpr std::int64_t kForever = std::numeric_limits<std::int64_t>::max();

std::int64_t endOf(const Options &options, std::int64_t beginNs)
{
    return options.durationS ? beginNs + static_cast<std::int64_t>(*options.durationS * 1e9) : kForever;
}

} // namespace

std::int64_t wallClockNs()
{
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

std::unique_ptr<Simulation> simulationOf(const std::vector<std::string> &arguments)
{
    auto options = parseOptions(arguments, wallClockNs());
    auto simulation = options.has_value() ? Simulation::open(*std::move(options))
                                          : Result<std::unique_ptr<Simulation>>(tl::unexpected(options.error()));
    if (!simulation.has_value()) {
        std::fprintf(stderr, "%s\n", simulation.error().text().c_str());
        std::abort();
    }
    return *std::move(simulation);
}

Simulation::Simulation(Options options)
    : m_options(std::move(options)), m_beginNs(m_options.startNs.value_or(wallClockNs())),
      m_endNs(endOf(m_options, m_beginNs)), m_arrivals(m_options.seed), m_recoveries(~m_options.seed),
      m_tree(m_options.faults, m_beginNs, m_options.seed * 2 + 1), m_board(m_options.faults, m_beginNs),
      m_meanGapNs(1e9 * spansPerRequest() / m_options.ratePerS), m_nextArrivalNs(m_beginNs), m_nextTickNs(m_beginNs)
{}

Result<std::unique_ptr<Simulation>> Simulation::open(Options options)
{
    std::unique_ptr<Simulation> simulation(new Simulation(std::move(options)));
    TS_CHECK(simulation->openSinks());
    return simulation;
}

Result<> Simulation::openSinks()
{
    if (!m_options.redisUrl.empty()) {
        TS_TRY(auto sink, RedisSink::open(m_options.redisUrl));
        m_sinks.push_back(std::move(sink));
    }
    if (!m_options.postgresAddress.empty()) {
        TS_TRY(auto sink, PostgresSink::open(m_options.postgresAddress));
        m_sinks.push_back(std::move(sink));
    }
    if (!m_options.folder.empty()) {
        TS_TRY(auto sink, FileSink::open(m_options.folder));
        m_sinks.push_back(std::move(sink));
    }
    if (!m_options.truthPath.empty()) {
        TS_TRY(auto sink, TruthFile::open(m_options.truthPath, m_options.faults, m_beginNs));
        m_sinks.push_back(std::move(sink));
    }
    if (!m_options.metricsHistoryPath.empty()) {
        TS_TRY(auto sink, MetricsHistory::open(m_options.metricsHistoryPath));
        m_sinks.push_back(std::move(sink));
    }
    if (m_options.metricsPort) {
        TS_TRY(m_metrics, MetricsServer::open(*m_options.metricsPort));
        publish();
    }
    return {};
}

/// The mean without faults, found by trying.
double Simulation::spansPerRequest() const
{
    constexpr int kTried = 2000;
    const std::vector<Fault> none;
    CallTree tree(none, 0, 1);
    std::size_t spans = 0;
    for (int i = 0; i < kTried; ++i)
        spans += tree.request(0).size();
    return static_cast<double>(spans) / kTried;
}

template <class Action>
Result<> Simulation::toAll(const Action &action)
{
    for (const std::unique_ptr<Sink> &sink : m_sinks)
        TS_CHECK(action(*sink));
    return {};
}

std::int64_t Simulation::nextEventNs() const
{
    const std::int64_t received = m_pending.empty() ? kForever : m_pending.begin()->first;
    const std::int64_t arrival = m_nextArrivalNs < m_endNs ? m_nextArrivalNs : kForever;
    const std::int64_t event = std::min(received, arrival);
    return event == kForever ? kForever : std::min(event, m_nextTickNs);
}

Result<> Simulation::emit()
{
    auto first = m_pending.extract(m_pending.begin());
    m_board.add(first.mapped());
    const StoredRecord record = storedRecord(std::move(first.mapped()));
    ++m_totals.records;
    ++m_unflushed;
    return toAll([&](Sink &sink) { return sink.addRecord(record); });
}

void Simulation::publish()
{
    if (m_metrics == nullptr)
        return;
    std::map<std::string, std::string> pages{{"/metrics", m_board.prometheusText()}};
    for (const Service &service : services())
        pages[std::string("/metrics/") + service.name] = m_board.prometheusText(service.name);
    m_metrics->publish(std::move(pages));
}

Result<> Simulation::recover(const Fault &fault, std::int64_t atNs)
{
    const bool isOver = !fault.isActiveAt(static_cast<double>(atNs - m_beginNs) / 1e9);
    RecoveryRecord record;
    record.id = m_recoveries.uuid();
    record.service = fault.service;
    record.strategy = R"({"type":"restart","reason":)" + jsonText(faultInfo(fault.kind).id) + "}";
    record.results = std::string(R"({"healthy":)") + (isOver ? "true}" : "false}");
    record.isSuccess = isOver;
    record.timestamp = isoTime(atNs);
    record.durationMs = static_cast<std::int64_t>(m_recoveries.logNormal(4000, 0.4));
    return toAll([&](Sink &sink) { return sink.addRecovery(record); });
}

/// Once a second of the run: gauges, states, and an attempt to recover every half minute of a fault and when it ends.
Result<> Simulation::tick()
{
    const std::int64_t atNs = m_nextTickNs;
    m_nextTickNs += kTickNs;
    std::map<const Instance *, int> inFlight;
    for (const auto &[receivedNs, call] : m_pending)
        if (call.startNs <= atNs && atNs < call.endNs)
            ++inFlight[call.instance];
    m_board.sample(atNs, inFlight);
    if (wallClockNs() - atNs < kShownAgeNs) // while it catches up nobody wants to see the past
        publish();
    const std::int64_t second = (atNs - m_beginNs) / kNsPerS;
    for (const Fault &fault : m_options.faults) {
        const std::int64_t sinceS = second - std::llround(std::ceil(fault.fromS));
        const bool isActive = fault.isActiveAt(static_cast<double>(second));
        const bool hasEnded = !isActive && sinceS > 0 && fault.isActiveAt(static_cast<double>(second - 1));
        if (hasEnded || (isActive && sinceS > 0 && sinceS % kRecoverEveryS == 0))
            TS_CHECK(recover(fault, atNs));
    }
    return toAll([&](Sink &sink) { return sink.addState(m_board, atNs); });
}

Result<> Simulation::step(std::int64_t atNs)
{
    if (atNs == m_nextTickNs)
        return tick();
    if (atNs == m_nextArrivalNs && atNs < m_endNs) {
        ++m_totals.requests;
        for (Call &call : m_tree.request(atNs)) {
            const std::int64_t receivedNs = call.receivedNs;
            m_pending.emplace(receivedNs, std::move(call));
        }
        m_nextArrivalNs += std::max<std::int64_t>(1, std::llround(m_arrivals.exponential(m_meanGapNs)));
        return {};
    }
    return emit();
}

Result<> Simulation::flush()
{
    m_unflushed = 0;
    m_flushedAtNs = wallClockNs();
    return toAll([](Sink &sink) { return sink.flush(); });
}

/// Returns false when a stop is asked for.
bool Simulation::waitUntil(std::int64_t atNs, const std::stop_token &stop)
{
    while (!stop.stop_requested()) {
        const std::int64_t leftNs = atNs - wallClockNs();
        if (leftNs <= 0)
            return true;
        std::this_thread::sleep_for(std::chrono::nanoseconds(std::min(leftNs, kStopSliceNs)));
    }
    return false;
}

Result<RunTotals> Simulation::run(const std::stop_token &stop)
{
    const std::int64_t startedNs = wallClockNs();
    m_flushedAtNs = startedNs;
    for (std::int64_t atNs = nextEventNs(); atNs != kForever && !stop.stop_requested(); atNs = nextEventNs()) {
        if (!m_options.isFast) {
            const std::int64_t nowNs = wallClockNs();
            const bool isDue = m_unflushed > 0 && nowNs - m_flushedAtNs >= kFlushNs;
            // Nothing is kept back while waiting for the next event longer than a batch may take.
            if (isDue || (m_unflushed > 0 && atNs - nowNs > kFlushNs))
                TS_CHECK(flush());
            if (!waitUntil(atNs, stop))
                break;
            if (atNs >= startedNs) // before that it catches up
                m_totals.behindS = std::max(m_totals.behindS, static_cast<double>(wallClockNs() - atNs) / 1e9);
        }
        TS_CHECK(step(atNs));
        if (m_unflushed >= kFlushRecords)
            TS_CHECK(flush());
    }
    TS_CHECK(flush());
    publish();
    TS_CHECK(toAll([](Sink &sink) { return sink.finish(); }));
    m_totals.seconds = static_cast<double>(wallClockNs() - startedNs) / 1e9;
    return m_totals;
}

} // namespace tailspan::sim
