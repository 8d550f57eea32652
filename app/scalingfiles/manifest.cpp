// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/scalingfiles/documents.h"

#include <algorithm>
#include <set>

namespace tailspan::scalingfiles {

namespace {

void note(Section &manifest, std::string text)
{
    auto &notes = manifest.reading().config.notes;
    if (std::ranges::find(notes, text) == notes.end())
        notes.push_back(std::move(text));
}

void readAlertManifest(Section &manifest)
{
    if (auto spec = manifest.section("spec"))
        readRuleGroups(*spec);
}

} // namespace

Metadata metadataOf(Section &manifest)
{
    Metadata data;
    auto metadata = manifest.section("metadata");
    if (!metadata)
        return data;
    data.name = metadata->text("name");
    data.nameSpace = metadata->text("namespace");
    if (auto labels = metadata->section("labels")) {
        data.version = labels->text("app.kubernetes.io/version");
        if (data.version.empty())
            data.version = labels->text("version");
    }
    return data;
}

void readManifest(Section &manifest)
{
    const std::string kind = manifest.text("kind");
    if (kind.ends_with("List")) {
        for (Section &item : manifest.list("items"))
            readManifest(item);
    } else if (kind == "HorizontalPodAutoscaler") {
        readHorizontalAutoscaler(manifest);
    } else if (kind == "VerticalPodAutoscaler") {
        readVerticalAutoscaler(manifest);
    } else if (kind == "Deployment" || kind == "StatefulSet") {
        readWorkload(manifest, kind);
    } else if (kind == "ResourceQuota") {
        readQuota(manifest);
    } else if (kind == "LimitRange") {
        readLimitRange(manifest);
    } else if (kind == "ConfigMap") {
        readConfigMap(manifest);
    } else if (kind == "PrometheusRule") {
        readAlertManifest(manifest);
    } else {
        note(manifest,
             "Manifests of kind " + (kind.empty() ? std::string("(none)") : kind.substr(0, 40))
                 + " say nothing about scaling and were left out.");
    }
}

void readQuota(Section &manifest)
{
    const Metadata data = metadataOf(manifest);
    advisor::ResourceQuota quota;
    quota.name = data.name;
    quota.nameSpace = data.nameSpace;
    quota.place = manifest.place();
    auto spec = manifest.section("spec");
    auto hard = spec ? spec->section("hard") : std::nullopt;
    if (hard) {
        quota.pods = hard->count("pods");
        if (!quota.pods)
            quota.pods = hard->count("count/pods");
        quota.cpuRequests = hard->cores("requests.cpu");
        if (!quota.cpuRequests)
            quota.cpuRequests = hard->cores("cpu");
        quota.memoryRequests = hard->bytes("requests.memory");
        if (!quota.memoryRequests)
            quota.memoryRequests = hard->bytes("memory");
        quota.cpuLimits = hard->cores("limits.cpu");
        quota.memoryLimits = hard->bytes("limits.memory");
    }
    manifest.reading().config.quotas.push_back(std::move(quota));
}

void readLimitRange(Section &manifest)
{
    const Metadata data = metadataOf(manifest);
    auto spec = manifest.section("spec");
    if (!spec)
        return;
    for (Section &limit : spec->list("limits")) {
        if (limit.text("type") != "Container")
            continue;
        advisor::ContainerDefaults defaults;
        defaults.nameSpace = data.nameSpace;
        defaults.place = limit.place();
        if (auto requests = limit.section("defaultRequest")) {
            defaults.cpuRequest = requests->cores("cpu");
            defaults.memoryRequest = requests->bytes("memory");
        }
        if (auto limits = limit.section("default")) {
            defaults.cpuLimit = limits->cores("cpu");
            defaults.memoryLimit = limits->bytes("memory");
        }
        manifest.reading().config.containerDefaults.push_back(std::move(defaults));
    }
}

} // namespace tailspan::scalingfiles
