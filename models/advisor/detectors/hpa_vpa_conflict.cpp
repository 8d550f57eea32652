// SPDX-License-Identifier: GPL-3.0-or-later
// A horizontal and a vertical autoscaler on the same resource of one service: the latter moves the request that the
// former's utilisation is measured against. (kubernetes/autoscaler, vertical-pod-autoscaler/docs/known-limitations.md:
// "should not be used with HPA on CPU or memory".)
#include "models/advisor/scaling_findings.h"

namespace tailspan::advisor {

namespace {

constexpr std::string_view kId = "scale.hpa-vpa-conflict";

struct Conflict {
    const HorizontalAutoscaler *horizontal = nullptr;
    const VerticalAutoscaler *vertical = nullptr;
    std::string resources; ///< "CPU and memory"
    std::vector<Reference> references;
};

Conflict conflictOf(const HorizontalAutoscaler &scaler, const VerticalAutoscaler &vertical)
{
    Conflict conflict{&scaler, &vertical, {}, {}};
    for (const ScalingTarget &target : scaler.targets) {
        const bool isCpu = target.kind == ScalingTarget::Kind::CpuUtilization && vertical.controlsCpu;
        const bool isMemory = target.kind == ScalingTarget::Kind::MemoryUtilization && vertical.controlsMemory;
        if (!isCpu && !isMemory)
            continue;
        conflict.resources += (conflict.resources.empty() ? "" : " and ") + std::string(isCpu ? "CPU" : "memory");
        conflict.references.push_back(configReference(
            target.target.place, scaler.service + ": target " + figureText(target.target.value * 100) + " %"));
    }
    conflict.references.push_back(configReference(vertical.place, vertical.service + ": vertical autoscaler"));
    return conflict;
}

std::string manifest(const VerticalAutoscaler &vertical, const std::string &mode)
{
    return "apiVersion: autoscaling.k8s.io/v1\nkind: VerticalPodAutoscaler\nmetadata:\n  name: "
        + yamlValue(vertical.name)
        + (vertical.nameSpace.empty() ? "" : "\n  namespace: " + yamlValue(vertical.nameSpace))
        + "\nspec:\n  targetRef: {apiVersion: apps/v1, kind: Deployment, name: " + yamlValue(vertical.service)
        + "}\n  updatePolicy: {updateMode: " + yamlValue(mode) + "}\n";
}

class HpaVpaConflict final : public Detector {
public:
    [[nodiscard]] DetectorInfo info() const override
    {
        return {kId, FindingKind::Scaling, "Two autoscalers on one resource", Input::Scaling, {}};
    }

    void detect(const Inputs &inputs, const Rules &, const std::stop_token &, Output &output) const override
    {
        std::vector<Conflict> conflicts;
        for (const HorizontalAutoscaler &scaler : inputs.scaling->horizontal) {
            const VerticalAutoscaler *vertical = inputs.scaling->verticalOf(scaler.service);
            if (vertical == nullptr || !vertical->isActive())
                continue;
            if (Conflict conflict = conflictOf(scaler, *vertical); !conflict.resources.empty())
                conflicts.push_back(std::move(conflict));
        }
        if (!conflicts.empty())
            output.findings.push_back(findingOf(conflicts));
    }

private:
    static Finding findingOf(const std::vector<Conflict> &conflicts)
    {
        Finding finding;
        finding.detector = kId;
        finding.kind = FindingKind::Scaling;
        finding.severity = Severity::Medium;
        finding.confidence = 0.85;
        std::string services;
        Evidence evidence{"config", "", {}};
        Artifact artifact{"yaml", "Let the vertical autoscaler recommend only", {}, std::string()};
        TablePicture table{{"Service", "Both control", "Vertical mode"}, {}, {}};
        for (const Conflict &conflict : conflicts) {
            const std::string &service = conflict.horizontal->service;
            services += (services.empty() ? "" : ", ") + service;
            evidence.text += (evidence.text.empty() ? "" : "; ") + service + ": " + conflict.resources;
            evidence.references.insert(evidence.references.end(), conflict.references.begin(),
                                       conflict.references.end());
            const std::string divider(artifact.text.empty() ? kApplyPartially : "---\n");
            artifact.text += divider + manifest(*conflict.vertical, "Off");
            *artifact.undo += divider + manifest(*conflict.vertical, conflict.vertical->mode);
            table.rows.push_back({service, conflict.resources, conflict.vertical->mode});
            finding.actions.push_back({Action::Verb::Set, "vpa " + service + " mode"});
        }
        finding.subject.service = conflicts.size() == 1 ? services : "";
        finding.subject.object = conflicts.size() == 1 ? "autoscalers" : "autoscalers of " + services;
        finding.id = findingId(kId, finding.subject);
        finding.title = "Do not let two autoscalers control one resource";
        finding.impactText = figureText(static_cast<double>(conflicts.size()))
            + (conflicts.size() == 1 ? " service" : " services");
        finding.what =
            "The horizontal autoscaler adds pods when use rises above a share of the request; the vertical one raises "
            "the request itself, so that the share falls again and pods are taken away. They work against each other: "
            + evidence.text + ".";
        finding.evidence.push_back(std::move(evidence));
        finding.artifacts.push_back(std::move(artifact));
        finding.picture = std::move(table);
        finding.verification = {VerificationState::Verified, "both are declared for the same resource"};
        finding.refutedBy =
            "A vertical autoscaler in mode Off, which only recommends, or one that controls another resource.";
        assume(finding, "Where a file gives no mode, it is taken as Auto, the default.");
        return finding;
    }
};

} // namespace

DetectorPtr makeHpaVpaConflictDetector()
{
    return std::make_unique<HpaVpaConflict>();
}

} // namespace tailspan::advisor
