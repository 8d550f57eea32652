// SPDX-License-Identifier: GPL-3.0-or-later
// The window connected to a real Redis and a real PostgreSQL at once, when one of them fails: the window never stalls,
// Cancel answers, what was loaded stays and is stamped, the other store goes on, and the store comes back by itself.
#include "app/workspace/workspace.h"
#include "tests/support/fault_proxy.h"
#include "tests/support/heartbeat.h"
#include "tests/support/servers/postgres_server.h"
#include "tests/support/servers/redis_server.h"
#include "tests/support/source_calls.h"
#include "tests/support/task_thread.h"
#include "ui/mainwindow/main_window.h"
#include "ui/style/icon.h"
#include "ui/style/theme_switch.h"
#include "ui/widgets/chip.h"

#include <QElapsedTimer>
#include <QStandardPaths>
#include <QTest>

using namespace tailspan;
using namespace tailspan::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using std::chrono::milliseconds;
using workspace::StoreState;
using Direction = FaultProxy::Direction;

namespace {

enum class Fault : std::uint8_t { Refused, Stall, Cut, Drip, Reset, Garbage, Frozen, Killed };
constexpr int kLoadedSpans = 200;
enum Store : int { Redis, Postgres };

} // namespace

class TestWindowFaults : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void init();
    void cleanup();
    void aStoreFailsAndComesBack_data();
    void aStoreFailsAndComesBack();

private:
    [[nodiscard]] FaultProxy &proxy(int store) { return store == Redis ? *m_redisProxy : *m_postgresProxy; }
    void begin(Fault fault, int store);
    void end(Fault fault, int store);
    void write(int store, const std::string &trace);
    [[nodiscard]] bool hasTrace(const std::string &trace) const;
    [[nodiscard]] StoreState state(int store) const
    {
        return m_workspace->stores().states().at(static_cast<std::size_t>(store));
    }
    [[nodiscard]] const trace::TraceInput &input(int store) const
    {
        return m_workspace->snapshot()->inputs().at(static_cast<std::size_t>(store));
    }
    [[nodiscard]] QString badge() const { return m_window->findChild<widgets::Chip *>(u"qualityBadge"_s)->text(); }
    void cancelASearch();

    std::unique_ptr<RedisServer> m_redis; // these two live on m_servers
    std::unique_ptr<PostgresServer> m_postgres;
    std::unique_ptr<FaultProxy> m_redisProxy;
    std::unique_ptr<FaultProxy> m_postgresProxy;
    std::unique_ptr<settings::SettingsStore> m_settings;
    std::unique_ptr<workspace::Workspace> m_workspace;
    std::unique_ptr<mainwindow::MainWindow> m_window;
    std::size_t m_fewestTraces = 0;
    TaskThread m_servers; // starting and stopping a server takes longer than a window may stall
};

void TestWindowFaults::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
    style::loadResources();
    style::ThemeSwitch::instance().apply(style::ThemeChoice::Dark);
    TAILSPAN_NEED_SERVER(RedisServer::missing() + PostgresServer::missing());
    QString problem;
    m_servers.run([&] {
        m_redis = std::make_unique<RedisServer>();
        m_postgres = std::make_unique<PostgresServer>();
        problem = m_redis->start({});
        problem += m_postgres->start({});
        if (problem.isEmpty())
            problem = m_postgres->makeTargetTable();
    });
    QCOMPARE(problem, QString());
}

void TestWindowFaults::cleanupTestCase()
{
    m_servers.run([&] {
        m_redis.reset();
        m_postgres.reset();
    });
}

