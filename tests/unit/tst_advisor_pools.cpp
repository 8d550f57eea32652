// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/pool_load.h"
#include "models/advisor/postgres_facts.h"
#include "tests/support/advice_checks.h"
#include "tests/support/advice_run.h"
#include "tests/support/metric_histories.h"

#include <QtTest>

#include <algorithm>
#include <cmath>

using namespace tailspan;
using namespace tailspan::advisor;
using test::findingOf;
using test::has;
using test::HistoryMaker;
using test::noiseAt;
using test::titlesOf;

namespace {

Advice adviceOf(const HistoryMaker &maker)
{
    Inputs inputs;
    inputs.metrics = &maker.history();
    return test::scalingAdvice(inputs);
}

/// Two pods with pools of 4; in some steps they are full and requests wait.
HistoryMaker poolHistory(const std::function<bool(std::size_t)> &isFull, double waiting)
{
    HistoryMaker maker(200);
    maker.add(Role::PoolLimit, "payment", 8)
        .add(Role::PoolUsed, "payment", [=](std::size_t i) { return isFull(i) ? 8 : 3.6 + 0.3 * noiseAt(i); })
        .add(Role::PoolWaiting, "payment", [=](std::size_t i) { return isFull(i) ? waiting : 0; })
        .add(Role::Replicas, "payment", 2)
        .add(Role::RequestRate, "payment", [=](std::size_t i) { return isFull(i) ? 200.0 : 90 + 5 * noiseAt(i, 2); })
        .add(Role::LatencyP95, "payment",
             [=](std::size_t i) { return (isFull(i) && waiting > 0 ? 0.4 : 0.09) + 0.005 * noiseAt(i, 3); });
    return maker;
}

bool isLate(std::size_t i)
{
    return i >= 80 && i < 120;
}

} // namespace

