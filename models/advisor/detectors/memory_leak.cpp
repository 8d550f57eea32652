// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/detector.h"
#include "models/advisor/memory_growth.h"
#include "models/base/number_text.h"

#include <algorithm>
#include <cmath>

namespace tailspan::advisor {

namespace {

constexpr std::string_view kId = "service.memory-leak";
constexpr double kNsPerDay = 86'400e9;

struct PodGrowth {
    const RoleSeries *memory = nullptr;
    MemoryGrowth growth;
};

/// Old space after collections where it is told, else the memory of the process.
std::vector<const RoleSeries *> memoryOf(const MetricHistory &history, const std::string &service)
{
    std::vector<const RoleSeries *> memory = history.of(Role::HeapAfterGc, service);
    if (memory.empty())
        memory = history.of(Role::MemoryUsage, service);
    // Pods, where they are told: their sum is none, and grows by what all of them leak.
    if (std::ranges::any_of(memory, [](const RoleSeries *series) { return !series->pod.empty(); }))
        std::erase_if(memory, [](const RoleSeries *series) { return series->pod.empty(); });
    return memory;
}

const metric::MetricSeries *seriesOf(const MetricHistory &history, Role role, const RoleSeries &like)
{
    const std::vector<const RoleSeries *> all = history.of(role, like.service);
    auto found = std::ranges::find(all, like.pod, &RoleSeries::pod);
    if (found == all.end())
        found = std::ranges::find(all, std::string(), &RoleSeries::pod);
    return found == all.end() ? nullptr : &(*found)->series;
}

double lastValue(const metric::MetricSeries &series)
{
    for (std::size_t i = series.values.size(); i-- > 0;) {
        if (std::isfinite(series.values[i]))
            return series.values[i];
    }
    return std::numeric_limits<double>::quiet_NaN();
}

std::string megabytes(double bytes)
{
    return decimalText(bytes / 1e6) + " MB";
}

const std::string &nameOf(const RoleSeries &memory)
{
    return memory.pod.empty() ? memory.service : memory.pod;
}

CurvePicture pictureOf(const PodGrowth &pod, double limit)
{
    CurvePicture picture;
    picture.xName = "Time";
    picture.xUnit = "time";
    picture.yName = "Memory of " + nameOf(*pod.memory);
    picture.yUnit = "bytes";
    CurvePicture::Curve floor{"floor of six hours", {}, {}, false};
    CurvePicture::Curve trend{"trend", {}, {}, true};
    for (std::size_t i = 0; i < pod.growth.days.size(); ++i) {
        floor.x.push_back(static_cast<double>(pod.growth.beginNs) + pod.growth.days[i] * kNsPerDay);
        floor.y.push_back(pod.growth.floors[i]);
        trend.x.push_back(floor.x.back());
        trend.y.push_back(pod.growth.trend.intercept + pod.growth.trend.slope * pod.growth.days[i]);
    }
    picture.curves = {std::move(floor), std::move(trend)};
    if (limit < 4 * pod.growth.lastFloor) // beyond that it would press the curves flat
        picture.limits.emplace_back("limit", limit);
    return picture;
}

/// The slope of all pods that leak, bytes a day with its 80 % interval: the same code leaks in all of them, and that of
/// the worst is the one that chance made the steepest.
struct SharedSlope {
    double low = 0;
    double value = 0;
    double high = 0;
};
SharedSlope sharedSlope(const std::vector<PodGrowth> &pods)
{
    SharedSlope sum;
    double count = 0;
    for (const PodGrowth &pod : pods) {
        if (!pod.growth.isLeak)
            continue;
        const TheilSen likely = theilSen(pod.growth.days, pod.growth.floors, Estimate::kCoverage);
        sum.low += std::max(likely.low, pod.growth.trend.low);
        sum.value += pod.growth.trend.slope;
        sum.high += likely.high;
        ++count;
    }
    return {sum.low / count, sum.value / count, sum.high / count};
}

/// Days until the first pod is at the limit; the interval is that of the slope, and of when in its six hours the last
/// floor was.
std::optional<Estimate> daysToLimit(const std::vector<PodGrowth> &pods, double limit)
{
    double floor = 0;
    for (const PodGrowth &pod : pods)
        floor = pod.growth.isLeak ? std::max(floor, pod.growth.lastFloor) : floor;
    const double room = limit - floor;
    if (!std::isfinite(room) || room <= 0)
        return std::nullopt;
    const SharedSlope slope = sharedSlope(pods);
    constexpr double kFloorDays = 0.25;
    constexpr double kTail = (1 - Estimate::kCoverage) / 2;
    Estimate estimate;
    estimate.metric = "days until the limit";
    estimate.unit = "days";
    const auto daysAt = [&](double perDay, double ago) { return std::max(0.0, room / perDay - ago * kFloorDays); };
    estimate.expected = daysAt(slope.value, 0.5);
    const double later = std::hypot(room / slope.low - room / slope.value, (0.5 - kTail) * kFloorDays);
    const double sooner = std::hypot(room / slope.value - room / slope.high, (0.5 - kTail) * kFloorDays);
    estimate.low = std::max(0.0, estimate.expected - sooner);
    estimate.high = estimate.expected + later;
    estimate.basis = "room to the limit of " + megabytes(limit) + " over the slope of the floor (Theil-Sen)";
    return estimate;
}

std::vector<Artifact> artifactsFor(const RoleSeries &memory, double limit)
{
    constexpr double kShareOfHeap = 0.75; // the rest of a Node.js process: code, buffers, stacks
    constexpr double kDefaultMiB = 1536;
    const double heap = std::isfinite(limit) ? kShareOfHeap * limit / (1 << 20) : kDefaultMiB;
    std::vector<Artifact> artifacts;
    artifacts.push_back({"yaml", "Write heap snapshots before memory runs out (environment of the container)",
                         "env:\n  - name: NODE_OPTIONS\n    value: \"--heapsnapshot-near-heap-limit=2 "
                         "--max-old-space-size="
                             + std::to_string(static_cast<long long>(heap)) + "\"\n",
                         "# Take NODE_OPTIONS out of env again, or put its old value back.\n"});
    artifacts.push_back({"promql", "Alert on the floor, not on the sawtooth",
                         "deriv(min_over_time((" + memory.query + ")[6h:5m])[1d:5m]) * 86400 > 5e6\n", std::nullopt});
    return artifacts;
}

void addEvidence(const MetricHistory &history, const std::vector<PodGrowth> &pods, Finding &finding)
{
    for (const PodGrowth &pod : pods) {
        if (!pod.growth.isLeak)
            continue;
        const std::string &name = nameOf(*pod.memory);
        const std::string text = name + ": " + megabytes(pod.growth.floors.front()) + " to "
            + megabytes(pod.growth.floors.back()) + " in " + decimalText(pod.growth.days.back()) + " days";
        finding.evidence.push_back(
            {"metrics", text, {{ReferenceKind::Metric, pod.memory->query, "Memory of " + name, history.range}}});
    }
}

Finding findingFor(const MetricHistory &history, const std::vector<PodGrowth> &pods, const Rules &rules)
{
    const PodGrowth &worst = *std::ranges::max_element(
        pods, {}, [](const PodGrowth &pod) { return pod.growth.isLeak ? pod.growth.trend.slope : -1; });
    const auto leaking = std::ranges::count_if(pods, [](const PodGrowth &pod) { return pod.growth.isLeak; });
    const metric::MetricSeries *limits = seriesOf(history, Role::MemoryLimit, *worst.memory);
    const double limit = limits == nullptr ? std::numeric_limits<double>::quiet_NaN() : lastValue(*limits);
    const TheilSen &trend = worst.growth.trend;
    Finding finding;
    finding.detector = kId;
    finding.kind = FindingKind::Service;
    finding.subject = {worst.memory->service, {}, {}};
    finding.id = findingId(kId, finding.subject);
    finding.title = "Memory leak, " + megabytes(trend.slope) + " a day";
    finding.what = "The floor of memory, what stays after garbage collection, rises by " + megabytes(trend.slope)
        + " a day (" + megabytes(trend.low) + " to " + megabytes(trend.high) + ", 99 %) in " + std::to_string(leaking)
        + " of " + pluralText(pods.size(), "pod", "pods")
        + ", does not level off, and is not explained by the load or by one step.";
    finding.confidence = leaking > 1 ? 0.9 : 0.75;
    finding.estimate = daysToLimit(pods, limit);
    finding.severity = Severity::Medium;
    finding.impactText = megabytes(trend.slope) + " a day";
    if (finding.estimate) {
        finding.impactText = "full in " + decimalText(finding.estimate->expected) + " days";
        if (finding.estimate->expected < rules.number("service.memory-leak.high-days"))
            finding.severity = Severity::High;
    } else {
        finding.assumptions.push_back("The memory limit is not known, so neither is when it is reached.");
    }
    finding.verification = {VerificationState::Unverified,
                            "a trend over " + decimalText(worst.growth.days.back())
                                + " days of metrics; what leaks shows a heap snapshot only"};
    finding.artifacts = artifactsFor(*worst.memory, limit);
    finding.picture = pictureOf(worst, limit);
    addEvidence(history, pods, finding);
    finding.refutedBy = "The floor stays level over the next days, or falls without a restart.";
    return finding;
}

class MemoryLeakDetector final : public Detector {
public:
    [[nodiscard]] DetectorInfo info() const override
    {
        return {kId, FindingKind::Service, "Memory leak", Input::Metrics, Input::Scaling};
    }

