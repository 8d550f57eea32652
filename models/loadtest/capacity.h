// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/load_bins.h"
#include "models/loadtest/queueing.h"
#include "models/loadtest/usl.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tailspan::loadtest {

enum class CapacityModel : std::uint8_t {
    None,   ///< Load was not varied, or the file does not hold what is needed.
    Linear, ///< Throughput rose to the end: the knee was not reached.
    Bounds, ///< Throughput levels off: the knee is where the asymptotic bounds meet.
    Usl,    ///< Throughput falls again: the knee is the peak of the universal scalability law.
};
/// "none", "linear", "asymptotic-bounds", "usl"
[[nodiscard]] const char *capacityModelName(CapacityModel model);

struct CapacityOptions {
    RequestView view;
    std::optional<Duration> p95Limit; ///< For the largest load; without it that of the report, if it has one.
    std::optional<double> peakUsers;  ///< Today's peak, for the headroom.
    std::optional<double> peakRps;    ///< The same as requests a second.
    std::optional<double> targetRps;  ///< For the number of replicas.
    std::uint32_t testedReplicas = 1;
    std::size_t rounds = 200;
    std::uint64_t seed = 20261123;
    friend bool operator==(const CapacityOptions &, const CapacityOptions &) = default;
};

/// The largest load whose p95 stays below a limit.
struct LargestLoad {
    Duration p95Limit;
    std::optional<double> users; ///< nullopt: not even the smallest load did.
    double low = 0;
    std::optional<double> high; ///< nullopt: the limit was not reached in some or all of the rounds.
    bool isReached = false;     ///< False: the largest load of the test still kept the limit.
};

/// How far today's peak is below what the system carries: the largest load that keeps the limit, else the knee.
struct Headroom {
    double peak = 0;            ///< Today's, users or requests a second.
    double carried = 0;         ///< The same unit.
    double ratio = 0;           ///< carried / peak - 1
    std::optional<double> low;  ///< 95 % interval of the ratio;
    std::optional<double> high; ///< nullopt: more than was tested.
    bool isAtLeast = false;     ///< The test ended before the limit was reached.
};

struct Capacity {
    CapacityModel model = CapacityModel::None;
    std::optional<double> kneeUsers; ///< Claimed only where the data show it.
    std::optional<double> low;       ///< 95 % interval of the knee.
    std::optional<double> high;
    std::optional<double> maxThroughputRps; ///< The highest seen, smoothed.
    std::optional<double> littlesLawError;  ///< 0..1: by how much users and requests disagree.
    std::optional<UslFit> usl;              ///< For the curve; not a claim.
    std::optional<BoundsFit> bounds;        ///< The same.
    std::optional<double> kneedleUsers;     ///< A second opinion.
    std::optional<LargestLoad> largestLoad;
    std::optional<Headroom> headroom;     ///< Over today's peak of users.
    std::optional<Headroom> rateHeadroom; ///< Over today's peak of requests a second.
    std::optional<ReplicaAnswer> replicas;
    std::string whyNoHeadroom; ///< Where it was asked for.
    std::string whyNoReplicas;
    std::vector<LoadBin> bins; ///< What all of this was made from, by time.
    std::vector<std::string> notes;
};

/// Reads the capacity of a system out of a run in which the load was varied. nullopt where it was not. Intervals by
/// drawing bins again at random. Deterministic. Thread: any.
[[nodiscard]] std::optional<Capacity> capacityOf(const LoadTestReport &report, const CapacityOptions &options);

/// The same from bins.
[[nodiscard]] Capacity capacityOfBins(std::vector<LoadBin> bins, const CapacityOptions &options);

} // namespace tailspan::loadtest
