// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/usl.h"

#include "models/loadtest/interval.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

namespace tailspan::loadtest {

namespace {

using Vector3 = std::array<double, 3>;

/// Normal equations of a least-squares problem in three coefficients.
struct Normal {
    std::array<Vector3, 3> matrix{};
    Vector3 right{};

    void add(const Vector3 &row, double wanted)
    {
        for (std::size_t i = 0; i < 3; ++i) {
            right[i] += row[i] * wanted;
            for (std::size_t j = 0; j < 3; ++j)
                matrix[i][j] += row[i] * row[j];
        }
    }
};

/// Solves for the coefficients in `isFree`, the others stay 0. nullopt where it is singular.
std::optional<Vector3> solve(Normal normal, const std::array<bool, 3> &isFree)
{
    auto &m = normal.matrix;
    for (std::size_t i = 0; i < 3; ++i) {
        if (isFree[i])
            continue;
        for (std::size_t j = 0; j < 3; ++j)
            m[i][j] = m[j][i] = 0;
        m[i][i] = 1;
        normal.right[i] = 0;
    }
    for (std::size_t pivot = 0; pivot < 3; ++pivot) { // positive definite: no exchange of rows needed
        if (!(std::abs(m[pivot][pivot]) > 1e-300))
            return std::nullopt;
        for (std::size_t row = pivot + 1; row < 3; ++row) {
            const double factor = m[row][pivot] / m[pivot][pivot];
            for (std::size_t column = pivot; column < 3; ++column)
                m[row][column] -= factor * m[pivot][column];
            normal.right[row] -= factor * normal.right[pivot];
        }
    }
    Vector3 solution{};
    for (std::size_t i = 3; i-- > 0;) {
        double sum = normal.right[i];
        for (std::size_t j = i + 1; j < 3; ++j)
            sum -= m[i][j] * solution[j];
        solution[i] = sum / m[i][i];
    }
    return solution;
}

/// The law in coefficients in which its denominator is linear: N / X = c0 + c1 (N - 1) / s + c2 N (N - 1) / s^2, with
/// the scale s for numbers of like size.
class LinearForm {
public:
    explicit LinearForm(std::span<const LoadPoint> points) : m_points(points)
    {
        for (const LoadPoint &point : points)
            m_scale = std::max(m_scale, point.load);
    }

    [[nodiscard]] Vector3 row(double load) const
    {
        return {1, (load - 1) / m_scale, load * (load - 1) / (m_scale * m_scale)};
    }

    [[nodiscard]] static double denominator(const Vector3 &row, const Vector3 &c)
    {
        return row[0] * c[0] + row[1] * c[1] + row[2] * c[2];
    }

    [[nodiscard]] UslFit fitOf(const Vector3 &c) const
    {
        UslFit fit{1 / c[0], c[1] / c[0] / m_scale, c[2] / c[0] / (m_scale * m_scale), 0};
        for (const LoadPoint &point : m_points)
            fit.squares += std::pow(point.throughput - fit.at(point.load), 2);
        return fit;
    }

    /// From the law turned into a straight line.
    [[nodiscard]] std::optional<Vector3> start(const std::array<bool, 3> &isFree) const
    {
        Normal normal;
        for (const LoadPoint &point : m_points) {
            if (point.throughput > 0)
                normal.add(row(point.load), point.load / point.throughput);
        }
        return solve(normal, isFree);
    }

