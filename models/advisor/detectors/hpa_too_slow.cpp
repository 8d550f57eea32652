// SPDX-License-Identifier: GPL-3.0-or-later
// An autoscaler whose rules let it go up more slowly than its load does.
#include "models/advisor/hpa_tuning.h"
#include "models/base/number_text.h"

#include <algorithm>
#include <cmath>

namespace tailspan::advisor {

namespace {

constexpr std::string_view kId = "scale.hpa-slow";

/// Minutes in which pods were too busy although the maximum was not reached.
double lateMinutes(const ScaledService &service, double hotRatio)
{
    const std::vector<double> use = service.utilisation();
    std::size_t steps = 0;
    for (std::size_t i = 0; i < use.size(); ++i)
        steps += use[i] > hotRatio && service.replicas[i] < *service.most ? 1 : 0;
    return service.minutesOf(steps);
}

std::string rulesText(const HorizontalAutoscaler &declared)
{
    std::string text;
    if (declared.up->stabilizationSeconds && declared.up->stabilizationSeconds->value > 0)
        text = "it waits " + figureText(declared.up->stabilizationSeconds->value) + " s before it goes up";
    for (const ScalingRules::Policy &policy : declared.up->policies)
        text += (text.empty() ? "" : ", ") + std::string("it adds ") + figureText(policy.value)
            + (policy.isPercent        ? " %"
                   : policy.value == 1 ? " pod"
                                       : " pods")
            + " in " + figureText(policy.periodSeconds) + " s";
    return text;
}

class HpaTooSlow final : public TuningDetector {
public:
    [[nodiscard]] DetectorInfo info() const override
    {
        return {kId, FindingKind::Scaling, "Autoscaler slower than its load", Input::Metrics | Input::Scaling, {}};
    }

protected:
    void judge(const ScaledService &service, const Slowness &slowness, const Inputs &inputs, const Rules &rules,
               const std::stop_token &stop, Output &output) const override
    {
        if (service.declared == nullptr || !service.declared->up)
            return; // it has no rules of its own
        const double late = lateMinutes(service, *slowness.hotRatio);
        if (late < rules.number("scale.hpa-slow.least-minutes") || waitsForOthers(service, slowness, inputs, rules))
            return;
        const TuningOutcome outcome = tryChange(
            service, hotRangeOf(slowness), [](ReplayQuestion &q) { q.bounds.up.reset(); }, stop);
        if (!outcome.isSafe || outcome.hotShareLeft() > 1 - rules.number("scale.hpa-slow.least-fall"))
            return;
        Finding finding = hpaFinding(kId, service);
        finding.title = "Let " + service.service + " scale up at once";
        finding.impactText = decimalText(late) + " min too few pods below the maximum";
        finding.what = "For " + decimalText(late) + " minutes the pods of " + service.service
            + " were busier than users bear, while more were allowed. As it is declared, "
            + rulesText(*service.declared)
            + ". With the rules that Kubernetes has by itself (no waiting; 4 pods or twice as many each 15 s) the "
              "replay has "
            + percentText(outcome.hotShareLeft()) + " of such minutes left.";
        addSlowness(finding, service, slowness, rules);
        addOutcome(finding, service, outcome, rules);
        HpaPatch patch, undo;
        patch.behavior = quickBehavior();
        undo.behavior = behaviorOf(service.declared);
        addPatch(finding, service, patch, undo, "Scale up at once, down slowly");
        finding.actions.push_back({Action::Verb::Set, "hpa " + service.service + " behavior"});
        finding.refutedBy =
            "Pods that take longer to get ready than the load takes to rise: then the minimum has to carry it.";
        output.findings.push_back(std::move(finding));
    }
};

} // namespace

DetectorPtr makeHpaTooSlowDetector()
{
    return std::make_unique<HpaTooSlow>();
}

} // namespace tailspan::advisor
