// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/advice/recovery_gathering.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <utility>

namespace tailspan::advice {

namespace {

using Json = nlohmann::json;

constexpr const char *kTable = "SELECT to_regclass('recovery_records') IS NOT NULL";
constexpr const char *kRows = "SELECT service_name::text, strategy::text, results::text, coalesce(success, false), "
                              "timestamp, recovery_duration FROM recovery_records "
                              "ORDER BY timestamp DESC LIMIT 5000";

/// The first text behind one of the names; empty where there is none.
std::string textOf(const Json &object, std::initializer_list<const char *> names)
{
    for (const char *name : names) {
        const auto found = object.is_object() ? object.find(name) : object.end();
        if (object.is_object() && found != object.end() && found->is_string())
            return found->get<std::string>();
    }
    return {};
}

/// The list of steps, under any of the names that are used for it.
const Json *stepsOf(const Json &strategy)
{
    if (strategy.is_array())
        return &strategy;
    for (const char *name : {"steps", "actions", "strategies"}) {
        const auto found = strategy.is_object() ? strategy.find(name) : strategy.end();
        if (strategy.is_object() && found != strategy.end() && found->is_array())
            return &*found;
    }
    return nullptr;
}

std::string actionOf(const Json &step)
{
    return step.is_string() ? step.get<std::string>() : textOf(step, {"action", "type", "name", "step"});
}

std::string overwrites(const std::string &action)
{
    static const std::map<std::string, const char *> kKnown{
        {"restore_config", "the configuration in force"},
        {"restore_state", "the state since the snapshot"},
        {"warm_cache", "cached answers, one for all requests of an operation"},
        {"clear_cache", "everything cached"},
        {"rollback", "the version that runs"},
    };
    const auto found = kKnown.find(action);
    return found == kKnown.end() ? std::string() : found->second;
}

} // namespace

advisor::RecoveryRecord recoveryRecordOf(std::string_view strategy, std::string_view results)
{
    advisor::RecoveryRecord record;
    const Json plan = Json::parse(strategy, nullptr, false);
    const Json outcome = Json::parse(results, nullptr, false);
    record.cause = textOf(plan, {"cause", "reason", "issue", "trigger"});
    const Json *steps = stepsOf(plan);
    for (std::size_t i = 0; steps != nullptr && i < steps->size(); ++i) {
        if (std::string action = actionOf((*steps)[i]); !action.empty())
            record.actions.push_back(std::move(action));
    }
    if (record.actions.empty()) {
        if (std::string action = actionOf(plan); !action.empty())
            record.actions.push_back(std::move(action));
    }
    if (record.cause.empty())
        record.cause = textOf(outcome, {"cause", "reason"});
    return record;
}

advisor::RecoveryPlan recoveryPlanOf(std::string_view strategy)
{
    advisor::RecoveryPlan plan;
    const Json json = Json::parse(strategy, nullptr, false);
    plan.cause = textOf(json, {"cause", "reason", "issue", "trigger"});
    if (json.is_object() && json.contains("confidence") && json["confidence"].is_number())
        plan.statedConfidence = json["confidence"].get<double>();
    const Json *steps = stepsOf(json);
    for (std::size_t i = 0; steps != nullptr && i < steps->size(); ++i) {
        advisor::PlannedStep step;
        step.action = actionOf((*steps)[i]);
        step.target = textOf((*steps)[i], {"target", "key", "resource"});
        step.overwrites = overwrites(step.action);
        if (!step.action.empty())
            plan.steps.push_back(std::move(step));
    }
    return plan;
}

Result<advisor::RecoveryRecords> gatherRecoveryRecords(verify::GuestSession &session)
{
    bool isThere = false;
    TS_CHECK(session.ask({kTable, {}}, [&](const net::PostgresRow &row) -> Result<> {
        isThere = row.flag(0);
        return {};
    }));
    if (!isThere)
        return fail(ErrorCode::NotFound, "There is no table recovery_records.");
    advisor::RecoveryRecords records;
    std::map<std::string, bool> hasPlan;
    TS_CHECK(session.ask({kRows, {}}, [&](const net::PostgresRow &row) -> Result<> {
        advisor::RecoveryRecord record = recoveryRecordOf(row.text(1), row.text(2));
        record.service = row.text(0);
        record.helped = row.flag(3);
        record.atNs = row.nanoseconds(4, 1).value_or(0);
        if (const auto milliseconds = row.integer(5))
            record.seconds = static_cast<double>(*milliseconds) / 1000;
        if (!std::exchange(hasPlan[record.service], true)) {
            advisor::RecoveryPlan plan = recoveryPlanOf(row.text(1));
            plan.service = record.service;
            plan.atNs = record.atNs;
            if (!plan.steps.empty())
                records.plans.push_back(std::move(plan));
        }
        records.records.push_back(std::move(record));
        return {};
    }));
    std::ranges::reverse(records.records); // by time
    return records;
}

} // namespace tailspan::advice
