// SPDX-License-Identifier: GPL-3.0-or-later
// A CPU request that makes any target wrong, because utilisation is measured against it: larger than one thread can
// use, so that the target is never reached, or far below what pods use, so that it always is.
#include "models/advisor/hpa_tuning.h"
#include "models/base/number_text.h"

#include <algorithm>
#include <cmath>

namespace tailspan::advisor {

namespace {

constexpr std::string_view kId = "scale.hpa-request";

std::string requestPatch(const ScaledService &service, double cores)
{
    return std::string(kApplyPartially)
        + "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: " + yamlValue(service.service)
        + "\nspec:\n  template:\n    spec:\n      containers:\n        - name: CONTAINER\n          resources: "
          "{requests: {cpu: "
        + coresQuantity(cores) + "}}\n";
}

void addRequest(Finding &finding, const ScaledService &service, double request, double target)
{
    finding.artifacts.push_back({"yaml", "An honest CPU request", requestPatch(service, request),
                                 requestPatch(service, *service.requestPerPod)});
    HpaPatch patch, undo;
    patch.cpuTarget = target;
    undo.cpuTarget = service.target;
    addPatch(finding, service, patch, undo, "The target that goes with it");
    finding.actions.push_back({Action::Verb::Set, "request " + service.service + " cpu"});
    assume(finding, "CONTAINER is the name of the container that serves requests.");
}

class HpaMetricRequest final : public Detector {
public:
    [[nodiscard]] DetectorInfo info() const override
    {
        return {kId, FindingKind::Scaling, "Target and CPU request do not fit", Input::Metrics, Input::Scaling};
    }

    void detect(const Inputs &inputs, const Rules &rules, const std::stop_token &stop, Output &output) const override
    {
        forReplayable(inputs, rules, stop, [&](const ScaledService &service) {
            const auto slowness = slownessOf(service, rules);
            if (!slowness)
                return;
            if (slowness->minutes >= rules.number("scale.hpa-request.least-minutes"))
                judgeTooLarge(service, *slowness, rules, stop, output);
            else if (slowness->minutes == 0)
                judgeTooSmall(service, rules, stop, output);
        });
    }

private:
    /// One thread is full and the target is still out of reach.
    static void judgeTooLarge(const ScaledService &service, const Slowness &slowness, const Rules &rules,
                              const std::stop_token &stop, Output &output)
    {
        if (!slowness.hotRatio || !isOneFullThread(service, rules))
            return;
        const double most = quantileOf(coresPerPod(service), 0.99);
        const double target = rules.number("scale.hpa-request.thread-target");
        const TuningOutcome outcome = tryChange(
            service, hotRangeOf(slowness), [&](ReplayQuestion &q) { q.target = target / *service.requestPerPod; },
            stop);
        if (!outcome.isSafe || outcome.hotShareLeft() > 0.7)
            return;
        Finding finding = hpaFinding(kId, service);
        finding.title = "Request one core for " + service.service + ", not " + coresText(*service.requestPerPod)
            + ": its target is never reached";
        finding.impactText = "target at " + coresText(*service.requestPerPod * *service.target) + ", pods use at most "
            + decimalText(most);
        finding.what = "The target is " + percentText(*service.target) + " of " + coresText(*service.requestPerPod)
            + ". Pods of " + service.service + " never use more than " + decimalText(most)
            + " cores, as a program of one thread does: while they were full and its p95 suffered, the autoscaler saw "
            + percentText(most / *service.requestPerPod) + " and did nothing.";
        addSlowness(finding, service, slowness, rules);
        addOutcome(finding, service, outcome, rules);
        addRequest(finding, service, 1, target);
        finding.refutedBy = "Pods that use more than one core at other times.";
        output.findings.push_back(std::move(finding));
    }

    /// Nobody waits, and yet the metric asks for the maximum all the time.
    static void judgeTooSmall(const ScaledService &service, const Rules &rules, const std::stop_token &stop,
                              Output &output)
    {
        const std::vector<double> use = service.utilisation();
        const double usual = medianOf(use);
        if (usual < rules.number("scale.hpa-request.least-utilisation") || medianOf(service.replicas) < *service.most)
            return;
        const double request = std::ceil(quantileOf(coresPerPod(service), 0.9) * 1.15 * 20) / 20;
        const double hot = quantileOf(use, 0.99);
        const TuningOutcome outcome = tryChange(
            service, {hot, hot, hot},
            [&](ReplayQuestion &q) { q.target = *service.target * request / *service.requestPerPod; }, stop);
        const double saving = rules.number("scale.hpa-request.least-saving");
        if (!outcome.isSafe || outcome.savedPodShare < saving)
            return;
        Finding finding = hpaFinding(kId, service);
        finding.severity = Severity::Info;
        finding.title = "Raise the CPU request of " + service.service + " from " + coresQuantity(*service.requestPerPod)
            + " to " + coresQuantity(request);
        finding.impactText = percentText(usual) + " of the request, always";
        finding.what = "Pods of " + service.service + " use " + percentText(usual)
            + " of their CPU request in the middle of all times, at the maximum of " + figureText(*service.most)
            + " pods, and nobody waits: the request is too low, so the autoscaler asks for more whatever the load is. "
              "The scheduler also places too many such pods on a node.";
        addOutcome(finding, service, outcome, rules);
        addRequest(finding, service, request, *service.target);
        finding.refutedBy = "A request that is low on purpose, for work that may be put off.";
        output.findings.push_back(std::move(finding));
    }
};

} // namespace

DetectorPtr makeHpaMetricRequestDetector()
{
    return std::make_unique<HpaMetricRequest>();
}

} // namespace tailspan::advisor
