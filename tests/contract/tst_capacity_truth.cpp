// SPDX-License-Identifier: GPL-3.0-or-later
// Capacity read out of simulated systems whose knee is known.
#include "models/loadtest/capacity.h"
#include "tests/support/load_simulation.h"

#include <QtTest>

#include <cmath>

using namespace tailspan;
using namespace tailspan::loadtest;
using namespace tailspan::test;

namespace {

constexpr int kSeeds = 30;

struct Score {
    int near = 0; ///< Knees within 15 % of the truth.
    int claimed = 0;
    int covered = 0; ///< Intervals that hold the truth.
    QString text;
};

template <class System>
Score scoreOf(System system, double truth, CapacityModel wanted)
{
    Score score;
    for (int seed = 1; seed <= kSeeds; ++seed) {
        system.seed = static_cast<std::uint64_t>(seed) * 7919;
        const auto capacity = capacityOf(*simulate(system), {});
        if (!capacity || !capacity->kneeUsers) {
            score.text += QStringLiteral(" -");
            continue;
        }
        ++score.claimed;
        const double knee = *capacity->kneeUsers;
        score.near += std::abs(knee / truth - 1) <= 0.15 && capacity->model == wanted ? 1 : 0;
        score.covered += *capacity->low <= truth && truth <= *capacity->high ? 1 : 0;
        score.text += QStringLiteral(" %1%2")
                          .arg(knee, 0, 'f', 1)
                          .arg(capacity->model == wanted ? QString() : QStringLiteral("!"));
    }
    return score;
}

} // namespace

