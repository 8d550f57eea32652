// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/hpa_tuning.h"

#include "models/advisor/impact.h"
#include "models/base/number_text.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tailspan::advisor {

namespace {

double sumOf(const std::vector<double> &values, std::size_t begin, std::size_t end)
{
    return std::accumulate(values.begin() + static_cast<std::ptrdiff_t>(begin),
                           values.begin() + static_cast<std::ptrdiff_t>(end), 0.0);
}

/// The load as if it rose in steps: a mean over a window shows a step as a slope of that length, and hides how suddenly
/// it came. Each value becomes the highest or the lowest of half a window around it, whichever is nearer.
std::vector<double> inSteps(const std::vector<double> &demand, std::size_t half)
{
    std::vector<double> steps = demand;
    for (std::size_t i = 0; i < demand.size(); ++i) {
        const auto begin = demand.begin() + static_cast<std::ptrdiff_t>(i - std::min(i, half));
        const auto end = demand.begin() + static_cast<std::ptrdiff_t>(std::min(i + half + 1, demand.size()));
        double low = demand[i], high = demand[i];
        for (auto at = begin; at != end; ++at) {
            low = *at < low ? *at : low;
            high = *at > high ? *at : high;
        }
        steps[i] = std::isnan(demand[i]) ? demand[i] : high - demand[i] < demand[i] - low ? high : low;
    }
    return steps;
}

/// Minutes a day with a change, or with none, for each way in which what is not known could be.
std::vector<double> drawnPerDay(const ScaledService &service, const TuningOutcome &outcome,
                                const ChangeQuestion &change, const Rules &rules)
{
    const double days = std::max(service.hours() / 24, 1e-9);
    const double factor = rules.number("scale.replay.ready-factor");
    const auto half = static_cast<std::size_t>(service.rateWindowNs / 2 / std::max<std::int64_t>(service.stepNs, 1));
    ReplayQuestion question = service.question(outcome.hot.expected);
    change(question);
    const double ready = question.readySeconds;
    std::vector<double> drawn;
    for (const bool isSudden : {false, true}) {
        if (isSudden)
            question.demand = inSteps(question.demand, half);
        for (const double hot : {outcome.hot.low, outcome.hot.expected, outcome.hot.high}) {
            for (const double times : {1 / factor, 1.0, factor}) {
                question.hotRatio = hot;
                question.readySeconds = ready * times;
                drawn.push_back(replayAutoscaler(question, outcome.stop).hotMinutes / days);
            }
        }
    }
    return drawn;
}

void compareHalves(TuningOutcome &outcome)
{
    const std::size_t size = std::min(outcome.before.hotByStep.size(), outcome.after.hotByStep.size());
    outcome.isSafe = true;
    outcome.isSeenTwice = true;
    for (const auto &[begin, end] : {std::pair(std::size_t{0}, size / 2), std::pair(size / 2, size)}) {
        const double before = sumOf(outcome.before.hotByStep, begin, end);
        const double after = sumOf(outcome.after.hotByStep, begin, end);
        outcome.isSafe = outcome.isSafe && after <= before + 0.25;
        outcome.isSeenTwice = outcome.isSeenTwice && (after < before || (before == 0 && outcome.savedPodShare > 0));
    }
}

CurvePicture pictureOf(const ScaledService &service, const TuningOutcome &outcome)
{
    CurvePicture picture;
    picture.xName = "Time";
    picture.xUnit = "time";
    picture.yName = "Pods";
    std::vector<double> times;
    for (const std::int64_t timeNs : service.timesNs)
        times.push_back(static_cast<double>(timeNs));
    const auto add = [&](const char *name, const std::vector<double> &values, bool isAfter) {
        if (values.size() == times.size())
            picture.curves.push_back({name, times, values, isAfter});
    };
    add("measured", service.replicas, false);
    add("as it is set, replayed", outcome.before.replicas, false);
    add("with the change, replayed", outcome.after.replicas, true);
    if (service.most)
        picture.limits.emplace_back("maximum", *service.most);
    return picture;
}

} // namespace

