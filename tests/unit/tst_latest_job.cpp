// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/jobs/latest_job.h"

#include <QCoreApplication>
#include <QTest>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>

using namespace tailspan;
using namespace std::chrono_literals;

namespace {

void waitUntilStopped(std::stop_token stop)
{
    while (!stop.stop_requested())
        std::this_thread::sleep_for(1ms);
}

} // namespace

class TestLatestJob : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".?"))); }
    void twoHundredStartsDeliverExactlyTheLast();
    void resultsArriveOnTheGuiThread();
    void aCancelledJobDeliversNothing();
    void aNewStartStopsTheOneBefore();
    void destructionStopsAndWaits();
    void doneMayStartTheNextOne();
    void doneMayDestroyTheJob();
    void progressIsReadableWhileTheWorkRuns();
    void anExceptionBecomesAnError();
    void lettersAreOpenedInOrder();
};

void TestLatestJob::twoHundredStartsDeliverExactlyTheLast()
{
    jobs::LatestJob<int> job;
    std::vector<int> delivered;
    for (int i = 1; i <= 200; ++i) {
        job.start(
            [i](std::stop_token stop, Progress &progress) -> Result<int> {
                progress.begin("counting", 10);
                for (int step = 0; step < 10 && !stop.stop_requested(); ++step)
                    progress.done.fetch_add(1);
                return i;
            },
            [&delivered](Result<int> result) { delivered.push_back(result.value_or(-1)); });
        if (i % 20 == 0)
            QCoreApplication::processEvents();
    }
    QTRY_VERIFY(!job.isRunning());
    QTest::qWait(20);
    QVERIFY(!delivered.empty());
    QCOMPARE(delivered.back(), 200);
    // Between two looks at the event loop only the newest may arrive, and none twice.
    QVERIFY(std::is_sorted(delivered.begin(), delivered.end()));
    QVERIFY(std::adjacent_find(delivered.begin(), delivered.end()) == delivered.end());

    delivered.clear();
    for (int i = 1; i <= 200; ++i)
        job.start([i](std::stop_token, Progress &) -> Result<int> { return i; },
                  [&delivered](Result<int> result) { delivered.push_back(result.value_or(-1)); });
    QTRY_VERIFY(!job.isRunning());
    QTest::qWait(20);
    QCOMPARE(delivered, std::vector<int>{200});
}

void TestLatestJob::resultsArriveOnTheGuiThread()
{
    jobs::LatestJob<std::thread::id> job;
    std::thread::id worker;
    std::thread::id receiver;
    job.start([](std::stop_token, Progress &) -> Result<std::thread::id> { return std::this_thread::get_id(); },
              [&](Result<std::thread::id> result) {
                  worker = *result;
                  receiver = std::this_thread::get_id();
              });
    QTRY_VERIFY(!job.isRunning());
    QVERIFY(receiver == std::this_thread::get_id());
    QVERIFY(worker != receiver);
}

void TestLatestJob::aCancelledJobDeliversNothing()
{
    jobs::LatestJob<int> job;
    bool isDelivered = false;
    job.start(
        [](std::stop_token stop, Progress &) -> Result<int> {
            waitUntilStopped(stop);
            return 1;
        },
        [&](Result<int>) { isDelivered = true; });
    QVERIFY(job.isRunning());
    QVERIFY(job.progress() != nullptr);
    job.cancel();
    QVERIFY(!job.isRunning());
    QVERIFY(job.progress() == nullptr);
    QTest::qWait(50);
    QVERIFY(!isDelivered);
}

void TestLatestJob::aNewStartStopsTheOneBefore()
{
    jobs::LatestJob<int> job;
    std::vector<int> delivered;
    const auto done = [&delivered](Result<int> result) { delivered.push_back(*result); };
    job.start(
        [](std::stop_token stop, Progress &) -> Result<int> {
            waitUntilStopped(stop);
            return 1;
        },
        done);
    QTest::qWait(10);
    job.start([](std::stop_token, Progress &) -> Result<int> { return 2; }, done);
    QTRY_COMPARE(delivered, std::vector<int>{2});
}

void TestLatestJob::destructionStopsAndWaits()
{
    std::atomic<bool> isStarted = false;
    std::atomic<bool> isFinished = false;
    {
        jobs::LatestJob<int> job;
        job.start(
            [&](std::stop_token stop, Progress &) -> Result<int> {
                isStarted = true;
                waitUntilStopped(stop);
                std::this_thread::sleep_for(20ms);
                isFinished = true;
                return 1;
            },
            [](Result<int>) { QFAIL("delivered to something that is gone"); });
        QTRY_VERIFY(isStarted);
    }
    QVERIFY(isFinished);
    QCoreApplication::processEvents();
}

void TestLatestJob::doneMayStartTheNextOne()
{
    jobs::LatestJob<int> job;
    int second = 0;
    job.start([](std::stop_token, Progress &) -> Result<int> { return 1; },
              [&](Result<int> first) {
                  job.start([n = *first](std::stop_token, Progress &) -> Result<int> { return n + 1; },
                            [&](Result<int> result) { second = *result; });
              });
    QTRY_COMPARE(second, 2);
}

void TestLatestJob::doneMayDestroyTheJob()
{
    auto job = std::make_unique<jobs::LatestJob<int>>();
    job->start([](std::stop_token, Progress &) -> Result<int> { return 1; }, [&](Result<int>) { job.reset(); });
    QTRY_VERIFY(job == nullptr);
}

void TestLatestJob::progressIsReadableWhileTheWorkRuns()
{
    jobs::LatestJob<int> job;
    std::atomic<bool> mayEnd = false;
    bool isDone = false;
    job.start(
        [&](std::stop_token, Progress &progress) -> Result<int> {
            progress.begin("reading", 100);
            progress.done = 40;
            while (!mayEnd)
                std::this_thread::sleep_for(1ms);
            return 1;
        },
        [&](Result<int>) { isDone = true; });
    const auto progress = job.progress();
    QTRY_COMPARE(progress->done.load(), std::uint64_t(40));
    QCOMPARE(progress->total.load(), std::uint64_t(100));
    mayEnd = true;
    QTRY_VERIFY(isDone);
}

void TestLatestJob::anExceptionBecomesAnError()
{
    jobs::LatestJob<int> job;
    std::optional<Error> error;
    const auto done = [&](Result<int> result) { error = result.error(); };
    job.start([](std::stop_token, Progress &) -> Result<int> { throw std::bad_alloc(); }, done);
    QTRY_VERIFY(error.has_value());
    QCOMPARE(error->code, ErrorCode::LimitReached);
    error.reset();
    job.start([](std::stop_token, Progress &) -> Result<int> { throw std::runtime_error("odd"); }, done);
    QTRY_VERIFY(error.has_value());
    QCOMPARE(error->code, ErrorCode::Internal);
    QVERIFY(error->message.find("odd") != std::string::npos);
}

void TestLatestJob::lettersAreOpenedInOrder()
{
    jobs::GuiMailbox mailbox;
    std::vector<int> opened;
    std::jthread poster([&] {
        for (int i = 0; i < 1000; ++i)
            mailbox.post([&opened, i] { opened.push_back(i); });
    });
    poster.join();
    QTRY_COMPARE(opened.size(), std::size_t(1000));
    QVERIFY(std::is_sorted(opened.begin(), opened.end()));
}

QTEST_GUILESS_MAIN(TestLatestJob)
#include "tst_latest_job.moc"
