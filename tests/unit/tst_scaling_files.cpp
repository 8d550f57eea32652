// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/scalingfiles/quantity.h"
#include "app/scalingfiles/scaling_file.h"
#include "tests/support/scaling_samples.h"

#include <QtTest>

#include <algorithm>

using namespace tailspan;
using namespace tailspan::advisor;
using namespace tailspan::scalingfiles;

namespace {

ScalingConfig read(std::string_view text)
{
    auto config = readScaling(text, "a.yaml");
    if (!config)
        qFatal("%s", config.error().text().c_str());
    return std::move(*config);
}

std::string errorOf(std::string_view text)
{
    const auto config = readScaling(text, "a.yaml");
    return config ? std::string() : config.error().text();
}

bool has(const std::vector<ConfigRemark> &remarks, std::string_view part)
{
    return std::ranges::any_of(remarks,
                               [&](const ConfigRemark &remark) { return remark.text.find(part) != std::string::npos; });
}

/// A horizontal autoscaler with the lines given below its spec.
std::string autoscaler(const std::string &version, const std::string &spec)
{
    return "apiVersion: " + version
        + "\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\nspec:\n"
          "  scaleTargetRef: {kind: Deployment, name: payment}\n  maxReplicas: 8\n"
        + spec;
}

} // namespace