class TestCapacityTruth : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theKneeOfAClosedQueueIsFound_data()
    {
        QTest::addColumn<int>("servers");
        QTest::addColumn<double>("service");
        QTest::addColumn<double>("think");
        QTest::addColumn<int>("users");
        QTest::newRow("6 servers of 32 ms, think 100 ms: 24.8 users") << 6 << 0.032 << 0.1 << 60;
        QTest::newRow("20 servers of 50 ms, think 200 ms: 100 users") << 20 << 0.05 << 0.2 << 250;
        QTest::newRow("1 server of 10 ms, think 200 ms: 21 users") << 1 << 0.01 << 0.2 << 60;
    }
    void theKneeOfAClosedQueueIsFound()
    {
        QFETCH(int, servers);
        QFETCH(double, service);
        QFETCH(double, think);
        QFETCH(int, users);
        ClosedSystem system;
        system.servers = static_cast<std::uint32_t>(servers);
        system.serviceSeconds = service;
        system.thinkSeconds = think;
        system.users = static_cast<std::uint32_t>(users);
        const Score score = scoreOf(system, system.knee(), CapacityModel::Bounds);
        qInfo().noquote() << "truth" << system.knee() << "near" << score.near << "covered" << score.covered << ":"
                          << score.text;
        QVERIFY2(score.near >= 27, qPrintable(score.text));
    }

    void thePeakOfARetrogradeSystemIsFound_data()
    {
        QTest::addColumn<double>("alpha");
        QTest::addColumn<double>("beta");
        QTest::addColumn<double>("users");
        QTest::newRow("peak at 34.8 of 80 users") << 0.03 << 0.0008 << 80.0;
        QTest::newRow("peak at 43.6 of 120 users") << 0.05 << 0.0005 << 120.0;
        QTest::newRow("peak at 98.5 of 250 users") << 0.03 << 0.0001 << 250.0;
    }
    void thePeakOfARetrogradeSystemIsFound()
    {
        QFETCH(double, alpha);
        QFETCH(double, beta);
        QFETCH(double, users);
        UslSystem system;
        system.alpha = alpha;
        system.beta = beta;
        system.users = users;
        const Score score = scoreOf(system, system.peak(), CapacityModel::Usl);
        qInfo().noquote() << "truth" << system.peak() << "near" << score.near << "covered" << score.covered << ":"
                          << score.text;
        QVERIFY2(score.near >= 27, qPrintable(score.text));
    }

    void noKneeIsClaimedOnLinearData_data()
    {
        QTest::addColumn<double>("noise");
        QTest::addColumn<double>("users");
        QTest::newRow("quiet") << 0.02 << 80.0;
        QTest::newRow("usual") << 0.05 << 40.0;
        QTest::newRow("loud") << 0.12 << 80.0;
    }
    void noKneeIsClaimedOnLinearData()
    {
        QFETCH(double, noise);
        QFETCH(double, users);
        UslSystem system;
        system.gamma = 5;
        system.alpha = 0;
        system.beta = 0;
        system.noise = noise;
        system.users = users;
        system.thinkSeconds = 0.15;
        const Score score = scoreOf(system, 0, CapacityModel::None);
        qInfo().noquote() << "claimed" << score.claimed << ":" << score.text;
        QVERIFY2(score.claimed <= 1, qPrintable(score.text));
    }

    void littlesLawIsCheckedFirst()
    {
        ClosedSystem system;
        const auto report = simulate(system);
        const auto right = capacityOf(*report, {});
        QVERIFY(right && right->littlesLawError && *right->littlesLawError < 0.05);
        // The users of one load generator of four, the requests of all, and more generators joining later.
        auto wrong = std::make_shared<LoadTestReport>(*report);
        for (std::size_t i = 0; i < wrong->timeline.size(); ++i) {
            if (wrong->timeline[i].users)
                *wrong->timeline[i].users = std::ceil(std::sqrt(*wrong->timeline[i].users) * 2);
        }
        const auto flagged = capacityOf(*wrong, {});
        QVERIFY(flagged && flagged->littlesLawError);
        QVERIFY2(*flagged->littlesLawError > 0.05, qPrintable(QString::number(*flagged->littlesLawError)));
        QVERIFY(flagged->notes.front().find("does not hold") != std::string::npos);
    }

    void theLargestLoadThatKeepsALimitHoldsTheTruth()
    {
        // The limit is the p95 of this queue at 30 users, from the 80 s in which a slow ramp has all 30 of them: the
        // answer must be about 30.
        ClosedSystem fixed;
        fixed.users = 30;
        fixed.seconds = 2400;
        const auto reference = simulate(fixed);
        LogHistogram late;
        for (const Bucket &bucket : reference->timeline) {
            if (bucket.users && *bucket.users >= 30)
                late.merge(bucket.requests.of(RequestClass::Ok).latency);
        }
        CapacityOptions options;
        options.p95Limit = Duration(late.quantile(0.95));
        int covered = 0;
        for (int seed = 1; seed <= 10; ++seed) {
            ClosedSystem ramp;
            ramp.seed = static_cast<std::uint64_t>(seed);
            const auto capacity = capacityOf(*simulate(ramp), options);
            QVERIFY(capacity && capacity->largestLoad && capacity->largestLoad->users);
            QVERIFY(std::abs(*capacity->largestLoad->users - 30) < 6);
            covered += capacity->largestLoad->low <= 31 && capacity->largestLoad->high.value_or(99) >= 29 ? 1 : 0;
        }
        QVERIFY(covered >= 8);
    }

    void headroomAndReplicasFollow()
    {
        CapacityOptions options;
        options.peakUsers = 12.5;
        options.targetRps = 375; // the system of the test serves 187.5/s
        options.p95Limit = Duration::milliseconds(400);
        const auto capacity = capacityOf(*simulate(ClosedSystem()), options);
        QVERIFY(capacity && capacity->headroom && capacity->replicas && capacity->largestLoad->users);
        QVERIFY(std::abs(capacity->headroom->ratio - (*capacity->largestLoad->users / 12.5 - 1)) < 1e-9);
        QVERIFY(capacity->replicas->replicas == 3); // two would be busy all the time
        QVERIFY(capacity->replicas->assumption.find("M/M/c") != std::string::npos);
    }

    void anEvenLoadHasNoCapacity() { QVERIFY(!capacityOf(*simulate(SteadyRun()), {})); }

    void theSameRunGivesTheSameAnswer()
    {
        const auto report = simulate(ClosedSystem());
        const auto one = capacityOf(*report, {});
        const auto two = capacityOf(*report, {});
        QVERIFY(one->kneeUsers.has_value());
        QCOMPARE(*one->kneeUsers, *two->kneeUsers);
        QCOMPARE(*one->low, *two->low);
    }
};

QTEST_GUILESS_MAIN(TestCapacityTruth)
#include "tst_capacity_truth.moc"
