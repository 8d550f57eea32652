// SPDX-License-Identifier: GPL-3.0-or-later
// A CPU target so high that pods are added only after users have noticed.
#include "models/advisor/hpa_tuning.h"
#include "models/base/number_text.h"

#include <algorithm>
#include <cmath>

namespace tailspan::advisor {

namespace {

constexpr std::string_view kId = "scale.hpa-wrong-target";

class HpaWrongTarget final : public TuningDetector {
public:
    [[nodiscard]] DetectorInfo info() const override
    {
        return {kId, FindingKind::Scaling, "Target above what users bear", Input::Metrics, Input::Scaling};
    }

protected:
    void judge(const ScaledService &service, const Slowness &slowness, const Inputs &inputs, const Rules &rules,
               const std::stop_token &stop, Output &output) const override
    {
        if (slowness.minutes < rules.number("scale.hpa-wrong-target.least-minutes"))
            return;
        const double starts = *service.target * (1 + kHpaTolerance); // the controller does nothing below
        if (starts <= slowness.hotHigh || isOneFullThread(service, rules))
            return; // where users notice is not told so exactly, or the target is below it
        if (waitsForOthers(service, slowness, inputs, rules))
            return;
        const double margin = rules.number("scale.hpa-wrong-target.margin");
        const double target = std::floor(*slowness.hotRatio * margin / (1 + kHpaTolerance) * 20) / 20;
        if (!(target >= 0.1) || target >= *service.target)
            return;
        const TuningOutcome outcome = tryChange(
            service, hotRangeOf(slowness), [target](ReplayQuestion &q) { q.target = target; }, stop);
        if (outcome.isSafe && outcome.hotShareLeft() <= 1 - rules.number("scale.hpa-wrong-target.least-fall"))
            output.findings.push_back(findingOf(service, slowness, target, outcome, rules));
    }

private:
    static Finding findingOf(const ScaledService &service, const Slowness &slowness, double target,
                             const TuningOutcome &outcome, const Rules &rules)
    {
        Finding finding = hpaFinding(kId, service);
        finding.title = "Lower the CPU target of " + service.service + " from " + percentText(*service.target) + " to "
            + percentText(target);
        finding.impactText = "slow from " + percentText(*slowness.hotRatio) + " on";
        finding.what = "The p95 of " + service.service + " rises above "
            + durationText(Duration(std::llround(slowness.limitSeconds * 1e9))) + " as soon as its pods use "
            + percentText(*slowness.hotRatio) + " of their CPU request (" + percentText(slowness.hotLow) + " to "
            + percentText(slowness.hotHigh) + "). The controller adds pods only above "
            + percentText(*service.target * (1 + kHpaTolerance)) + ": the target and its tolerance of a tenth. With "
            + percentText(target) + " the replay has " + percentText(outcome.hotShareLeft())
            + " of the busy minutes left"
            + (outcome.savedPodShare < 0 ? ", for " + percentText(-outcome.savedPodShare) + " more pod-hours." : ".");
        addSlowness(finding, service, slowness, rules);
        addOutcome(finding, service, outcome, rules);
        HpaPatch patch, undo;
        patch.cpuTarget = target;
        undo.cpuTarget = service.target;
        addPatch(finding, service, patch, undo, "A lower target");
        finding.actions.push_back({Action::Verb::Lower, "hpa " + service.service + " target"});
        finding.refutedBy = "A history in which the service is slow below that use as well.";
        if (service.declared != nullptr && service.declared->targets.size() > 1)
            assume(finding,
                   "The patch names the CPU metric only; a list is replaced as a whole, so add the others to it.");
        return finding;
    }
};

} // namespace

DetectorPtr makeHpaWrongTargetDetector()
{
    return std::make_unique<HpaWrongTarget>();
}

} // namespace tailspan::advisor
