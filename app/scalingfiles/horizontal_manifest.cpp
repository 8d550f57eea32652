// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/scalingfiles/documents.h"

namespace tailspan::scalingfiles {

namespace {

using advisor::MaybeDeclared;
using advisor::ScalingTarget;
using Kind = ScalingTarget::Kind;

/// A value of `target:` of v2 and v2beta2, or of the fields that v2beta1 had in its place.
MaybeDeclared targetValue(Section &metric, std::string_view inTarget, std::string_view old,
                          MaybeDeclared (Section::*read)(std::string_view))
{
    if (auto target = metric.section("target")) {
        if (auto value = (*target.*read)(inTarget))
            return value;
    }
    return (metric.*read)(old);
}

void addTarget(advisor::HorizontalAutoscaler &scaler, Kind kind, const std::string &metric,
               const std::string &container, MaybeDeclared value)
{
    if (value)
        scaler.targets.push_back({kind, metric, container, std::move(*value)});
}

void readResource(Section metric, advisor::HorizontalAutoscaler &scaler)
{
    const std::string name = metric.text("name");
    const std::string container = metric.text("container");
    const bool isMemory = name == "memory";
    if (!isMemory && name != "cpu")
        return metric.reading().problem(metric.node(), "an autoscaler can look at cpu and memory, not at " + name);
    addTarget(scaler, isMemory ? Kind::MemoryUtilization : Kind::CpuUtilization, name, container,
              targetValue(metric, "averageUtilization", "targetAverageUtilization", &Section::percent));
    const auto read = isMemory ? &Section::bytes : &Section::cores;
    addTarget(scaler, isMemory ? Kind::MemoryAverage : Kind::CpuAverage, name, container,
              targetValue(metric, "averageValue", "targetAverageValue", read));
    if (auto target = metric.section("target")) {
        (void)target->text("type");
        for (const char *known : {"averageUtilization", "averageValue", "value"})
            target->ignore({known});
        target->listUnknown();
    }
}

void readOwnMetric(Section metric, advisor::HorizontalAutoscaler &scaler, bool isOfPods)
{
    std::string name = metric.text("metricName");
    if (auto described = metric.section("metric"))
        name = described->text("name");
    addTarget(scaler, isOfPods ? Kind::PodsAverage : Kind::ObjectAverage, name, {},
              targetValue(metric, "averageValue", "targetAverageValue", &Section::quantity));
    if (!isOfPods)
        addTarget(scaler, Kind::ObjectValue, name, {}, targetValue(metric, "value", "targetValue", &Section::quantity));
}

void readMetric(Section metric, advisor::HorizontalAutoscaler &scaler)
{
    const std::string type = metric.text("type");
    if (auto resource = metric.section("resource"))
        readResource(*resource, scaler);
    if (auto resource = metric.section("containerResource"))
        readResource(*resource, scaler);
    if (auto pods = metric.section("pods"))
        readOwnMetric(*pods, scaler, true);
    if (auto object = metric.section("object"))
        readOwnMetric(*object, scaler, false);
    if (auto outside = metric.section("external"))
        readOwnMetric(*outside, scaler, false);
    metric.listUnknown();
}

advisor::ScalingRules readRules(Section section)
{
    advisor::ScalingRules rules;
    rules.stabilizationSeconds = section.seconds("stabilizationWindowSeconds");
    rules.tolerance = section.number("tolerance");
    const std::string select = section.text("selectPolicy");
    if (select == "Min")
        rules.select = advisor::ScalingRules::Select::Least;
    else if (select == "Disabled")
        rules.select = advisor::ScalingRules::Select::Disabled;
    else if (!select.empty() && select != "Max")
        section.reading().problem(section.node(), "selectPolicy should be Max, Min or Disabled, not " + select);
    for (Section &policy : section.list("policies")) {
        const std::string type = policy.text("type");
        const auto value = policy.count("value");
        const auto period = policy.seconds("periodSeconds");
        policy.listUnknown();
        if ((type != "Percent" && type != "Pods") || !value || !period || period->value <= 0)
            section.reading().problem(policy.node(), "a scaling policy needs type (Percent or Pods), value and period");
        else
            rules.policies.push_back({type == "Percent", value->value, period->value});
    }
    section.listUnknown();
    return rules;
}

void checkBounds(Section &spec, const advisor::HorizontalAutoscaler &scaler)
{
    if (scaler.minReplicas && scaler.maxReplicas && scaler.minReplicas->value > scaler.maxReplicas->value)
        spec.reading().problem(spec.node(),
                               "minReplicas " + scaler.minReplicas->written + " is above maxReplicas "
                                   + scaler.maxReplicas->written + "; Kubernetes refuses it");
}

void readSpec(Section &spec, advisor::HorizontalAutoscaler &scaler)
{
    if (auto target = spec.section("scaleTargetRef")) {
        scaler.service = target->text("name");
        if (std::string kind = target->text("kind"); !kind.empty())
            scaler.targetKind = std::move(kind);
        target->ignore({"apiVersion"});
        target->listUnknown();
    }
    scaler.minReplicas = spec.count("minReplicas");
    scaler.maxReplicas = spec.count("maxReplicas");
    addTarget(scaler, Kind::CpuUtilization, "cpu", {}, spec.percent("targetCPUUtilizationPercentage"));
    for (Section &metric : spec.list("metrics"))
        readMetric(std::move(metric), scaler);
    if (auto behavior = spec.section("behavior")) {
        if (auto up = behavior->section("scaleUp"))
            scaler.up = readRules(std::move(*up));
        if (auto down = behavior->section("scaleDown"))
            scaler.down = readRules(std::move(*down));
        behavior->listUnknown();
    }
    spec.listUnknown();
    checkBounds(spec, scaler);
}

} // namespace

void readHorizontalAutoscaler(Section &manifest)
{
    const Metadata data = metadataOf(manifest);
    advisor::HorizontalAutoscaler scaler;
    scaler.name = data.name;
    scaler.nameSpace = data.nameSpace;
    scaler.apiVersion = manifest.text("apiVersion");
    scaler.place = manifest.place();
    auto spec = manifest.section("spec");
    if (!spec)
        return manifest.reading().problem(manifest.node(), "an autoscaler without a spec");
    readSpec(*spec, scaler);
    if (scaler.service.empty())
        return manifest.reading().problem(manifest.node(), "the autoscaler " + scaler.name + " scales nothing");
    if (scaler.apiVersion.starts_with("autoscaling/v2beta"))
        manifest.reading().config.notes.push_back(scaler.place.text() + ": " + scaler.apiVersion
                                                  + " is gone from Kubernetes 1.26 on; patches are autoscaling/v2.");
    if (scaler.targets.empty())
        manifest.reading().config.notes.push_back(scaler.place.text()
                                                  + ": no metric; Kubernetes then takes 80 % of the CPU request.");
    manifest.reading().config.horizontal.push_back(std::move(scaler));
}

} // namespace tailspan::scalingfiles
