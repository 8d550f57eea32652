// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/scaling_findings.h"

#include "models/advisor/postgres_facts.h"
#include "models/base/number_text.h"

#include <cmath>

namespace tailspan::advisor {

namespace {

double lastOf(const metric::MetricSeries &series)
{
    for (std::size_t i = series.values.size(); i-- > 0;) {
        if (std::isfinite(series.values[i]))
            return series.values[i];
    }
    return 0;
}

/// max_connections as declared, else of the server that was asked, else of the only one that metrics know.
bool findLimit(const Inputs &inputs, PoolBudget &budget, std::string &why)
{
    if (inputs.scaling != nullptr && inputs.scaling->database.maxConnections) {
        budget.limit = inputs.scaling->database.maxConnections->value;
        budget.limitPlace = inputs.scaling->database.maxConnections->place;
        return true;
    }
    if (inputs.postgres != nullptr && inputs.postgres->settings.maxConnections > 0) {
        budget.limit = static_cast<double>(inputs.postgres->settings.maxConnections);
        return true;
    }
    const auto servers = inputs.metrics != nullptr ? inputs.metrics->of(Role::ServerMaximum)
                                                   : std::vector<const RoleSeries *>();
    if (servers.size() != 1) {
        why = servers.empty()
            ? "max_connections of the database is not known"
            : "there are " + countText(servers.size()) + " database servers, and nothing says which service uses which";
        return false;
    }
    budget.limit = lastOf(servers.front()->series);
    budget.limitQuery = servers.front()->query;
    return budget.limit > 0;
}

void addDeclared(const Inputs &inputs, const Fleet &fleet, PoolBudget &budget)
{
    for (const FleetService &entry : fleet.services) {
        if (const PoolFigure *pool = poolOf(*inputs.scaling, entry.service))
            budget.rows.push_back({entry.service, entry.maximum, entry.surge, pool->connections.value, pool->key,
                                   pool->connections.place});
    }
}

/// What the pods themselves tell of their pools.
void addMeasured(const Inputs &inputs, const Fleet &fleet, PoolBudget &budget)
{
    for (const FleetService &entry : fleet.services) {
        double largest = 0;
        for (const RoleSeries *pod : inputs.metrics->of(Role::PoolLimit, entry.service))
            largest = pod->pod.empty() ? largest : std::max(largest, lastOf(pod->series));
        if (largest <= 0)
            continue;
        PoolBudget::Row row;
        row.service = entry.service;
        row.pods = entry.maximum;
        row.surge = entry.surge;
        row.pool = largest;
        row.key = "measured";
        budget.rows.push_back(std::move(row));
    }
}

} // namespace

double PoolBudget::pods() const
{
    double sum = 0;
    for (const Row &row : rows)
        sum += row.pods + row.surge;
    return sum;
}

double PoolBudget::connections() const
{
    double sum = 0;
    for (const Row &row : rows)
        sum += row.pods * row.pool;
    return sum;
}

double PoolBudget::withSurge() const
{
    double sum = 0;
    for (const Row &row : rows)
        sum += (row.pods + row.surge) * row.pool;
    return sum;
}

double PoolBudget::perPod() const
{
    return pods() > 0 ? std::floor(std::max(room(), 0.0) / pods()) : 0;
}

std::optional<PoolBudget> poolBudget(const Inputs &inputs, const Rules &rules, std::string &why)
{
    PoolBudget budget;
    if (!findLimit(inputs, budget, why))
        return std::nullopt;
    const Fleet fleet = fleetOf(inputs.scaling, inputs.metrics);
    if (inputs.scaling != nullptr)
        addDeclared(inputs, fleet, budget);
    if (budget.rows.empty() && inputs.metrics != nullptr)
        addMeasured(inputs, fleet, budget);
    if (budget.rows.empty()) {
        why = fleet.services.empty() ? "how many pods there can be is not known"
                                     : "the size of the connection pools is not known";
        return std::nullopt;
    }
    budget.assumptions = fleet.assumptions;
    const bool hasReserved = inputs.scaling != nullptr && inputs.scaling->database.reservedConnections;
    budget.reserved = hasReserved ? inputs.scaling->database.reservedConnections->value
                                  : rules.number("pool.over-budget.reserved-connections");
    if (!hasReserved && inputs.postgres != nullptr && inputs.postgres->settings.reservedConnections > 0)
        budget.reserved = static_cast<double>(inputs.postgres->settings.reservedConnections);
    budget.admin = rules.number("pool.over-budget.admin-connections");
    return budget;
}

TablePicture pictureOf(const PoolBudget &budget)
{
    TablePicture table;
    table.columns = {"Service", "Pods at most", "Further in a rollout", "Pool a pod", "Connections", "In a rollout"};
    for (const PoolBudget::Row &row : budget.rows) {
        table.rows.push_back({row.service, figureText(row.pods), figureText(row.surge), figureText(row.pool),
                              figureText(row.pods * row.pool), figureText((row.pods + row.surge) * row.pool)});
    }
    double pods = 0;
    double surge = 0;
    for (const PoolBudget::Row &row : budget.rows) {
        pods += row.pods;
        surge += row.surge;
    }
    table.badRows.push_back(table.rows.size());
    table.rows.push_back({"All", figureText(pods), figureText(surge), "", figureText(budget.connections()),
                          figureText(budget.withSurge())});
    table.rows.push_back({"Room of the server", "", "", "", figureText(budget.room()), figureText(budget.room())});
    return table;
}

} // namespace tailspan::advisor
