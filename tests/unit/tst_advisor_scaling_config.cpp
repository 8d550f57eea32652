// SPDX-License-Identifier: GPL-3.0-or-later
// What detectors find in configuration alone: budgets of connections, quotas, autoscalers against each other.
#include "app/scalingfiles/scaling_file.h"
#include "app/yaml/yaml_tree.h"
#include "models/advisor/fleet.h"
#include "models/advisor/scaling_findings.h"
#include "tests/support/advice_checks.h"
#include "tests/support/scaling_samples.h"

#include <QtTest>

#include <algorithm>

using namespace tailspan;
using namespace tailspan::advisor;
using test::findingOf;
using test::has;

namespace {

ScalingConfig read(std::string_view text)
{
    auto config = scalingfiles::readScaling(text, "scaling.yaml");
    if (!config)
        qFatal("%s", config.error().text().c_str());
    return std::move(*config);
}

Advice adviceOf(const ScalingConfig &config, const MetricHistory *metrics = nullptr)
{
    Inputs inputs;
    inputs.scaling = &config;
    inputs.metrics = metrics;
    return test::scalingAdvice(inputs);
}

std::size_t countOf(const Advice &advice, std::string_view detector)
{
    return static_cast<std::size_t>(std::ranges::count(advice.findings, detector, &Finding::detector));
}

std::string replaced(std::string_view text, const std::string &what, const std::string &with)
{
    std::string result(text);
    const std::size_t at = result.find(what);
    if (at == std::string::npos)
        qFatal("no %s", what.c_str());
    return result.replace(at, what.size(), with);
}

} // namespace

