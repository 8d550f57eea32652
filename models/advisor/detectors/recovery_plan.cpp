// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/detector.h"
#include "models/advisor/recovery_records.h"
#include "models/base/number_text.h"
#include "models/loadtest/interval.h"

#include <boost/math/special_functions/beta.hpp>

#include <algorithm>
#include <map>

namespace tailspan::advisor {

namespace {

constexpr std::string_view kId = "recovery.plan";

/// What became of one action on one service for one cause.
struct Outcome {
    std::string action;
    std::uint64_t helped = 0;
    std::uint64_t tried = 0;
    std::vector<double> seconds; ///< Of those that helped.

    /// Beta posterior over the uniform prior: mean, and the 10 % and 90 % points.
    [[nodiscard]] double mean() const { return (static_cast<double>(helped) + 1) / (static_cast<double>(tried) + 2); }
    [[nodiscard]] double point(double probability) const
    {
        return boost::math::ibeta_inv(static_cast<double>(helped) + 1, static_cast<double>(tried - helped) + 1,
                                      probability);
    }
};

using Key = std::pair<std::string, std::string>; // service, cause

std::map<Key, std::vector<Outcome>> outcomesOf(const RecoveryRecords &records)
{
    std::map<Key, std::map<std::string, Outcome>> byAction;
    for (const RecoveryRecord &record : records.records) {
        for (const std::string &action : record.actions) {
            Outcome &outcome = byAction[{record.service, record.cause}][action];
            outcome.action = action;
            ++outcome.tried;
            outcome.helped += record.helped ? 1 : 0;
            if (record.helped && record.seconds)
                outcome.seconds.push_back(*record.seconds);
        }
    }
    std::map<Key, std::vector<Outcome>> ranked;
    for (auto &[key, actions] : byAction) {
        for (auto &[name, outcome] : actions)
            ranked[key].push_back(std::move(outcome));
        // By what can be relied on, not by the share: 1 of 1 does not stand above 19 of 20.
        std::ranges::stable_sort(ranked[key], std::ranges::greater(),
                                 [](const Outcome &outcome) { return outcome.point(0.1); });
    }
    return ranked;
}

TablePicture tableOf(const std::vector<Outcome> &outcomes)
{
    TablePicture table{{"Action", "Helped", "Chance, 80 % interval", "Median time"}, {}, {}};
    for (const Outcome &outcome : outcomes) {
        const std::string time = outcome.seconds.empty() ? "unknown"
                                                         : decimalText(loadtest::medianOf(outcome.seconds)) + " s";
        table.rows.push_back({outcome.action, countText(outcome.helped) + " of " + countText(outcome.tried),
                              percentText(outcome.point(0.1)) + " to " + percentText(outcome.point(0.9)), time});
    }
    return table;
}

Finding workedBefore(const Key &key, const std::vector<Outcome> &outcomes)
{
    const Outcome &best = outcomes.front();
    const std::string cause = key.second.empty() ? "" : " after " + key.second;
    Finding finding;
    finding.detector = kId;
    finding.kind = FindingKind::Recovery;
    finding.subject = {key.first, {}, key.second};
    finding.id = findingId(kId, finding.subject);
    finding.title = best.helped > 0 ? "Worked before for " + key.first + ": " + best.action
                                    : "Nothing tried has helped " + key.first;
    finding.what = best.helped > 0
        ? "Of what was recorded" + cause + ", " + best.action + " helped " + countText(best.helped) + " of "
            + pluralText(best.tried, "time", "times") + "."
        : "None of " + pluralText(best.tried, "try", "tries") + cause + " is recorded as a success.";
    finding.impactText = countText(best.helped) + " of " + countText(best.tried);
    finding.severity = Severity::Info;
    finding.confidence = best.point(0.1);
    finding.picture = tableOf(outcomes);
    finding.evidence.push_back({"records", finding.what, {{ReferenceKind::Service, key.first, {}, {}}}});
    Estimate estimate;
    estimate.metric = "chance that it helps";
    estimate.unit = "%";
    estimate.low = 100 * best.point(0.1);
    estimate.expected = 100 * best.mean();
    estimate.high = 100 * best.point(0.9);
    estimate.basis = "Beta posterior of the recorded outcomes over a uniform prior, n = " + countText(best.tried);
    estimate.chance = countText(best.helped) + " of " + countText(best.tried) + " worked before";
    finding.estimate = std::move(estimate);
    finding.verification = {VerificationState::Unverified,
                            "outcomes as the target recorded them; Tailspan never runs a recovery"};
    finding.refutedBy = "The next times it is tried it does not help.";
    return finding;
}

Finding storedPlan(const RecoveryPlan &plan, const std::vector<Outcome> *outcomes)
{
    Finding finding;
    finding.detector = kId;
    finding.kind = FindingKind::Recovery;
    finding.subject = {plan.service, {}, "stored plan"};
    finding.id = findingId(kId, finding.subject);
    finding.title = "Read the stored recovery plan of " + plan.service + " before it runs";
    finding.impactText = pluralText(plan.steps.size(), "step", "steps");
    finding.severity = Severity::Info;
    finding.confidence = 0.9;
    TablePicture table{{"Step", "Target", "Would overwrite", "Helped before"}, {}, {}};
    for (const PlannedStep &step : plan.steps) {
        std::string before = "n = 0, no evidence";
        for (const Outcome &outcome : outcomes == nullptr ? std::vector<Outcome>() : *outcomes) {
            if (outcome.action == step.action)
                before = countText(outcome.helped) + " of " + countText(outcome.tried);
        }
        if (!step.overwrites.empty())
            table.badRows.push_back(table.rows.size());
        table.rows.push_back(
            {step.action, step.target, step.overwrites.empty() ? "nothing known" : step.overwrites, before});
    }
    finding.picture = std::move(table);
    finding.what = "The collector keeps a plan of " + pluralText(plan.steps.size(), "step", "steps")
        + " for this service. Steps that overwrite something are marked.";
    if (plan.statedConfidence) {
        finding.what += " Its \"confidence\" of " + decimalText(*plan.statedConfidence)
            + " adds up which steps exist; it is no probability that they help.";
    }
    finding.evidence.push_back({"records", "the newest stored plan", {}});
    finding.verification = {VerificationState::Unverified, "it is shown, never executed"};
    finding.refutedBy = "The plan was replaced by a newer one.";
    return finding;
}

class RecoveryPlanDetector final : public Detector {
public:
    [[nodiscard]] DetectorInfo info() const override
    {
        return {kId, FindingKind::Recovery, "What recovered a service before", Input::Recovery, {}};
    }

    void detect(const Inputs &inputs, const Rules &, const std::stop_token &, Output &output) const override
    {
        const auto outcomes = outcomesOf(*inputs.recovery);
        for (const auto &[key, actions] : outcomes)
            output.findings.push_back(workedBefore(key, actions));
        for (const RecoveryPlan &plan : inputs.recovery->plans) {
            const auto known = outcomes.find({plan.service, plan.cause});
            output.findings.push_back(storedPlan(plan, known == outcomes.end() ? nullptr : &known->second));
        }
    }
};

} // namespace

DetectorPtr makeRecoveryPlanDetector()
{
    return std::make_unique<RecoveryPlanDetector>();
}

} // namespace tailspan::advisor
