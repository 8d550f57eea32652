// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <span>

namespace tailspan::loadtest {

/// Throughput at a load.
struct LoadPoint {
    double load = 0;
    double throughput = 0;
};

/// The universal scalability law, X(N) = gamma N / (1 + alpha (N - 1) + beta N (N - 1)) (Gunther, "Guerrilla Capacity
/// Planning", 2007). alpha: what waits for each other; beta: what costs more the more take part.
struct UslFit {
    double gamma = 0;
    double alpha = 0;
    double beta = 0;
    double squares = 0; ///< Sum of the squared residuals.
    [[nodiscard]] double at(double load) const;
    /// The load with the highest throughput, sqrt((1 - alpha) / beta); nullopt where it rises for ever.
    [[nodiscard]] std::optional<double> peak() const;
};

/// Least squares on throughput with alpha and beta not negative (Gauss-Newton). nullopt for fewer than four points or
/// loads below one.
[[nodiscard]] std::optional<UslFit> fitUsl(std::span<const LoadPoint> points);

/// Two lines: throughput rises with the load, X = N / demand, until it stays at its highest (asymptotic bounds,
/// Denning and Buzen 1978).
struct BoundsFit {
    double demand = 0;  ///< Seconds from one request of a user to the next while nothing queues.
    double highest = 0; ///< Requests a second.
    double squares = 0;
    double firstCorner = 0; ///< Of plain least squares: how far off the bend could put corner().
    [[nodiscard]] double corner() const { return demand * highest; } ///< The load where both lines meet.
};
/// Least squares for the corner, then `demand` from loads up to half of it and `highest` from loads beyond it, because
/// the true curve bends between them. nullopt for fewer than four points.
[[nodiscard]] std::optional<BoundsFit> fitBounds(std::span<const LoadPoint> points);

/// The knee of an increasing curve that flattens (Kneedle: Satopaa, Albrecht, Irwin, Raghavan 2011); points by rising
/// load, smooth already. nullopt where there is none at this sensitivity.
[[nodiscard]] std::optional<double> kneedle(std::span<const LoadPoint> points, double sensitivity = 1);

} // namespace tailspan::loadtest