void TestWindowFaults::init()
{
    QString problem;
    m_servers.run([&] {
        problem = m_postgres->sql(u"TRUNCATE distributed_traces"_s);
        QByteArrayList records;
        for (int i = 0; i < kLoadedSpans; ++i) {
            const RecordText record{.trace = "loaded-" + std::to_string(i),
                                    .span = "loaded-span-" + std::to_string(i),
                                    .endNs = nowNs(),
                                    .requestJson = "\"" + std::string(500, 'x') + "\""};
            records += QByteArray::fromStdString(record.text());
        }
        if (m_redis->command({"FLUSHALL"}) != "+OK" || !m_redis->push("traces:auth", records))
            problem += u"Redis cannot be filled."_s;
    });
    QCOMPARE(problem, QString());
    for (const int store : {Redis, Postgres})
        write(store, "before-" + std::to_string(store));
    m_redisProxy = std::make_unique<FaultProxy>(m_redis->port());
    m_postgresProxy = std::make_unique<FaultProxy>(m_postgres->port());
    m_settings = std::make_unique<settings::SettingsStore>(QString());
    m_workspace = std::make_unique<workspace::Workspace>(*m_settings);
    m_window = std::make_unique<mainwindow::MainWindow>(*m_workspace);
    QVERIFY(m_window->showPage(u"traces"_s));
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    m_workspace->stores().connectTo({storeOf("redis://127.0.0.1:" + std::to_string(m_redisProxy->port())),
                                     storeOf("postgresql://reader@127.0.0.1:" + std::to_string(m_postgresProxy->port())
                                                 + "/postgres?statement-timeout=1",
                                             "reader-pw")});
    QTRY_VERIFY_WITH_TIMEOUT(m_workspace->stores().isLive(), 10'000);
    for (const int store : {Redis, Postgres}) {
        QVERIFY(hasTrace("before-" + std::to_string(store)));
        QCOMPARE(state(store).phase, StoreState::Phase::Live);
    }
    QVERIFY(badge() != u"incomplete input"_s);
    m_fewestTraces = m_workspace->snapshot()->traces().size();
    connect(m_workspace.get(), &workspace::Workspace::snapshotChanged, this,
            [this] { m_fewestTraces = std::min(m_fewestTraces, m_workspace->snapshot()->traces().size()); });
}

void TestWindowFaults::cleanup()
{
    m_window.reset();
    m_workspace.reset();
    m_redisProxy.reset();
    m_postgresProxy.reset();
}

void TestWindowFaults::begin(Fault fault, int store)
{
    switch (fault) {
    case Fault::Refused:
        proxy(store).reset();
        proxy(store).refuse();
        break;
    case Fault::Stall: proxy(store).stall(Direction::ToClient); break;
    case Fault::Cut: proxy(store).cutAfter(300); break;
    case Fault::Drip: proxy(store).drip(20); break;
    case Fault::Reset: proxy(store).reset(); break;
    case Fault::Garbage: proxy(store).garble(3); break;
    case Fault::Frozen:
        m_servers.run([&] { store == Redis ? m_redis->process().freeze() : m_postgres->freezeBackends(); });
        break;
    case Fault::Killed: m_servers.run([&] { store == Redis ? m_redis->process().kill() : m_postgres->kill(); }); break;
    }
}

void TestWindowFaults::end(Fault fault, int store)
{
    proxy(store).pass();
    QString problem;
    m_servers.run([&] {
        if (fault == Fault::Frozen)
            store == Redis ? m_redis->process().thaw() : m_postgres->thawBackends();
        if (fault == Fault::Killed)
            problem = store == Redis ? m_redis->restart() : m_postgres->restart();
    });
    QCOMPARE(problem, QString());
}

void TestWindowFaults::write(int store, const std::string &trace)
{
    QString problem;
    m_servers.run([&] {
        const RecordText record{.trace = trace, .span = trace + "-span", .endNs = nowNs()};
        const QByteArray text = QByteArray::fromStdString(record.text());
        if (store == Postgres)
            problem = m_postgres->insert(text);
        else if (!m_redis->push("traces:auth", {text}))
            problem = u"Redis took no record."_s;
    });
    QCOMPARE(problem, QString());
}

bool TestWindowFaults::hasTrace(const std::string &trace) const
{
    return m_workspace->snapshot() && m_workspace->snapshot()->findTrace(trace).has_value();
}

/// Asks once more while a store is faulty. Where that is not over at once, Cancel must be.
void TestWindowFaults::cancelASearch()
{
    m_workspace->stores().search({});
    QTest::qWait(150);
    if (!m_workspace->stores().isSearching())
        return;
    QElapsedTimer timer;
    timer.start();
    m_workspace->cancelOpen();
    QVERIFY(!m_workspace->stores().isSearching());
    QVERIFY2(timer.elapsed() < 200, qPrintable(QString::number(timer.elapsed())));
    QVERIFY(m_workspace->stores().isLive()); // as before
}

void TestWindowFaults::aStoreFailsAndComesBack_data()
{
    QTest::addColumn<Fault>("fault");
    QTest::addColumn<int>("store");
    QTest::addColumn<bool>("isSaid"); // slow is no failure yet; that silence is one, "frozen" shows
    const std::pair<const char *, Fault> faults[] = {
        {"refused", Fault::Refused}, {"stall", Fault::Stall},     {"cut", Fault::Cut},       {"drip", Fault::Drip},
        {"reset", Fault::Reset},     {"garbage", Fault::Garbage}, {"frozen", Fault::Frozen}, {"killed", Fault::Killed}};
    for (const auto &[name, fault] : faults) {
        const bool isSaid = fault != Fault::Drip && fault != Fault::Stall;
        QTest::addRow("redis: %s", name) << fault << int(Redis) << isSaid;
        QTest::addRow("postgresql: %s", name) << fault << int(Postgres) << isSaid;
    }
}

void TestWindowFaults::aStoreFailsAndComesBack()
{
    QFETCH(Fault, fault);
    QFETCH(int, store);
    QFETCH(bool, isSaid);
    const int other = store == Redis ? Postgres : Redis;
    Heartbeat heartbeat;
    begin(fault, store);
    write(other, "meanwhile");
    QTRY_VERIFY_WITH_TIMEOUT(hasTrace("meanwhile"), 3'000);
    if (isSaid) {
        QTRY_COMPARE_WITH_TIMEOUT(state(store).phase, StoreState::Phase::Retrying, 12'000);
        QVERIFY(!state(store).error.empty());
        QTRY_VERIFY(!input(store).isComplete);
        QCOMPARE(input(store).notes.back(), state(store).error);
        QCOMPARE(badge(), u"incomplete input"_s);
        QVERIFY(input(other).isComplete);
        QCOMPARE(state(other).phase, StoreState::Phase::Live);
    }
    cancelASearch();
    end(fault, store);
    write(store, "after");
    QTRY_VERIFY_WITH_TIMEOUT(hasTrace("after"), 10'000);
    QTRY_COMPARE_WITH_TIMEOUT(state(store).phase, StoreState::Phase::Live, 2'000);
    QVERIFY(hasTrace("before-0") && hasTrace("before-1") && hasTrace("loaded-0"));
    QVERIFY(m_fewestTraces >= kLoadedSpans);
    const milliseconds longest = heartbeat.longestGap();
    QVERIFY2(longest <= 100ms, qPrintable(QString::number(longest.count())));
}

QTEST_MAIN(TestWindowFaults)
#include "tst_window_faults.moc"
