// SPDX-License-Identifier: GPL-3.0-or-later
// Settings of the cluster autoscaler that mean something else than they say. It adds nodes when pods cannot be placed,
// never by use, and takes nodes away by what is requested on them. (kubernetes/autoscaler, cluster-autoscaler/FAQ.md:
// "How does scale-up work", "How does scale-down work"; --scale-down-utilization-threshold 0.5, for 10 minutes.)
#include "models/advisor/scaling_findings.h"
#include "models/base/number_text.h"

namespace tailspan::advisor {

namespace {

constexpr std::string_view kId = "scale.cluster-autoscaler";

class ClusterAutoscalerSettings final : public Detector {
public:
    [[nodiscard]] DetectorInfo info() const override
    {
        return {kId, FindingKind::Scaling, "Cluster autoscaler settings that do not exist", Input::Scaling, {}};
    }

    void detect(const Inputs &inputs, const Rules &rules, const std::stop_token &, Output &output) const override
    {
        for (const ClusterAutoscaler &scaler : inputs.scaling->clusterAutoscalers) {
            if (scaler.isEnabled && scaler.scaleUpThreshold)
                output.findings.push_back(findingOf(scaler, rules));
        }
    }

private:
    static Finding findingOf(const ClusterAutoscaler &scaler, const Rules &rules)
    {
        const double standard = rules.number("scale.cluster-autoscaler.default-scale-down");
        const double down = scaler.scaleDownThreshold ? scaler.scaleDownThreshold->value : standard;
        Finding finding;
        finding.detector = kId;
        finding.kind = FindingKind::Scaling;
        finding.subject.object = "cluster autoscaler";
        finding.id = findingId(kId, finding.subject);
        finding.severity = Severity::Low;
        finding.confidence = 0.9;
        finding.title = "Nodes are not added at " + percentText(scaler.scaleUpThreshold->value)
            + " of use: keep room free another way";
        finding.impactText = "no such setting: scale up at " + percentText(scaler.scaleUpThreshold->value);
        finding.what =
            "The cluster autoscaler has no threshold for scaling up. It adds a node when a pod cannot be placed, so "
            "pods of a scale-out wait for a new machine first. It takes a node away when what its pods request, not "
            "what they use, is below a share of the node for ten minutes: the configuration says "
            + percentText(down) + ", the default is " + percentText(standard) + ".";
        Evidence evidence{"config", "scaleUpThreshold " + scaler.scaleUpThreshold->written, {}};
        evidence.references.push_back(configReference(scaler.scaleUpThreshold->place, "scale up"));
        if (scaler.scaleDownThreshold) {
            evidence.text += ", scaleDownThreshold " + scaler.scaleDownThreshold->written;
            evidence.references.push_back(configReference(scaler.scaleDownThreshold->place, "scale down"));
        }
        finding.evidence.push_back(std::move(evidence));
        finding.artifacts.push_back(roomArtifact());
        finding.artifacts.push_back(
            {"sh", "The setting that does exist",
             "--scale-down-utilization-threshold=" + decimalText(down) + " --scale-down-unneeded-time=10m\n",
             "--scale-down-utilization-threshold=" + decimalText(standard) + " --scale-down-unneeded-time=10m\n"});
        finding.verification = {VerificationState::Verified,
                                "held against the documented flags of the cluster autoscaler"};
        finding.refutedBy = "Another program that adds nodes by use, such as one of the cloud provider.";
        return finding;
    }

    static Artifact roomArtifact()
    {
        const std::string priority =
            "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: spare-room}\n"
            "value: -10\n";
        const std::string pods =
            "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: spare-room}\nspec:\n  replicas: 2\n"
            "  selector: {matchLabels: {app: spare-room}}\n  template:\n    metadata: {labels: {app: spare-room}}\n"
            "    spec:\n      priorityClassName: spare-room\n      terminationGracePeriodSeconds: 0\n      "
            "containers:\n"
            "        - name: pause\n          image: registry.k8s.io/pause:3.9\n"
            "          resources: {requests: {cpu: \"1\", memory: 1Gi}}\n";
        return {"yaml", "Pods that keep room free and give way", priority + pods,
                "kubectl delete deployment spare-room\nkubectl delete priorityclass spare-room\n"};
    }
};

} // namespace

DetectorPtr makeClusterAutoscalerDetector()
{
    return std::make_unique<ClusterAutoscalerSettings>();
}

} // namespace tailspan::advisor
