// SPDX-License-Identifier: GPL-3.0-or-later
// A minimum of replicas that cannot carry what comes in before new pods are ready: a scrape, a look of the controller
// and the start of a pod later.
#include "models/advisor/hpa_tuning.h"
#include "models/base/number_text.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace tailspan::advisor {

namespace {

constexpr std::string_view kId = "scale.hpa-burst";

/// The rise of the load within `steps`, of which `ratio` are smaller: cores.
double riseOf(const ScaledService &service, std::size_t steps, double ratio)
{
    std::vector<double> rises;
    for (std::size_t i = 0; i + steps < service.cpu.size(); ++i)
        rises.push_back(std::max(0.0, service.cpu[i + steps] - service.cpu[i]));
    return quantileOf(std::move(rises), ratio);
}

/// From the rise of the load to a pod that takes some of it: a scrape, a look of the controller, a start.
double lateSeconds(const ScaledService &service)
{
    return 2 * kHpaSyncSeconds + service.readySeconds;
}

/// Minutes in which the service had its minimum and was too busy, of stretches that the autoscaler ended: a longer one
/// is none that more pods were on their way for.
double burstMinutes(const ScaledService &service, double hotRatio)
{
    const std::vector<double> use = service.utilisation();
    const double longest = std::max(3 * lateSeconds(service) / 60, 3 * service.minutesOf(1));
    double minutes = 0;
    std::size_t length = 0;
    for (std::size_t i = 0; i <= use.size(); ++i) {
        const bool isHot = i < use.size() && use[i] > hotRatio
            && service.replicas[i] <= service.least.value_or(1) + 0.5;
        length += isHot ? 1 : 0;
        if (isHot)
            continue;
        minutes += service.minutesOf(length) <= longest ? service.minutesOf(length) : 0;
        length = 0;
    }
    return minutes;
}

struct Choice {
    double least = 0;
    TuningOutcome outcome;
};

/// The smallest minimum that takes most of the hot minutes away.
std::optional<Choice> smallestMinimum(const ScaledService &service, const HotRange &hot, const Rules &rules,
                                      const std::stop_token &stop)
{
    const double today = service.least.value_or(1);
    const double most = std::min(*service.most, today * rules.number("scale.hpa-burst.most-times"));
    for (double least = today + 1; least <= most && !stop.stop_requested(); least = std::ceil(least * 1.2)) {
        Choice choice{least,
                      tryChange(
                          service, hot,
                          [least](ReplayQuestion &q) {
                              q.bounds.least = static_cast<std::uint32_t>(least);
                              q.start = std::max(q.start, q.bounds.least);
                          },
                          stop)};
        if (choice.outcome.isSafe && choice.outcome.before.hotMinutes >= rules.number("scale.hpa-burst.least-minutes")
            && choice.outcome.hotShareLeft() <= 1 - rules.number("scale.hpa-burst.least-fall"))
            return choice;
    }
    return std::nullopt;
}

class HpaMinForBurst final : public TuningDetector {
public:
    [[nodiscard]] DetectorInfo info() const override
    {
        return {kId, FindingKind::Scaling, "Minimum too low for bursts", Input::Metrics, Input::Scaling};
    }

protected:
    void judge(const ScaledService &service, const Slowness &slowness, const Inputs &inputs, const Rules &rules,
               const std::stop_token &stop, Output &output) const override
    {
        const double minutes = burstMinutes(service, slowness.hotHigh); // too busy for sure
        if (minutes < rules.number("scale.hpa-burst.least-minutes") || waitsForOthers(service, slowness, inputs, rules))
            return;
        ScaledService quick = service; // rules that are slow by themselves are another finding
        quick.declared = nullptr;
        const auto choice = smallestMinimum(quick, hotRangeOf(slowness), rules, stop);
        if (choice)
            output.findings.push_back(findingOf(service, quick, slowness, *choice, minutes, rules));
    }

private:
    /// `quick` is the service that the choice was tried on.
    static Finding findingOf(const ScaledService &service, const ScaledService &quick, const Slowness &slowness,
                             const Choice &choice, double minutes, const Rules &rules)
    {
        const double today = service.least.value_or(1);
        const double late = lateSeconds(service);
        const auto steps = static_cast<std::size_t>(std::ceil(late * 1e9 / static_cast<double>(service.stepNs)));
        const double rise = riseOf(service, std::max<std::size_t>(steps, 1), 0.99);
        Finding finding = hpaFinding(kId, service);
        finding.title = "Keep at least " + figureText(choice.least) + " pods of " + service.service + ", not "
            + figureText(today);
        finding.impactText = decimalText(minutes) + " min too busy at the minimum";
        finding.what = "A new pod of " + service.service + " takes load about " + decimalText(late)
            + " s after the load has risen: 15 s for a scrape, 15 s for the controller, "
            + decimalText(service.readySeconds) + " s until it is ready. In that time the load rises by up to "
            + coresText(rise) + " (99 of 100 times less), and its minimum of " + figureText(today)
            + " cannot carry that: " + decimalText(minutes) + " minutes were too busy. "
            + (choice.outcome.savedPodShare < 0
                   ? "The higher minimum costs " + percentText(-choice.outcome.savedPodShare) + " more pod-hours."
                   : "");
        addSlowness(finding, service, slowness, rules);
        addOutcome(finding, quick, choice.outcome, rules);
        HpaPatch patch, undo;
        patch.minReplicas = choice.least;
        undo.minReplicas = today;
        addPatch(finding, service, patch, undo, "A minimum that carries bursts");
        finding.actions.push_back({Action::Verb::Raise, "hpa " + service.service + " min"});
        finding.refutedBy = "Bursts that come at known times: raise the minimum for those only.";
        return finding;
    }
};

} // namespace

DetectorPtr makeHpaMinForBurstDetector()
{
    return std::make_unique<HpaMinForBurst>();
}

} // namespace tailspan::advisor
