// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/trial_choice.h"

#include <algorithm>
#include <map>
#include <string>

namespace tailspan::advisor {

namespace {

/// An accepted trial with what each of its statements would cost with it and is worth.
struct Contender {
    IndexTrial *trial = nullptr;
    std::map<std::string, double> costs; ///< By query id.
    std::size_t width = 0;
};

std::size_t widthOf(const IndexCandidate &candidate)
{
    return candidate.keys.size() + candidate.included.size();
}

std::vector<Contender> contenders(const PostgresFacts &facts, const Rules &rules, std::vector<IndexTrial> &trials)
{
    std::vector<Contender> found;
    for (IndexTrial &trial : trials) {
        if (trial.state == TrialState::Untried)
            continue;
        const IndexJudgement judged = judgeTrial(facts, trial, rules);
        trial.state = judged.isAccepted ? TrialState::Accepted : TrialState::Refused;
        trial.why = judged.why;
        if (!judged.isAccepted)
            continue;
        Contender contender{&trial, {}, widthOf(trial.candidate)};
        for (const StatementTrial &statement : trial.statements) {
            if (statement.setsUsing > 0 && statement.costAfter < statement.costBefore)
                contender.costs[statement.queryId] = statement.costAfter;
        }
        found.push_back(std::move(contender));
    }
    return found;
}

/// Milliseconds in the window of the statements that a contender serves about as well as any, and that nobody chosen
/// serves yet.
double worthOf(const Contender &contender, const PostgresFacts &facts, const std::map<std::string, double> &best,
               const std::map<std::string, double> &open, double goodEnough)
{
    double worth = 0;
    for (const auto &[queryId, cost] : contender.costs) {
        const StatementFacts *statement = facts.statement(queryId);
        if (open.contains(queryId) && cost <= best.at(queryId) * goodEnough) // a foreign key's check is no statement
            worth += statement == nullptr ? 1 : statement->totalMs;
    }
    return worth;
}

} // namespace

void chooseTrials(const PostgresFacts &facts, const Rules &rules, std::vector<IndexTrial> &trials)
{
    std::vector<Contender> left = contenders(facts, rules, trials);
    std::map<std::string, double> best;
    for (const Contender &contender : left) {
        for (const auto &[queryId, cost] : contender.costs) {
            const auto [known, isNew] = best.try_emplace(queryId, cost);
            known->second = std::min(known->second, cost);
        }
    }
    const double goodEnough = rules.number("db.missing-index.good-enough");
    std::map<std::string, double> open = best;
    std::map<std::string, std::string> servedBy;
    while (!left.empty()) {
        const auto isWorse = [&](const Contender &a, const Contender &b) {
            const double worthA = worthOf(a, facts, best, open, goodEnough);
            const double worthB = worthOf(b, facts, best, open, goodEnough);
            return worthA != worthB ? worthA < worthB : a.width > b.width;
        };
        const auto winner = std::ranges::max_element(left, isWorse);
        if (worthOf(*winner, facts, best, open, goodEnough) <= 0)
            break;
        for (const auto &[queryId, cost] : winner->costs) {
            if (cost <= best.at(queryId) * goodEnough && open.erase(queryId) > 0)
                servedBy[queryId] = winner->trial->candidate.columnsText();
        }
        left.erase(winner);
    }
    for (const Contender &loser : left) {
        loser.trial->state = TrialState::Refused;
        const auto found = loser.costs.empty() ? servedBy.end() : servedBy.find(loser.costs.begin()->first);
        loser.trial->why = found == servedBy.end() ? "another index serves its statements better"
                                                   : "an index on (" + found->second + ") serves its statements better";
    }
}

} // namespace tailspan::advisor
