// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/detector.h"
#include "models/advisor/metric_history.h"
#include "models/advisor/series_tools.h"
#include "models/base/number_text.h"
#include "models/explain/correlation.h"

#include <algorithm>
#include <cmath>

namespace tailspan::advisor {

namespace {

constexpr std::string_view kId = "service.cpu-latency";

/// What can be short: the CPU as a share of its limit, or the event loop's lag.
struct Pressure {
    const RoleSeries *from = nullptr;
    std::string name; ///< "event-loop lag of payment"
    metric::MetricSeries series;
    double peak = 0; ///< Its 95th percentile: seconds of lag, or share of the limit.
    bool isLag = false;
};

double limitOf(const MetricHistory &history, const RoleSeries &cpu)
{
    for (const RoleSeries *limit : history.of(Role::CpuLimit, cpu.service)) {
        if ((limit->pod == cpu.pod || limit->pod.empty()) && !limit->series.values.empty())
            return limit->series.values.back();
    }
    return std::numeric_limits<double>::quiet_NaN();
}

std::vector<Pressure> pressuresOf(const MetricHistory &history, const std::string &service)
{
    std::vector<Pressure> pressures;
    for (const RoleSeries *cpu : history.of(Role::CpuUsage, service)) {
        const double limit = limitOf(history, *cpu);
        // Node.js runs on one core: without a limit, one core is what its event loop has.
        const double cores = std::isfinite(limit) && limit > 0 ? limit : 1;
        Pressure pressure{cpu, "CPU of " + (cpu->pod.empty() ? service : cpu->pod), cpu->series, 0, false};
        for (double &value : pressure.series.values)
            value /= cores;
        pressure.peak = quantileOf(pressure.series.values, 0.95);
        pressures.push_back(std::move(pressure));
    }
    for (const RoleSeries *lag : history.of(Role::EventLoopLag, service)) {
        Pressure pressure{lag, "event-loop lag of " + (lag->pod.empty() ? service : lag->pod), lag->series, 0, true};
        pressure.peak = quantileOf(pressure.series.values, 0.95);
        pressures.push_back(std::move(pressure));
    }
    return pressures;
}

bool isShort(const Pressure &pressure, const Rules &rules)
{
    const double least = pressure.isLag ? rules.number("service.cpu-latency.least-lag")
                                        : rules.number("service.cpu-latency.least-share");
    return pressure.peak >= least;
}

std::string peakText(const Pressure &pressure)
{
    return pressure.isLag ? decimalText(pressure.peak * 1000) + " ms" : percentText(pressure.peak) + " of its limit";
}

CurvePicture pictureOf(const Pressure &pressure, const RoleSeries &latency)
{
    CurvePicture picture;
    picture.xName = "Time";
    picture.xUnit = "time";
    picture.yName = "p95 and " + pressure.name + ", each as a share of its own maximum";
    picture.yUnit = "ratio";
    for (const auto &[name, series, isAfter] :
         {std::tuple(std::string("p95"), &latency.series, false), std::tuple(pressure.name, &pressure.series, true)}) {
        CurvePicture::Curve curve{name, {}, {}, isAfter};
        const double most = std::max(1e-12, quantileOf(series->values, 1));
        for (std::size_t i = 0; i < series->values.size(); ++i) {
            curve.x.push_back(static_cast<double>(series->timesNs[i]));
            curve.y.push_back(series->values[i] / most);
        }
        picture.curves.push_back(std::move(curve));
    }
    return picture;
}

std::vector<Artifact> artifactsFor(const Pressure &pressure)
{
    if (pressure.isLag) {
        return {
            {"sh", "Record what blocks the event loop for 30 seconds (one pod, a few percent slower meanwhile)",
             "kubectl exec deploy/" + pressure.from->service
                 + " -- sh -c 'kill -USR1 1'   # opens the inspector on 127.0.0.1:9229\nkubectl port-forward deploy/"
                 + pressure.from->service + " 9229\n# chrome://inspect, Profiler, 30 s\n",
             "kubectl rollout restart deployment/" + pressure.from->service + "   # closes the inspector\n"}};
    }
    return {{"sh", "Give it twice the CPU and watch p95",
             "kubectl set resources deployment/" + pressure.from->service + " --limits=cpu=2\n",
             "kubectl rollout undo deployment/" + pressure.from->service + "\n"}};
}

class CpuLatencyDetector final : public Detector {
public:
    [[nodiscard]] DetectorInfo info() const override
    {
        return {kId, FindingKind::Service, "CPU or event loop behind latency", Input::Metrics, {}};
    }

