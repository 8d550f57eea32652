// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/scalingfiles/documents.h"

#include <algorithm>

namespace tailspan::scalingfiles {

namespace {

using advisor::MaybeDeclared;

/// The bounds of the containers of a pod add up.
void add(MaybeDeclared &sum, MaybeDeclared value)
{
    if (sum && value) {
        sum->value += value->value;
        sum->written += " + " + value->written;
    } else if (value) {
        sum = std::move(value);
    }
}

bool controls(const Node *resources, std::string_view name)
{
    return resources == nullptr || resources->items.empty()
        || std::ranges::any_of(resources->items, [name](const Node &item) { return item.text == name; });
}

void readPolicy(Section policy, advisor::VerticalAutoscaler &scaler)
{
    const std::string mode = policy.text("mode");
    const Node *resources = policy.find("controlledResources");
    policy.ignore({"containerName", "controlledValues"});
    if (mode == "Off") {
        policy.ignoreAll();
        return;
    }
    scaler.controlsCpu = controls(resources, "cpu");
    scaler.controlsMemory = controls(resources, "memory");
    if (auto least = policy.section("minAllowed")) {
        add(scaler.minCpu, least->cores("cpu"));
        add(scaler.minMemory, least->bytes("memory"));
        least->listUnknown();
    }
    if (auto most = policy.section("maxAllowed")) {
        add(scaler.maxCpu, most->cores("cpu"));
        add(scaler.maxMemory, most->bytes("memory"));
        most->listUnknown();
    }
    policy.listUnknown();
}

} // namespace

void readVerticalAutoscaler(Section &manifest)
{
    const Metadata data = metadataOf(manifest);
    advisor::VerticalAutoscaler scaler;
    scaler.name = data.name;
    scaler.nameSpace = data.nameSpace;
    scaler.place = manifest.place();
    auto spec = manifest.section("spec");
    if (!spec)
        return manifest.reading().problem(manifest.node(), "a vertical autoscaler without a spec");
    if (auto target = spec->section("targetRef"))
        scaler.service = target->text("name");
    if (auto policy = spec->section("updatePolicy")) {
        if (std::string mode = policy->text("updateMode"); !mode.empty())
            scaler.mode = std::move(mode);
        policy->ignore({"minReplicas", "evictionRequirements"});
        policy->listUnknown();
    }
    if (auto resources = spec->section("resourcePolicy")) {
        for (Section &policy : resources->list("containerPolicies"))
            readPolicy(std::move(policy), scaler);
        resources->listUnknown();
    }
    spec->ignore({"recommenders"});
    spec->listUnknown();
    manifest.reading().config.vertical.push_back(std::move(scaler));
}

} // namespace tailspan::scalingfiles
