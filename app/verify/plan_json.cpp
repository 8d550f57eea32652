// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/verify/plan_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tailspan::verify {

namespace {

using advisor::PlanNode;
using nlohmann::json;

constexpr std::uint32_t kDeepestPlan = 200;

std::string textOf(const json &node, const char *name)
{
    const auto found = node.find(name);
    return found != node.end() && found->is_string() ? found->get<std::string>() : std::string();
}

double numberOf(const json &node, const char *name)
{
    const auto found = node.find(name);
    return found != node.end() && found->is_number() ? found->get<double>() : 0;
}

void readNode(const json &node, std::uint32_t depth, bool keepsConditions, std::vector<PlanNode> &nodes)
{
    PlanNode read;
    read.depth = depth;
    read.type = textOf(node, "Node Type");
    read.table = textOf(node, "Relation Name");
    if (const std::string schema = textOf(node, "Schema"); !read.table.empty() && !schema.empty())
        read.table = schema + "." + read.table;
    read.index = textOf(node, "Index Name");
    if (keepsConditions) {
        for (const char *name : {"Index Cond", "Recheck Cond", "Hash Cond", "Merge Cond", "Join Filter", "Filter"}) {
            const std::string condition = textOf(node, name);
            if (!condition.empty())
                read.condition += (read.condition.empty() ? "" : ", ") + std::string(name) + ": " + condition;
        }
    }
    read.startupCost = numberOf(node, "Startup Cost");
    read.totalCost = numberOf(node, "Total Cost");
    read.rows = numberOf(node, "Plan Rows");
    nodes.push_back(std::move(read));
    const auto children = node.find("Plans");
    if (children == node.end() || !children->is_array() || depth >= kDeepestPlan)
        return;
    for (const json &child : *children)
        readNode(child, depth + 1, keepsConditions, nodes);
}

} // namespace

bool usesIndex(const advisor::StatementPlan &plan, const std::string &index)
{
    return std::ranges::find(plan.nodes, index, &PlanNode::index) != plan.nodes.end();
}

Result<advisor::StatementPlan> readPlan(const std::string &text, bool keepsConditions)
{
    const json document = json::parse(text, nullptr, false);
    const bool isPlan = document.is_array() && !document.empty() && document.front().is_object()
        && document.front().contains("Plan") && document.front().at("Plan").is_object();
    if (!isPlan)
        return fail(ErrorCode::Malformed, "The server's answer to EXPLAIN is no plan.");
    advisor::StatementPlan plan;
    readNode(document.front().at("Plan"), 0, keepsConditions, plan.nodes);
    plan.cost = plan.nodes.front().totalCost;
    plan.rows = plan.nodes.front().rows;
    return plan;
}

} // namespace tailspan::verify
