// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/verify/statement_planner.h"

#include "app/sql/normalised_text.h"
#include "app/sql/reading_twin.h"
#include "app/sql/shape_reader.h"
#include "app/verify/plan_json.h"
#include "app/verify/row_reader.h"
#include "models/advisor/index_text.h"

#include <algorithm>
#include <array>

namespace tailspan::verify {

namespace {

using advisor::PostgresFacts;
using advisor::StatementFacts;

/// Settings that plans depend on and that any role may set for itself.
constexpr std::array<std::string_view, 8> kPlannerPrefixes = {
    "enable_", "cpu_", "jit", "parallel_", "geqo", "from_collapse_limit", "join_collapse_limit", "hash_mem_multiplier"};
constexpr std::array<std::string_view, 6> kPlannerNames = {"work_mem",
                                                           "random_page_cost",
                                                           "seq_page_cost",
                                                           "effective_cache_size",
                                                           "max_parallel_workers_per_gather",
                                                           "constraint_exclusion"};

bool isPlannerSetting(std::string_view name)
{
    const auto begins = [&](std::string_view prefix) { return name.starts_with(prefix); };
    return std::ranges::any_of(kPlannerPrefixes, begins)
        || std::ranges::find(kPlannerNames, name) != kPlannerNames.end();
}

/// "\"$user\", public" with the name of the role that runs the statement.
std::string withUser(std::string path, const std::string &role)
{
    for (const std::string_view user : {"\"$user\"", "$user"}) {
        if (const std::size_t at = path.find(user); at != std::string::npos) {
            path.replace(at, user.size(), role.empty() ? "public" : "\"" + role + "\"");
            break;
        }
    }
    return path;
}

/// What is planned: the statement, or the SELECT that finds the rows it changes.
std::string textOf(const StatementFacts &statement)
{
    return sql::preparableText(sql::readingTwin(statement.text, statement.shape.parameters).value_or(statement.text));
}

/// What is added to a value of that type.
std::string offsetType(const std::string &type)
{
    return type.starts_with("timestamp") || type.starts_with("time ") || type == "date" ? "interval" : type;
}

std::string titleOf(const advisor::ShapeFunction &function)
{
    return function.schema.empty() ? function.name + "()" : function.schema + "." + function.name + "()";
}

} // namespace

Result<> StatementPlanner::readFunctions(std::size_t count)
{
    std::set<std::string> names;
    for (std::size_t i = 0; i < count; ++i) {
        for (const advisor::ShapeFunction &function : m_facts.statements[i].shape.functions)
            names.insert(function.name);
    }
    if (names.empty())
        return {};
    sources::SqlTemplate sql;
    sql.set("names", sources::arrayText({names.begin(), names.end()}));
    return m_session.ask(sql.statement("advisor_functions"), [&](const net::PostgresRow &row) -> Result<> {
        RowReader reader(row);
        Function function;
        function.schema = reader.text();
        const std::string name = reader.text();
        function.isVolatile = reader.flag();
        function.isOfApplication = reader.flag();
        m_functions.emplace(name, std::move(function));
        return {};
    });
}

Result<> StatementPlanner::readRoleSettings()
{
    const auto take = [&](const net::PostgresRow &row) -> Result<> {
        RowReader reader(row);
        const std::string role = reader.text();
        const std::string setting = reader.text();
        const std::size_t equals = setting.find('=');
        if (equals != std::string::npos)
            m_settings[role][setting.substr(0, equals)] = setting.substr(equals + 1);
        return {};
    };
    return m_session.ask(sources::SqlTemplate().statement("advisor_role_settings"), take);
}

Result<> StatementPlanner::prepare(std::size_t count)
{
    count = std::min(count, m_facts.statements.size());
    TS_CHECK(readFunctions(count));
    TS_CHECK(readRoleSettings());
    for (std::size_t i = 0; i < m_facts.statements.size(); ++i) {
        m_facts.statements[i].whyNotPlanned = i < count ? whyNot(m_facts.statements[i])
                                                        : std::string("Statements with more total time came first.");
    }
    return {};
}

std::string StatementPlanner::whyNot(const StatementFacts &statement) const
{
    const advisor::StatementShape &shape = statement.shape;
    const bool isPlain = shape.isReadOnly || sql::readingTwin(statement.text, shape.parameters).has_value();
    if (!shape.problem.empty() || !isPlain)
        return shape.problem.empty() ? shape.whyNotReadOnly : shape.problem;
    if (!sql::readShape(textOf(statement)).isReadOnly) // what is sent, not only what was read
        return "With its constants put right it is no single SELECT any more.";
    for (const advisor::ShapeTable &named : shape.tables) {
        const advisor::TableFacts *table = m_facts.tableOf(named);
        if (table == nullptr)
            return "It reads " + named.name + ", which is no table of the application that could be found (a view?).";
        if (!table->mayRead)
            return "This role may not read " + table->title() + ": GRANT SELECT ON "
                + advisor::qualifiedName(table->schema, table->name) + " TO " + m_facts.role + ".";
    }
    for (const advisor::ShapeFunction &function : shape.functions) {
        const auto [begin, end] = m_functions.equal_range(function.name);
        for (auto known = begin; known != end; ++known) {
            if (!function.schema.empty() && known->second.schema != function.schema)
                continue;
            if (known->second.isVolatile)
                return "It calls " + titleOf(function) + ", which may do more than compute (it is volatile).";
            if (known->second.isOfApplication)
                return "It calls " + titleOf(function) + ", code of the application, which planning would run.";
        }
    }
    return {};
}

PlanQuestion StatementPlanner::questionOf(const StatementFacts &statement) const
{
    PlanQuestion question;
    question.text = textOf(statement);
    question.values.resize(statement.shape.parameters);
    question.searchPath = withUser(m_facts.settings.searchPath, statement.role);
    std::map<std::string, std::string> settings;
    for (const std::string &role : {std::string(), statement.role}) {
        const auto found = m_settings.find(role);
        if (found == m_settings.end())
            continue;
        for (const auto &[name, value] : found->second) {
            if (name == "search_path")
                question.searchPath = withUser(value, statement.role);
            else if (isPlannerSetting(name))
                settings[name] = value;
        }
    }
    if (m_pages) {
        settings["seq_page_cost"] = std::to_string(m_pages->inOrder);
        settings["random_page_cost"] = std::to_string(m_pages->anywhere);
    }
    question.settings.assign(settings.begin(), settings.end());
    question.types = typesOf(statement);
    return question;
}

/// "$1 + $2" has no type of its own: that of the column it is compared with. Empty where no sum stands in it.
std::vector<std::string> StatementPlanner::typesOf(const StatementFacts &statement) const
{
    std::vector<std::string> types;
    for (const advisor::ShapePredicate &predicate : statement.shape.predicates) {
        const std::size_t number = predicate.key.table;
        const advisor::TableFacts *table = predicate.offsets.empty() || number >= statement.shape.tables.size()
            ? nullptr
            : m_facts.tableOf(statement.shape.tables[number]);
        const advisor::ColumnFacts *column = table == nullptr ? nullptr : table->column(predicate.key.text);
        if (column == nullptr)
            continue;
        types.resize(statement.shape.parameters, "unknown");
        for (const std::uint32_t parameter : predicate.parameters)
            types[parameter - 1] = column->type;
        for (const std::uint32_t offset : predicate.offsets)
            types[offset - 1] = offsetType(column->type);
    }
    return types;
}

Result<advisor::StatementPlan> StatementPlanner::ask(const StatementFacts &statement, const PlanQuestion &question)
{
    TS_TRY(const std::string json, m_session.explain(question));
    TS_TRY(advisor::StatementPlan plan, readPlan(json, question.isGeneric));
    plan.queryId = statement.queryId;
    return plan;
}

Result<advisor::StatementPlan> StatementPlanner::generic(const StatementFacts &statement)
{
    return ask(statement, questionOf(statement));
}

Result<advisor::StatementPlan> StatementPlanner::with(const StatementFacts &statement,
                                                      const std::vector<std::optional<std::string>> &values)
{
    PlanQuestion question = questionOf(statement);
    question.values = values;
    question.isGeneric = false;
    return ask(statement, question);
}

} // namespace tailspan::verify