    /// One step of Gauss and Newton.
    [[nodiscard]] std::optional<Vector3> step(const Vector3 &c, const std::array<bool, 3> &isFree) const
    {
        Normal normal;
        for (const LoadPoint &point : m_points) {
            Vector3 r = row(point.load);
            const double q = denominator(r, c);
            const double slope = point.load / (q * q);
            for (double &value : r)
                value *= slope;
            normal.add(r, slope * q - (point.throughput - point.load / q));
        }
        return solve(normal, isFree);
    }

private:
    std::span<const LoadPoint> m_points;
    double m_scale = 1;
};

bool isPossible(const Vector3 &c)
{
    return c[0] > 0 && c[1] >= 0 && c[2] >= 0 && std::isfinite(c[0] + c[1] + c[2]);
}

/// The best fit with these coefficients free, or nothing where it leaves what is possible.
std::optional<UslFit> fitWith(const LinearForm &form, const std::array<bool, 3> &isFree)
{
    constexpr int kSteps = 50;
    auto c = form.start(isFree);
    if (!c || !((*c)[0] > 0))
        return std::nullopt;
    for (double &value : *c)
        value = std::max(value, 0.0);
    UslFit best = form.fitOf(*c);
    for (int i = 0; i < kSteps; ++i) {
        const auto next = form.step(*c, isFree);
        if (!next)
            return std::nullopt;
        double share = 1; // of the step, halved until it helps
        Vector3 tried{};
        UslFit fit;
        do {
            for (std::size_t j = 0; j < 3; ++j)
                tried[j] = (*c)[j] + share * ((*next)[j] - (*c)[j]);
            fit = tried[0] > 0 ? form.fitOf(tried) : UslFit{0, 0, 0, std::numeric_limits<double>::infinity()};
            share /= 2;
        } while (!(fit.squares <= best.squares) && share > 1e-4);
        if (!(fit.squares <= best.squares))
            break;
        const bool isSettled = best.squares - fit.squares <= 1e-12 * best.squares;
        c = tried;
        best = fit;
        if (isSettled)
            break;
    }
    return isPossible(*c) ? std::optional(best) : std::nullopt;
}

/// Each bound from where it holds alone.
void sharpen(const std::vector<LoadPoint> &sorted, BoundsFit &best)
{
    const double corner = best.corner();
    best.firstCorner = corner;
    std::vector<double> demands;
    std::vector<double> levels;
    for (const LoadPoint &point : sorted) {
        if (point.load <= corner / 2 && point.throughput > 0)
            demands.push_back(point.load / point.throughput);
        if (point.load >= 1.25 * corner)
            levels.push_back(point.throughput);
    }
    if (demands.size() >= 3)
        best.demand = medianOf(demands);
    if (levels.size() >= 3)
        best.highest = medianOf(levels);
}

} // namespace

double UslFit::at(double load) const
{
    return gamma * load / (1 + alpha * (load - 1) + beta * load * (load - 1));
}

std::optional<double> UslFit::peak() const
{
    return beta > 0 && alpha < 1 ? std::optional(std::sqrt((1 - alpha) / beta)) : std::nullopt;
}

std::optional<UslFit> fitUsl(std::span<const LoadPoint> points)
{
    if (points.size() < 4
        || std::any_of(points.begin(), points.end(), [](const LoadPoint &p) { return !(p.load >= 1); }))
        return std::nullopt;
    const LinearForm form(points);
    std::optional<UslFit> best;
    // Coefficients at their bound 0 are left out: the best of all such choices is the bounded fit.
    for (const std::array<bool, 3> &isFree : {std::array{true, true, true}, std::array{true, true, false},
                                              std::array{true, false, true}, std::array{true, false, false}}) {
        const auto fit = fitWith(form, isFree);
        if (fit && (!best || fit->squares < best->squares))
            best = fit;
    }
    return best;
}

std::optional<BoundsFit> fitBounds(std::span<const LoadPoint> points)
{
    if (points.size() < 4)
        return std::nullopt;
    std::vector<LoadPoint> sorted(points.begin(), points.end());
    std::sort(sorted.begin(), sorted.end(), [](const LoadPoint &a, const LoadPoint &b) { return a.load < b.load; });
    double rising = 0; // sum of N X and of N^2 up to the split
    double loads = 0;
    double level = 0; // sum of X behind it
    for (const LoadPoint &point : sorted)
        level += point.throughput;
    BoundsFit best;
    best.squares = std::numeric_limits<double>::infinity();
    for (std::size_t split = 1; split <= sorted.size(); ++split) {
        const LoadPoint &point = sorted[split - 1];
        rising += point.load * point.throughput;
        loads += point.load * point.load;
        level -= point.throughput;
        if (split < 2 || !(rising > 0))
            continue;
        BoundsFit fit;
        fit.demand = loads / rising;
        const std::size_t behind = sorted.size() - split;
        fit.highest = behind > 0 ? level / static_cast<double>(behind) : sorted.back().load / fit.demand;
        for (std::size_t i = 0; i < sorted.size(); ++i)
            fit.squares += std::pow(sorted[i].throughput - (i < split ? sorted[i].load / fit.demand : fit.highest), 2);
        if (fit.squares < best.squares && (behind == 0 || fit.corner() <= 1.2 * sorted[split].load))
            best = fit;
    }
    sharpen(sorted, best);
    return best;
}

std::optional<double> kneedle(std::span<const LoadPoint> points, double sensitivity)
{
    if (points.size() < 5)
        return std::nullopt;
    double low = points.front().throughput;
    double high = low;
    for (const LoadPoint &point : points) {
        low = std::min(low, point.throughput);
        high = std::max(high, point.throughput);
    }
    const double width = points.back().load - points.front().load;
    if (!(width > 0) || !(high > low))
        return std::nullopt;
    std::vector<double> above; // how far the curve, scaled to the unit square, is above its diagonal
    for (const LoadPoint &point : points)
        above.push_back((point.throughput - low) / (high - low) - (point.load - points.front().load) / width);
    const double step = 1.0 / static_cast<double>(points.size() - 1);
    std::optional<std::size_t> candidate;
    double threshold = 0;
    for (std::size_t i = 1; i + 1 < above.size(); ++i) {
        if (above[i] >= above[i - 1] && above[i] >= above[i + 1] && above[i] > 0
            && (!candidate || above[i] > above[*candidate])) {
            candidate = i;
            threshold = above[i] - sensitivity * step;
        }
        if (candidate && above[i + 1] < threshold)
            return points[*candidate].load;
    }
    return std::nullopt;
}

} // namespace tailspan::loadtest
