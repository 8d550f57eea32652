// SPDX-License-Identifier: GPL-3.0-or-later
// An autoscaler whose minimum keeps more pods than the load needs.
#include "models/advisor/hpa_tuning.h"
#include "models/base/number_text.h"

#include <algorithm>
#include <cmath>

namespace tailspan::advisor {

namespace {

constexpr std::string_view kId = "scale.hpa-oversized";

class HpaOversized final : public Detector {
public:
    [[nodiscard]] DetectorInfo info() const override
    {
        return {kId, FindingKind::Scaling, "More pods than the load needs", Input::Metrics, Input::Scaling};
    }

    void detect(const Inputs &inputs, const Rules &rules, const std::stop_token &stop, Output &output) const override
    {
        forReplayable(inputs, rules, stop, [&](const ScaledService &service) {
            if (service.hours() >= rules.number("scale.hpa-oversized.least-hours") && service.least)
                judge(service, rules, stop, output);
        });
    }

private:
    static void judge(const ScaledService &service, const Rules &rules, const std::stop_token &stop, Output &output)
    {
        const auto slowness = slownessOf(service, rules);
        if (!slowness || slowness->minutes > rules.number("scale.hpa-oversized.most-slow-share") * service.hours() * 60)
            return; // no room to take away from what is slow, or nobody knows whether it is
        const std::vector<double> use = service.utilisation();
        const double hot = std::max(quantileOf(use, 0.99), *service.target * 1.1);
        const double fewest = rules.number("scale.hpa-oversized.least-replicas");
        const double needed = quantileOf(service.cpu, 0.99) / (*service.requestPerPod * *service.target);
        for (double least = fewest; least < *service.least && !stop.stop_requested(); ++least) {
            const TuningOutcome outcome = tryChange(
                service, {hot, hot, hot},
                [least](ReplayQuestion &q) { q.bounds.least = static_cast<std::uint32_t>(least); }, stop);
            if (outcome.after.hotMinutes > outcome.before.hotMinutes + 1e-9)
                continue; // the next one, a pod more
            if (outcome.savedPodShare >= rules.number("scale.hpa-oversized.least-saving") && outcome.isSafe)
                output.findings.push_back(findingOf(service, outcome, least, needed, rules));
            return;
        }
    }

    static Finding findingOf(const ScaledService &service, const TuningOutcome &outcome, double least, double needed,
                             const Rules &rules)
    {
        Finding finding = hpaFinding(kId, service);
        finding.severity = Severity::Info;
        const double days = std::max(service.hours() / 24, 1e-9);
        const double saved = (outcome.before.podHours - outcome.after.podHours) / days;
        finding.title = "Lower the minimum of " + service.service + " from " + figureText(*service.least) + " to "
            + figureText(least) + " pods";
        finding.impactText = decimalText(saved) + " pod-hours a day";
        finding.what = "The load of " + service.service + " needs " + decimalText(std::ceil(needed))
            + " pods 99 of 100 times; its minimum keeps " + figureText(*service.least) + ". With " + figureText(least)
            + " the controller has the same minutes of busy pods in both halves of the history and "
            + percentText(outcome.savedPodShare) + " fewer pod-hours.";
        addOutcome(finding, service, outcome, rules);
        finding.estimate =
            Estimate{"pod-hours of " + service.service,
                     "pod-hours/day",
                     saved * 0.8,
                     saved,
                     saved * 1.1,
                     std::nullopt,
                     "the controller's formula replayed over the history; the range is the difference of its halves"};
        setRange(finding, outcome, days);
        HpaPatch patch, undo;
        patch.minReplicas = least;
        undo.minReplicas = service.least;
        addPatch(finding, service, patch, undo, "A lower minimum");
        finding.actions.push_back({Action::Verb::Lower, "hpa " + service.service + " min"});
        finding.refutedBy = "Load that comes once a month, or pods that are kept for other reasons, such as zones.";
        return finding;
    }

    /// From one half of the history to the other.
    static void setRange(Finding &finding, const TuningOutcome &outcome, double days)
    {
        const auto savedIn = [&](std::size_t begin, std::size_t end) {
            double pods = 0;
            double steps = 0;
            for (std::size_t i = begin; i < end; ++i) {
                if (std::isfinite(outcome.before.replicas[i]) && std::isfinite(outcome.after.replicas[i])) {
                    pods += outcome.before.replicas[i] - outcome.after.replicas[i];
                    ++steps;
                }
            }
            return steps > 0 ? pods / steps * outcome.after.knownMinutes / 60 / days : 0;
        };
        const std::size_t size = std::min(outcome.before.replicas.size(), outcome.after.replicas.size());
        const double first = savedIn(0, size / 2);
        const double second = savedIn(size / 2, size);
        Estimate &estimate = *finding.estimate;
        estimate.low = std::min({first, second, estimate.expected});
        estimate.high = std::max({first, second, estimate.expected});
    }
};

} // namespace

DetectorPtr makeHpaOversizedDetector()
{
    return std::make_unique<HpaOversized>();
}

} // namespace tailspan::advisor
