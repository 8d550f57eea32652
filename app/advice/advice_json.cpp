// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/advice/advice_text.h"

#include <nlohmann/json.hpp>

#include <ostream>

namespace tailspan::advice {

namespace {

using Json = nlohmann::ordered_json;

Json evidenceJson(const advisor::Evidence &evidence)
{
    Json references = Json::array();
    for (const advisor::Reference &reference : evidence.references) {
        Json entry{{"kind", referenceId(reference.kind)}, {"target", reference.target}, {"label", reference.label}};
        if (!reference.range.isEmpty()) {
            entry["beginNs"] = reference.range.begin.ns();
            entry["endNs"] = reference.range.end.ns();
        }
        references.push_back(std::move(entry));
    }
    return {{"kind", evidence.kind}, {"text", evidence.text}, {"refs", std::move(references)}};
}

Json estimateJson(const std::optional<advisor::Estimate> &estimate)
{
    if (!estimate)
        return nullptr;
    Json json{{"metric", estimate->metric},     {"unit", estimate->unit}, {"low", estimate->low},
              {"expected", estimate->expected}, {"high", estimate->high}, {"basis", estimate->basis}};
    json["now"] = estimate->now ? Json(*estimate->now) : Json(nullptr);
    return json;
}

Json artifactJson(const advisor::Artifact &artifact)
{
    return {{"language", artifact.language},
            {"title", artifact.title},
            {"text", artifact.text},
            {"undo", artifact.undo ? Json(*artifact.undo) : Json(nullptr)}};
}

Json findingJson(const advisor::Finding &finding)
{
    Json evidence = Json::array();
    for (const advisor::Evidence &entry : finding.evidence)
        evidence.push_back(evidenceJson(entry));
    Json artifacts = Json::array();
    for (const advisor::Artifact &artifact : finding.artifacts)
        artifacts.push_back(artifactJson(artifact));
    Json json{{"id", finding.id},
              {"detector", finding.detector},
              {"kind", kindId(finding.kind)},
              {"severity", severityId(finding.severity)},
              {"confidence", finding.confidence},
              {"title", finding.title},
              {"subject",
               {{"service", finding.subject.service},
                {"operation", finding.subject.operation},
                {"object", finding.subject.object}}},
              {"what", finding.what}};
    json["impactMsPerHour"] = finding.impactMsPerHour ? Json(*finding.impactMsPerHour) : Json(nullptr);
    json["impact"] = impactOf(finding);
    json["evidence"] = std::move(evidence);
    json["estimate"] = estimateJson(finding.estimate);
    json["verification"] = {{"state", verificationId(finding.verification.state)}, {"how", finding.verification.how}};
    json["artifacts"] = std::move(artifacts);
    json["conflicts"] = finding.conflicts;
    json["assumptions"] = finding.assumptions;
    json["refutedBy"] = finding.refutedBy;
    return json;
}

} // namespace

void writeAdviceJson(std::ostream &out, const Advised &advised)
{
    Json findings = Json::array();
    for (const advisor::Finding &finding : advised.advice.findings)
        findings.push_back(findingJson(finding));
    Json unjudged = Json::array();
    for (const advisor::Unjudged &entry : advised.advice.unjudged) {
        unjudged.push_back(
            {{"detector", entry.detector}, {"what", entry.what}, {"why", entry.why}, {"how", entry.how}});
    }
    const Json json{{"sources", advised.from.sources},
                    {"notes", advised.from.notes},
                    {"findings", std::move(findings)},
                    {"unjudged", std::move(unjudged)}};
    // Bytes from outside that are no UTF-8 become replacement characters rather than an exception.
    out << json.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

const char *const kAdviceJsonHelp =
    "{sources[], notes[], findings[{id, detector, kind, severity, confidence, title, subject{service, operation,\n"
    "object}, what, impactMsPerHour|null, impact, evidence[{kind, text, refs[{kind, target, label, beginNs?, "
    "endNs?}]}],\n"
    "estimate{metric, unit, low, expected, high, basis, now|null}|null, verification{state, how},\n"
    "artifacts[{language, title, text, undo|null}], conflicts[], assumptions[], refutedBy}],\n"
    "unjudged[{detector, what, why, how}]}\n"
    "state is verified, refuted or unverified; severity info, low, medium, high or critical. low to high is an 80 %\n"
    "interval: of the metric with the fix where now is a number, else of what is saved.\n";

} // namespace tailspan::advice
