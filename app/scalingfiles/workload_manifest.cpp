// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/scalingfiles/documents.h"
#include "app/scalingfiles/quantity.h"

#include <algorithm>
#include <cctype>

namespace tailspan::scalingfiles {

namespace {

using advisor::MaybeDeclared;

/// What the containers of a pod ask for together. One that asks for nothing leaves the sum open.
class Sum {
public:
    void add(MaybeDeclared value)
    {
        m_isOpen = m_isOpen || !value;
        if (m_sum && value) {
            m_sum->value += value->value;
            m_sum->written += " + " + value->written;
        } else if (value) {
            m_sum = std::move(value);
        }
    }
    [[nodiscard]] MaybeDeclared value() const { return m_isOpen ? std::nullopt : m_sum; }

private:
    MaybeDeclared m_sum;
    bool m_isOpen = false;
};

struct Sums {
    Sum cpuRequest, cpuLimit, memoryRequest, memoryLimit;
};

void readResources(Section &container, Sums &sums)
{
    auto resources = container.section("resources");
    auto requests = resources ? resources->section("requests") : std::nullopt;
    auto limits = resources ? resources->section("limits") : std::nullopt;
    MaybeDeclared cpuLimit = limits ? limits->cores("cpu") : std::nullopt;
    MaybeDeclared memoryLimit = limits ? limits->bytes("memory") : std::nullopt;
    MaybeDeclared cpu = requests ? requests->cores("cpu") : std::nullopt;
    MaybeDeclared memory = requests ? requests->bytes("memory") : std::nullopt;
    // A request that is not given is the limit, as the API server sets it.
    sums.cpuRequest.add(cpu ? std::move(cpu) : cpuLimit);
    sums.memoryRequest.add(memory ? std::move(memory) : memoryLimit);
    sums.cpuLimit.add(std::move(cpuLimit));
    sums.memoryLimit.add(std::move(memoryLimit));
}

void addPool(Reading &reading, advisor::PoolFigure::Role role, const std::string &service, const std::string &variable,
             const Node &node, const std::string &text)
{
    const auto value = parseNumber(text);
    if (!value || *value < 1)
        return reading.problem(node, variable + " should be a number of connections");
    reading.config.pools.push_back({role, service, "env " + variable, {*value, text, reading.placeOf(node)}});
}

void readVariable(Reading &reading, const std::string &service, const std::string &name, const Node &value)
{
    if (const auto role = poolRoleOf(name))
        addPool(reading, *role, service, name, value, value.text);
    else if (const auto limit = connectionLimitOf(value.text))
        addPool(reading, advisor::PoolFigure::Role::Most, service, name + " connection_limit", value, *limit);
}

void readEnvironment(Section &container, advisor::Workload &workload)
{
    for (Section &variable : container.list("env")) {
        const std::string name = variable.text("name");
        const Node *value = variable.find("value");
        if (value == nullptr || value->kind != Node::Kind::Text)
            continue; // from a secret or a config map
        if (name == "NODE_OPTIONS") {
            workload.nodeOptions = value->text;
            workload.nodeOptionsPlace = container.reading().placeOf(*value);
        } else {
            readVariable(container.reading(), workload.name, name, *value);
        }
    }
}

/// `-c max_connections=300` of a PostgreSQL container.
void readArguments(Section &container)
{
    constexpr std::string_view kName = "max_connections=";
    for (const char *key : {"args", "command"}) {
        const Node *arguments = container.find(key);
        for (const Node &item : arguments != nullptr ? arguments->items : std::vector<Node>()) {
            const std::size_t at = item.text.find(kName);
            if (at == std::string::npos)
                continue;
            const std::string text = item.text.substr(at + kName.size());
            if (const auto value = parseNumber(text))
                container.reading().config.database.maxConnections =
                    advisor::Declared{*value, text, container.reading().placeOf(item)};
        }
    }
}

void readProbe(Section &container, advisor::Workload &workload)
{
    auto probe = container.section("readinessProbe");
    auto delay = probe ? probe->seconds("initialDelaySeconds") : std::nullopt;
    if (delay && (!workload.readyDelaySeconds || delay->value > workload.readyDelaySeconds->value))
        workload.readyDelaySeconds = std::move(delay);
}

void readPods(Section &pods, advisor::Workload &workload)
{
    Sums sums;
    for (Section &container : pods.list("containers")) {
        readResources(container, sums);
        readEnvironment(container, workload);
        readArguments(container);
        readProbe(container, workload);
    }
    workload.cpuRequest = sums.cpuRequest.value();
    workload.cpuLimit = sums.cpuLimit.value();
    workload.memoryRequest = sums.memoryRequest.value();
    workload.memoryLimit = sums.memoryLimit.value();
}

void readSurge(Section &spec, advisor::Workload &workload)
{
    auto strategy = spec.section("strategy");
    if (!strategy)
        return;
    if (strategy->text("type") == "Recreate") {
        workload.surgePods = advisor::Declared{0, "Recreate", strategy->place()};
        return;
    }
    auto rolling = strategy->section("rollingUpdate");
    const Node *surge = rolling ? rolling->find("maxSurge") : nullptr;
    if (surge == nullptr)
        return;
    if (surge->text.ends_with('%'))
        workload.surgeRatio = rolling->percent("maxSurge");
    else
        workload.surgePods = rolling->count("maxSurge");
}

std::string upperCased(std::string_view text)
{
    std::string upper(text);
    std::ranges::transform(upper, upper.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return upper;
}

bool holds(const std::string &text, std::initializer_list<std::string_view> parts)
{
    return std::ranges::any_of(parts, [&](std::string_view part) { return text.find(part) != std::string::npos; });
}

} // namespace

std::optional<advisor::PoolFigure::Role> poolRoleOf(std::string_view variable)
{
    using Role = advisor::PoolFigure::Role;
    const std::string name = upperCased(variable);
    const bool isOther = holds(
        name,
        {"THREAD", "REDIS", "HTTP", "WORKER", "TIMEOUT", "LIFETIME", "MONGO", "KAFKA", "INTERVAL", "_MS", "ENABLED"});
    const bool isPool = holds(name, {"POOL"});
    const bool isDatabase = holds(name, {"DB", "DATABASE", "PG", "POSTGRES", "SQL", "HIKARI", "KNEX", "SEQUELIZE"});
    if (isOther || (!isPool && !(isDatabase && holds(name, {"MAX_CONNECTIONS", "CONNECTION_LIMIT", "MAX_OPEN"}))))
        return std::nullopt;
    if (holds(name, {"IDLE"}))
        return holds(name, {"MIN"}) ? Role::LeastIdle : Role::MostIdle;
    if (holds(name, {"MIN"}))
        return Role::LeastIdle;
    if (holds(name, {"MAX", "LIMIT"}))
        return Role::Most;
    return name.ends_with("SIZE") || name.ends_with("POOL") ? std::optional(Role::Size) : std::nullopt;
}

std::optional<std::string> connectionLimitOf(std::string_view url)
{
    constexpr std::string_view kName = "connection_limit=";
    const std::size_t at = url.find(kName);
    if (url.find("://") == std::string_view::npos || at == std::string_view::npos)
        return std::nullopt;
    const std::string_view rest = url.substr(at + kName.size());
    const std::string_view digits = rest.substr(0, rest.find_first_not_of("0123456789"));
    return digits.empty() ? std::nullopt : std::optional(std::string(digits));
}

void readWorkload(Section &manifest, const std::string &kind)
{
    const Metadata data = metadataOf(manifest);
    advisor::Workload workload;
    workload.kind = kind;
    workload.name = data.name;
    workload.nameSpace = data.nameSpace;
    workload.version = data.version;
    workload.place = manifest.place();
    auto spec = manifest.section("spec");
    if (!spec)
        return manifest.reading().problem(manifest.node(), kind + " " + data.name + " has no spec");
    workload.replicas = spec->count("replicas");
    if (kind == "Deployment")
        readSurge(*spec, workload);
    auto pods = spec->section("template");
    auto podSpec = pods ? pods->section("spec") : std::nullopt;
    if (podSpec)
        readPods(*podSpec, workload);
    manifest.reading().config.workloads.push_back(std::move(workload));
}

void readConfigMap(Section &manifest)
{
    auto data = manifest.section("data");
    if (!data)
        return;
    for (const auto &[key, line, value] : data->node().map) {
        if (value.kind == Node::Kind::Text && value.text.size() < 1000)
            readVariable(manifest.reading(), {}, key, value);
    }
}

} // namespace tailspan::scalingfiles
