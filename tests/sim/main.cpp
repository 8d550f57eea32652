// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/simulation.h"

#include <csignal>
#include <cstdio>
#include <thread>

using namespace tailspan;

namespace {

constexpr int kWrongUsage = 2;
constexpr int kFailed = 4;

int report(const Error &error, int code)
{
    std::fprintf(stderr, "tailspan_sim: %s\n", error.text().c_str());
    return code;
}

} // namespace

int main(int argc, char **argv)
{
    const auto options = sim::parseOptions({argv + 1, argv + argc}, sim::wallClockNs());
    if (!options.has_value())
        return report(options.error(), kWrongUsage);
    if (options->showsHelp) {
        std::fputs(sim::usage().c_str(), stdout);
        return 0;
    }
    // A thread waits for the signals instead of a handler, which could do next to nothing.
    sigset_t signals;
    sigemptyset(&signals);
    for (const int number : {SIGINT, SIGTERM, SIGHUP})
        sigaddset(&signals, number);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);

    auto simulation = sim::Simulation::open(*options);
    if (!simulation.has_value())
        return report(simulation.error(), kFailed);
    if ((*simulation)->metricsPort() != 0)
        std::fprintf(stderr, "Metrics: http://127.0.0.1:%d/metrics\n", (*simulation)->metricsPort());
    std::stop_source stop;
    const std::jthread waiting([&](const std::stop_token &over) {
        const timespec slice{0, 50'000'000};
        while (!over.stop_requested())
            if (sigtimedwait(&signals, nullptr, &slice) > 0)
                stop.request_stop();
    });
    const auto totals = (*simulation)->run(stop.get_token());
    if (!totals.has_value())
        return report(totals.error(), kFailed);
    std::fprintf(stderr, "%llu spans of %llu requests in %.1f s, at most %.2f s late\n",
                 static_cast<unsigned long long>(totals->records), static_cast<unsigned long long>(totals->requests),
                 totals->seconds, totals->behindS);
    return 0;
}
