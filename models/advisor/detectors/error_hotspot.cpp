// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/detector.h"
#include "models/advisor/endpoint_spans.h"
#include "models/advisor/error_causes.h"
#include "models/base/number_text.h"
#include "models/base/rank_sum_test.h"
#include "models/explain/explanation.h"
#include "models/explain/population_reader.h"
#include "models/explain/significance.h"
#include "models/loadtest/interval.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace tailspan::advisor {

namespace {

constexpr std::string_view kId = "service.error-hotspot";
constexpr std::size_t kMostRows = 4000;

using trace::TraceSnapshot;

/// What the failures share that the others do not have, best first, as words.
struct Apart {
    std::string text;      ///< "service.version is 2.14.1 for 97 % of the failures and 12 % of the others"
    std::string attribute; ///< Of the first one, when it names a copy of the code.
    std::string value;
    double failedShare = 0; ///< Of the failures, that have it;
    double fineShare = 0;   ///< and of the others.
};

Apart whatSetsApart(const TraceSnapshot &snapshot, const ErrorCause &cause, const std::stop_token &stop)
{
    explain::PopulationRows rows;
    rows.selected = thinned(cause.failed, kMostRows);
    const trace::SpanTable &spans = snapshot.spans();
    std::vector<std::uint32_t> others;
    for (std::uint32_t row = 0; row < spans.size(); ++row) {
        if (spans.service[row] == cause.service.value() && spans.operation[row] == cause.operation.value()
            && spans.status[row] != trace::SpanStatus::Error)
            others.push_back(row);
    }
    rows.baseline = thinned(others, kMostRows);
    Progress progress;
    const auto read = readPopulation(snapshot, rows, stop, progress);
    if (!read)
        return {};
    const auto explanation = explain::explain(read->population, read->isSelected, {}, stop);
    if (!explanation)
        return {};
    for (const explain::Difference &difference : explanation->differences) {
        const explain::Column &column = read->population.columns()[difference.clauses.front().column];
        if (difference.clauses.size() != 1 || column.origin != explain::ColumnOrigin::Attribute
            || column.name.find("status") != std::string::npos || column.name.find("error") != std::string::npos
            || column.name.find("exception") != std::string::npos)
            continue; // what says that it failed, not why
        Apart apart;
        const std::string_view subject = difference.subject == column.name ? withoutStore(column.name)
                                                                           : std::string_view(difference.subject);
        apart.text = std::string(subject) + " is " + difference.value + " for " + percentText(difference.selectedShare)
            + " of the failures and " + percentText(difference.baselineShare) + " of the others";
        apart.failedShare = difference.selectedShare;
        apart.fineShare = difference.baselineShare;
        if (isInstanceName(column.name)) {
            apart.attribute = column.name;
            apart.value = difference.value;
        }
        return apart;
    }
    return {};
}

/// Whether the operation fails more often than the rest of the calls, beyond chance.
double pValueOf(const ErrorCause &cause, std::uint64_t allFailed, std::uint64_t all)
{
    const auto failed = static_cast<double>(cause.failed.size());
    const auto total = static_cast<double>(cause.total);
    const std::array cells{
        explain::CellCounts{failed, static_cast<double>(allFailed) - failed},
        explain::CellCounts{total - failed, static_cast<double>(all - allFailed) - (total - failed)}};
    return explain::chiSquaredTail(explain::gStatistic(cells), 1);
}

std::vector<Artifact> artifactsFor(const std::string &service, const Apart &apart)
{
    std::vector<Artifact> artifacts;
    if (isVersionName(apart.attribute)) {
        artifacts.push_back({"sh", "Go back to the version before " + apart.value,
                             "kubectl rollout undo deployment/" + service + "\nkubectl rollout status deployment/"
                                 + service + " --timeout=5m\n",
                             "kubectl rollout undo deployment/" + service + "\n"});
    }
    const std::string name = service + "-outliers";
    artifacts.push_back({"yaml", "Take copies that fail out of the rotation (Istio)",
                         "apiVersion: networking.istio.io/v1beta1\nkind: DestinationRule\nmetadata:\n  name: " + name
                             + "\nspec:\n  host: " + service
                             + "\n  trafficPolicy:\n    outlierDetection:\n      consecutive5xxErrors: 5\n"
                               "      interval: 10s\n      baseEjectionTime: 30s\n      maxEjectionPercent: 50\n",
                         "kubectl delete destinationrule " + name + "\n"});
    return artifacts;
}

Evidence evidenceOf(const TraceSnapshot &snapshot, const ErrorCause &cause)
{
    constexpr std::size_t kShown = 3;
    Evidence evidence{"traces",
                      countText(cause.failed.size()) + " of " + pluralText(cause.total, "call", "calls")
                          + " fail here while everything they call answers well, in "
                          + pluralText(cause.traces, "trace", "traces"),
                      {}};
    for (const std::uint32_t row : thinned(cause.failed, kShown)) {
        const std::string trace = snapshot.traceIdText(snapshot.traceOf(SpanRow(row)));
        evidence.references.push_back({ReferenceKind::Span,
                                       trace + "/" + snapshot.spanIdText(SpanRow(row)),
                                       "A failing call, trace " + trace,
                                       {}});
    }
    return evidence;
}

/// Calls that would fail as well if those set apart failed as often as the others do, with the variance of how many will.
struct Remaining {
    double failures = 0;
    double variance = 0;
};
Remaining remainingOf(const ErrorCause &cause, const Apart &apart)
{
    const auto failed = static_cast<double>(cause.failed.size());
    const auto total = static_cast<double>(cause.total);
    const double failedElsewhere = failed * (1 - apart.failedShare);
    const double elsewhere = failedElsewhere + (total - failed) * (1 - apart.fineShare);
    if (!(elsewhere >= 1))
        return {failed, failed}; // there is nothing to compare with
    const double failures = std::min(failed, failedElsewhere / elsewhere * total);
    // Counts scatter (Poisson), and so does the rate that was seen elsewhere.
    return {failures, failures + failures * total / elsewhere};
}

/// Failing traces an hour that would be none: those beyond what the others have, where something sets them apart.
Estimate excessFor(const ErrorCause &cause, const Apart &apart, double hours)
{
    const Remaining remaining = remainingOf(cause, apart);
    const auto failed = static_cast<double>(cause.failed.size());
    const double traces = static_cast<double>(cause.traces) / failed; // a failing call
    const double deviation = loadtest::normalQuantile(0.9) * std::sqrt(remaining.variance);
    Estimate estimate;
    estimate.metric = "failing traces";
    estimate.unit = "an hour";
    estimate.expected = (failed - remaining.failures) * traces / hours;
    estimate.low = std::max(0.0, estimate.expected - deviation * traces / hours);
    estimate.high = std::min(failed * traces / hours, estimate.expected + deviation * traces / hours);
    estimate.basis = "failures beyond the rate of the calls where it is not so; interval of counts (Poisson)";
    return estimate;
}

/// Failing traces that would be left without this cause, an hour, by the share of traces that fail here alone.
Estimate estimateFor(const ErrorCause &cause, const Apart &apart, double hours)
{
    if (!apart.text.empty())
        return excessFor(cause, apart, hours);
    const auto traces = static_cast<double>(cause.traces);
    const double deviation = loadtest::normalQuantile(0.9) * std::sqrt(std::max(traces, 1.0));
    Estimate estimate;
    estimate.metric = "failing traces";
    estimate.unit = "an hour";
    estimate.expected = traces / hours;
    estimate.low = std::max(traces - deviation, 0.0) / hours;
    estimate.high = (traces + deviation) / hours;
    estimate.basis = "traces whose first failure is here; interval of a count (Poisson)";
    return estimate;
}

Finding findingFor(const TraceSnapshot &snapshot, const ErrorCause &cause, double share, const Apart &apart,
                   const Rules &rules)
{
    Finding finding;
    finding.detector = kId;
    finding.kind = FindingKind::Service;
    finding.subject = {
        std::string(snapshot.serviceName(cause.service)), std::string(snapshot.operationName(cause.operation)), {}};
    finding.id = findingId(kId, finding.subject);
    const double ratio = static_cast<double>(cause.failed.size()) / static_cast<double>(cause.total);
    finding.title = finding.subject.operation + " fails for " + percentText(ratio) + " of its calls";
    finding.what = "Of all failures that begin somewhere, " + percentText(share) + " begin in "
        + finding.subject.operation + " of " + finding.subject.service + ": " + countText(cause.failed.size()) + " of "
        + countText(cause.total) + " calls.";
    if (!apart.text.empty())
        finding.what += " What sets them apart: " + apart.text + ".";
    finding.impactText = percentText(ratio) + " fail";
    finding.severity = ratio >= rules.number("service.error-hotspot.high-ratio") ? Severity::High
        : ratio >= rules.number("service.error-hotspot.medium-ratio")            ? Severity::Medium
                                                                                 : Severity::Low;
    finding.confidence = apart.text.empty() ? 0.85 : 0.92;
    finding.evidence.push_back(evidenceOf(snapshot, cause));
    if (!apart.text.empty())
        finding.evidence.push_back({"traces", apart.text, {}});
    finding.estimate = estimateFor(cause, apart, hoursOf(snapshot));
    finding.verification = {VerificationState::Unverified, "where it fails is measured; why, its logs say"};
    finding.artifacts = artifactsFor(finding.subject.service, apart);
    finding.refutedBy = "The callers send requests that have to fail, or the failures end with one event that is over.";
    return finding;
}

class ErrorHotspotDetector final : public Detector {
public:
    [[nodiscard]] DetectorInfo info() const override
    {
        return {kId, FindingKind::Service, "Error hot spot", Input::Traces, {}};
    }

