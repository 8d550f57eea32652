// SPDX-License-Identifier: GPL-3.0-or-later
// The stores of the workspace: loading, following, holding still, failing. Answers come from memory; real stores are
// asked in tests/integration.
#include "app/workspace/live_stores.h"
#include "tests/support/memory_source.h"

#include <QSignalSpy>
#include <QTest>

using namespace tailspan;
using namespace tailspan::workspace;
using test::MemorySource;
using test::StoredSpan;

class TestLiveStores : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_coming = nullptr;
        m_stores = std::make_unique<LiveStores>([this](const std::vector<sources::SourceToOpen> &) {
            auto source = std::make_unique<MemorySource>();
            source->spans = {{"a", "1", 50'000'000, 5'000'000}};
            source->failure = m_failure;
            source->coming->isDown = m_isDown;
            m_coming = source->coming;
            m_asked = source->asked;
            std::vector<std::unique_ptr<MemorySource>> list;
            list.push_back(std::move(source));
            return std::make_shared<sources::SourceSet>(test::setOf(std::move(list)));
        });
        m_snapshot = nullptr;
        m_renewals = 0;
        connect(m_stores.get(), &LiveStores::snapshotReady, this,
                [this](const trace::TraceSnapshotPtr &snapshot, bool isRenewal) {
                    m_snapshot = snapshot;
                    m_renewals += isRenewal ? 1 : 0;
                });
        m_failure.clear();
        m_isDown = false;
    }
    void cleanup() { m_stores.reset(); }

    void connectingLoadsAndFollows()
    {
        connectTo();
        QTRY_VERIFY(m_snapshot != nullptr);
        QCOMPARE(m_snapshot->traces().size(), std::size_t{1});
        QVERIFY(m_stores->isLive());
        write({"b", "2", 60'000'000, 1'000'000});
        QElapsedTimer timer;
        timer.start();
        QTRY_COMPARE_WITH_TIMEOUT(m_snapshot->traces().size(), std::size_t{2}, 3000);
        QVERIFY2(timer.elapsed() < 1000, qPrintable(QString::number(timer.elapsed())));
        QVERIFY(m_renewals > 0);
    }

    void aTraceThatGrowsIsRenewed()
    {
        connectTo();
        QTRY_VERIFY(m_snapshot != nullptr);
        write({"a", "3", 70'000'000, 1'000'000});
        QTRY_COMPARE_WITH_TIMEOUT(m_snapshot->spans().size(), std::size_t{2}, 3000);
        QCOMPARE(m_snapshot->traces().size(), std::size_t{1});
    }

    void whatIsHeldStaysAndCatchesUp()
    {
        connectTo();
        QTRY_VERIFY(m_snapshot != nullptr);
        m_stores->setHeld(true);
        write({"b", "2", 60'000'000, 1'000'000});
        QTRY_COMPARE_WITH_TIMEOUT(m_stores->waitingTraces(), std::size_t{1}, 3000);
        QCOMPARE(m_snapshot->traces().size(), std::size_t{1});
        m_stores->setHeld(false);
        QCOMPARE(m_snapshot->traces().size(), std::size_t{2});
        QCOMPARE(m_stores->waitingTraces(), std::size_t{0});
    }

    void nothingIsAskedWhileHidden()
    {
        connectTo();
        QTRY_VERIFY(m_stores->isLive());
        m_stores->setHidden(true);
        QTest::qWait(700); // the last question may still be under way
        const int asked = m_asked->load();
        QTest::qWait(900);
        QCOMPARE(m_asked->load(), asked);
        m_stores->setHidden(false);
        QTRY_VERIFY(m_asked->load() > asked);
    }

    void aStoreThatFailsIsTriedAgainAndSaid()
    {
        connectTo();
        QTRY_VERIFY(m_stores->isLive());
        fail("connection refused");
        QTRY_COMPARE_WITH_TIMEOUT(m_stores->states().at(0).phase, StoreState::Phase::Retrying, 3000);
        QVERIFY(QString::fromStdString(m_stores->states().at(0).error).contains(QStringLiteral("refused")));
        QVERIFY(m_snapshot != nullptr); // what was loaded stays
        fail({});
        write({"b", "2", 60'000'000, 1'000'000});
        QTRY_COMPARE_WITH_TIMEOUT(m_stores->states().at(0).phase, StoreState::Phase::Live, 8000);
        QTRY_COMPARE(m_snapshot->traces().size(), std::size_t{2});
    }

    void aStoreThatCannotBeReachedIsSaid()
    {
        m_failure = "connection refused";
        QSignalSpy failed(m_stores.get(), &LiveStores::failed);
        connectTo();
        QTRY_COMPARE(failed.count(), 1);
        QVERIFY(failed.at(0).at(0).toString().contains(QStringLiteral("refused")));
    }

    void aStoreThatWasDownAtFirstIsLoadedWhenItAnswers()
    {
        m_isDown = true;
        QSignalSpy loads(m_stores.get(), &LiveStores::searchStarted);
        connectTo();
        QTRY_COMPARE_WITH_TIMEOUT(m_stores->states().at(0).phase, StoreState::Phase::Retrying, 3000);
        QVERIFY(m_snapshot == nullptr || m_snapshot->traces().empty());
        m_coming->isDown = false;
        // Nothing new is written: what it held all along is there.
        QTRY_VERIFY_WITH_TIMEOUT(m_snapshot != nullptr && m_snapshot->traces().size() == 1, 8000);
        QTRY_VERIFY(m_stores->isLive());
        QTest::qWait(1'500);
        QCOMPARE(loads.count(), 2); // not again and again
    }

    void aSearchThatCannotBeReadIsSaid()
    {
        connectTo();
        QTRY_VERIFY(m_snapshot != nullptr);
        QSignalSpy failed(m_stores.get(), &LiveStores::failed);
        m_stores->search(QStringLiteral("duration>fast"));
        QTRY_COMPARE(failed.count(), 1);
        QVERIFY(failed.at(0).at(0).toString().contains(QStringLiteral("500ms")));
        QVERIFY(!m_stores->isLive());
    }

    void disconnectingEndsEverything()
    {
        connectTo();
        QTRY_VERIFY(m_stores->isLive());
        m_stores->connectTo({});
        QVERIFY(!m_stores->isConnected() && !m_stores->isLive());
        QVERIFY(m_stores->states().empty());
    }

private:
    void connectTo() { m_stores->connectTo({sources::SourceToOpen{"store", {}, {}}}); }
    void write(const StoredSpan &span)
    {
        const std::lock_guard lock(m_coming->mutex);
        m_coming->spans.push_back(span);
    }
    void fail(const std::string &why)
    {
        const std::lock_guard lock(m_coming->mutex);
        m_coming->failure = why;
    }

    std::unique_ptr<LiveStores> m_stores;
    std::shared_ptr<MemorySource::Coming> m_coming;
    std::shared_ptr<std::atomic<int>> m_asked;
    std::string m_failure;
    bool m_isDown = false;
    trace::TraceSnapshotPtr m_snapshot;
    int m_renewals = 0;
};

QTEST_GUILESS_MAIN(TestLiveStores)
#include "tst_live_stores.moc"
