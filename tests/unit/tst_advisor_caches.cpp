// SPDX-License-Identifier: GPL-3.0-or-later
// Caches: what is worth keeping and for how long, by replaying planted requests; healthy look-alikes stay silent.
#include "models/advisor/cache_replay.h"
#include "models/advisor/keyed_requests.h"
#include "models/advisor/redis_facts.h"
#include "models/advisor/scaling_config.h"
#include "tests/support/advice_run.h"
#include "tests/support/planted_traces.h"
#include "tests/support/rate_traces.h"

#include <QtTest>

using namespace tailspan;
using namespace tailspan::advisor;
using test::keyedOutput;
using test::PlantedTraces;
using test::Rates;
using test::ratesOf;
using trace::SpanKind;

namespace {

RedisFacts redisWith(double ttlSeconds)
{
    RedisFacts facts;
    facts.place = "cache:6379";
    facts.patterns.push_back({"rate:*", "string", 50, 0, 1, ttlSeconds, 5'000, 50});
    return facts;
}

ScalingConfig layersOf(const std::vector<std::pair<CacheLayer::Kind, double>> &layers)
{
    ScalingConfig config;
    for (const auto &[kind, seconds] : layers) {
        CacheLayer layer;
        layer.kind = kind;
        layer.key = "layer" + std::to_string(config.cacheLayers.size());
        layer.ttlSeconds = {seconds,
                            std::to_string(static_cast<int>(std::isfinite(seconds) ? seconds : 0)),
                            {"scaling.yaml", 10 + static_cast<int>(config.cacheLayers.size())}};
        config.cacheLayers.push_back(layer);
    }
    return config;
}

} // namespace

class TestAdvisorCaches : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void replayIsExact();
    void replaySeesStaleAnswersAndFailures();
    void frequentQuestionsWithRareChangesAreWorthKeeping();
    void unknownChangesAreNotGuessed();
    void writesToTheTableCountAsChanges();
    void healthyLookAlikesAreNotWorthKeeping();
    void shortTimeToLiveIsFound();
    void fittingTimeToLiveStaysSilent();
    void longTimeToLiveIsFound();
    void cacheThatLosesKeysIsFound();
    void coldStartAndOneHitKeysAreNoLowRatio();
    void redisCountersAloneNeedEvictions();
    void staticFilesAreFound();
    void infoIsRead();
    void layersThatAddUpOrContradictAreFound();
    void layersThatFitStaySilent();
};

void TestAdvisorCaches::replayIsExact()
{
    constexpr std::int64_t kSecond = 1'000'000'000;
    std::vector<KeyedRequest> requests;
    for (const int at : {0, 5, 12, 14, 21, 30})
        requests.push_back({at * kSecond, kSecond, 7, 0, static_cast<std::uint32_t>(at), 100, -1, false});
    const TimeRange range{TimePoint(0), TimePoint(40 * kSecond)};
    // Kept for 10 s from 1, 13 and 31: hits at 5, 14 and 21.
    const CacheReplay replay = replayCache({requests, {}, 0, 0, range}, 10);
    QCOMPARE(replay.hitRows, (std::vector<std::uint32_t>{5, 14, 21}));
    QCOMPARE(replay.hitRatio, 0.5);
    QCOMPARE(replay.savedNs, 3e9);
    QCOMPARE(replay.mostEntries, std::uint64_t{1});
    QCOMPARE(replay.memoryBytes, 100.0);
    QCOMPARE(replay.staleShare, 0.0);
    QVERIFY(replay.hitLow <= 0.5 && replay.hitHigh >= 0.5);
}

void TestAdvisorCaches::replaySeesStaleAnswersAndFailures()
{
    constexpr std::int64_t kSecond = 1'000'000'000;
    std::vector<KeyedRequest> requests{{0, kSecond, 7, 1, 0, 0, -1, false},
                                       {2 * kSecond, kSecond, 7, 1, 1, 0, -1, false},
                                       {4 * kSecond, kSecond, 7, 2, 2, 0, -1, false},
                                       {6 * kSecond, kSecond, 8, 5, 3, 0, -1, true},
                                       {8 * kSecond, kSecond, 8, 5, 4, 0, -1, false}};
    const TimeRange range{TimePoint(0), TimePoint(10 * kSecond)};
    const CacheReplay replay = replayCache({requests, {}, 0, 0, range}, 60);
    QCOMPARE(replay.hitRows, (std::vector<std::uint32_t>{1, 2})); // the failed answer is not kept
    QCOMPARE(replay.staleShare, 0.2);
    for (KeyedRequest &request : requests)
        request.answer = 0;
    QCOMPARE(replayCache({requests, {3 * kSecond}, 0, 0, range}, 60).staleShare, 0.2); // by a write at 3 s
}

void TestAdvisorCaches::frequentQuestionsWithRareChangesAreWorthKeeping()
{
    const Output output = keyedOutput("cache.candidate", ratesOf({}));
    QCOMPARE(output.findings.size(), std::size_t{1});
    const Finding &finding = output.findings[0];
    QVERIFY2(finding.title.find("SELECT * FROM rates WHERE id = ?") != std::string::npos, finding.title.c_str());
    QCOMPARE(static_cast<int>(finding.verification.state), static_cast<int>(VerificationState::Verified));
    QVERIFY(*finding.estimate->now > 20 && finding.estimate->expected < *finding.estimate->now);
    QVERIFY(finding.artifacts[0].undo.has_value());
    const auto &picture = std::get<CurvePicture>(finding.picture);
    QVERIFY(picture.chosenX && *picture.chosenX >= 30 && *picture.chosenX <= 300);
    // The longer it is kept, the more hits and the more stale answers.
    QVERIFY(std::ranges::is_sorted(picture.curves[0].y));
    QVERIFY(std::ranges::is_sorted(picture.curves[1].y));
    QVERIFY(finding.what.find("5 entries") != std::string::npos);
}

void TestAdvisorCaches::unknownChangesAreNotGuessed()
{
    Rates plan;
    plan.tellsAnswers = false;
    const Output output = keyedOutput("cache.candidate", ratesOf(plan));
    QVERIFY2(output.findings.empty(), test::titlesOf(output).c_str());
    QCOMPARE(output.unjudged.size(), std::size_t{1});
    QVERIFY(output.unjudged[0].how.find("response.hash") != std::string::npos);
}

void TestAdvisorCaches::writesToTheTableCountAsChanges()
{
    QCOMPARE(tablesOf("SELECT * FROM public.Rates r JOIN \"items\" ON true").size(), std::size_t{2});
    QCOMPARE(tablesOf("SELECT * FROM public.Rates"), tablesOf("UPDATE rates SET a = ? WHERE id = ?"));
    QCOMPARE(tablesOf("INSERT INTO rates (a) VALUES (?)"), tablesOf("DELETE FROM rates"));
}

void TestAdvisorCaches::healthyLookAlikesAreNotWorthKeeping()
{
    Rates changing;
    changing.changesEveryMinutes = 0.02;
    const Output often = keyedOutput("cache.candidate", ratesOf(changing));
    QVERIFY2(often.findings.empty(), test::titlesOf(often).c_str());
    Rates oneHit;
    oneHit.isEachNew = true;
    const Output once = keyedOutput("cache.candidate", ratesOf(oneHit));
    QVERIFY2(once.findings.empty(), test::titlesOf(once).c_str());
    Rates ofUsers;
    ofUsers.table = "sessions";
    const Output users = keyedOutput("cache.candidate", ratesOf(ofUsers));
    QVERIFY2(users.findings.empty(), test::titlesOf(users).c_str());
    Rates cached;
    cached.hasCache = true;
    cached.ttlSeconds = 300;
    const Output twice = keyedOutput("cache.candidate", ratesOf(cached));
    QVERIFY2(twice.findings.empty(), test::titlesOf(twice).c_str());
}

void TestAdvisorCaches::shortTimeToLiveIsFound()
{
    Rates plan;
    plan.hasCache = true;
    plan.ttlSeconds = 10;
    const Output output = keyedOutput("cache.ttl-too-short", ratesOf(plan));
    QCOMPARE(output.findings.size(), std::size_t{1});
    QVERIFY2(output.findings[0].title.find("instead of 1") != std::string::npos,
             output.findings[0].title.c_str()); // 10 or 11 s
    QCOMPARE(output.findings[0].subject.object, std::string("rate:*"));
    QVERIFY(output.findings[0].impactMsPerHour.value_or(0) > 0);
    const RedisFacts redis = redisWith(10);
    QCOMPARE(keyedOutput("cache.ttl-too-short", ratesOf(plan), &redis).findings.size(), std::size_t{1});
}

void TestAdvisorCaches::fittingTimeToLiveStaysSilent()
{
    Rates plan;
    plan.hasCache = true;
    plan.ttlSeconds = 60;
    plan.perMinute = 120;
    plan.changesEveryMinutes = 60;
    const auto snapshot = ratesOf(plan);
    const RedisFacts redis = redisWith(60);
    for (const char *detector : {"cache.ttl-too-short", "cache.ttl-too-long", "cache.low-hit-ratio"}) {
        const Output output = keyedOutput(detector, snapshot, &redis);
        QVERIFY2(output.findings.empty(), test::titlesOf(output).c_str());
    }
}

void TestAdvisorCaches::longTimeToLiveIsFound()
{
    Rates plan;
    plan.hasCache = true;
    plan.ttlSeconds = 900;
    plan.changesEveryMinutes = 20;
    plan.minutes = 600;
    plan.perMinute = 60;
    const RedisFacts redis = redisWith(900);
    const Output output = keyedOutput("cache.ttl-too-long", ratesOf(plan), &redis);
    QCOMPARE(output.findings.size(), std::size_t{1});
    QVERIFY(output.findings[0].impactText.find("stale answers") != std::string::npos);
    QVERIFY(output.findings[0].estimate->high < *output.findings[0].estimate->now);
}

void TestAdvisorCaches::cacheThatLosesKeysIsFound()
{
    Rates plan;
    plan.hasCache = true;
    plan.ttlSeconds = 3'600;
    plan.lossShare = 0.97;
    RedisFacts redis = redisWith(3'600);
    redis.evictedKeys = 12'345;
    redis.maxMemoryBytes = 256e6;
    redis.evictionPolicy = "volatile-lru";
    // Keys that are lost are fetched again and again until one is kept for an hour, so many are needed.
    plan.keys = 400;
    plan.perMinute = 120;
    const Output output = keyedOutput("cache.low-hit-ratio", ratesOf(plan), &redis);
    QCOMPARE(output.findings.size(), std::size_t{1});
    QVERIFY(output.findings[0].what.find("Redis evicts keys: 12,345") != std::string::npos);
    QVERIFY(output.findings[0].artifacts[0].undo->find("volatile-lru") != std::string::npos);
}

void TestAdvisorCaches::coldStartAndOneHitKeysAreNoLowRatio()
{
    Rates plan;
    plan.hasCache = true;
    plan.isEachNew = true;
    const RedisFacts redis = redisWith(3'600);
    const Output once = keyedOutput("cache.low-hit-ratio", ratesOf(plan), &redis);
    QVERIFY2(once.findings.empty(), test::titlesOf(once).c_str());
}

void TestAdvisorCaches::redisCountersAloneNeedEvictions()
{
    RedisFacts redis = redisWith(60);
    redis.hits = 1'000;
    redis.misses = 99'000;
    redis.uptimeSeconds = 100'000;
    Inputs inputs;
    inputs.redis = &redis;
    const Output unknown = test::outputOf("cache.low-hit-ratio", inputs);
    QVERIFY(unknown.findings.empty());
    QCOMPARE(unknown.unjudged.size(), std::size_t{1});
    redis.evictedKeys = 50'000;
    QCOMPARE(test::outputOf("cache.low-hit-ratio", inputs).findings.size(), std::size_t{1});
    redis.uptimeSeconds = 300; // a cold start
    QVERIFY(test::outputOf("cache.low-hit-ratio", inputs).findings.empty());
}

void TestAdvisorCaches::staticFilesAreFound()
{
    PlantedTraces traces;
    for (int i = 0; i < 300; ++i) {
        traces.beginTrace();
        const bool isFile = i % 2 == 0;
        const std::string path = isFile ? "/static/app.3f9a2c77.js" : "/quote/" + std::to_string(i);
        traces.add(PlantedTraces::kRoot,
                   {"web",
                    "GET",
                    SpanKind::Server,
                    i * 100.0,
                    8,
                    false,
                    {{"http.request.method", "GET"}, {"url.path", path}},
                    0});
    }
    const Output output = keyedOutput("cache.static-assets", traces.build());
    QCOMPARE(output.findings.size(), std::size_t{1});
    QVERIFY2(output.findings[0].what.find("150 requests, 50 %") != std::string::npos, output.findings[0].what.c_str());
}

void TestAdvisorCaches::infoIsRead()
{
    RedisFacts facts;
    addRedisInfo(facts,
                 "# "
                 "Server\r\nredis_version:7.0.15\r\nuptime_in_seconds:12\r\nkeyspace_hits:nonsense\r\nkeyspace_misses:"
                 "7\r\nused_memory:-5\r\ndb0:keys=12,expires=3,avg_ttl=400\r\ndb1:keys=1\r\nodd\r\n:\r\n");
    QCOMPARE(facts.version, std::string("7.0.15"));
    QVERIFY(!facts.hits && !facts.usedMemoryBytes);
    QCOMPARE(facts.misses.value_or(0), 7.0);
    QCOMPARE(facts.keyCount, std::uint64_t{13});
    QCOMPARE(facts.expiringCount, std::uint64_t{3});
}

void TestAdvisorCaches::layersThatAddUpOrContradictAreFound()
{
    // As the target declares them: Redis an hour, the CDN one or two, browsers a day.
    const ScalingConfig config = layersOf({{CacheLayer::Kind::Redis, 3'600},
                                           {CacheLayer::Kind::Cdn, 3'600},
                                           {CacheLayer::Kind::Cdn, 7'200},
                                           {CacheLayer::Kind::Browser, 86'400}});
    Inputs inputs;
    inputs.scaling = &config;
    const Output output = test::outputOf("cache.layer-conflict", inputs);
    QCOMPARE(output.findings.size(), std::size_t{2});
    QVERIFY2(output.findings[0].what.find("3,600 s by layer1 and 7,200 s by layer2") != std::string::npos,
             output.findings[0].what.c_str());
    QVERIFY(output.findings[0].artifacts[0].undo.has_value());
    const Finding &sum = output.findings[1];
    QVERIFY2(sum.title.find("1 d 03 h") != std::string::npos, sum.title.c_str());
    QCOMPARE(*sum.estimate->now, 97'200.0);
    QVERIFY(sum.estimate->low <= sum.estimate->expected && sum.estimate->expected < 5'000);
    QCOMPARE(std::get<TablePicture>(sum.picture).rows.size(), std::size_t{3});
    QCOMPARE(sum.evidence[0].references[0].target, std::string("scaling.yaml:10"));
}

void TestAdvisorCaches::layersThatFitStaySilent()
{
    Inputs inputs;
    for (const ScalingConfig &config :
         {ScalingConfig(), layersOf({{CacheLayer::Kind::Redis, 3'600}}),
          layersOf({{CacheLayer::Kind::Redis, 3'600}, {CacheLayer::Kind::Cdn, 60}}),
          layersOf({{CacheLayer::Kind::Redis, 30}, {CacheLayer::Kind::Browser, 60}}),
          layersOf({{CacheLayer::Kind::Redis, std::nan("")}, {CacheLayer::Kind::Browser, -5}})}) {
        inputs.scaling = &config;
        const Output output = test::outputOf("cache.layer-conflict", inputs);
        QVERIFY2(output.findings.empty(), test::titlesOf(output).c_str());
    }
}

QTEST_GUILESS_MAIN(TestAdvisorCaches)
#include "tst_advisor_caches.moc"
