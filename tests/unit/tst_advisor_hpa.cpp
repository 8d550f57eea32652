// SPDX-License-Identifier: GPL-3.0-or-later
// What detectors find in the history of autoscalers, and what they leave alone.
#include "app/advice/rules_file.h"
#include "app/scalingfiles/scaling_file.h"
#include "app/yaml/yaml_tree.h"
#include "models/advisor/scaled_service.h"
#include "tests/support/advice_checks.h"
#include "tests/support/metric_histories.h"
#include "tests/support/spans_from_text.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <limits>

using namespace tailspan;
using namespace tailspan::advisor;
using test::findingOf;
using test::has;
using test::HistoryMaker;
using test::noiseAt;
using test::titlesOf;

namespace {

Advice adviceOf(const HistoryMaker &maker, const ScalingConfig *config = nullptr)
{
    Inputs inputs;
    inputs.metrics = &maker.history();
    inputs.scaling = config;
    return test::scalingAdvice(inputs);
}

/// A service of the name payment: one core of request a pod, target 70 %.
struct Service {
    double request = 1;
    double target = 0.7;
    double least = 2;
    double most = 4;
    std::function<double(std::size_t)> replicas;
    std::function<double(std::size_t)> cpu;
    std::function<double(std::size_t)> latency;
};

HistoryMaker historyOf(const Service &service, std::size_t steps)
{
    HistoryMaker maker(steps);
    maker.add(Role::Replicas, "payment", service.replicas)
        .add(Role::CpuUsage, "payment", service.cpu)
        .add(Role::CpuRequest, "payment", service.request, "payment-1")
        .add(Role::ReplicasMinimum, "payment", service.least)
        .add(Role::ReplicasMaximum, "payment", service.most)
        .add(Role::MetricTarget, "payment", service.target)
        .add(Role::RequestRate, "payment", [](std::size_t i) { return 100 + 10 * noiseAt(i, 7); });
    if (service.latency)
        maker.add(Role::LatencyP95, "payment", service.latency);
    return maker;
}

/// Use that rises above the target for a while; the p95 follows it.
Service pinned(std::size_t begin, std::size_t end)
{
    Service service;
    const auto isBusy = [begin, end](std::size_t i) { return i >= begin && i < end; };
    service.replicas = [isBusy](std::size_t i) { return isBusy(i) ? 4.0 : 2.0; };
    service.cpu = [isBusy](std::size_t i) {
        return isBusy(i) ? 4 * (0.91 + 0.03 * noiseAt(i)) : 2 * (0.45 + 0.05 * noiseAt(i));
    };
    service.latency = [isBusy](std::size_t i) {
        return isBusy(i) ? 0.9 + 0.1 * noiseAt(i, 3) : 0.2 + 0.02 * noiseAt(i, 3);
    };
    return service;
}

} // namespace

