// SPDX-License-Identifier: GPL-3.0-or-later
// Latency that does not come from the CPU of the pods: more replicas would not help, and would open more connections.
#include "models/advisor/hpa_tuning.h"
#include "models/base/hash.h"
#include "models/base/number_text.h"

#include <algorithm>
#include <cmath>

namespace tailspan::advisor {

namespace {

constexpr std::string_view kId = "scale.wont-help";

/// Least squares of a on b and c: the slope of b and its standard error.
struct Slope {
    double value = 0;
    double error = 0;
};
Slope slopeOf(const std::vector<double> &a, const std::vector<double> &b, const std::vector<double> &c)
{
    const auto ab = correlationOf(a, b), ac = correlationOf(a, c), bc = correlationOf(b, c);
    std::vector<double> known[2];
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (std::isnan(a[i]) || std::isnan(b[i]) || std::isnan(c[i]))
            continue;
        known[0].push_back(a[i]);
        known[1].push_back(b[i]);
    }
    const auto deviation = [](const std::vector<double> &values) {
        double mean = 0, squares = 0;
        for (const double value : values)
            mean += value / static_cast<double>(values.size());
        for (const double value : values)
            squares += (value - mean) * (value - mean);
        return std::sqrt(squares / std::max(1.0, double(values.size()) - 1));
    };
    const double free = static_cast<double>(known[0].size()) - 3;
    if (!ab || !ac || !bc || free < 5 || 1 - *bc * *bc < 1e-6)
        return {};
    const double scale = deviation(known[0]) / deviation(known[1]);
    const double left = 1 - *bc * *bc;
    const double beta = (*ab - *ac * *bc) / left;
    const double explained = (*ab * *ab + *ac * *ac - 2 * *ab * *ac * *bc) / left;
    return {beta * scale, scale * std::sqrt(std::max(0.0, 1 - explained) / (left * free))};
}

/// The 80 % interval of the median of the p95 over the slow steps. Stretches as long as a rate's window are drawn again,
/// because steps nearer to each other were measured in part by the same requests.
struct MedianRange {
    double low = 0;
    double high = 0;
};
MedianRange slowMedianRange(const ScaledService &service, const Slowness &slowness, const std::stop_token &stop)
{
    constexpr std::size_t kRounds = 400;
    std::vector<double> slow;
    for (std::size_t i = 0; i < slowness.isSlow.size(); ++i) {
        if (slowness.isSlow[i] == Holds::Yes)
            slow.push_back(service.latency[i]);
    }
    const auto length = static_cast<std::size_t>(std::clamp(
        service.rateWindowNs / std::max<std::int64_t>(service.stepNs, 1), std::int64_t{1}, std::int64_t{100}));
    std::vector<double> medians;
    std::vector<double> drawn(slow.size());
    std::uint64_t state = 0;
    for (std::size_t round = 0; round < kRounds && !slow.empty() && !stop.stop_requested(); ++round) {
        for (std::size_t i = 0; i < drawn.size(); i += length) {
            const std::size_t begin = mixBits(++state * 0x9e3779b97f4a7c15ULL) % slow.size();
            for (std::size_t k = 0; k < length && i + k < drawn.size(); ++k)
                drawn[i + k] = slow[(begin + k) % slow.size()];
        }
        medians.push_back(medianOf(drawn));
    }
    constexpr double kTail = (1 - Estimate::kCoverage) / 2;
    return {quantileOf(medians, kTail), quantileOf(medians, 1 - kTail)};
}

class ScalingWillNotHelp final : public Detector {
public:
    [[nodiscard]] DetectorInfo info() const override
    {
        return {kId, FindingKind::Scaling, "Scaling will not help", Input::Metrics, Input::Scaling | Input::Traces};
    }

    void detect(const Inputs &inputs, const Rules &rules, const std::stop_token &stop, Output &output) const override
    {
        for (const ScaledService &service : scaledServices(inputs, rules)) {
            if (stop.stop_requested())
                return;
            const auto slowness = slownessOf(service, rules);
            if (!slowness
                || service.minutesOf(slowness->longest.length()) < rules.number("scale.wont-help.least-minutes"))
                continue;
            const auto gate = scalingGate(service, *slowness, inputs, rules);
            if (!gate)
                output.unjudged.push_back({std::string(kId), service.service,
                                           "It was slow, and whether more pods would help is not known: its use of "
                                           "CPU and the number of its pods are not told.",
                                           std::string(howToProvide(Input::Metrics))});
            else if (gate->isBlocked)
                output.findings.push_back(findingOf(service, *slowness, *gate, rules, stop));
        }
    }

private:
    static Finding findingOf(const ScaledService &service, const Slowness &slowness, const ScalingGate &gate,
                             const Rules &rules, const std::stop_token &stop)
    {
        Finding finding = hpaFinding(kId, service);
        finding.subject.object = gate.cause;
        finding.id = findingId(kId, finding.subject);
        finding.confidence = std::clamp(0.5 + gate.causeCoefficient / 2 - gate.cpuCoefficient / 4, 0.6, 0.95);
        finding.title = "Do not add pods to " + service.service + ": it waits for " + gate.cause;
        const std::vector<double> use = service.utilisation();
        const double busy = slowMedianOf(use, slowness);
        finding.impactText = "slow for " + decimalText(slowness.minutes) + " min at " + percentText(busy) + " CPU";
        finding.what = "While " + service.service + " was slow its pods used " + percentText(busy)
            + (service.requestPerPod ? " of their CPU request" : " of a core each") + ": " + gate.reason
            + ". More replicas would wait for the same thing, with more connections. The fix is there.";
        addSlowness(finding, service, slowness, rules);
        finding.evidence.push_back(evidenceOf(service, gate));
        addEstimate(finding, service, slowness, gate, use, stop);
        finding.verification = {VerificationState::Verified,
                                gate.waiting
                                    ? "by the critical paths of traces of that time"
                                    : "the whole history was held against both series, each with the other held fixed"};
        addArtifact(finding, gate);
        finding.picture = pictureOf(service, gate);
        finding.refutedBy = "A longer history in which latency follows the CPU of the pods.";
        if (!service.requestPerPod)
            assume(finding, "A pod is one thread that can fill one core; its request is not known.");
        return finding;
    }