    void detect(const Inputs &inputs, const Rules &rules, const std::stop_token &stop, Output &output) const override
    {
        const TraceSnapshot &snapshot = *inputs.traces;
        const std::vector<ErrorCause> causes = errorCauses(snapshot, stop);
        std::uint64_t failed = 0;
        std::vector<double> pValues;
        for (const ErrorCause &cause : causes)
            failed += cause.failed.size();
        for (const ErrorCause &cause : causes)
            pValues.push_back(pValueOf(cause, failed, snapshot.spans().size()));
        const std::vector<double> rates = falseDiscoveryRates(pValues);
        for (std::size_t i = 0; i < causes.size() && !stop.stop_requested(); ++i) {
            const ErrorCause &cause = causes[i];
            const double share = static_cast<double>(cause.failed.size()) / static_cast<double>(failed);
            if (isWorthALook(cause, share, rates[i], rules) && !isMostlyClientErrors(snapshot, cause, rules, stop))
                output.findings.push_back(
                    findingFor(snapshot, cause, share, whatSetsApart(snapshot, cause, stop), rules));
        }
    }

private:
    static bool isWorthALook(const ErrorCause &cause, double share, double rate, const Rules &rules)
    {
        const double ratio = static_cast<double>(cause.failed.size()) / static_cast<double>(cause.total);
        return static_cast<double>(cause.failed.size()) >= rules.number("service.error-hotspot.least-failures")
            && ratio >= rules.number("service.error-hotspot.least-ratio")
            && share >= rules.number("service.error-hotspot.least-share")
            && rate < rules.number("service.error-hotspot.false-discoveries");
    }

    /// 404 of a scanning bot and 401 of a wrong password are the callers' doing.
    static bool isMostlyClientErrors(const TraceSnapshot &snapshot, const ErrorCause &cause, const Rules &rules,
                                     const std::stop_token &stop)
    {
        const ClientErrors counted = clientErrorsOf(snapshot, cause.failed, stop);
        return counted.told > 0
            && static_cast<double>(counted.clientErrors)
            >= rules.number("service.error-hotspot.client-share") * static_cast<double>(counted.told);
    }
};

} // namespace

DetectorPtr makeErrorHotspotDetector()
{
    return std::make_unique<ErrorHotspotDetector>();
}

} // namespace tailspan::advisor
