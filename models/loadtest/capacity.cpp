// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/capacity.h"

#include "models/base/number_text.h"
#include "models/loadtest/block_bootstrap.h"
#include "models/loadtest/interval.h"
#include "models/loadtest/largest_load.h"

#include <algorithm>
#include <cmath>

namespace tailspan::loadtest {

namespace {

constexpr double kLittleTolerance = 0.05;

std::vector<LoadPoint> pointsOf(const std::vector<LoadBin> &bins)
{
    std::vector<LoadPoint> points;
    for (const LoadBin &bin : bins) {
        if (bin.users >= 1)
            points.push_back({bin.users, bin.throughput});
    }
    std::sort(points.begin(), points.end(), [](const LoadPoint &a, const LoadPoint &b) { return a.load < b.load; });
    return points;
}

/// Neighbors' mean, about a tenth of the points at a time; fewer points than before, so that none counts twice.
std::vector<LoadPoint> smoothed(const std::vector<LoadPoint> &points)
{
    const std::size_t width = std::max<std::size_t>(3, points.size() / 15);
    std::vector<LoadPoint> result;
    for (std::size_t begin = 0; begin + width <= points.size(); begin += std::max<std::size_t>(width / 2, 1)) {
        LoadPoint mean;
        for (std::size_t i = begin; i < begin + width; ++i) {
            mean.load += points[i].load / static_cast<double>(width);
            mean.throughput += points[i].throughput / static_cast<double>(width);
        }
        result.push_back(mean);
    }
    return result;
}

/// N = X (R + Z) in every bin, with one think time Z for all: the median of what the bins ask for.
std::optional<double> littlesLawErrorOf(const std::vector<LoadBin> &bins)
{
    std::vector<double> thinkTimes;
    for (const LoadBin &bin : bins) {
        if (bin.users >= 1 && bin.throughput > 0)
            thinkTimes.push_back(bin.users / bin.throughput - bin.latency.mean() / 1e9);
    }
    if (thinkTimes.size() < 3)
        return std::nullopt;
    const double think = std::max(0.0, medianOf(thinkTimes));
    std::vector<double> errors;
    for (const LoadBin &bin : bins) {
        if (bin.users >= 1 && bin.throughput > 0)
            errors.push_back(std::abs(bin.users - bin.throughput * (bin.latency.mean() / 1e9 + think)) / bin.users);
    }
    return medianOf(errors);
}

/// The same number of bins drawn at random, by rising load. Drawn inside neighboring fives, so that every stretch of
/// the load stays covered.
std::vector<LoadPoint> drawn(const std::vector<LoadPoint> &points, SeededRandom &random)
{
    constexpr std::size_t kNeighbors = 5;
    std::vector<LoadPoint> sample;
    for (std::size_t begin = 0; begin < points.size(); begin += kNeighbors) {
        const std::size_t end = std::min(begin + kNeighbors, points.size());
        const std::size_t from = end - begin < kNeighbors && begin > 0 ? end - kNeighbors : begin;
        for (std::size_t i = begin; i < end; ++i)
            sample.push_back(points[from + random.below(end - from)]);
    }
    std::stable_sort(sample.begin(), sample.end(),
                     [](const LoadPoint &a, const LoadPoint &b) { return a.load < b.load; });
    return sample;
}

/// By how much throughput at the highest loads lies below the level before, as a ratio: mean of the last sixth over the
/// highest mean of three smoothed points.
double declineOf(const std::vector<LoadPoint> &points, double peak)
{
    double top = 0;
    std::size_t topCount = 0;
    double last = 0;
    std::size_t lastCount = 0;
    const double beyond = points.back().load - (points.back().load - peak) / 3;
    for (const LoadPoint &point : points) {
        if (point.load >= beyond) {
            last += point.throughput;
            ++lastCount;
        } else if (point.load >= 0.75 * peak && point.load <= 1.25 * peak) {
            top += point.throughput;
            ++topCount;
        }
    }
    if (topCount < 2 || lastCount < 2 || !(top > 0))
        return 0;
    return 1 - last / static_cast<double>(lastCount) / (top / static_cast<double>(topCount));
}

/// Both fits in every round.
struct Rounds {
    std::vector<double> peaks;
    std::vector<double> betas;
    std::vector<double> declines;
    std::vector<double> corners;
    std::vector<double> levels; // share of the load at the corner in the largest one
};

Rounds runRounds(const std::vector<LoadPoint> &points, double peak, const CapacityOptions &options)
{
    Rounds rounds;
    SeededRandom random(options.seed);
    for (std::size_t round = 0; round < options.rounds; ++round) {
        const std::vector<LoadPoint> sample = drawn(points, random);
        if (const auto usl = fitUsl(sample)) {
            rounds.betas.push_back(usl->beta);
            rounds.peaks.push_back(usl->peak().value_or(1e12));
            rounds.declines.push_back(declineOf(sample, peak));
        }
        if (const auto bounds = fitBounds(sample)) {
            rounds.corners.push_back(bounds->corner());
            rounds.levels.push_back(bounds->corner() / points.back().load);
        }
    }
    return rounds;
}

bool isMostly(std::vector<double> &rounds, auto &&holdsAtLow, auto &&holdsAtHigh)
{
    if (rounds.size() < 20)
        return false;
    const Interval interval = replicateInterval(rounds);
    return holdsAtLow(interval.low) && holdsAtHigh(interval.high);
}

/// Drawing among five neighbors shows only four fifths of their variance.
Interval widened(std::vector<double> &rounds)
{
    constexpr double kFactor = 1.118; // the root of 5/4
    const Interval interval = replicateInterval(rounds);
    const double middle = medianOf(rounds);
    return {middle - (middle - interval.low) * kFactor, middle + (interval.high - middle) * kFactor};
}

/// A peak: beta's interval excludes 0, the peak lies inside the tested loads, and throughput fell behind it.
bool claimPeak(const std::vector<LoadPoint> &points, Rounds &rounds, Capacity &capacity)
{
    constexpr double kDeclineThatCounts = 0.02;
    const auto any = [](double) { return true; };
    const auto peak = capacity.usl ? capacity.usl->peak() : std::nullopt;
    if (!peak || *peak > 0.9 * points.back().load)
        return false;
    if (!isMostly(
            rounds.betas, [](double low) { return low > 0; }, any)
        || !isMostly(
            rounds.declines, [](double low) { return low > kDeclineThatCounts; }, any))
        return false;
    const Interval interval = widened(rounds.peaks);
    capacity.model = CapacityModel::Usl;
    capacity.kneeUsers = peak;
    capacity.low = interval.low;
    capacity.high = std::min(interval.high, points.back().load);
    return true;
}

/// A level: the bounds meet well inside the tested loads in nearly all rounds.
bool claimLevel(Rounds &rounds, Capacity &capacity)
{
    constexpr double kInside = 0.85;
    if (!capacity.bounds
        || !isMostly(
            rounds.levels, [](double) { return true; }, [](double high) { return high < kInside; }))
        return false;
    const Interval interval = widened(rounds.corners);
    capacity.model = CapacityModel::Bounds;
    capacity.kneeUsers = capacity.bounds->corner();
    // The curve bends where the bounds meet: the other way to fit them belongs to what is not known.
    capacity.low = std::min({interval.low, *capacity.kneeUsers, capacity.bounds->firstCorner});
    capacity.high = std::max({interval.high, *capacity.kneeUsers, capacity.bounds->firstCorner});
    return true;
}

void findKnee(const CapacityOptions &options, Capacity &capacity)
{
    const std::vector<LoadPoint> points = pointsOf(capacity.bins);
    if (points.size() < 12)
        return;
    const std::vector<LoadPoint> smooth = smoothed(points);
    double highest = 0;
    for (const LoadPoint &point : smooth)
        highest = std::max(highest, point.throughput);
    capacity.maxThroughputRps = highest;
    capacity.usl = fitUsl(points);
    capacity.bounds = fitBounds(points);
    capacity.kneedleUsers = kneedle(smooth);
    const auto peak = capacity.usl ? capacity.usl->peak() : std::nullopt;
    Rounds rounds = runRounds(points, peak.value_or(points.back().load), options);
    if (claimPeak(points, rounds, capacity) || claimLevel(rounds, capacity)) {
        if (capacity.kneedleUsers)
            capacity.notes.push_back("A second method (Kneedle) sees the knee at " + decimalText(*capacity.kneedleUsers)
                                     + " users.");
        return;
    }
    capacity.model = CapacityModel::Linear;
    capacity.notes.push_back("Not reached: throughput still rose at " + decimalText(points.back().load)
                             + " users, so no knee is claimed.");
}

void addLittle(Capacity &capacity)
{
    capacity.littlesLawError = littlesLawErrorOf(capacity.bins);
    if (!capacity.littlesLawError)
        return;
    if (*capacity.littlesLawError > kLittleTolerance)
        capacity.notes.push_back("Little's law does not hold: users and requests disagree by "
                                 + percentText(*capacity.littlesLawError)
                                 + ". The number of users may be of one load generator only, the think time may have "
                                   "changed, the generator may be saturated, or users came at a given rate. Do not "
                                   "trust the knee.");
    else
        capacity.notes.push_back("Little's law holds within " + percentText(*capacity.littlesLawError)
                                 + ": users, throughput and latency fit together with one think time.");
}

/// What is carried in users, and between which bounds.
struct CarriedLoad {
    double users = 0;
    std::optional<double> low;
    std::optional<double> high;
    bool isAtLeast = false;
};

std::optional<CarriedLoad> carriedBy(const Capacity &capacity)
{
    if (capacity.largestLoad && capacity.largestLoad->users)
        return CarriedLoad{*capacity.largestLoad->users, capacity.largestLoad->low, capacity.largestLoad->high,
                           !capacity.largestLoad->isReached};
    if (capacity.largestLoad || !capacity.kneeUsers)
        return std::nullopt; // a knee beyond the limit is no headroom
    return CarriedLoad{*capacity.kneeUsers, capacity.low, capacity.high, false};
}

/// Throughput that the test showed at a load: the median of the bins nearest to it.
double throughputAt(const std::vector<LoadBin> &bins, double users)
{
    std::vector<const LoadBin *> nearest;
    for (const LoadBin &bin : bins)
        nearest.push_back(&bin);
    const std::size_t count = std::min(nearest.size(), std::max<std::size_t>(5, nearest.size() / 20));
    std::partial_sort(nearest.begin(), nearest.begin() + static_cast<std::ptrdiff_t>(count), nearest.end(),
                      [users](const LoadBin *a, const LoadBin *b) {
                          return std::abs(a->users - users) < std::abs(b->users - users);
                      });
    std::vector<double> rates;
    for (std::size_t i = 0; i < count; ++i)
        rates.push_back(nearest[i]->throughput);
    return rates.empty() ? 0 : medianOf(rates);
}

Headroom headroomOver(double peak, double carried, std::optional<double> low, std::optional<double> high,
                      bool isAtLeast)
{
    Headroom headroom{peak, carried, carried / peak - 1, {}, {}, isAtLeast};
    if (low && !isAtLeast)
        headroom.low = *low / peak - 1;
    if (high && !isAtLeast)
        headroom.high = *high / peak - 1;
    return headroom;
}

void addHeadroom(const CapacityOptions &options, Capacity &capacity)
{
    const bool hasUsers = options.peakUsers && *options.peakUsers > 0;
    const bool hasRate = options.peakRps && *options.peakRps > 0;
    if (!hasUsers && !hasRate)
        return;
    const auto load = carriedBy(capacity);
    if (!load) {
        capacity.whyNoHeadroom = capacity.largestLoad
            ? "No headroom: not even the smallest load of the test kept the limit of p95."
            : "No headroom: neither a knee nor a limit of p95 is known.";
        return;
    }
    if (hasUsers)
        capacity.headroom = headroomOver(*options.peakUsers, load->users, load->low, load->high, load->isAtLeast);
    if (!hasRate)
        return;
    const auto rateOf = [&capacity](std::optional<double> users) {
        return users ? std::optional(throughputAt(capacity.bins, *users)) : std::nullopt;
    };
    // Rates rise with users up to the knee and level off there: the bounds of the load are bounds of the rate.
    const double rate = throughputAt(capacity.bins, load->users);
    const auto low = rateOf(load->low);
    const auto high = rateOf(load->high);
    capacity.rateHeadroom = headroomOver(*options.peakRps, rate,
                                         low ? std::optional(std::min(*low, rate)) : std::nullopt,
                                         high ? std::optional(std::max(*high, rate)) : std::nullopt, load->isAtLeast);
}

void addReplicas(const CapacityOptions &options, Capacity &capacity)
{
    if (!options.targetRps)
        return;
    if (!capacity.kneeUsers || !capacity.maxThroughputRps) {
        capacity.whyNoReplicas = "The number of replicas cannot be told: the test did not saturate the system, so "
                                 "what one replica carries is not known. Test with more load.";
        return;
    }
    std::vector<double> service; // mean latencies while nothing queues
    for (const LoadBin &bin : capacity.bins) {
        if (bin.users <= *capacity.kneeUsers / 2)
            service.push_back(bin.latency.mean());
    }
    if (service.empty()) {
        capacity.whyNoReplicas = "The number of replicas cannot be told: the test held no load below half of the knee, "
                                 "so the time of a request that does not queue is not known.";
        return;
    }
    capacity.replicas = replicasFor({*options.targetRps, *capacity.maxThroughputRps, options.testedReplicas,
                                     Duration(std::llround(medianOf(service))), options.p95Limit});
    if (!capacity.replicas)
        capacity.whyNoReplicas = "No number of replicas keeps the limit: requests that do not queue take "
            + durationText(Duration(std::llround(medianOf(service))))
            + " in the mean, and with random service times (M/M/c) their p95 alone is about three times that.";
}

/// "http_req_duration p(95)" of a limit in the report itself.
std::optional<Duration> limitInReport(const LoadTestReport &report)
{
    for (const Scenario &scenario : report.scenarios) {
        for (const Verdict &verdict : scenario.verdicts) {
            const bool isP95 = verdict.criterion == "http_req_duration p(95)" || verdict.criterion == "p95";
            if (isP95 && verdict.limit && verdict.unit == "ms" && verdict.comparison.starts_with('<')
                && *verdict.limit > 0 && *verdict.limit < 1e9)
                return Duration(std::llround(*verdict.limit * 1e6));
        }
    }
    return std::nullopt;
}

} // namespace

const char *capacityModelName(CapacityModel model)
{
    switch (model) {
    case CapacityModel::Linear: return "linear";
    case CapacityModel::Bounds: return "asymptotic-bounds";
    case CapacityModel::Usl: return "usl";
    case CapacityModel::None: break;
    }
    return "none";
}

Capacity capacityOfBins(std::vector<LoadBin> bins, const CapacityOptions &options)
{
    Capacity capacity;
    capacity.bins = std::move(bins);
    if (!isRamp(capacity.bins))
        return capacity;
    addLittle(capacity);
    findKnee(options, capacity);
    if (options.p95Limit)
        capacity.largestLoad = largestLoadOf(capacity.bins, *options.p95Limit, options.rounds, options.seed);
    else
        capacity.notes.emplace_back("No limit on p95 is known, so the largest load that keeps it is not given.");
    addHeadroom(options, capacity);
    addReplicas(options, capacity);
    return capacity;
}

std::optional<Capacity> capacityOf(const LoadTestReport &report, const CapacityOptions &options)
{
    if (!report.contents.hasUsers)
        return std::nullopt;
    std::vector<LoadBin> bins = loadBins(report, options.view, UserSample::OfStep);
    if (!isRamp(bins))
        return std::nullopt;
    // On a steep ramp half a step matters; Little's law says which reading of the users is right.
    std::vector<LoadBin> atBegin = loadBins(report, options.view, UserSample::AtBegin);
    if (littlesLawErrorOf(atBegin).value_or(1) < littlesLawErrorOf(bins).value_or(1))
        bins = std::move(atBegin);
    CapacityOptions withLimit = options;
    if (!withLimit.p95Limit)
        withLimit.p95Limit = limitInReport(report);
    return capacityOfBins(std::move(bins), withLimit);
}

} // namespace tailspan::loadtest