    static Evidence evidenceOf(const ScaledService &service, const ScalingGate &gate)
    {
        if (gate.waiting)
            return {"traces",
                    "Critical paths of " + countText(gate.waiting->traces)
                        + " traces of that time: " + percentText(gate.waiting->share) + " outside its own work.",
                    {{ReferenceKind::Trace,
                      gate.waiting->slowest,
                      "Waited longest, " + durationText(Duration(gate.waiting->slowestNs)),
                      {}}}};
        return {"metrics",
                "Partial correlation of the p95 with " + gate.cause + " is " + decimalText(gate.causeCoefficient)
                    + " with CPU held fixed, with CPU " + decimalText(gate.cpuCoefficient) + " the other way round.",
                {metricReference(gate.causeQuery, gate.cause, service.range()),
                 metricReference(service.cpuQuery, "CPU of " + service.service, service.range())}};
    }

    /// What twice the pods would bring, by least squares: half the use of each.
    static void addEstimate(Finding &finding, const ScaledService &service, const Slowness &slowness,
                            const ScalingGate &gate, const std::vector<double> &use, const std::stop_token &stop)
    {
        const Slope slope = gate.causeValues.empty() ? Slope() : slopeOf(service.latency, use, gate.causeValues);
        const double busy = slowMedianOf(use, slowness);
        const double half = std::isfinite(busy) ? busy / 2 : 0;
        const double now = slowMedianOf(service.latency, slowness) * 1e3;
        const auto after = [&](double perUse) { return std::clamp(now - perUse * half * 1e3, 0.0, 10 * now); };
        constexpr double kEighty = 1.2816; // of the normal distribution
        Estimate estimate;
        estimate.metric = "p95 of " + service.service + " with twice the pods";
        estimate.unit = "ms";
        estimate.now = now;
        const MedianRange median = slowMedianRange(service, slowness, stop);
        const auto reach = [&](double ofMedian, double perUse) {
            return std::hypot(ofMedian, (perUse - slope.value) * half * 1e3);
        };
        estimate.expected = after(slope.value);
        estimate.low =
            std::max(0.0, estimate.expected - reach(now - median.low * 1e3, slope.value + kEighty * slope.error));
        estimate.high = estimate.expected + reach(median.high * 1e3 - now, slope.value - kEighty * slope.error);
        estimate.basis = "least squares of the p95 on use of CPU and " + gate.cause
            + " over the history, half the use; slow stretches of " + durationText(Duration(service.rateWindowNs))
            + " drawn again";
        if (gate.waiting) { // its own work, which twice the pods could halve at best
            estimate.low = std::min(estimate.low, now * (1 - (1 - gate.waiting->share) / 2));
            estimate.basis = "critical paths of traces: at best its own work takes half as long, the waiting stays";
        }
        finding.estimate = std::move(estimate);
    }

    static void addArtifact(Finding &finding, const ScalingGate &gate)
    {
        if (gate.waiting || gate.cause.find("pool") != std::string::npos)
            return; // findings about those calls, or pool.too-small, have the fix
        finding.artifacts.push_back(
            {"sql", "Who waits for whom, and for how long",
             "SELECT waiting.pid, pg_blocking_pids(waiting.pid) AS blocked_by, now() - waiting.query_start AS waits,\n"
             "       waiting.wait_event_type, left(waiting.query, 80) AS query\n"
             "FROM pg_stat_activity AS waiting\n"
             "WHERE waiting.state = 'active' AND waiting.pid <> pg_backend_pid()\n"
             "ORDER BY waits DESC LIMIT 20;\n",
             std::nullopt});
    }

    static CurvePicture pictureOf(const ScaledService &service, const ScalingGate &gate)
    {
        CurvePicture picture;
        picture.xName = "Time";
        picture.xUnit = "time";
        picture.yName = "Of its largest value";
        std::vector<double> times;
        for (const std::int64_t timeNs : service.timesNs)
            times.push_back(static_cast<double>(timeNs));
        const auto add = [&](std::string name, std::vector<double> values, bool isAfter) {
            const double most = quantileOf(values, 1);
            for (double &value : values)
                value = most > 0 ? value / most : value;
            picture.curves.push_back({std::move(name), times, std::move(values), isAfter});
        };
        add("p95", service.latency, false);
        add("CPU", service.cpu, false);
        if (!gate.causeValues.empty())
            add(gate.cause, gate.causeValues, true);
        return picture;
    }
};

} // namespace

DetectorPtr makeScalingWillNotHelpDetector()
{
    return std::make_unique<ScalingWillNotHelp>();
}

} // namespace tailspan::advisor
