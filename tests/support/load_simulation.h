// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/load_test_report.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tailspan::test {

/// A run under even load whose truth is known: endpoints with log-normal latencies around a level that drifts, so that
/// neighboring requests depend on each other as they do on real systems.
struct SteadyRun {
    double users = 40;
    double seconds = 120;
    double requestsPerSecond = 300;
    std::vector<std::string> endpoints{"Login", "GetCourses", "GetJobs"};
    double medianMs = 60;
    double spread = 0.35;     ///< Of the logarithm of a latency.
    double drift = 0.06;      ///< Of the level's logarithm.
    double driftMemory = 0.8; ///< Autocorrelation of the level from one tenth of a second to the next.
    double slower = 1;        ///< Factor on every latency.
    double failures = 0.01;
    std::uint64_t seed = 1;
};
[[nodiscard]] loadtest::LoadTestReportPtr simulate(const SteadyRun &run);

/// A closed system: users who think (exponential times), then wait for one of `servers` (M/M/c with exponential
/// service). Users come one by one over `seconds`. The knee is known: (think + service) * servers / service.
struct ClosedSystem {
    std::uint32_t servers = 6;
    double serviceSeconds = 0.032;
    double thinkSeconds = 0.1;
    std::uint32_t users = 60;
    double seconds = 240;
    std::uint64_t seed = 1;
    [[nodiscard]] double knee() const { return (thinkSeconds + serviceSeconds) * servers / serviceSeconds; }
};
[[nodiscard]] loadtest::LoadTestReportPtr simulate(const ClosedSystem &system);

/// Throughput by the universal scalability law with noise; a ramp from one user to `users`. The peak is known:
/// sqrt((1 - alpha) / beta). alpha = beta = 0: linear, there is no knee.
struct UslSystem {
    double gamma = 20;
    double alpha = 0.03;
    double beta = 0.0008;
    double users = 80;
    double seconds = 300;
    double noise = 0.04; ///< Of the throughput of a second.
    double thinkSeconds = 0.02;
    std::uint64_t seed = 1;
    [[nodiscard]] double peak() const;
};
[[nodiscard]] loadtest::LoadTestReportPtr simulate(const UslSystem &system);

} // namespace tailspan::test
