// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/load_simulation.h"

#include "models/loadtest/block_bootstrap.h"
#include "models/loadtest/interval.h"
#include "models/loadtest/timeline.h"
#include "models/loadtest/timeline_builder.h"

#include <algorithm>
#include <cmath>
#include <queue>

namespace tailspan::test {

using namespace loadtest;

namespace {

constexpr std::int64_t kStartNs = 1'795'443'600'000'000'000;

std::int64_t at(double seconds)
{
    return kStartNs + std::llround(seconds * 1e9);
}

double normal(SeededRandom &random)
{
    return normalQuantile(std::clamp(random.unit(), 1e-12, 1 - 1e-12));
}

double exponential(SeededRandom &random, double mean)
{
    return -mean * std::log(1 - random.unit());
}

LoadTestReportPtr finished(TimelineBuilder &&builder, std::uint64_t seed)
{
    auto report = std::make_shared<LoadTestReport>();
    std::move(builder).finish(*report);
    report->fileName = "simulated-" + std::to_string(seed) + ".json";
    report->format = "simulated";
    report->tool = "simulator";
    report->clock = ClockConvention::RequestEnd;
    report->contents.hasRequests = true;
    report->contents.hasFailures = true;
    report->contents.hasLatency = true;
    return report;
}

void addRequest(TimelineBuilder &builder, double end, StringId endpoint, double latencySeconds, bool isFailed = false)
{
    const RequestClass c = isFailed ? RequestClass::Failed : RequestClass::Ok;
    builder.addRequest(at(end), c, endpoint);
    builder.addLatency(at(end), c, endpoint, std::llround(latencySeconds * 1e9));
    builder.touch(at(end));
}

} // namespace

LoadTestReportPtr simulate(const SteadyRun &run)
{
    SeededRandom random(run.seed);
    TimelineBuilder builder;
    std::vector<StringId> names;
    for (const std::string &endpoint : run.endpoints)
        names.push_back(builder.endpoint(endpoint));
    const auto ticks = static_cast<int>(run.seconds * 10);
    double level = normal(random) * run.drift;
    double owed = 0;
    builder.touch(at(0));
    for (int tick = 0; tick < ticks; ++tick) {
        const double begin = tick / 10.0;
        builder.addUsers(at(begin), run.users);
        level = run.driftMemory * level + normal(random) * run.drift * std::sqrt(1 - run.driftMemory * run.driftMemory);
        // Users who wait longer send less: throughput goes against the level, as in a closed system.
        owed += run.requestsPerSecond / 10 * std::exp(-0.5 * level);
        for (; owed >= 1; owed -= 1) {
            const std::size_t endpoint = random.below(names.size());
            const double ms = run.medianMs * run.slower * std::exp(level + run.spread * normal(random))
                * (1 + 0.3 * static_cast<double>(endpoint));
            addRequest(builder, begin + random.unit() / 10, names[endpoint], ms / 1e3, random.unit() < run.failures);
        }
    }
    return finished(std::move(builder), run.seed);
}

LoadTestReportPtr simulate(const ClosedSystem &system)
{
    struct Event {
        double time = 0;
        bool isArrival = true; // at the servers; else a departure
        double asked = 0;      // when the request was sent
        bool operator>(const Event &other) const { return time > other.time; }
    };
    SeededRandom random(system.seed);
    TimelineBuilder builder;
    const StringId endpoint = builder.endpoint("work");
    std::priority_queue<Event, std::vector<Event>, std::greater<>> events;
    for (std::uint32_t user = 0; user < system.users; ++user)
        events.push({user * system.seconds / system.users + exponential(random, system.thinkSeconds), true, 0});
    for (double second = 0; second < system.seconds; second += 1) {
        const double users = std::floor(second * system.users / system.seconds) + 1;
        builder.addUsers(at(second), std::min<double>(users, system.users));
    }
    std::queue<double> waiting;
    std::uint32_t busy = 0;
    const auto serve = [&](double now, double asked) {
        ++busy;
        events.push({now + exponential(random, system.serviceSeconds), false, asked});
    };
    builder.touch(at(0));
    while (!events.empty() && events.top().time < system.seconds) {
        const Event event = events.top();
        events.pop();
        if (event.isArrival) {
            if (busy < system.servers)
                serve(event.time, event.time);
            else
                waiting.push(event.time);
            continue;
        }
        addRequest(builder, event.time, endpoint, event.time - event.asked);
        events.push({event.time + exponential(random, system.thinkSeconds), true, 0});
        --busy;
        if (!waiting.empty()) {
            serve(event.time, waiting.front());
            waiting.pop();
        }
    }
    return finished(std::move(builder), system.seed);
}

double UslSystem::peak() const
{
    return std::sqrt((1 - alpha) / beta);
}

LoadTestReportPtr simulate(const UslSystem &system)
{
    SeededRandom random(system.seed);
    TimelineBuilder builder;
    const StringId endpoint = builder.endpoint("work");
    builder.touch(at(0));
    for (int second = 0; second < static_cast<int>(system.seconds); ++second) {
        const double users = std::floor(1 + (system.users - 1) * second / (system.seconds - 1));
        builder.addUsers(at(second), users);
        const double rate = system.gamma * users / (1 + system.alpha * (users - 1) + system.beta * users * (users - 1))
            * (1 + system.noise * normal(random));
        const auto count = static_cast<int>(std::lround(rate));
        const double latency = std::max(users / rate - system.thinkSeconds, 1e-3);
        for (int i = 0; i < count; ++i)
            addRequest(builder, second + (i + 0.5) / count, endpoint, latency * std::exp(0.2 * normal(random) - 0.02));
    }
    return finished(std::move(builder), system.seed);
}

} // namespace tailspan::test