class TestAdvisorScalingConfig : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // 45 pods, and ceil(5) + ceil(2.5) + ceil(3.75) = 12 more in a rollout.
    void podsOfTheTarget()
    {
        const ScalingConfig config = read(test::kSectionedScaling);
        const Fleet fleet = fleetOf(&config, nullptr);
        QCOMPARE(fleet.maximum(), 45.0);
        QCOMPARE(fleet.total(), 57.0);
    }

    // 45 x 50 = 2,250 > 1,000; 57 x 50 = 2,850; floor((1000 - 3 - 50) / 57) = 16.
    void poolsOfTheTarget()
    {
        const Advice advice = adviceOf(read(test::kSectionedScaling));
        const Finding *finding = findingOf(advice, "pool.over-budget");
        QVERIFY(finding != nullptr);
        QCOMPARE(finding->impactText, std::string("2,250 > 1,000 connections"));
        QVERIFY(has(finding->what, "2,850"));
        QVERIFY(has(finding->title, "16 connections a pod"));
        QCOMPARE(finding->severity, Severity::High);
        QCOMPARE(finding->verification.state, VerificationState::Verified);
        QCOMPARE(finding->estimate->now, std::optional(2850.0));
        QCOMPARE(finding->estimate->high, 57.0 * 16);
        QVERIFY(has(finding->artifacts.at(0).text, "database.connectionPoolSize: 16"));
        QVERIFY(has(*finding->artifacts.at(0).undo, "database.connectionPoolSize: 50"));
        QVERIFY(has(finding->artifacts.at(1).text, "pool_mode = transaction"));
        QVERIFY(std::get<TablePicture>(finding->picture).rows.size() == 5);
        QCOMPARE(finding->evidence.at(0).references.back().target, std::string("scaling.yaml:2"));
    }

    // 57 > 50 pods; 20 x 2 + 10 x 1 + 15 x 1.5 = 72.5 cores > 20; 65 GiB > 40 GiB; at the minimum 16.5 and 16.25; in a
    // rollout 5 x 2 + 3 x 1 + 4 x 1.5 = 19 cores and 5 x 2 + 3 + 4 = 17 GiB more.
    void quotaOfTheTarget()
    {
        const Advice advice = adviceOf(read(test::kSectionedScaling));
        QCOMPARE(countOf(advice, "scale.quota"), std::size_t{1});
        const Finding *finding = findingOf(advice, "scale.quota");
        QVERIFY(has(finding->what, "57 pods at the most and in a rollout, 50 allowed"));
        QVERIFY(has(finding->what, "72.5 cores"));
        QVERIFY(has(finding->what,
                    "(16.5 cores if the vertical autoscaler gives each its least), 91.5 cores in a "
                    "rollout, 20 cores allowed"));
        QVERIFY2(has(finding->what, "65.0 GiB") || has(finding->what, "65 GiB"), finding->what.c_str());
        QVERIFY2(has(finding->what, "16.2 GiB") || has(finding->what, "16.3 GiB"), finding->what.c_str());
        const Artifact &artifact = finding->artifacts.at(0);
        QVERIFY(has(artifact.text, "pods: \"57\"") && has(artifact.text, "requests.cpu: \"91500m\""));
        QVERIFY(has(artifact.text, "requests.memory: \"82Gi\"") && has(artifact.text, "namespace: mesh"));
        QVERIFY(has(*artifact.undo, "pods: \"50\"") && has(*artifact.undo, "requests.memory: \"40Gi\""));
    }

    void autoscalersOfTheTarget()
    {
        const Advice advice = adviceOf(read(test::kSectionedScaling));
        const Finding *conflict = findingOf(advice, "scale.hpa-vpa-conflict");
        QVERIFY(conflict != nullptr);
        QCOMPARE(std::get<TablePicture>(conflict->picture).rows.size(), std::size_t{3});
        QVERIFY(has(conflict->artifacts.at(0).text, "updateMode: \"Off\""));
        const Finding *cluster = findingOf(advice, "scale.cluster-autoscaler");
        QVERIFY(cluster != nullptr && has(cluster->what, "cannot be placed"));
        QVERIFY(has(cluster->artifacts.at(1).text, "--scale-down-utilization-threshold=0.3"));
    }

    void contradictionsOfTheTarget()
    {
        const Advice advice = adviceOf(read(test::kSectionedScaling));
        QCOMPARE(countOf(advice, "scale.config-contradiction"), std::size_t{2});
        std::string all;
        for (const Finding &finding : advice.findings) {
            if (finding.detector == "scale.config-contradiction")
                all += finding.what;
        }
        QVERIFY2(has(all, "connectionPoolSize 50") && has(all, "maxOpen 100") && has(all, "maxIdle 10"), all.c_str());
        QVERIFY(has(all, "fires above 90 %, the load test fails above 80 %"));
        QVERIFY(has(all, "fires above 95 %, the load test fails above 85 %"));
        for (const Finding &finding : advice.findings) {
            QVERIFY2(!finding.id.empty() && !finding.refutedBy.empty() && !finding.evidence.empty(),
                     finding.title.c_str());
            for (const Artifact &artifact : finding.artifacts) {
                QVERIFY2(artifact.undo && !artifact.undo->empty() && !artifact.text.empty(), artifact.title.c_str());
                const bool isYaml = artifact.language == "yaml";
                QVERIFY(!isYaml || yaml::readDocuments(artifact.text, "artifact"));
                QVERIFY(!isYaml || !has(artifact.text, "apiVersion") || yaml::readDocuments(*artifact.undo, "undo"));
            }
        }
    }

    // Row 17 of healthy look-alikes: 600 connections of a budget of 947.
    void poolsWithinTheBudgetAreSilent()
    {
        const std::string calm =
            replaced(replaced(test::kSectionedScaling, "connectionPoolSize: 50", "connectionPoolSize: 12"),
                     "maxOpen: 100", "maxOpen: 12");
        const Advice advice = adviceOf(read(calm));
        QVERIFY(findingOf(advice, "pool.over-budget") == nullptr);
        QCOMPARE(countOf(advice, "scale.config-contradiction"), std::size_t{1}); // the alerts only
    }

    void onlyTheRolloutIsOverTheLimit()
    {
        const std::string close =
            replaced(replaced(test::kSectionedScaling, "connectionPoolSize: 50", "connectionPoolSize: 20"),
                     "maxOpen: 100", "maxOpen: 20");
        const Advice advice = adviceOf(read(close)); // 900 and 1,140 of 947
        const Finding *finding = findingOf(advice, "pool.over-budget");
        QVERIFY(finding != nullptr);
        QCOMPARE(finding->severity, Severity::Low);
        QVERIFY(has(finding->impactText, "1,140"));
    }

    void manifestsThatFitAreSilent()
    {
        const Advice advice = adviceOf(read(test::kManifests)); // 8 + 4 pods of 10 allowed, 0.35 cores each
        QCOMPARE(countOf(advice, "scale.quota"), std::size_t{1});
        QVERIFY(findingOf(advice, "scale.hpa-vpa-conflict") == nullptr); // the vertical one only recommends
        const std::string wide = replaced(test::kManifests, "pods: \"10\"", "pods: \"12\"");
        const Advice rollout = adviceOf(read(wide)); // 12 x 0.35 cores of 4
        const Finding *finding = findingOf(rollout, "scale.quota");
        QVERIFY(finding != nullptr && finding->severity == Severity::Medium);
        QVERIFY(has(finding->artifacts.at(0).text, "requests.cpu: \"4200m\""));
        const std::string fits = replaced(wide, "requests.cpu: \"4\"", "requests.cpu: \"5\"");
        QVERIFY(findingOf(adviceOf(read(fits)), "scale.quota") == nullptr);
    }

    // 40 pods and 10 in a rollout: what is to be pasted lets them in whole.
    void quotaLetsTheRolloutInWhole()
    {
        const std::string manifests = R"(apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: pay, namespace: shop}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: pay}
  minReplicas: 2
  maxReplicas: 40
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: pay, namespace: shop}
spec:
  template:
    spec:
      containers:
        - name: app
          resources: {requests: {cpu: 500m, memory: 512Mi}}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: compute, namespace: shop}
