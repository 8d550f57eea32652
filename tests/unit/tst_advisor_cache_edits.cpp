// SPDX-License-Identifier: GPL-3.0-or-later
// What keeping answers does to requests: which hit, what a hit takes, what misses anew.
#include "app/advice/rules_file.h"
#include "models/advisor/cache_edits.h"
#include "tests/support/advice_run.h"
#include "tests/support/rate_traces.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <set>

using namespace tailspan;
using namespace tailspan::advisor;
using test::keyedOutput;
using test::Rates;
using test::ratesOf;

namespace {

/// The p95 of all requests in milliseconds.
double p95Of(const trace::TraceSnapshot &snapshot)
{
    std::vector<std::int64_t> durations;
    for (const trace::TraceSummary &trace : snapshot.traces())
        durations.push_back(trace.durationNs);
    std::ranges::sort(durations);
    return static_cast<double>(durations[durations.size() * 95 / 100]) / 1e6;
}

} // namespace

class TestAdvisorCacheEdits : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void routesNameTheQuestionAndAddressesTheKey();
    void whatRedisAnswersBehindIsNotKeptAgain();
    void longerLivesChangeWhatMisses();
    void hitsTakeWhatReadsOfRedisTake();
};

void TestAdvisorCacheEdits::routesNameTheQuestionAndAddressesTheKey()
{
    Rates plan;
    plan.isGet = true;
    plan.minutes = 60;
    const auto snapshot = ratesOf(plan);
    const SpanCalls calls = test::callsOf(*snapshot);
    Progress progress;
    const KeyedRequests requests = keyedRequestsOf(*snapshot, calls, KeyedRequests::Limits(), {}, progress).value();
    const auto served = std::ranges::find(requests.operations, true, &KeyedOperation::isServed);
    QVERIFY(served != requests.operations.end());
    QCOMPARE(served->text, std::string("GET /rate/:code"));
    QVERIFY(served->tellsKeys);
    std::set<std::uint64_t> keys;
    for (const KeyedRequest &request : requests.of(*served))
        keys.insert(request.key);
    QCOMPARE(keys.size(), std::size_t{5});
}

void TestAdvisorCacheEdits::whatRedisAnswersBehindIsNotKeptAgain()
{
    Rates plan;
    plan.isGet = true;
    QCOMPARE(keyedOutput("cache.candidate", ratesOf(plan)).findings.size(), std::size_t{2}); // either can be kept
    plan.hasCache = true;
    plan.ttlSeconds = 300;
    const Output output = keyedOutput("cache.candidate", ratesOf(plan));
    QVERIFY2(output.findings.empty(), test::titlesOf(output).c_str());
}

// With a longer life some of today's hits are misses: the estimate is held against the same cache drawn anew.
void TestAdvisorCacheEdits::longerLivesChangeWhatMisses()
{
    Rates plan;
    plan.hasCache = true;
    plan.ttlSeconds = 10;
    plan.keys = 20;
    plan.minutes = 240; // all of it is read, from a store as well
    const Output output = keyedOutput("cache.ttl-too-short", ratesOf(plan));
    QCOMPARE(output.findings.size(), std::size_t{1});
    const Estimate &estimate = *output.findings[0].estimate;
    QVERIFY(estimate.low < estimate.expected && estimate.expected < estimate.high);
    Rates longer = plan;
    longer.ttlSeconds = *std::get<CurvePicture>(output.findings[0].picture).chosenX;
    const double actual = p95Of(*ratesOf(longer));
    QVERIFY2(std::abs(estimate.expected / actual - 1) < 0.06,
             (std::to_string(estimate.expected) + " for " + std::to_string(actual)).c_str());
}

void TestAdvisorCacheEdits::hitsTakeWhatReadsOfRedisTake()
{
    KeyedRequests requests;
    const HitTime assumed = hitTimeOf(requests, "shop", advice::builtInRules());
    QVERIFY(assumed.factor.low < 0.5 && assumed.factor.high > 2);
    const auto [least, most] = std::ranges::minmax(assumed.samplesNs);
    QVERIFY(least < 0.5 * assumed.medianNs && most > 2 * assumed.medianNs);
    KeyedOperation reads;
    reads.type = CallType::Redis;
    reads.service = "shop";
    reads.count = 100;
    requests.operations.push_back(reads);
    requests.requests.resize(100, {0, 2'000'000});
    const HitTime measured = hitTimeOf(requests, "shop", advice::builtInRules());
    QCOMPARE(measured.medianNs, 2e6);
    QVERIFY(measured.factor.high < 1.5);
    QCOMPARE(hitTimeOf(requests, "other", advice::builtInRules()).medianNs, assumed.medianNs);
}

QTEST_GUILESS_MAIN(TestAdvisorCacheEdits)
#include "tst_advisor_cache_edits.moc"
