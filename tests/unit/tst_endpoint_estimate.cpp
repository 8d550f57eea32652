// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/endpoint_effect.h"

#include <QtTest>

using namespace tailspan::advisor;

class TestEndpointEstimate : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// A fix of few requests does not move p95: the estimate speaks of what it moves.
    void estimateSpeaksOfWhatTheFixMoves()
    {
        EndpointEffect effect;
        effect.requests = effect.requestTotal = 200;
        effect.savedMsPerRequest = {0, 2, 4, 6};
        effect.meanMs = {50, 44, 46, 48};
        effect.quantilesMs = {Change{40, 40, 40, 40}, Change{100, 90, 100, 110}, Change{200, 190, 200, 210}};
        QCOMPARE(estimateOf(effect, "shop GET /", "b").metric, std::string("mean of shop GET /"));
        QCOMPARE(estimateOf(effect, "shop GET /", "b").expected, 46.0);
        effect.quantilesMs[2] = {200, 100, 120, 150};
        QCOMPARE(estimateOf(effect, "shop GET /", "b").metric, std::string("p99 of shop GET /"));
        effect.quantilesMs[1] = {100, 60, 70, 80};
        QCOMPARE(estimateOf(effect, "shop GET /", "b").metric, std::string("p95 of shop GET /"));
        effect.requests = 12; // its median does not move
        QCOMPARE(estimateOf(effect, "shop GET /", "b").metric, std::string("mean of shop GET /"));
        effect.quantilesMs[0] = {40, 10, 20, 30};
        QCOMPARE(estimateOf(effect, "shop GET /", "b").metric, std::string("median of shop GET /"));
    }

    void tracesOfLessThanAMinuteSaySo()
    {
        EndpointEffect effect;
        effect.requests = effect.requestTotal = 674;
        effect.hours = 1.0 / 60;
        effect.tracesHours = 1.4 / 3'600;
        QCOMPARE(doubtsOf(effect).at(0),
                 std::string("The traces span 1.40 s; the rate counts them as a minute's (674); if they were sampled, "
                             "what is lost is more in proportion."));
        effect.hours = effect.tracesHours = 2;
        QVERIFY(doubtsOf(effect).at(0).starts_with("The rate is that of the traces (674 in 2 h"));
    }
};

QTEST_GUILESS_MAIN(TestEndpointEstimate)
#include "tst_endpoint_estimate.moc"
