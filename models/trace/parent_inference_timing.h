// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/parent_inference_problem.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tailspan::trace {

/// Bins of a signed time difference: about equal steps near zero, equal ratios further out (asinh).
class TimeAxis {
public:
    static constexpr std::size_t kBins = 64;

    explicit TimeAxis(double scaleNs) : m_scaleNs(scaleNs) {}
    std::size_t binOf(double valueNs) const;
    /// Turns the chance of a bin into a density a nanosecond: -log(width of the bin at this value).
    double logPerNs(double valueNs) const;

private:
    double m_scaleNs;
};

using AxisChances = std::array<double, TimeAxis::kBins>;

/// Spreads counts over neighbouring bins; the sum stays.
void smoothCounts(AxisChances &counts);

/// Which table and which cell of it each edge falls into. Tables come in three levels, each leaning on the
/// one above: pattern (caller kind, kinds of the children, how many), caller kind, everybody. Only the most
/// frequent patterns and kinds have tables of their own.
class TimingLayout {
public:
    struct EdgeCell {
        std::uint32_t table = 0;
        std::uint32_t cell = 0; // lead bin * kBins + tail bin
        float logPerNs = 0;
    };

    explicit TimingLayout(const InferenceProblem &problem);
    const EdgeCell &cellOf(std::size_t edge) const { return m_edges[edge]; }
    std::size_t tableCount() const { return m_wider.size(); }
    /// Of a level further up; 0 is everybody.
    std::size_t widerThan(std::size_t table) const { return m_wider[table]; }
    /// Where the tables of each level begin, and behind the last one.
    const std::array<std::size_t, 4> &levels() const { return m_levels; }

private:
    std::vector<std::uint32_t> chooseTables(const InferenceProblem &problem);

    std::vector<std::size_t> m_wider;
    std::array<std::size_t, 4> m_levels{};
    std::vector<EdgeCell> m_edges;
};

/// Learned densities of (lead, tail) of an edge: how soon after its caller's start the first child starts,
/// and how soon after the last child's end the caller ends. Negative values come from transit delays. A table
/// that has seen little is filled up from the wider one.
class TimingTables {
public:
    /// `layout` must outlive the tables.
    explicit TimingTables(const TimingLayout &layout);

    /// Natural logarithm of the density a nanosecond squared.
    double logDensity(std::size_t edge) const;
    void observe(std::size_t edge, double chance);
    /// Replaces the densities by what was observed since the last call.
    void learn();

private:
    struct Table {
        std::vector<float> counts, chances, logChances; // by cell
    };

    void learnTable(std::size_t row);

    const TimingLayout &m_layout;
    std::vector<Table> m_tables;
};

} // namespace tailspan::trace