spec:
  hard: {pods: "30", requests.cpu: "10", requests.memory: 10Gi}
)";
        const Advice advice = adviceOf(read(manifests));
        const Finding *finding = findingOf(advice, "scale.quota");
        QVERIFY(finding != nullptr && finding->severity == Severity::High);
        QCOMPARE(finding->estimate->expected, 50.0);
        const std::string &text = finding->artifacts.at(0).text;
        QVERIFY2(has(text, "pods: \"50\"") && has(text, "requests.cpu: \"25\"")
                     && has(text, "requests.memory: \"25Gi\""),
                 text.c_str());
        QVERIFY2(has(finding->what, "20 cores at the most pods, 25 cores in a rollout, 10 cores allowed"),
                 finding->what.c_str());
        QVERIFY(!has(finding->what, "vertical"));
        const std::string vertical = "---\napiVersion: autoscaling.k8s.io/v1\nkind: VerticalPodAutoscaler\n"
                                     "metadata: {name: pay, namespace: shop}\nspec:\n"
                                     "  targetRef: {apiVersion: apps/v1, kind: Deployment, name: pay}\n"
                                     "  updatePolicy: {updateMode: Auto}\n";
        const Advice unbounded = adviceOf(read(manifests + vertical));
        finding = findingOf(unbounded, "scale.quota");
        QVERIFY(finding != nullptr && has(finding->what, "20 cores at the most pods, 25 cores in a rollout"));
        QVERIFY2(!has(finding->what, "vertical"), finding->what.c_str());
    }

    void heapBeyondTheLimitOfItsContainer()
    {
        // 384 MiB of 640 MiB are fine, 600 are not.
        const auto heaps = [](const ScalingConfig &config) {
            const Advice advice = adviceOf(config);
            return std::ranges::count_if(advice.findings,
                                         [](const Finding &finding) { return has(finding.title, "heap of payment"); });
        };
        QCOMPARE(heaps(read(test::kManifests)), std::ptrdiff_t{0});
        const ScalingConfig large = read(replaced(test::kManifests, "space-size=384", "space-size=600"));
        QCOMPARE(heaps(large), std::ptrdiff_t{1});
    }

    void namesCannotBecomeMoreThanNames()
    {
        QCOMPARE(yamlValue("payment-hpa"), std::string("payment-hpa"));
        QCOMPARE(yamlValue("a\nspec: {}"), std::string("\"a spec: {}\""));
        QCOMPARE(yamlValue("Off"), std::string("\"Off\""));
        QCOMPARE(yamlValue("8"), std::string("\"8\""));
        QCOMPARE(shellWord("a'; reboot #"), std::string("'a'\\''; reboot #'"));
    }

    void measuredPoolsAreAddedUpWithoutAConfiguration()
    {
        MetricHistory history;
        const auto add = [&](Role role, const char *service, const char *pod, double value) {
            RoleSeries entry{role, service, pod, {}, "query", {}};
            entry.series.timesNs = {1, 2};
            entry.series.values = {value, value};
            history.series.push_back(std::move(entry));
        };
        add(Role::ServerMaximum, "db", "", 100);
        add(Role::ReplicasMaximum, "payment", "", 10);
        add(Role::PoolLimit, "payment", "payment-1", 20);
        add(Role::Replicas, "coredns", "", 4);
        Inputs inputs;
        inputs.metrics = &history;
        const Advice advice = test::scalingAdvice(inputs);
        const Finding *finding = findingOf(advice, "pool.over-budget");
        QVERIFY(finding != nullptr);
        QCOMPARE(finding->impactText, std::string("200 > 100 connections"));
        QVERIFY(has(finding->title, "3 connections a pod")); // (100 - 3 - 50) / 13
    }

    void whatIsMissingIsSaid()
    {
        const Advice advice = adviceOf(read("hpa: {a: {maxReplicas: 3, cpuTarge: 70}}\nvpa: {a: {maxCpu: 1Gi}}\n"));
        const auto says = [&](std::string_view part) {
            return std::ranges::any_of(advice.unjudged, [&](const Unjudged &entry) { return has(entry.why, part); });
        };
        QVERIFY(says("max_connections of the database is not known"));
        QVERIFY(says("hpa.a.cpuTarge (scaling.yaml:1)"));
        QVERIFY(says("vpa.a.maxCpu should be cores"));
        QVERIFY(advice.findings.empty());
    }
};

QTEST_GUILESS_MAIN(TestAdvisorScalingConfig)
#include "tst_advisor_scaling_config.moc"