double TuningOutcome::hotShareLeft() const
{
    return before.hotMinutes > 0 ? after.hotMinutes / before.hotMinutes : 1;
}

HotRange hotRangeOf(const Slowness &slowness)
{
    return {slowness.hotLow, *slowness.hotRatio, slowness.hotHigh};
}

HotRange hotRangeOf(const ScaledService &service)
{
    const double starts = *service.target * (1 + kHpaTolerance);
    return {*service.target, starts, 2 * starts - *service.target};
}

TuningOutcome tryChange(const ScaledService &service, const HotRange &hot, ChangeQuestion change,
                        const std::stop_token &stop)
{
    TuningOutcome outcome;
    ReplayQuestion question = service.question(hot.expected);
    outcome.before = replayAutoscaler(question, stop);
    change(question);
    outcome.after = replayAutoscaler(question, stop);
    outcome.hot = hot;
    outcome.change = std::move(change);
    outcome.stop = stop;
    if (outcome.before.podHours > 0)
        outcome.savedPodShare = 1 - outcome.after.podHours / outcome.before.podHours;
    compareHalves(outcome);
    return outcome;
}

Finding hpaFinding(std::string_view detector, const ScaledService &service)
{
    Finding finding;
    finding.detector = detector;
    finding.kind = FindingKind::Scaling;
    finding.severity = Severity::Low;
    finding.subject.service = service.service;
    finding.subject.object = "autoscaler";
    finding.id = findingId(detector, finding.subject);
    finding.assumptions = service.assumptions;
    const double days = service.hours() / 24;
    finding.confidence = 0.65 + 0.25 * std::min(1.0, days / 7);
    return finding;
}

