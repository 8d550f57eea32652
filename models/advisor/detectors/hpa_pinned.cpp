// SPDX-License-Identifier: GPL-3.0-or-later
// An autoscaler that stands at its maximum while its metric asks for more and users wait.
#include "models/advisor/hpa_tuning.h"
#include "models/base/number_text.h"

#include <algorithm>
#include <cmath>

namespace tailspan::advisor {

namespace {

constexpr std::string_view kId = "scale.hpa-pinned";

/// Steps at which the maximum is reached and the metric is above its target.
std::vector<Holds> pinnedSteps(const ScaledService &service, double leastRatio)
{
    const std::vector<double> use = service.utilisation();
    std::vector<Holds> steps;
    for (std::size_t i = 0; i < use.size(); ++i) {
        const bool isKnown = std::isfinite(use[i]) && std::isfinite(service.replicas[i]);
        const bool isPinned = service.replicas[i] >= *service.most && use[i] > *service.target * leastRatio;
        steps.push_back(!isKnown ? Holds::Unknown : isPinned ? Holds::Yes : Holds::No);
    }
    return steps;
}

/// The share of a run in which the service was slow, of the steps that tell.
double slowShare(const Slowness &slowness, const Run &run)
{
    double slow = 0;
    double known = 0;
    for (std::size_t i = run.begin; i < run.end; ++i) {
        slow += slowness.isSlow[i] == Holds::Yes ? 1 : 0;
        known += slowness.isSlow[i] != Holds::Unknown ? 1 : 0;
    }
    return known > 0 ? slow / known : 0;
}

class HpaPinned final : public Detector {
public:
    [[nodiscard]] DetectorInfo info() const override
    {
        return {kId, FindingKind::Scaling, "Autoscaler pinned at its maximum", Input::Metrics, Input::Scaling};
    }

    void detect(const Inputs &inputs, const Rules &rules, const std::stop_token &stop, Output &output) const override
    {
        for (const ScaledService &service : scaledServices(inputs, rules)) {
            if (stop.stop_requested())
                return;
            const std::string why = isScaled(service) ? whyNotReplayed(service, rules) : "";
            if (!why.empty())
                output.unjudged.push_back({"scaling", service.service,
                                           "Its autoscaler cannot be replayed: " + why + ".",
                                           std::string(howToProvide(Input::Metrics))});
            else if (isScaled(service) && !service.replicas.empty())
                judge(service, inputs, rules, stop, output);
        }
    }

private:
    static void judge(const ScaledService &service, const Inputs &inputs, const Rules &rules,
                      const std::stop_token &stop, Output &output)
    {
        const Run run = longestRun(pinnedSteps(service, rules.number("scale.hpa-pinned.least-ratio")));
        if (service.minutesOf(run.length()) < rules.number("scale.hpa-pinned.least-minutes"))
            return;
        const auto slowness = slownessOf(service, rules);
        if (!slowness) {
            output.unjudged.push_back({std::string(kId), service.service,
                                       "It stood at its maximum for " + decimalText(service.minutesOf(run.length()))
                                           + " minutes; whether users noticed is not known without latencies.",
                                       "Let the service tell how long its requests take."});
            return;
        }
        if (slowShare(*slowness, run) < rules.number("scale.hpa-pinned.least-slow-share"))
            return; // busy, and fast enough: a batch
        const auto gate = scalingGate(service, *slowness, inputs, rules);
        if (gate && gate->isBlocked)
            return; // scale.wont-help says so
        output.findings.push_back(findingOf(service, *slowness, run, inputs, rules, stop));
    }

    static double suggestedMaximum(const ScaledService &service, const Rules &rules)
    {
        double wished = 0;
        for (const double cores : service.cpu)
            wished = std::isfinite(cores) ? std::max(wished, cores / (*service.requestPerPod * *service.target))
                                          : wished;
        const double most = std::ceil(wished * rules.number("scale.hpa-pinned.headroom") - 1e-9);
        return std::clamp(most, *service.most + 1, 100'000.0);
    }

    static Finding findingOf(const ScaledService &service, const Slowness &slowness, const Run &run,
                             const Inputs &inputs, const Rules &rules, const std::stop_token &stop)
    {
        const double most = suggestedMaximum(service, rules);
        const HotRange hot = slowness.hotRatio ? hotRangeOf(slowness) : hotRangeOf(service);
        const TuningOutcome outcome = tryChange(
            service, hot, [most](ReplayQuestion &q) { q.bounds.most = static_cast<std::uint32_t>(most); }, stop);
        Finding finding = hpaFinding(kId, service);
        finding.severity = Severity::Medium;
        finding.title = "Raise the maximum of " + service.service + " from " + figureText(*service.most) + " to "
            + figureText(most) + " pods";
        const std::vector<double> use = service.utilisation();
        const std::vector<double> then(use.begin() + static_cast<std::ptrdiff_t>(run.begin),
                                       use.begin() + static_cast<std::ptrdiff_t>(run.end));
        const double median = medianOf(then);
        const double minutes = service.minutesOf(run.length());
        finding.impactText = decimalText(minutes) + " min at the maximum";
        finding.what = service.service + " stood at its maximum of " + figureText(*service.most) + " pods for "
            + decimalText(minutes) + " minutes, at " + percentText(median) + " of the CPU request where "
            + percentText(*service.target) + " is the target (" + decimalText(median / *service.target)
            + " times), and its p95 suffered. The controller's formula asked for more pods than it may have.";
        finding.evidence.push_back({"metrics",
                                    "Pods at the maximum and use above the target.",
                                    {metricReference(service.replicasQuery, "Ready pods", service.range(run))}});
        addSlowness(finding, service, slowness, rules);
        addOutcome(finding, service, outcome, rules);
        HpaPatch patch, undo;
        patch.maxReplicas = most;
        patch.behavior = behaviorOf(service.declared);
        undo.maxReplicas = service.most;
        undo.behavior = patch.behavior;
        addPatch(finding, service, patch, undo, "A higher maximum");
        finding.actions.push_back({Action::Verb::Raise, "hpa " + service.service + " max"});
        addLimits(finding, service, most, inputs, rules);
        if (service.limitPerPod && median * *service.requestPerPod > 0.95 * *service.limitPerPod)
            assume(finding, "The pods were at their CPU limit, so the load was larger than what was measured.");
        finding.refutedBy = "A rollout or a batch at that time, or latency that waits for something else than CPU.";
        return finding;
    }

    /// Connections that further pods would open.
    static void addLimits(Finding &finding, const ScaledService &service, double most, const Inputs &inputs,
                          const Rules &rules)
    {
        std::string why;
        auto budget = poolBudget(inputs, rules, why);
        if (!budget)
            return;
        for (PoolBudget::Row &row : budget->rows) {
            if (row.service == service.service)
                row.pods = most;
        }
        if (budget->withSurge() > budget->room())
            finding.what += " With so many pods all pools together may open " + figureText(budget->withSurge())
                + " connections, and the database has room for " + figureText(budget->room()) + ": lower the pools to "
                + figureText(budget->perPod()) + " a pod first.";
    }
};

} // namespace

DetectorPtr makeHpaPinnedDetector()
{
    return std::make_unique<HpaPinned>();
}

} // namespace tailspan::advisor
