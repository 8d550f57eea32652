// SPDX-License-Identifier: GPL-3.0-or-later
// What autoscalers may ask for at their most against what the ResourceQuota lets in: pods, cores and memory.
#include "models/advisor/scaling_findings.h"

#include <algorithm>
#include <cmath>

namespace tailspan::advisor {

namespace {

constexpr std::string_view kId = "scale.quota";

/// What all pods need of a resource, from the least that is asked for to what the vertical autoscalers may set.
struct Need {
    double least = 0;
    double most = 0;
    double surge = 0;    ///< Further, at the most, while new versions are rolled out.
    bool isKnown = true; ///< Of every service.

    void add(const FleetService &entry, double low, double high)
    {
        isKnown = isKnown && std::isfinite(low);
        least += std::isfinite(low) ? entry.maximum * low : 0;
        most += std::isfinite(high) ? entry.maximum * high : 0;
        surge += std::isfinite(high) ? entry.surge * high : 0;
    }
    [[nodiscard]] double total() const { return most + surge; }
};

/// Needs of the services of one namespace.
struct Needs {
    double pods = 0;
    double surge = 0;
    Need cpu, memory;
    std::vector<std::vector<std::string>> rows;
    std::vector<Reference> references;
};

double valueOr(const MaybeDeclared &value, double fallback)
{
    return value ? value->value : fallback;
}

/// What one pod asks for: as declared, or within the bounds of the vertical autoscaler.
std::pair<double, double> rangeOf(const MaybeDeclared &request, const VerticalAutoscaler *vertical,
                                  MaybeDeclared VerticalAutoscaler::*low, MaybeDeclared VerticalAutoscaler::*high,
                                  bool controls)
{
    const double declared = valueOr(request, std::nan(""));
    if (vertical == nullptr || !vertical->isActive() || !controls)
        return {declared, declared};
    const double most =
        valueOr(vertical->*high, std::isfinite(declared) ? declared : valueOr(vertical->*low, declared));
    if (!std::isfinite(most))
        return {most, most};
    const double least = valueOr(vertical->*low, 0); // without a lower bound it may go to none
    return {std::isfinite(declared) ? std::min(declared, least) : least, most};
}

bool isOfNamespace(const ScalingConfig &config, const std::string &service, const std::string &nameSpace)
{
    const HorizontalAutoscaler *scaler = config.horizontalOf(service);
    const Workload *workload = config.workloadOf(service);
    const std::string own = scaler != nullptr && !scaler->nameSpace.empty() ? scaler->nameSpace
        : workload != nullptr                                               ? workload->nameSpace
                                                                            : std::string();
    return own.empty() || nameSpace.empty() || own == nameSpace;
}

Needs needsOf(const ScalingConfig &config, const Fleet &fleet, const ResourceQuota &quota)
{
    Needs needs;
    for (const FleetService &entry : fleet.services) {
        if (!isOfNamespace(config, entry.service, quota.nameSpace))
            continue;
        const Workload *workload = config.workloadOf(entry.service);
        const VerticalAutoscaler *vertical = config.verticalOf(entry.service);
        const auto [cpuLow, cpuHigh] = rangeOf(workload != nullptr ? workload->cpuRequest : MaybeDeclared(), vertical,
                                               &VerticalAutoscaler::minCpu, &VerticalAutoscaler::maxCpu,
                                               vertical != nullptr && vertical->controlsCpu);
        const auto [memoryLow, memoryHigh] = rangeOf(
            workload != nullptr ? workload->memoryRequest : MaybeDeclared(), vertical, &VerticalAutoscaler::minMemory,
            &VerticalAutoscaler::maxMemory, vertical != nullptr && vertical->controlsMemory);
        needs.pods += entry.maximum;
        needs.surge += entry.surge;
        needs.cpu.add(entry, cpuLow, cpuHigh);
        needs.memory.add(entry, memoryLow, memoryHigh);
        const auto text = [](double low, double high, auto format) {
            return !std::isfinite(high) ? std::string("not declared")
                : low == high           ? format(low)
                                        : format(low) + " to " + format(high);
        };
        needs.rows.push_back({entry.service, figureText(entry.maximum), figureText(entry.surge),
                              text(cpuLow, cpuHigh, coresText), text(memoryLow, memoryHigh, memoryText)});
        if (!entry.place.file.empty())
            needs.references.push_back(configReference(entry.place, entry.service));
    }
    return needs;
}

/// One resource that the quota does not have enough of.
struct Shortage {
    std::string text; ///< "57 pods with a rollout, 50 allowed"
    std::string key;  ///< Of `hard:`
    std::string needed, old;
    Place place;
    Severity severity = Severity::Medium;
};

void checkPods(const Needs &needs, const ResourceQuota &quota, std::vector<Shortage> &shortages)
{
    const double total = needs.pods + needs.surge;
    if (!quota.pods || total <= quota.pods->value)
        return;
    const bool isAlways = needs.pods > quota.pods->value;
    shortages.push_back(
        {isAlways
             ? figureText(needs.pods) + " pods at the most, " + figureText(quota.pods->value) + " allowed"
             : figureText(total) + " pods at the most and in a rollout, " + figureText(quota.pods->value) + " allowed",
         "pods", std::to_string(std::llround(total)), quota.pods->written, quota.pods->place,
         isAlways ? Severity::High : Severity::Medium});
}

template <class Text, class Quantity>
void checkResource(const Need &need, const MaybeDeclared &allowed, const char *key, Text text, Quantity quantity,
                   std::vector<Shortage> &shortages)
{
    if (!allowed || need.total() <= allowed->value)
        return;
    std::string words = text(need.most) + " at the most pods";
    // Only a vertical autoscaler makes them differ; 0 is what none of them declares.
    if (need.least > 0 && need.least < need.most)
        words += " (" + text(need.least) + " if the vertical autoscaler gives each its least)";
    if (need.surge > 0)
        words += ", " + text(need.total()) + " in a rollout";
    const bool isAlways = need.least > allowed->value;
    shortages.push_back({std::move(words) + ", " + text(allowed->value) + " allowed", key, quantity(need.total()),
                         allowed->written, allowed->place, isAlways ? Severity::High : Severity::Medium});
}

class ScalingQuota final : public Detector {
public:
    [[nodiscard]] DetectorInfo info() const override
    {
        return {kId, FindingKind::Scaling, "Quota below what autoscalers may ask for", Input::Scaling, Input::Metrics};
    }