void addOutcome(Finding &finding, const ScaledService &service, const TuningOutcome &outcome, const Rules &rules)
{
    Estimate estimate;
    estimate.metric = "minutes a day in which pods of " + service.service + " are too busy";
    estimate.unit = "min/day";
    const std::vector<double> drawn = drawnPerDay(service, outcome, outcome.change, rules);
    constexpr double kTail = (1 - Estimate::kCoverage) / 2;
    // Of the same ways as what is expected: a load that rises suddenly is hotter without the change, too.
    estimate.now = medianOf(drawnPerDay(
        service, outcome, [](ReplayQuestion &) {}, rules));
    estimate.low = quantileOf(drawn, kTail);
    estimate.expected = medianOf(drawn);
    estimate.high = quantileOf(drawn, 1 - kTail);
    estimate.basis = "the controller's formula replayed every 15 s over "
        + durationText(Duration(saturatingMultiply(std::llround(service.hours() * 3600), 1'000'000'000)))
        + " of history; the range is that of the use at which users notice, of how long pods take to get ready and of "
          "how "
          "suddenly the load rises";
    finding.estimate = std::move(estimate);
    finding.verification = {outcome.isSafe ? VerificationState::Verified : VerificationState::Unverified,
                            outcome.isSafe ? "replayed over both halves of the history: in neither it gets worse"
                                           : "replayed: in one half of the history it gets worse"};
    if (outcome.isSeenTwice)
        finding.confidence = std::min(0.95, finding.confidence + 0.05);
    if (service.hours() < rules.number("scale.replay.wanted-hours"))
        assume(finding,
               "The history is "
                   + durationText(Duration(saturatingMultiply(std::llround(service.hours() * 3600), 1'000'000'000)))
                   + " long; weekly rhythms are not in it.");
    assume(finding, "The work is the same however many pods share it.");
    finding.picture = pictureOf(service, outcome);
    Evidence evidence{"metrics", "Use of CPU and ready pods over the whole history.", {}};
    evidence.references.push_back(metricReference(service.cpuQuery, "CPU of " + service.service, service.range()));
    if (!service.replicasQuery.empty())
        evidence.references.push_back(
            metricReference(service.replicasQuery, "Ready pods of " + service.service, service.range()));
    finding.evidence.push_back(std::move(evidence));
}

void addSlowness(Finding &finding, const ScaledService &service, const Slowness &slowness, const Rules &rules)
{
    const auto seconds = [](double value) {
        return durationText(Duration(std::llround(std::clamp(value, 0.0, 1e9) * 1e9)));
    };
    Evidence evidence{"metrics", "", {}};
    evidence.text = "The p95 of " + service.service + " was above " + seconds(slowness.limitSeconds) + " for "
        + decimalText(slowness.minutes) + " minutes; in calm times it is " + seconds(slowness.calmSeconds) + ".";
    evidence.references.push_back(
        metricReference(service.latencyQuery, "p95 of " + service.service, service.range(slowness.longest)));
    finding.evidence.push_back(std::move(evidence));
    if (slowness.lostMsPerHour > 0) {
        finding.impactMsPerHour = slowness.lostMsPerHour;
        finding.severity = std::max(finding.severity, severityOfLoss(slowness.lostMsPerHour, rules));
        assume(finding, "Time lost is counted for the slowest 5 % of the requests only; it is more.");
    }
}

void addPatch(Finding &finding, const ScaledService &service, const HpaPatch &patch, const HpaPatch &undo,
              std::string title)
{
    const auto completed = [&](HpaPatch one) {
        one.service = service.service;
        one.name = service.hpaName();
        one.nameSpace = service.declared != nullptr ? service.declared->nameSpace : "";
        return patchText(one);
    };
    finding.artifacts.push_back({"yaml", std::move(title), completed(patch), completed(undo)});
    if (service.declared == nullptr)
        assume(finding, "The autoscaler has the name of the service: its manifest was not given.");
    else if (service.declared->place.line > 0)
        finding.evidence.push_back({"config",
                                    "As it is declared.",
                                    {configReference(service.declared->place, "autoscaler of " + service.service)}});
}

bool isScaled(const ScaledService &service)
{
    return service.most || service.declared != nullptr;
}

std::string whyNotReplayed(const ScaledService &service, const Rules &rules)
{
    if (knownCount(service.cpu) <= 2)
        return "its use of CPU is not known";
    if (!service.requestPerPod)
        return "the CPU request of its pods is not known";
    if (!service.target)
        return "it does not scale by a share of its CPU request";
    if (!service.canReplay())
        return "its limits contradict each other";
    if (service.hours() < rules.number("scale.replay.least-hours"))
        return "the history is too short";
    return {};
}

std::vector<double> coresPerPod(const ScaledService &service)
{
    std::vector<double> cores = service.utilisation();
    for (double &value : cores)
        value *= service.requestPerPod.value_or(1);
    return cores;
}

bool isOneFullThread(const ScaledService &service, const Rules &rules)
{
    const double most = quantileOf(coresPerPod(service), 0.99);
    const double full = rules.number("scale.hpa-request.full-thread");
    const bool isOneThread = most >= full && most <= 2 - full;
    const double aim = *service.requestPerPod * *service.target;
    return isOneThread && aim > 1 && aim * (1 + kHpaTolerance) > most;
}

void forReplayable(const Inputs &inputs, const Rules &rules, const std::stop_token &stop,
                   const std::function<void(const ScaledService &)> &judge)
{
    for (const ScaledService &service : scaledServices(inputs, rules)) {
        if (stop.stop_requested())
            return;
        if (isScaled(service) && whyNotReplayed(service, rules).empty() && !service.replicas.empty())
            judge(service);
    }
}

void TuningDetector::detect(const Inputs &inputs, const Rules &rules, const std::stop_token &stop, Output &output) const
{
    forReplayable(inputs, rules, stop, [&](const ScaledService &service) {
        const auto slowness = slownessOf(service, rules);
        if (slowness && slowness->hotRatio)
            judge(service, *slowness, inputs, rules, stop, output);
    });
}

bool TuningDetector::waitsForOthers(const ScaledService &service, const Slowness &slowness, const Inputs &inputs,
                                    const Rules &rules)
{
    const auto gate = scalingGate(service, slowness, inputs, rules);
    return gate && gate->isBlocked;
}

} // namespace tailspan::advisor