class TestAdvisorHpa : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // Fault 18: at the maximum for 40 minutes at 1.3 times the target.
    void pinnedAtItsMaximum()
    {
        const Advice advice = adviceOf(historyOf(pinned(100, 140), 300));
        const Finding *finding = findingOf(advice, "scale.hpa-pinned");
        QVERIFY2(finding != nullptr, titlesOf(advice).c_str());
        QVERIFY(has(finding->title, "from 4 to 7 pods")); // 4 x 0.94 / 0.7 = 5.4, a fifth more: 6.4
        QVERIFY(has(finding->what, "40 minutes"));
        QVERIFY(has(finding->artifacts.at(0).text, "maxReplicas: 7"));
        QVERIFY(has(*finding->artifacts.at(0).undo, "maxReplicas: 4"));
        const auto patch = yaml::readDocument(finding->artifacts.at(0).text, "patch");
        QVERIFY(patch && patch->find("spec") != nullptr);
        QCOMPARE(patch->find("spec")->find("maxReplicas")->text, std::string("7"));
        QVERIFY(patch->find("spec")->find("behavior")->find("scaleUp")->find("policies")->isList());
        QCOMPARE(finding->verification.state, VerificationState::Verified);
        QVERIFY(finding->estimate->expected < *finding->estimate->now);
        QVERIFY(finding->estimate->low <= finding->estimate->expected
                && finding->estimate->expected <= finding->estimate->high);
        QVERIFY(finding->impactMsPerHour && *finding->impactMsPerHour > 0);
        QVERIFY(findingOf(advice, "scale.wont-help") == nullptr);
        QCOMPARE(std::get<CurvePicture>(finding->picture).curves.size(), std::size_t{3});
    }

    // Its look-alikes: three minutes in a rollout, and a batch that runs hot while nobody waits.
    void shortPeaksAndBatchesAreSilent()
    {
        const Advice rollout = adviceOf(historyOf(pinned(100, 103), 300));
        QVERIFY2(rollout.findings.empty(), titlesOf(rollout).c_str());
        Service batch = pinned(100, 220);
        batch.cpu = [](std::size_t i) { return i >= 100 && i < 220 ? 4 * 0.85 : 2 * 0.4; };
        batch.latency = [](std::size_t i) { return 0.2 + 0.02 * noiseAt(i, 3); };
        const Advice calm = adviceOf(historyOf(batch, 300));
        QVERIFY2(calm.findings.empty(), titlesOf(calm).c_str());
        batch.latency = nullptr; // nobody knows whether users noticed: said, not guessed
        const Advice unknown = adviceOf(historyOf(batch, 300));
        QVERIFY2(unknown.findings.empty(), titlesOf(unknown).c_str());
        QVERIFY(std::ranges::any_of(unknown.unjudged, [](const Unjudged &entry) {
            return entry.detector == "scale.hpa-pinned" && has(entry.why, "without latencies");
        }));
    }

    // Use of CPU is a mean over two minutes and lags behind the p95 and the pods: where users notice is read from steady
    // times, and a target is not blamed for what transients seem to show.
    void useThatLagsDoesNotBlameTheTarget()
    {
        constexpr std::size_t kWindow = 4;    // steps
        const auto load = [](std::size_t i) { // jumps to too much every hour, for 20 minutes
            return i % 120 < 40 ? 4 * 0.95 : 2 * 0.5;
        };
        Service service;
        service.replicas = [](std::size_t i) { return i % 120 < 40 ? 4.0 : 2.0; };
        service.cpu = [=](std::size_t i) {
            double sum = 0;
            for (std::size_t k = 0; k < kWindow; ++k)
                sum += load(i - std::min(i, k));
            return sum / kWindow * (1 + 0.01 * noiseAt(i));
        };
        service.latency = [=](std::size_t i) {
            return 0.1 + (load(i) / service.replicas(i) > 0.84 ? 0.3 : 0.0) + 0.004 * noiseAt(i, 3);
        };
        MetricHistory history = historyOf(service, 2'880).history();
        history.rateWindowNs = kWindow * history.stepNs;
        Inputs inputs;
        inputs.metrics = &history;
        const auto services = scaledServices(inputs, advice::builtInRules());
        const auto slowness = slownessOf(services.at(0), advice::builtInRules());
        QVERIFY(slowness && slowness->hotRatio);
        QVERIFY2(slowness->hotLow >= 0.45 && slowness->hotHigh > 0.85, std::to_string(slowness->hotHigh).c_str());
        const Advice advice = test::scalingAdvice(inputs);
        QVERIFY2(findingOf(advice, "scale.hpa-wrong-target") == nullptr, titlesOf(advice).c_str());
        QVERIFY2(findingOf(advice, "scale.hpa-pinned") != nullptr, titlesOf(advice).c_str());
    }

    // One hour of 40 is slow, and use well above it never was: hours drawn again without the slow one tell nothing.
    void hoursWithoutASlowOneTellNothingOfWhereItBegins()
    {
        const auto isSlow = [](std::size_t i) { return i >= 1'200 && i < 1'240; };
        Service service;
        service.replicas = [](std::size_t) { return 2.0; };
        service.cpu = [isSlow](std::size_t i) {
            return 2 * (isSlow(i) ? 0.9 : i % 60 < 5 ? 1.6 : 0.4) * (1 + 0.01 * noiseAt(i));
        };
        service.latency = [isSlow](std::size_t i) { return (isSlow(i) ? 0.9 : 0.1) + 0.004 * noiseAt(i, 3); };
        const HistoryMaker maker = historyOf(service, 2'400);
        Inputs inputs;
        inputs.metrics = &maker.history();
        const auto services = scaledServices(inputs, advice::builtInRules());
        const auto slowness = slownessOf(services.at(0), advice::builtInRules());
        QVERIFY(slowness && slowness->hotRatio);
        QVERIFY2(slowness->hotHigh < 1, std::to_string(slowness->hotHigh).c_str());
        QVERIFY2(slowness->hotLow > 0.4, std::to_string(slowness->hotLow).c_str());
    }

    // Fault 19: latency from locks of the database at 20 % CPU.
    void latencyOfLocksIsNotHelpedByPods()
    {
        const auto isLocked = [](std::size_t i) { return i >= 120 && i < 160; };
        Service service;
        service.replicas = [](std::size_t) { return 3.0; };
        service.cpu = [](std::size_t i) { return 3 * (0.2 + 0.03 * noiseAt(i)); };
        service.latency = [isLocked](std::size_t i) { return (isLocked(i) ? 1.4 : 0.15) + 0.03 * noiseAt(i, 3); };
        HistoryMaker maker = historyOf(service, 300);
        maker.add(Role::LockWaiting, "db",
                  [isLocked](std::size_t i) { return isLocked(i) ? 20 + 3 * noiseAt(i, 5) : 0.0; });
        const Advice advice = adviceOf(maker);
        const Finding *finding = findingOf(advice, "scale.wont-help");
        QVERIFY2(finding != nullptr, titlesOf(advice).c_str());
        QVERIFY(has(finding->title, "Do not add pods to payment: it waits for locks of the database"));
        QCOMPARE(advice.findings.size(), std::size_t{1});
        QVERIFY(finding->estimate->high > 0.7 * *finding->estimate->now); // twice the pods bring next to nothing
        // What was measured is known to the noise of it only.
        QVERIFY(finding->estimate->high - finding->estimate->low > 0.002 * *finding->estimate->now);
    }

    // Its look-alike: latency and CPU follow the day, and nobody is slow.
    void dailyLoadIsSilent()
    {
        const auto day = [](std::size_t i) { return 0.5 - 0.5 * std::cos(static_cast<double>(i) / 288 * 2 * M_PI); };
        Service service;
        service.most = 10;
        service.replicas = [day](std::size_t i) { return std::ceil(2 + 4 * day(i)); };
        service.cpu = [day](std::size_t i) { return (2 + 4 * day(i)) * 0.6 + 0.05 * noiseAt(i); };
        service.latency = [day](std::size_t i) { return 0.2 + 0.1 * day(i) + 0.01 * noiseAt(i, 3); };
        HistoryMaker maker(864, 300); // three days
        maker.add(Role::Replicas, "payment", service.replicas)
            .add(Role::CpuUsage, "payment", service.cpu)
            .add(Role::CpuRequest, "payment", 1.0, "payment-1")
            .add(Role::ReplicasMinimum, "payment", 2)
            .add(Role::ReplicasMaximum, "payment", 10)
            .add(Role::MetricTarget, "payment", 0.7)
            .add(Role::LatencyP95, "payment", service.latency)
            .add(Role::ServerActive, "db", [day](std::size_t i) { return 2 + 6 * day(i); });
        const Advice advice = adviceOf(maker);
        QVERIFY2(advice.findings.empty(), titlesOf(advice).c_str());
    }

    // The same where only traces tell what it waits for: 30 of them in the slow time, 900 of 1,000 ms in another service.
    void latencyOfACalledServiceIsToldByTraces()
    {
        const auto isSlow = [](std::size_t i) { return i >= 120 && i < 160; };
        Service service;
        service.replicas = [](std::size_t) { return 3.0; };
        service.cpu = [](std::size_t i) { return 3 * (0.2 + 0.03 * noiseAt(i)); };
        service.latency = [isSlow](std::size_t i) { return (isSlow(i) ? 1.0 : 0.15) + 0.03 * noiseAt(i, 3); };
        const HistoryMaker maker = historyOf(service, 300);
        std::string drawing;
        for (std::size_t i = 0; i < 30; ++i) {
            // Times of drawings are after 1970 with "@=".
            const std::string at = std::to_string(1'700'000'100 + (122 + i) * 60) + "s";
            drawing += "trace t" + std::to_string(i) + "\npayment POST /pay @=" + at
                + " +1000ms\n  chain eth_call @=" + at + " +900ms\n";
        }
        const auto snapshot = test::spansFromText(drawing);
        Inputs inputs;
        inputs.metrics = &maker.history();
        inputs.traces = snapshot.get();
        const Advice advice = test::scalingAdvice(inputs);
        const Finding *finding = findingOf(advice, "scale.wont-help");
        QVERIFY2(finding != nullptr, titlesOf(advice).c_str());
        QVERIFY(has(finding->title, "it waits for chain"));
        QCOMPARE(finding->evidence.back().references.at(0).kind, ReferenceKind::Trace);
        QVERIFY(std::abs(finding->estimate->low - 0.95 * *finding->estimate->now) < 1);
    }

    void minimumThatIsFarTooHigh()
    {
        Service service;
        service.least = 10;
        service.most = 20;
        service.replicas = [](std::size_t) { return 10.0; };
        service.cpu = [](std::size_t i) { return 1.5 + 0.4 * noiseAt(i); };
        service.latency = [](std::size_t i) { return 0.1 + 0.01 * noiseAt(i, 3); };
        const Advice advice = adviceOf(historyOf(service, 2880));
        const Finding *finding = findingOf(advice, "scale.hpa-oversized");
        QVERIFY2(finding != nullptr, titlesOf(advice).c_str());
        QVERIFY(has(finding->title, "from 10 to"));
        QVERIFY2(finding->estimate->expected > 100 && finding->estimate->expected < 200, titlesOf(advice).c_str());
        QVERIFY(adviceOf(historyOf(service, 300)).findings.empty()); // five hours are not a day
    }

    void upwardsTooSlowlyByItsOwnRules()
    {
        auto config = scalingfiles::readScaling(
            "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: payment-hpa}\nspec:\n"
            "  scaleTargetRef: {kind: Deployment, name: payment}\n  minReplicas: 2\n  maxReplicas: 20\n"
            "  behavior: {scaleUp: {stabilizationWindowSeconds: 300, policies: [{type: Pods, value: 1, periodSeconds: "
            "180}]}}\n",
            "hpa.yaml");
        QVERIFY(config.has_value());
        // Every two hours the load is four times as high for 40 minutes; pods come one by one.
        const auto into = [](std::size_t i) { return i % 120 < 40 ? static_cast<double>(i % 120) : -1; };
        Service service;
        service.most = 20;
        service.replicas = [into](std::size_t i) {
            return into(i) < 0 ? 2.0 : std::min(8.0, 2 + std::floor(std::max(0.0, into(i) - 5) / 3));
        };
        service.cpu = [into](std::size_t i) { return (into(i) < 0 ? 1.0 : 5.4) + 0.1 * noiseAt(i); };
        service.latency = [service](std::size_t i) {
            const double use = service.cpu(i) / service.replicas(i);
            return 0.1 + (use > 0.9 ? 0.5 : 0.0) + 0.01 * noiseAt(i, 3);
        };
        const HistoryMaker maker = historyOf(service, 960);
        const Advice advice = adviceOf(maker, &*config);
        const Finding *finding = findingOf(advice, "scale.hpa-slow");
        QVERIFY2(finding != nullptr, titlesOf(advice).c_str());
        QVERIFY(has(finding->what, "it waits 300 s before it goes up, it adds 1 pod in 180 s"));
        QVERIFY(has(finding->artifacts.at(0).text, "stabilizationWindowSeconds: 0"));
        QVERIFY(has(*finding->artifacts.at(0).undo, "{type: Pods, value: 1, periodSeconds: 180}"));
        QVERIFY(has(finding->artifacts.at(0).text, "name: payment-hpa"));
    }

    void targetAboveWhatUsersBear()
    {
        Service service;
        service.target = 0.9;
        service.most = 12;
        // The load goes up and down; pods follow at 90 %, and the p95 doubles above 75 %.
        const auto load = [](std::size_t i) {
            return 3 + 2.2 * std::sin(static_cast<double>(i) / 200 * 2 * M_PI) + 0.1 * noiseAt(i);
        };
        service.cpu = load;
        service.replicas = [load](std::size_t i) { return std::max(2.0, std::ceil(load(i / 10 * 10) / 0.9)); };
        service.latency = [service](std::size_t i) {
            const double use = service.cpu(i) / service.replicas(i);
            return 0.1 + (use > 0.75 ? 0.4 : 0.0) + 0.005 * noiseAt(i, 3);
        };
        const Advice advice = adviceOf(historyOf(service, 1000));
        const Finding *finding = findingOf(advice, "scale.hpa-wrong-target");
        QVERIFY2(finding != nullptr, titlesOf(advice).c_str());
        QVERIFY(has(finding->title, "from 90 % to 60 %"));
        QVERIFY(has(finding->artifacts.at(0).text, "averageUtilization: 60"));
    }

    void requestOfTwoCoresForOneThread()
    {
        Service service;
        service.request = 2;
        service.least = 3;
        service.most = 12;
        const auto isBusy = [](std::size_t i) { return i % 200 > 140; };
        service.replicas = [](std::size_t) { return 3.0; };
        service.cpu = [isBusy](std::size_t i) {
            return 3 * (isBusy(i) ? 0.97 + 0.02 * noiseAt(i) : 0.4 + 0.1 * noiseAt(i));
        };
        service.latency = [isBusy](std::size_t i) { return (isBusy(i) ? 1.0 : 0.1) + 0.01 * noiseAt(i, 3); };
        const Advice advice = adviceOf(historyOf(service, 1000));
        const Finding *finding = findingOf(advice, "scale.hpa-request");
        QVERIFY2(finding != nullptr, titlesOf(advice).c_str());
        QVERIFY(has(finding->title, "Request one core for payment, not 2 cores"));
        QCOMPARE(finding->artifacts.size(), std::size_t{2});
    }

    void minimumThatCannotCarryBursts()
    {
        Service service;
        service.most = 20;
        // Each half hour a burst of five minutes; pods are ready after two minutes.
        const auto into = [](std::size_t i) { return i % 30 < 6 ? static_cast<double>(i % 30) : -1; };
        service.cpu = [into](std::size_t i) { return (into(i) < 0 ? 0.8 : 4.0) + 0.05 * noiseAt(i); };
        service.replicas = [into](std::size_t i) { return into(i) < 0 || into(i) < 3 ? 2.0 : 6.0; };
        service.latency = [service](std::size_t i) {
            const double use = service.cpu(i) / service.replicas(i);
            return 0.1 + (use > 0.95 ? 0.6 : 0.0) + 0.01 * noiseAt(i, 3);
        };
        HistoryMaker maker = historyOf(service, 900);
        maker.add(Role::PodReadySeconds, "payment", 120, "payment-1");
        const Advice advice = adviceOf(maker);
        const Finding *finding = findingOf(advice, "scale.hpa-burst");
        QVERIFY2(finding != nullptr, titlesOf(advice).c_str());
        QVERIFY(has(finding->what, "about 150 s after"));
        QVERIFY(finding->artifacts.at(0).text.find("minReplicas") != std::string::npos);
        QVERIFY(finding->estimate->expected < *finding->estimate->now);
    }

    void gapsAndNonsenseAreHarmless()
    {
        Service service = pinned(100, 140);
        const auto hole = [](std::size_t i) { return i % 7 == 3 || (i > 50 && i < 60); };
        const auto cpu = service.cpu;
        service.cpu = [cpu, hole](std::size_t i) { return hole(i) ? std::nan("") : cpu(i); };
        const Advice advice = adviceOf(historyOf(service, 300));
        QVERIFY2(findingOf(advice, "scale.hpa-pinned") != nullptr, titlesOf(advice).c_str());
        for (const double bad : {std::nan(""), 0.0, -1.0, 1e308, std::numeric_limits<double>::infinity()}) {
            Service odd = pinned(100, 140);
            odd.request = bad;
            odd.target = bad;
            odd.most = bad;
            odd.cpu = [bad](std::size_t) { return bad; };
            odd.latency = [bad](std::size_t i) { return i % 2 == 0 ? bad : 0.1; };
            (void)adviceOf(historyOf(odd, 300));
        }
        const HistoryMaker nothing(0);
        QVERIFY(adviceOf(nothing).findings.empty());
    }
};

QTEST_GUILESS_MAIN(TestAdvisorHpa)
#include "tst_advisor_hpa.moc"