class TestScalingFiles : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void quantitiesOfKubernetes()
    {
        QCOMPARE(parseQuantity("2000m"), std::optional(2.0));
        QCOMPARE(parseQuantity("2Gi"), std::optional(2147483648.0));
        QCOMPARE(parseQuantity("2G"), std::optional(2e9));
        QCOMPARE(parseQuantity("1e3"), std::optional(1000.0));
        QCOMPARE(parseQuantity("1.5Ki"), std::optional(1536.0));
        for (const char *bad : {"", "512MB", "2 cores", "-1", "1e400", "inf", "nan", "0x10", "1e99", "Gi", "1ee3"})
            QVERIFY2(!parseQuantity(bad), bad);
        QVERIFY(!parseCores("512Mi"));
        QVERIFY(!parseBytes("500m"));
        QCOMPARE(parseSeconds("1h30m"), std::optional(5400.0));
        QCOMPARE(parseSeconds("250ms"), std::optional(0.25));
        QCOMPARE(parseSeconds("300"), std::optional(300.0));
        QVERIFY(!parseSeconds("5 parsecs"));
        QCOMPARE(parseRatio("80%"), std::optional(0.8));
        QCOMPARE(parseRatio("80"), std::optional(0.8));
        QCOMPARE(parseRatio("0.8"), std::optional(0.8));
        QVERIFY(!parseRatio("1")); // 1 % or 100 %
    }

    void sectionsOfTheTarget()
    {
        const ScalingConfig config = read(test::kSectionedScaling);
        QCOMPARE(config.horizontal.size(), std::size_t{3});
        const HorizontalAutoscaler *dashboard = config.horizontalOf("compliance-dashboard");
        QVERIFY(dashboard != nullptr);
        QCOMPARE(dashboard->maxReplicas->value, 20.0);
        QCOMPARE(dashboard->maxReplicas->place.text(), std::string("a.yaml:15"));
        QCOMPARE(dashboard->targets.size(), std::size_t{3});
        QCOMPARE(dashboard->targets[0].target.value, 0.7);
        QCOMPARE(dashboard->targets[2].metric, std::string("http_requests_per_second"));
        QCOMPARE(config.verticalOf("automated-reporting")->maxCpu->value, 1.0);
        QCOMPARE(config.verticalOf("automated-reporting")->minMemory->value, 268435456.0);
        QCOMPARE(config.database.maxConnections->value, 1000.0);
        QCOMPARE(config.pools.size(), std::size_t{3});
        QCOMPARE(config.cacheLayers.size(), std::size_t{4});
        QCOMPARE(config.quotas.at(0).pods->value, 50.0);
        QCOMPARE(config.quotas.at(0).memoryRequests->value, 40.0 * 1073741824);
        QCOMPARE(config.clusterAutoscalers.at(0).scaleUpThreshold->value, 0.8);
        QCOMPARE(config.alerts.size(), std::size_t{3});
        QCOMPARE(config.alerts[0].subject, std::string("cpu"));
        QCOMPARE(config.alerts[0].limit.value, 0.9);
        QCOMPARE(config.alerts[0].forSeconds, 300.0);
        QCOMPARE(config.loadTestLimits.size(), std::size_t{2});
        QCOMPARE(config.scrapeIntervalSeconds->value, 15.0);
        QVERIFY(config.unknownKeys.empty());
        QVERIFY(config.problems.empty());
    }

    void manifestsInSeveralDocumentsAndAList()
    {
        const ScalingConfig config = read(test::kManifests);
        const HorizontalAutoscaler *scaler = config.horizontalOf("payment");
        QVERIFY(scaler != nullptr);
        QCOMPARE(scaler->name, std::string("payment-hpa"));
        QCOMPARE(scaler->targets.size(), std::size_t{2});
        QCOMPARE(scaler->targets[1].target.value, 30.0);
        QCOMPARE(scaler->up->policies.size(), std::size_t{2});
        QVERIFY(scaler->up->policies[0].isPercent);
        QCOMPARE(scaler->down->stabilizationSeconds->value, 120.0);
        const Workload *payment = config.workloadOf("payment");
        QVERIFY(payment != nullptr);
        QCOMPARE(payment->version, std::string("1.4.2"));
        QCOMPARE(payment->surgeRatio->value, 0.5);
        QCOMPARE(payment->cpuRequest->value, 0.35);
        QVERIFY(!payment->cpuLimit); // one container has none
        QCOMPARE(payment->memoryLimit->value, 640.0 * 1048576);
        QCOMPARE(payment->readyDelaySeconds->value, 20.0);
        QCOMPARE(payment->nodeOptions, std::string("--max-old-space-size=384"));
        QCOMPARE(payment->place.line, 26);
        QCOMPARE(config.pools.size(), std::size_t{2});
        QCOMPARE(config.pools[0].key, std::string("env DB_POOL_MAX"));
        QCOMPARE(config.pools[1].connections.written, std::string("9")); // nothing else of the URL is kept
        const VerticalAutoscaler *vertical = config.verticalOf("payment");
        QVERIFY(!vertical->isActive());
        QVERIFY(vertical->controlsCpu && !vertical->controlsMemory);
        QCOMPARE(config.quotas.at(0).cpuLimits->value, 8.0);
        QCOMPARE(config.containerDefaults.at(0).cpuRequest->value, 0.1);
        QCOMPARE(config.notes.size(), std::size_t{1}); // of the Service
        QVERIFY(config.problems.empty() && config.unknownKeys.empty());
    }

    void olderVersionsOfTheAutoscaler()
    {
        const ScalingConfig first = read(autoscaler("autoscaling/v1", "  targetCPUUtilizationPercentage: 80\n"));
        QCOMPARE(first.horizontal.at(0).targets.at(0).target.value, 0.8);
        const ScalingConfig beta = read(autoscaler("autoscaling/v2beta1",
                                                   "  metrics:\n  - type: Resource\n    resource: {name: memory, "
                                                   "targetAverageValue: 300Mi}\n"));
        QCOMPARE(beta.horizontal.at(0).targets.at(0).kind, ScalingTarget::Kind::MemoryAverage);
        QVERIFY(beta.notes.at(0).find("1.26") != std::string::npos);
        const ScalingConfig bare = read(autoscaler("autoscaling/v2", ""));
        QVERIFY(bare.notes.at(0).find("80 %") != std::string::npos);
    }

    void unknownKeysAreListedWithTheirLine()
    {
        const ScalingConfig config = read(autoscaler("autoscaling/v2", "  maxReplica: 9\n  behaviour: {}\n"));
        QCOMPARE(config.unknownKeys.size(), std::size_t{2});
        QCOMPARE(config.unknownKeys[0].text, std::string("spec.maxReplica"));
        QCOMPARE(config.unknownKeys[0].place.line, 7);
        const ScalingConfig sections = read("hpa:\n  a: {maxReplicas: 3, cpuTarge: 70}\nhps: {}\n");
        QCOMPARE(sections.unknownKeys.size(), std::size_t{2});
        QCOMPARE(sections.unknownKeys[0].text, std::string("hpa.a.cpuTarge"));
    }

    void unitsThatContradictAreProblemsNotNumbers()
    {
        const ScalingConfig config = read("hpa:\n  a: {maxReplicas: 3.5, cpuTarget: 1}\n"
                                          "vpa:\n  a: {maxCpu: 512Mi, maxMemory: 500m, minMemory: 512MB}\n");
        QCOMPARE(config.problems.size(), std::size_t{5});
        QVERIFY(!config.horizontal.at(0).maxReplicas);
        QVERIFY(config.horizontal.at(0).targets.empty());
        QVERIFY(!config.vertical.at(0).maxCpu && !config.vertical.at(0).maxMemory);
        QVERIFY(has(config.problems, "vpa.a.maxCpu should be cores"));
        QVERIFY(has(read(autoscaler("autoscaling/v2", "  minReplicas: 9\n")).problems, "above maxReplicas"));
        QVERIFY(has(read("hpa: {a: {maxReplicas: 3, maxReplicas: 4}}").problems, "stands here again"));
    }

    void filesThatAreSomethingElseAreRefused()
    {
        QVERIFY(errorOf("spans: []").find("declares nothing about scaling") != std::string::npos);
        QVERIFY(errorOf("").find("nothing about scaling") != std::string::npos);
        QVERIFY(errorOf("a: [").find("not YAML") != std::string::npos);
        QVERIFY(errorOf("apiVersion: v1\nkind: Secret\ndata: {a: b}").find("nothing about scaling")
                != std::string::npos);
        QVERIFY(looksLikeScaling("# x\nhpa:\n") && looksLikeScaling("apiVersion: v1\nkind: List\n"));
        QVERIFY(looksLikeScaling("{\"kind\": \"List\", \"apiVersion\": \"v1\"}"));
        QVERIFY(!looksLikeScaling("{\"traceID\": \"1\"}") && !looksLikeScaling(" hpa: x"));
    }

    void bombsAreRefused()
    {
        std::string bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n";
        for (char c = 'b'; c < 'j'; ++c) {
            const std::string before(1, static_cast<char>(c - 1));
            bomb += std::string(1, c) + ": &" + c + " [";
            for (int i = 0; i < 10; ++i)
                bomb += (i > 0 ? ", *" : "*") + before;
            bomb += "]\n";
        }
        QVERIFY(errorOf(bomb + "hpa: *i\n").find("unfolds") != std::string::npos);
        std::string deep;
        for (int i = 0; i < 200; ++i)
            deep += "{a: ";
        QVERIFY(!errorOf(deep + "1" + std::string(200, '}')).empty());
        QVERIFY(!errorOf(std::string(2u << 20u, 'x')).empty());
        std::string many;
        for (int i = 0; i < 1200; ++i)
            many += "---\na: 1\n";
        QVERIFY(errorOf(many).find("nothing about scaling") != std::string::npos);
    }

    void rulesOfPrometheus()
    {
        const ScalingConfig config =
            read("groups:\n- name: a\n  rules:\n"
                 "  - alert: Hot\n    expr: avg(rate(container_cpu_seconds{a=\"b>c\"}[5m])) > 0.9\n"
                 "    for: 10m\n"
                 "  - record: x\n    expr: sum(y)\n"
                 "  - alert: Both\n    expr: a > 1 and b > 2\n");
        QCOMPARE(config.alerts.size(), std::size_t{1});
        QCOMPARE(config.alerts[0].limit.value, 0.9);
        QCOMPARE(config.alerts[0].forSeconds, 600.0);
    }

    void severalFilesAreOne()
    {
        ScalingConfig whole = read(test::kSectionedScaling);
        whole.join(read("database: {maxConnections: 500}\n"));
        QCOMPARE(whole.files.size(), std::size_t{2});
        QCOMPARE(whole.database.maxConnections->value, 500.0);
        QVERIFY(has(whole.problems, "max_connections is 500 here and 1000 in a.yaml:2"));
        QCOMPARE(whole.services().size(), std::size_t{3});
    }
};

QTEST_GUILESS_MAIN(TestScalingFiles)
#include "tst_scaling_files.moc"
