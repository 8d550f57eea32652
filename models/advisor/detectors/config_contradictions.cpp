// SPDX-License-Identifier: GPL-3.0-or-later
// Figures of one configuration that contradict each other: several sizes of one pool, alerts that come after the load
// test has failed. Also lists what in the files could not be used.
#include "models/advisor/scaling_findings.h"
#include "models/base/number_text.h"
#include "models/loadtest/load_test_report.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>

namespace tailspan::advisor {

namespace {

constexpr std::string_view kId = "scale.config-contradiction";

std::string_view roleText(PoolFigure::Role role)
{
    switch (role) {
    case PoolFigure::Role::Size: return "size";
    case PoolFigure::Role::Most: return "most open";
    case PoolFigure::Role::MostIdle: return "most idle";
    case PoolFigure::Role::LeastIdle: return "least idle";
    }
    return "";
}

Finding begun(std::string object, std::string title)
{
    Finding finding;
    finding.detector = kId;
    finding.kind = FindingKind::Scaling;
    finding.severity = Severity::Low;
    finding.confidence = 0.85;
    finding.subject.object = std::move(object);
    finding.id = findingId(kId, finding.subject);
    finding.title = std::move(title);
    finding.verification = {VerificationState::Verified, "both figures are declared"};
    return finding;
}

/// Pools of which one figure says how large they are and another one how large they may be, and both differ.
void findPools(const ScalingConfig &config, Output &output)
{
    std::map<std::string, std::vector<const PoolFigure *>> byService;
    for (const PoolFigure &figure : config.pools)
        byService[figure.service].push_back(&figure);
    for (const auto &[service, figures] : byService) {
        std::vector<double> limits;
        for (const PoolFigure *figure : figures) {
            if (figure->role == PoolFigure::Role::Size || figure->role == PoolFigure::Role::Most)
                limits.push_back(figure->connections.value);
        }
        if (limits.empty() || std::ranges::min(limits) == std::ranges::max(limits))
            continue;
        Finding finding = begun("pool" + (service.empty() ? "" : " " + service), "Give the connection pool one size");
        finding.subject.service = service;
        Evidence evidence{"config", "", {}};
        Artifact artifact{"yaml", "One size", {}, std::string()};
        TablePicture table{{"Figure", "Says", "Connections", "Where"}, {}, {}};
        for (const PoolFigure *figure : figures) {
            const std::string value = figure->connections.written;
            evidence.text += (evidence.text.empty() ? "" : ", ") + figure->key + " " + value;
            evidence.references.push_back(configReference(figure->connections.place, figure->key));
            table.rows.push_back(
                {figure->key, std::string(roleText(figure->role)), value, figure->connections.place.text()});
            artifact.text += figure->key + ": " + figureText(std::ranges::min(limits)) + "  # "
                + figure->connections.place.text() + "\n";
            *artifact.undo += figure->key + ": " + value + "\n";
        }
        finding.impactText = evidence.text;
        finding.what = "Which of them holds depends on who reads it last: " + evidence.text
            + ". Sums over all pods differ by the same factor. A pool whose connections may not stay idle opens new "
              "ones all the time.";
        finding.evidence.push_back(std::move(evidence));
        finding.artifacts.push_back(std::move(artifact));
        finding.picture = std::move(table);
        finding.refutedBy = "Figures of different pools, such as one for reading and one for writing.";
        output.findings.push_back(std::move(finding));
    }
}

/// A limit of a load test on CPU or memory, of the configuration or of a report.
struct TestLimit {
    std::string subject;
    double ratio = 0;
    Reference reference;
};

std::vector<TestLimit> testLimits(const Inputs &inputs)
{
    std::vector<TestLimit> limits;
    for (const UsageLimit &limit : inputs.scaling->loadTestLimits)
        limits.push_back({limit.subject, limit.limit.value, configReference(limit.limit.place, limit.name)});
    for (const loadtest::LoadTestReport *report : inputs.reports) {
        for (const loadtest::Scenario &scenario : report->scenarios) {
            for (const loadtest::Verdict &verdict : scenario.verdicts) {
                std::string name = verdict.criterion;
                std::ranges::transform(name, name.begin(), [](unsigned char c) { return char(std::tolower(c)); });
                const bool isCpu = name.find("cpu") != std::string::npos;
                const bool isMemory = name.find("memory") != std::string::npos;
                if (verdict.unit != "%" || !verdict.limit || (!isCpu && !isMemory))
                    continue;
                limits.push_back(
                    {isCpu ? "cpu" : "memory",
                     *verdict.limit / 100,
                     {ReferenceKind::Report, report->fileName, scenario.name + ": " + verdict.criterion, {}}});
            }
        }
    }
    return limits;
}

/// Alerts that fire only above what a load test calls failed.
void findAlerts(const Inputs &inputs, Output &output)
{
    Evidence evidence{"config", "", {}};
    Artifact artifact{"yaml", "Alert before the test's limit", {}, std::string()};
    TablePicture table{{"Alert", "Fires above", "Load test fails above"}, {}, {}};
    const std::vector<TestLimit> limits = testLimits(inputs);
    for (const UsageLimit &alert : inputs.scaling->alerts) {
        const auto limit = std::ranges::find(limits, alert.subject, &TestLimit::subject);
        if (limit == limits.end() || !alert.comparison.starts_with('>') || alert.limit.value <= limit->ratio)
            continue;
        evidence.text += (evidence.text.empty() ? "" : "; ") + alert.name + " fires above "
            + percentText(alert.limit.value) + ", the load test fails above " + percentText(limit->ratio);
        evidence.references.push_back(configReference(alert.limit.place, alert.name));
        evidence.references.push_back(limit->reference);
        artifact.text += alert.name + ": above " + percentText(limit->ratio) + "  # " + alert.limit.place.text() + "\n";
        *artifact.undo += alert.name + ": above " + percentText(alert.limit.value) + "\n";
        table.rows.push_back({alert.name, percentText(alert.limit.value), percentText(limit->ratio)});
    }
    if (table.rows.empty())
        return;
    Finding finding = begun("alerts", "Let alerts come before the load test's limits");
    finding.impactText = figureText(static_cast<double>(table.rows.size())) + " alerts too late";
    finding.what = "What a test counts as failed raises no alarm in production: " + evidence.text + ".";
    finding.evidence.push_back(std::move(evidence));
    finding.artifacts.push_back(std::move(artifact));
    finding.picture = std::move(table);
    finding.refutedBy = "Other alerts on latency or errors that come first.";
    output.findings.push_back(std::move(finding));
}

/// MiB of --max-old-space-size; nothing where it is not set.
std::optional<double> heapOf(const std::string &options)
{
    constexpr std::string_view kName = "--max-old-space-size=";
    const std::size_t at = options.find(kName);
    double value = 0;
    const char *const end = options.data() + options.size();
    if (at == std::string::npos || std::from_chars(options.data() + at + kName.size(), end, value).ec != std::errc{}
        || !(value > 0))
        return std::nullopt;
    return value;
}

/// A heap that may grow beyond what the container may have: it is killed before it collects.
void findHeaps(const ScalingConfig &config, const Rules &rules, Output &output)
{
    constexpr double kMebibyte = 1024.0 * 1024;
    for (const Workload &workload : config.workloads) {
        const auto heap = heapOf(workload.nodeOptions);
        const double limit = workload.memoryLimit ? workload.memoryLimit->value / kMebibyte : 0;
        if (!heap || limit <= 0 || *heap <= rules.number("scale.config-contradiction.most-heap-share") * limit)
            continue;
        const double fitting = std::floor(0.75 * limit);
        Finding finding = begun("heap of " + workload.name,
                                "Lower the heap of " + workload.name + " to " + figureText(fitting) + " MiB");
        finding.severity = Severity::Medium;
        finding.subject.service = workload.name;
        finding.impactText = figureText(*heap) + " MiB of heap in " + memoryText(workload.memoryLimit->value);
        finding.what = "Node.js may let the old space grow to " + figureText(*heap)
            + " MiB, and the container is killed at " + memoryText(workload.memoryLimit->value)
            + ". Buffers, code and young objects come on top, so it is killed before it collects in earnest.";
        finding.evidence.push_back(
            {"config",
             "--max-old-space-size=" + figureText(*heap) + ", memory limit " + workload.memoryLimit->written + ".",
             {configReference(workload.nodeOptionsPlace, "NODE_OPTIONS"),
              configReference(workload.memoryLimit->place, "memory limit")}});
        finding.artifacts.push_back({"sh", "A heap that fits",
                                     "kubectl set env deployment/" + workload.name
                                         + " NODE_OPTIONS=--max-old-space-size=" + std::to_string(std::llround(fitting))
                                         + "\n",
                                     "kubectl set env deployment " + shellWord(workload.name)
                                         + " NODE_OPTIONS=" + shellWord(workload.nodeOptions) + "\n"});
        finding.refutedBy = "A limit of several containers of which another one has most of the memory.";
        output.findings.push_back(std::move(finding));
    }
}

void listProblems(const ScalingConfig &config, Output &output)
{
    for (const ConfigRemark &problem : config.problems)
        output.unjudged.push_back({std::string(kId), problem.place.text(), problem.text + ".", {}});
    if (config.unknownKeys.empty())
        return;
    std::string keys;
    constexpr std::size_t kShown = 8;
    for (std::size_t i = 0; i < std::min(config.unknownKeys.size(), kShown); ++i)
        keys += (i > 0 ? ", " : "") + config.unknownKeys[i].text + " (" + config.unknownKeys[i].place.text() + ")";
    if (config.unknownKeys.size() > kShown)
        keys += " and " + countText(config.unknownKeys.size() - kShown) + " more";
    output.unjudged.push_back({std::string(kId), "keys of the configuration", "Nobody reads " + keys + ".",
                               "Correct them if they are mistyped."});
}

class ConfigContradictions final : public Detector {
public:
    [[nodiscard]] DetectorInfo info() const override
    {
        return {kId, FindingKind::Scaling, "Configuration that contradicts itself", Input::Scaling, Input::LoadTest};
    }
    void detect(const Inputs &inputs, const Rules &rules, const std::stop_token &, Output &output) const override
    {
        findPools(*inputs.scaling, output);
        findAlerts(inputs, output);
        findHeaps(*inputs.scaling, rules, output);
        listProblems(*inputs.scaling, output);
    }
};

} // namespace

DetectorPtr makeConfigContradictionsDetector()
{
    return std::make_unique<ConfigContradictions>();
}

} // namespace tailspan::advisor