class TestAdvisorPools : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // The table of research 1.6: 200 requests a second that hold for 40 ms.
    void erlangsFormula()
    {
        QVERIFY(std::abs(waitQuantile(10, 200, 0.04, 0.95) - 0.042) < 0.001);
        QVERIFY(std::abs(waitQuantile(12, 200, 0.04, 0.95) - 0.010) < 0.001);
        QVERIFY(std::abs(meanWait(16, 200, 0.04) - 0.00005) < 0.00002);
        QCOMPARE(waitQuantile(16, 200, 0.04, 0.95), 0.0);
        QVERIFY(std::isinf(waitQuantile(8, 200, 0.04, 0.95)));
        QCOMPARE(connectionsFor(200, 0.04, 0.011, 50), std::optional(12u));
        QCOMPARE(connectionsFor(200, 0.04, 0.0, 9), std::nullopt);
    }

    // Fault 16: a pool of 4 for what needs more, with waits above what the work takes.
    void poolOfFourIsTooSmall()
    {
        const Advice advice = adviceOf(poolHistory(isLate, 60));
        const Finding *finding = findingOf(advice, "pool.too-small");
        QVERIFY2(finding != nullptr, titlesOf(advice).c_str());
        QVERIFY(has(finding->title, "from 4 to"));
        QVERIFY(has(finding->what, "40 minutes"));
        QVERIFY(finding->estimate->high < *finding->estimate->now);
        QVERIFY(finding->impactMsPerHour && *finding->impactMsPerHour > 0);
        QVERIFY(!finding->artifacts.empty() && has(*finding->artifacts.at(0).undo, "4"));
    }

    // Its look-alike: full in bursts, and nobody waits.
    void fullPoolsWithoutWaitsAreSilent()
    {
        const Advice bursts = adviceOf(poolHistory([](std::size_t i) { return i % 10 == 0; }, 0));
        QVERIFY2(findingOf(bursts, "pool.too-small") == nullptr, titlesOf(bursts).c_str());
        const Advice brief = adviceOf(poolHistory([](std::size_t i) { return i == 50; }, 60));
        QVERIFY2(findingOf(brief, "pool.too-small") == nullptr, titlesOf(brief).c_str());
    }

    void fullDatabaseIsNotHelpedByALargerPool()
    {
        HistoryMaker maker = poolHistory(isLate, 60);
        maker.add(Role::ServerActive, "db", [](std::size_t i) { return isLate(i) ? 12.0 : 1.0; })
            .add(Role::ServerCores, "db", 2)
            .add(Role::ServerCpu, "db", [](std::size_t i) { return isLate(i) ? 0.99 : 0.3; })
            .add(Role::ServerMaximum, "db", 100);
        const Advice advice = adviceOf(maker);
        QVERIFY2(findingOf(advice, "pool.too-small") == nullptr, titlesOf(advice).c_str());
        const Finding *wide = findingOf(advice, "pool.too-wide");
        QVERIFY2(wide != nullptr, titlesOf(advice).c_str());
        QVERIFY(has(wide->title, "Let 5 statements at once"));
    }

    void transactionsThatStandOpen()
    {
        HistoryMaker maker(120);
        maker.add(Role::ServerConnections, "db", 40).add(Role::ServerActive, "db", 3);
        maker.add(Role::ServerIdleInTransaction, "db", [](std::size_t i) { return i >= 40 && i < 80 ? 12.0 : 0.0; });
        const Advice advice = adviceOf(maker);
        const Finding *finding = findingOf(advice, "pool.leak");
        QVERIFY2(finding != nullptr, titlesOf(advice).c_str());
        QVERIFY(has(finding->what, "40 minutes 12"));
        HistoryMaker calm(120);
        calm.add(Role::ServerConnections, "db", 40).add(Role::ServerActive, "db", 3);
        calm.add(Role::ServerIdleInTransaction, "db", [](std::size_t i) { return i % 3 == 0 ? 4.0 : 0.0; });
        QVERIFY(adviceOf(calm).findings.empty());
    }

    // Sessions tell who holds them and for how long; two may be tools.
    void sessionsThatAreHeldForLong()
    {
        PostgresFacts facts;
        ActivitySample look;
        for (int i = 0; i < 5; ++i) {
            SessionFacts session;
            session.pid = 100 + i;
            session.application = i < 4 ? "checkout" : "psql";
            session.role = "Shop";
            session.state = "idle in transaction";
            session.stateSeconds = 90 + i;
            look.sessions.push_back(session);
        }
        facts.activity = {look};
        Inputs inputs;
        inputs.postgres = &facts;
        const Output output = test::outputOf("pool.leak", inputs);
        QCOMPARE(output.findings.size(), std::size_t{1});
        const Finding &finding = output.findings[0];
        QVERIFY2(has(finding.what, "checkout held 4 connections"), finding.what.c_str());
        QCOMPARE(finding.estimate->expected, 4.0);
        QVERIFY(has(finding.artifacts.back().text, "ALTER ROLE \"Shop\" SET"));
        QCOMPARE(finding.verification.state, VerificationState::Verified);
        for (SessionFacts &session : facts.activity[0].sessions)
            session.stateSeconds = 2;
        QVERIFY(test::outputOf("pool.leak", inputs).findings.empty());
    }

    // A full pool tells little of how long requests hold: that comes from calm times, and is a mean.
    void holdsAreMeansOfCalmTimes()
    {
        const HistoryMaker maker = poolHistory(isLate, 60);
        const auto loads = poolLoads(maker.history());
        QCOMPARE(loads.size(), std::size_t{1});
        const PoolLoad::Hold hold = loads[0].hold();
        QVERIFY(std::abs(hold.seconds - 0.04) < 0.002);
        QVERIFY(hold.low <= hold.seconds && hold.seconds <= hold.high && hold.high < 1.1 * hold.low);
    }

    void poolThatFillsUp()
    {
        const auto maker = [](bool leaks) {
            HistoryMaker history(600);
            const auto rate = [](std::size_t i) { return 50 + 40 * std::sin(static_cast<double>(i) / 60 * 2 * M_PI); };
            history.add(Role::PoolLimit, "payment", 20)
                .add(Role::PoolUsed, "payment",
                     [=](std::size_t i) { return rate(i) * 0.03 + (leaks ? static_cast<double>(i) * 0.025 : 0); })
                .add(Role::PoolWaiting, "payment", 0)
                .add(Role::RequestRate, "payment", rate);
            return history;
        };
        const Advice advice = adviceOf(maker(true));
        const Finding *finding = findingOf(advice, "pool.leak");
        QVERIFY2(finding != nullptr, titlesOf(advice).c_str());
        QCOMPARE(finding->subject.service, std::string("payment"));
        QVERIFY(adviceOf(maker(false)).findings.empty());
    }
};

QTEST_GUILESS_MAIN(TestAdvisorPools)
#include "tst_advisor_pools.moc"
