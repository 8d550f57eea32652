// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/breach_companions.h"
#include "models/advisor/detector.h"
#include "models/base/number_text.h"
#include "models/loadtest/alignment.h"
#include "models/loadtest/load_test_report.h"

#include <algorithm>
#include <map>

namespace tailspan::advisor {

namespace {

using loadtest::LoadTestReport;
using loadtest::Verdict;

constexpr std::string_view kBreachId = "loadtest.breach";
constexpr std::string_view kRecoveryId = "loadtest.slow-recovery";
constexpr std::size_t kMostCompanions = 3;

bool isAboutRecovery(const Verdict &verdict)
{
    return verdict.criterion.find("ecover") != std::string::npos;
}

bool isBroken(const Verdict &verdict)
{
    return verdict.passed.has_value() && !*verdict.passed;
}

/// Shares are told in percent, also where the report names no unit.
std::string figure(const Verdict &verdict, double value)
{
    const bool isShare = verdict.unit == "ratio" || (verdict.unit.empty() && verdict.criterion.ends_with("rate"));
    if (isShare && value >= 0 && value <= 1)
        return percentText(value);
    return decimalText(value) + (verdict.unit.empty() || isShare ? "" : " " + verdict.unit);
}

/// "login: p95 was 620 ms, wanted is < 500 ms"; reports tell of some failures without a figure, or without a limit.
std::string sentenceOn(const Verdict &verdict)
{
    const std::string name = verdict.scenario + ": " + verdict.criterion;
    const std::string wanted = verdict.limit ? verdict.comparison + " " + figure(verdict, *verdict.limit) : "";
    if (!verdict.observed)
        return name + (wanted.empty() ? "" : " should be " + wanted)
            + ": the report says it failed and gives no value.";
    std::string text = name + " was " + figure(verdict, *verdict.observed);
    text += wanted.empty() ? ": the report says that is a failure" : ", wanted is " + wanted;
    if (verdict.low && verdict.high)
        text += " (95 % interval " + decimalText(*verdict.low) + " to " + decimalText(*verdict.high) + ")";
    return text + ".";
}

/// How far beyond its limit, 1 for just so; 1 where that cannot be told.
double excessOf(const Verdict &verdict)
{
    if (!verdict.limit || !verdict.observed || *verdict.limit <= 0 || *verdict.observed <= 0)
        return 1;
    const double ratio = *verdict.observed / *verdict.limit;
    return ratio >= 1 ? ratio : 1 / ratio;
}

void addCompanions(const Inputs &inputs, const LoadTestReport &report, const Verdict &verdict, Finding &finding)
{
    if (inputs.metrics == nullptr || !verdict.breach || !report.startedAt)
        return;
    const auto found = breachCompanions(*inputs.metrics, loadtest::runRangeOf(report), *verdict.breach);
    for (std::size_t i = 0; i < std::min(found.size(), kMostCompanions); ++i) {
        finding.evidence.push_back({"metrics",
                                    found[i].text + " while the limit was broken",
                                    {{ReferenceKind::Metric, found[i].series->query, {}, *verdict.breach}}});
    }
    if (!found.empty()) {
        finding.what += " What was higher in that time: " + found.front().text + ".";
        finding.subject.service = found.front().series->service;
    }
}

/// What the artifact's rule asks for, as far as a load test's criterion can be watched in production.
std::optional<Artifact> alertFor(const Verdict &verdict)
{
    const bool isP95 = verdict.criterion.find("95") != std::string::npos;
    if (!isP95 || verdict.unit != "ms" || !verdict.limit)
        return std::nullopt;
    return Artifact{
        "yaml", "Alert when production breaks the same limit (rule file of Prometheus)",
        "groups:\n  - name: load-test-limits\n    rules:\n      - alert: LatencyLimitOfLoadTest\n"
        "        expr: histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[5m]))) > "
            + decimalText(*verdict.limit / 1000) + "\n        for: 5m\n",
        "# Take the rule LatencyLimitOfLoadTest out again.\n"};
}

Finding findingFor(const Inputs &inputs, const LoadTestReport &report, const std::vector<const Verdict *> &verdicts,
                   std::string_view detector)
{
    const Verdict &worst =
        **std::ranges::max_element(verdicts, {}, [](const Verdict *verdict) { return excessOf(*verdict); });
    Finding finding;
    finding.detector = detector;
    finding.kind = FindingKind::LoadTest;
    finding.subject = {{}, worst.scenario, {}};
    finding.id = findingId(detector, finding.subject, report.fileName);
    const bool isRecovery = detector == kRecoveryId;
    finding.title = isRecovery ? worst.scenario + " recovers too slowly"
        : verdicts.size() == 1 ? worst.scenario + ": " + worst.criterion + " breaks its limit"
                               : worst.scenario + " breaks " + pluralText(verdicts.size(), "limit", "limits");
    finding.what = sentenceOn(worst);
    finding.impactText = worst.observed ? figure(worst, *worst.observed) : "failed";
    finding.severity = excessOf(worst) >= 2 ? Severity::High : Severity::Medium;
    finding.confidence = worst.low && worst.high ? 0.95 : 0.85;
    for (const Verdict *verdict : verdicts) {
        Reference reference{ReferenceKind::Report, report.fileName, {}, verdict->breach.value_or(TimeRange())};
        finding.evidence.push_back({"load-test", sentenceOn(*verdict), {reference}});
    }
    addCompanions(inputs, report, worst, finding);
    finding.verification = {VerificationState::Verified, "measured in " + report.fileName};
    if (auto alert = alertFor(worst))
        finding.artifacts.push_back(std::move(*alert));
    finding.refutedBy = "The same test on an idle system, from a second load generator, keeps the limit.";
    if (inputs.metrics == nullptr)
        finding.assumptions.push_back("Without metrics of the run it cannot be said what went with it.");
    return finding;
}

/// Failed verdicts, by scenario: one finding each.
class BreachDetector final : public Detector {
public:
    explicit BreachDetector(bool isRecovery) : m_isRecovery(isRecovery) {}

    [[nodiscard]] DetectorInfo info() const override
    {
        return {m_isRecovery ? kRecoveryId : kBreachId, FindingKind::LoadTest,
                m_isRecovery ? std::string_view("Slow recovery in a load test")
                             : std::string_view("Limits broken in a load test"),
                Input::LoadTest, Input::Metrics};
    }

    void detect(const Inputs &inputs, const Rules &, const std::stop_token &, Output &output) const override
    {
        for (const LoadTestReport *report : inputs.reports) {
            std::map<std::string, std::vector<const Verdict *>> broken;
            for (const loadtest::Scenario &scenario : report->scenarios) {
                for (const Verdict &verdict : scenario.verdicts) {
                    if (isBroken(verdict) && isAboutRecovery(verdict) == m_isRecovery)
                        broken[verdict.scenario].push_back(&verdict);
                }
            }
            for (const auto &[scenario, verdicts] : broken)
                output.findings.push_back(findingFor(inputs, *report, verdicts, info().id));
        }
    }

private:
    bool m_isRecovery;
};

} // namespace

DetectorPtr makeLoadTestBreachDetector()
{
    return std::make_unique<BreachDetector>(false);
}

DetectorPtr makeSlowRecoveryDetector()
{
    return std::make_unique<BreachDetector>(true);
}

} // namespace tailspan::advisor
