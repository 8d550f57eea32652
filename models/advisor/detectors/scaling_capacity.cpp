// SPDX-License-Identifier: GPL-3.0-or-later
// How near today's peak comes to what a load test showed the system can carry.
#include "models/advisor/detector.h"
#include "models/advisor/scaling_findings.h"
#include "models/advisor/series_tools.h"
#include "models/base/number_text.h"
#include "models/loadtest/capacity.h"

#include <algorithm>
#include <cmath>

namespace tailspan::advisor {

namespace {

constexpr std::string_view kId = "scale.capacity";

/// The highest rate of the services that metrics know, a hundredth of the time left out.
struct Peak {
    double rate = 0;
    const RoleSeries *series = nullptr;
};
Peak peakOf(const MetricHistory &metrics)
{
    Peak peak;
    for (const RoleSeries *series : metrics.of(Role::RequestRate)) {
        const double rate = series->pod.empty() ? quantileOf(series->series.values, 0.99) : 0;
        if (rate > peak.rate)
            peak = {rate, series};
    }
    return peak;
}

class ScalingCapacity final : public Detector {
public:
    [[nodiscard]] DetectorInfo info() const override
    {
        return {kId, FindingKind::Scaling, "Room above today's peak", Input::LoadTest, Input::Metrics};
    }

    void detect(const Inputs &inputs, const Rules &rules, const std::stop_token &stop, Output &output) const override
    {
        for (const loadtest::LoadTestReport *report : inputs.reports) {
            if (stop.stop_requested())
                return;
            judge(*report, inputs, rules, output);
        }
    }

private:
    static void judge(const loadtest::LoadTestReport &report, const Inputs &inputs, const Rules &rules, Output &output)
    {
        const auto capacity = loadtest::capacityOf(report, {});
        if (!capacity || !capacity->kneeUsers || !capacity->maxThroughputRps)
            return; // the load was not varied, or the test did not come to its end
        const Peak peak = inputs.metrics != nullptr ? peakOf(*inputs.metrics) : Peak();
        if (peak.series == nullptr) {
            output.unjudged.push_back({std::string(kId), report.fileName,
                                       "It levels off at " + rateText(*capacity->maxThroughputRps)
                                           + "; how near today's peak comes to that is not known.",
                                       std::string(howToProvide(Input::Metrics))});
            return;
        }
        const double share = peak.rate / *capacity->maxThroughputRps;
        if (share < rules.number("scale.capacity.least-share"))
            return;
        output.findings.push_back(findingOf(report, *capacity, peak, share, inputs));
    }

    static Finding findingOf(const loadtest::LoadTestReport &report, const loadtest::Capacity &capacity,
                             const Peak &peak, double share, const Inputs &inputs)
    {
        Finding finding;
        finding.detector = kId;
        finding.kind = FindingKind::Scaling;
        finding.severity = share >= 1 ? Severity::High : Severity::Medium;
        finding.confidence = 0.7;
        finding.subject.service = peak.series->service;
        finding.subject.object = "capacity";
        finding.id = findingId(kId, finding.subject, report.fileName);
        const double most = *capacity.maxThroughputRps;
        finding.title = "Today's peak is at " + percentText(share) + " of what the load test reached";
        finding.impactText = rateText(peak.rate) + " of " + rateText(most);
        finding.what = "In the load test throughput levelled off at " + decimalText(*capacity.kneeUsers) + " users and "
            + rateText(most) + ". The peak of " + peak.series->service + " was " + rateText(peak.rate)
            + " (1 % of the time left out).";
        finding.evidence.push_back({"load-test",
                                    "The knee is at " + decimalText(*capacity.kneeUsers) + " users, by "
                                        + loadtest::capacityModelName(capacity.model) + ".",
                                    {{ReferenceKind::Report, report.fileName, "The load test", {}}}});
        finding.evidence.push_back(
            {"metrics",
             "Requests of the busiest service.",
             {metricReference(peak.series->query, peak.series->service, inputs.metrics->range)}});
        finding.estimate = estimateOf(capacity, peak);
        finding.verification = {VerificationState::Unverified, "a load test shows it, with today's version"};
        finding.artifacts.push_back({"promql", "Alert before the knee",
                                     peak.series->query + " > " + decimalText(0.8 * most) + "\n", std::nullopt});
        finding.refutedBy = "A load test with the traffic and the number of pods of today that goes higher.";
        assume(finding, "The load test asked the same things of as many pods as there are today.");
        return finding;
    }

    static Estimate estimateOf(const loadtest::Capacity &capacity, const Peak &peak)
    {
        const double most = *capacity.maxThroughputRps;
        Estimate estimate;
        estimate.metric = "requests a second that the system carries";
        estimate.unit = "req/s";
        estimate.now = peak.rate;
        estimate.expected = most;
        // The interval of the fit is one of 95 %; that of 80 % is narrower by 1.28 / 1.96.
        constexpr double kNarrower = 1.2816 / 1.96;
        const auto narrowed = [&](const std::optional<double> &end) {
            return end ? most * (1 + (*end / *capacity.kneeUsers - 1) * kNarrower) : most;
        };
        estimate.low = std::min(most, narrowed(capacity.low));
        estimate.high = std::max(most, narrowed(capacity.high));
        estimate.basis = "the load test's highest throughput, as uncertain as its knee";
        return estimate;
    }
};

} // namespace

DetectorPtr makeScalingCapacityDetector()
{
    return std::make_unique<ScalingCapacity>();
}

} // namespace tailspan::advisor