    void detect(const Inputs &inputs, const Rules &rules, const std::stop_token &stop, Output &output) const override
    {
        for (const std::string &service : inputs.metrics->services()) {
            if (stop.stop_requested())
                return;
            judgeService(*inputs.metrics, service, rules, output);
        }
    }

private:
    static void judgeService(const MetricHistory &history, const std::string &service, const Rules &rules,
                             Output &output)
    {
        std::vector<PodGrowth> pods;
        std::string whyNot;
        for (const RoleSeries *memory : memoryOf(history, service)) {
            MemoryGrowth growth = judgeGrowth(memory->series, seriesOf(history, Role::RequestRate, *memory),
                                              seriesOf(history, Role::Restarts, *memory), rules);
            whyNot = growth.whyNot;
            if (growth.isJudged)
                pods.push_back({memory, std::move(growth)});
        }
        const auto leaking = std::ranges::count_if(pods, [](const PodGrowth &pod) { return pod.growth.isLeak; });
        const std::ptrdiff_t needed = pods.size() >= 2 ? 2 : 1; // the same code leaks in every pod
        if (leaking >= needed)
            output.findings.push_back(findingFor(history, pods, rules));
        else if (pods.empty() && !whyNot.empty())
            output.unjudged.push_back({std::string(kId), service, "There are " + whyNot + ".",
                                       "Ask Prometheus for a longer range, if it keeps one."});
    }
};

} // namespace

DetectorPtr makeMemoryLeakDetector()
{
    return std::make_unique<MemoryLeakDetector>();
}

} // namespace tailspan::advisor