    void detect(const Inputs &inputs, const Rules &rules, const std::stop_token &stop, Output &output) const override
    {
        const MetricHistory &history = *inputs.metrics;
        for (const std::string &service : history.services()) {
            if (stop.stop_requested())
                return;
            const RoleSeries *latency = history.whole(Role::LatencyP95, service);
            if (latency != nullptr)
                judge(history, *latency, rules, stop, output);
        }
    }

private:
    static void judge(const MetricHistory &history, const RoleSeries &latency, const Rules &rules,
                      const std::stop_token &stop, Output &output)
    {
        std::vector<Pressure> pressures = pressuresOf(history, latency.service);
        std::erase_if(pressures, [&](const Pressure &pressure) { return !isShort(pressure, rules); });
        if (pressures.empty())
            return;
        std::vector<explain::NamedSeries> candidates;
        for (const Pressure &pressure : pressures)
            candidates.push_back({pressure.name, pressure.series});
        const explain::NamedSeries target{"p95 of " + latency.service, latency.series};
        const RoleSeries *rate = history.whole(Role::RequestRate, latency.service);
        Progress progress;
        const auto found = explain::correlate({target, rate ? &rate->series : nullptr, candidates}, {}, stop, progress);
        if (!found)
            return;
        if (!found->noClaim.empty()) {
            output.unjudged.push_back({std::string(kId), latency.service, found->noClaim, {}});
            return;
        }
        for (const explain::Companion &companion : found->companions) {
            if (companion.coefficient < rules.number("service.cpu-latency.least-correlation"))
                continue;
            output.findings.push_back(findingFor(history, latency, pressures[companion.candidate], companion, rules));
            return; // the strongest one of a service is enough
        }
    }

    static Finding findingFor(const MetricHistory &history, const RoleSeries &latency, const Pressure &pressure,
                              const explain::Companion &companion, const Rules &rules)
    {
        Finding finding;
        finding.detector = kId;
        finding.kind = FindingKind::Service;
        finding.subject = {latency.service, {}, pressure.isLag ? "event loop" : "CPU"};
        finding.id = findingId(kId, finding.subject);
        finding.title = "p95 of " + latency.service + " goes with its " + finding.subject.object;
        finding.what = companion.text + " beyond what load and time of day explain (partial correlation "
            + decimalText(companion.coefficient) + ", " + decimalText(companion.low) + " to "
            + decimalText(companion.high) + "). " + pressure.name + " reaches " + peakText(pressure)
            + " in 5 % of the time.";
        finding.impactText = peakText(pressure);
        const double p95 = quantileOf(latency.series.values, 0.95);
        finding.severity = p95 >= rules.number("service.cpu-latency.slow-seconds") ? Severity::High : Severity::Medium;
        finding.confidence = std::min(0.5 + companion.coefficient / 2, 0.9);
        finding.verification = {VerificationState::Unverified,
                                "they move together in both halves of the time; that is no proof of a cause"};
        finding.evidence.push_back({"metrics",
                                    companion.text,
                                    {{ReferenceKind::Metric, latency.query, "p95 of " + latency.service, history.range},
                                     {ReferenceKind::Metric, pressure.from->query, pressure.name, history.range}}});
        finding.picture = pictureOf(pressure, latency);
        finding.artifacts = artifactsFor(pressure);
        finding.refutedBy = "p95 stays as it is after the service has more CPU, or rises before it does.";
        return finding;
    }
};

} // namespace

DetectorPtr makeCpuLatencyDetector()
{
    return std::make_unique<CpuLatencyDetector>();
}

} // namespace tailspan::advisor