    void detect(const Inputs &inputs, const Rules &, const std::stop_token &, Output &output) const override
    {
        const ScalingConfig &config = *inputs.scaling;
        const Fleet fleet = fleetOf(&config, nullptr);
        for (const ResourceQuota &quota : config.quotas) {
            const Needs needs = needsOf(config, fleet, quota);
            std::vector<Shortage> shortages;
            checkPods(needs, quota, shortages);
            checkResource(needs.cpu, quota.cpuRequests, "requests.cpu", coresText, coresQuantity, shortages);
            checkResource(needs.memory, quota.memoryRequests, "requests.memory", memoryText, memoryQuantity, shortages);
            if (!shortages.empty())
                output.findings.push_back(findingOf(quota, needs, shortages, fleet));
        }
    }

private:
    static Finding findingOf(const ResourceQuota &quota, const Needs &needs, const std::vector<Shortage> &shortages,
                             const Fleet &fleet)
    {
        Finding finding;
        finding.detector = kId;
        finding.kind = FindingKind::Scaling;
        finding.subject.object = "quota " + (quota.name.empty() ? std::string("of the namespace") : quota.name);
        finding.id = findingId(kId, finding.subject);
        finding.confidence = 0.9;
        finding.title = "Raise the quota, or lower what the autoscalers may ask for";
        finding.impactText = shortages.front().text;
        finding.what = "Pods beyond the quota are not created: a scale-out or a rollout then stops half way, and the "
                       "autoscaler does not say why. ";
        Evidence evidence{"config", "", needs.references};
        for (const Shortage &shortage : shortages) {
            finding.severity = std::max(finding.severity, shortage.severity);
            evidence.text += (evidence.text.empty() ? "" : "; ") + shortage.text;
            evidence.references.push_back(configReference(shortage.place, shortage.key));
            finding.actions.push_back({Action::Verb::Raise, finding.subject.object + " " + shortage.key});
        }
        finding.what += evidence.text + ".";
        finding.evidence.push_back(std::move(evidence));
        finding.estimate = Estimate{"pods that the quota lets in",
                                    "pods",
                                    needs.pods,
                                    needs.pods + needs.surge,
                                    needs.pods + needs.surge,
                                    quota.pods ? std::optional(quota.pods->value) : std::nullopt,
                                    "the most pods of all autoscalers together, high with a rollout of all at once"};
        finding.verification = {VerificationState::Verified, "added up from the figures as they are declared"};
        finding.artifacts.push_back(artifactOf(quota, shortages));
        finding.picture = TablePicture{
            {"Service", "Pods at most", "Further in a rollout", "CPU a pod", "Memory a pod"}, needs.rows, {}};
        finding.refutedBy = "Autoscalers that never reach their maximum together, or a quota of another namespace.";
        finding.assumptions = fleet.assumptions;
        if (!needs.cpu.isKnown || !needs.memory.isKnown)
            assume(finding, "Some services declare no requests and no bounds; they were left out of cores and memory.");
        return finding;
    }

    static Artifact artifactOf(const ResourceQuota &quota, const std::vector<Shortage> &shortages)
    {
        const auto manifest = [&](std::string Shortage::*value) {
            std::string text = std::string(kApplyPartially) + "apiVersion: v1\nkind: ResourceQuota\nmetadata:\n  name: "
                + (quota.name.empty() ? std::string("QUOTA_NAME") : yamlValue(quota.name));
            if (!quota.nameSpace.empty())
                text += "\n  namespace: " + yamlValue(quota.nameSpace);
            text += "\nspec:\n  hard:\n";
            for (const Shortage &shortage : shortages)
                text += "    " + shortage.key + ": \"" + shortage.*value + "\"\n";
            return text;
        };
        return {"yaml", "Quota for the most pods", manifest(&Shortage::needed), manifest(&Shortage::old)};
    }
};

} // namespace

DetectorPtr makeScalingQuotaDetector()
{
    return std::make_unique<ScalingQuota>();
}

} // namespace tailspan::advisor
