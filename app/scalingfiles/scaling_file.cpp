// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/scalingfiles/scaling_file.h"

#include "app/scalingfiles/documents.h"

#include <algorithm>
#include <vector>

namespace tailspan::scalingfiles {

namespace {

/// All manifests of a namespace in one file, as kubectl writes them.
constexpr yaml::Limits kLimits{std::size_t{8} << 20U, 200'000, 64};

bool isEmpty(const advisor::ScalingConfig &config)
{
    return config.horizontal.empty() && config.vertical.empty() && config.workloads.empty() && config.quotas.empty()
        && config.containerDefaults.empty() && config.clusterAutoscalers.empty() && config.pools.empty()
        && config.cacheLayers.empty() && config.alerts.empty() && config.loadTestLimits.empty()
        && !config.database.maxConnections;
}

void readDocument(const Node &document, Reading &reading)
{
    Section top(document, {}, reading);
    if (document.kind != Node::Kind::Map)
        reading.problem(document, "a document of the file is no map of names and values");
    else if (top.find("apiVersion") != nullptr && top.find("kind") != nullptr)
        readManifest(top);
    else if (top.find("groups") != nullptr)
        readRuleGroups(top);
    else if (isSectionFile(document))
        readSections(top);
    else
        reading.problem(document, "a document of the file is neither a manifest nor a scaling configuration");
}

} // namespace

bool looksLikeScaling(std::string_view head)
{
    static constexpr std::string_view kKeys[] = {
        "hpa:",    "vpa:",  "clusterAutoscaling:", "resourceQuotas:", "database:", "horizontal:", "autoscaling:",
        "groups:", "kind:", "performance:"};
    if (head.find("\"apiVersion\"") != std::string_view::npos && head.find("\"kind\"") != std::string_view::npos)
        return true;
    for (std::size_t at = 0; at < head.size();) {
        const std::string_view line = head.substr(at, head.find('\n', at) - at);
        if (std::ranges::any_of(kKeys, [line](std::string_view key) { return line.starts_with(key); }))
            return true;
        at += line.size() + 1;
    }
    return false;
}

Result<advisor::ScalingConfig> readScaling(std::string_view text, const std::string &name)
{
    TS_TRY(const std::vector<Node> documents, yaml::readDocuments(text, name, kLimits));
    advisor::ScalingConfig config;
    config.files.push_back(name);
    Reading reading{config, name};
    for (const Node &document : documents)
        readDocument(document, reading);
    if (isEmpty(config)) {
        std::string message = "it declares nothing about scaling: no autoscaler, workload, quota, pool, cache or alert";
        if (!config.problems.empty())
            message += " (" + config.problems.front().text + ")";
        return fail(ErrorCode::Unsupported, std::move(message), name);
    }
    return config;
}

} // namespace tailspan::scalingfiles
