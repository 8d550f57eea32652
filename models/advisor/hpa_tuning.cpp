// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/hpa_tuning.h"

#include "models/advisor/impact.h"
#include "models/base/hash.h"
#include "models/base/number_text.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tailspan::advisor {

namespace {

constexpr std::size_t kRounds = 400;
constexpr std::size_t kFewestBlocks = 8;

double sumOf(const std::vector<double> &values, std::size_t begin, std::size_t end)
{
    return std::accumulate(values.begin() + static_cast<std::ptrdiff_t>(begin),
                           values.begin() + static_cast<std::ptrdiff_t>(end), 0.0);
}

/// Minutes a day of hours drawn again at random; hours, because what happens in one minute goes on in the next.
std::vector<double> drawnPerDay(const std::vector<double> &hot, const ScaledService &service)
{
    const double stepsAnHour = 3.6e12 / static_cast<double>(service.stepNs);
    const auto size =
        static_cast<std::size_t>(std::clamp(stepsAnHour, 1.0, std::max(1.0, double(hot.size()) / kFewestBlocks)));
    std::vector<double> blocks;
    for (std::size_t begin = 0; begin < hot.size(); begin += size)
        blocks.push_back(sumOf(hot, begin, std::min(hot.size(), begin + size)));
    std::vector<double> drawn;
    std::uint64_t state = 20261130;
    const double days = std::max(service.hours() / 24, 1e-9);
    for (std::size_t round = 0; round < kRounds && !blocks.empty(); ++round) {
        double sum = 0;
        for (std::size_t i = 0; i < blocks.size(); ++i)
            sum += blocks[mixBits(++state * 0x9e3779b97f4a7c15ULL) % blocks.size()];
        drawn.push_back(sum / days);
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

TuningOutcome tryChange(const ScaledService &service, double hotRatio, const ChangeQuestion &change,
                        const std::stop_token &stop)
{
    TuningOutcome outcome;
    ReplayQuestion question = service.question(hotRatio);
    outcome.before = replayAutoscaler(question, stop);
    change(question);
    outcome.after = replayAutoscaler(question, stop);
    const double days = std::max(service.hours() / 24, 1e-9);
    outcome.now = outcome.before.hotMinutes / days;
    outcome.expected = outcome.after.hotMinutes / days;
    std::vector<double> drawn = drawnPerDay(outcome.after.hotByStep, service);
    outcome.low = std::min(outcome.expected, quantileOf(drawn, 0.1));
    outcome.high = std::max(outcome.expected, quantileOf(std::move(drawn), 0.9));
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
    estimate.now = outcome.now;
    estimate.low = outcome.low;
    estimate.expected = outcome.expected;
    estimate.high = outcome.high;
    estimate.basis = "the controller's formula replayed every 15 s over "
        + durationText(Duration(saturatingMultiply(std::llround(service.hours() * 3600), 1'000'000'000)))
        + " of history, hours drawn again at random";
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

} // namespace tailspan::advisor
