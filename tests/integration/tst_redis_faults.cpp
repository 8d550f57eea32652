// SPDX-License-Identifier: GPL-3.0-or-later
// The Redis source when the network or the server fails: which error, in which words, how soon, how soon a stop is
// obeyed, and that the next call works once the fault is over.
#include "tests/support/fault_proxy.h"
#include "tests/support/servers/redis_server.h"
#include "tests/support/source_calls.h"

#include <QTcpServer>
#include <QTest>

#include <memory>
#include <thread>

using namespace tailspan;
using namespace tailspan::test;
using namespace std::chrono_literals;
using Direction = FaultProxy::Direction;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kStopLimit = 200ms;

/// Takes connections and answers whatever it is sent with the same bytes; without bytes it is silent.
class FixedAnswer {
public:
    explicit FixedAnswer(QByteArray answer) : m_answer(std::move(answer))
    {
        m_thread = std::jthread([this](const std::stop_token &stop) { serve(stop); });
        while (m_port == 0)
            std::this_thread::sleep_for(1ms);
    }
    [[nodiscard]] std::uint16_t port() const { return m_port; }

private:
    void serve(const std::stop_token &stop)
    {
        QTcpServer server;
        (void)server.listen(QHostAddress::LocalHost);
        m_port = server.serverPort();
        std::vector<std::unique_ptr<QTcpSocket>> clients;
        while (!stop.stop_requested()) {
            if (server.waitForNewConnection(5))
                clients.emplace_back(server.nextPendingConnection())->setParent(nullptr);
            for (const auto &client : clients) {
                if (client->waitForReadyRead(5) && !client->readAll().isEmpty()) {
                    client->write(m_answer);
                    client->flush();
                }
            }
        }
    }

    QByteArray m_answer;
    std::atomic<std::uint16_t> m_port = 0;
    std::jthread m_thread;
};

std::string urlOf(std::uint16_t port)
{
    return "redis://127.0.0.1:" + std::to_string(port);
}

/// Every call of a source, each on a source of its own.
struct NamedCall {
    const char *name;
    std::function<Result<>(sources::TraceSource &, std::stop_token)> call;
};

template <class T>
Result<> withoutValue(const Result<T> &result)
{
    return result ? Result<>() : Result<>(tl::unexpected(result.error()));
}

std::vector<NamedCall> everyCall()
{
    return {{"probe", [](auto &source, auto stop) { return probed(source, stop).outcome; }},
            {"search", [](auto &source, auto stop) { return withoutValue(searched(source, {}, stop)); }},
            {"fetch", [](auto &source, auto stop) { return withoutValue(fetched(source, {}, stop)); }},
            {"tail",
             [](auto &source, auto stop) {
                 sources::TailPosition position;
                 return withoutValue(tailed(source, position, stop));
             }},
            {"details", [](auto &source, auto stop) {
                 return withoutValue(detailed(source, {{}, {}, "trace-1", "5", "auth", 0}, stop));
             }}};
}

} // namespace

class TestRedisFaults : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void aRefusedConnectionIsSaidAtOnce();
    void aNameThatDoesNotResolveIsSaid();
    void aServerKilledBetweenCallsIsFoundAgain();
    void aServerKilledDuringAnAnswerLeavesWhatWasRead();
    void aHalfOpenConnectionEndsInFiveSeconds();
    void aFrozenServerEndsInFiveSecondsAndGoesOnWhenThawed();
    void aDripEndsInThirtySecondsWhateverComes();
    void aResetIsSaidAndForgotten();
    void aHalfClosedConnectionIsSaid();
    void garbledAnswersAreRefused();
    void foreignServersAreNamed_data();
    void foreignServersAreNamed();
    void aStopIsObeyedInEveryCall_data();
    void aStopIsObeyedInEveryCall();
    void aWrongPasswordIsSaidWithoutRepeatingIt();
    void aUserWithoutRightsIsToldWhichOneIsMissing();
    void theShippedReadOnlyUserCanDoEverything();
    void aLoadingServerIsSaid();
    void aNodeOfAClusterIsSaid();

private:
    [[nodiscard]] bool fill();

    RedisServer m_server;
    std::unique_ptr<FaultProxy> m_proxy;
};

void TestRedisFaults::initTestCase()
{
    TAILSPAN_NEED_SERVER(RedisServer::missing());
    const QString problem = m_server.start({});
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    QVERIFY(fill());
}

bool TestRedisFaults::fill()
{
    QByteArrayList records;
    for (int i = 0; i < 900; ++i)
        records += QByteArray::fromStdString(
            RecordText{.span = std::to_string(i), .endNs = nowNs(), .requestJson = "\"" + std::string(500, 'x') + "\""}
                .text());
    return m_server.push("traces:auth", records) && m_server.push("traces:payment", records);
}

void TestRedisFaults::init()
{
    m_proxy = std::make_unique<FaultProxy>(m_server.port());
}

void TestRedisFaults::aRefusedConnectionIsSaidAtOnce()
{
    m_proxy->refuse();
    const auto source = sourceOf(urlOf(m_proxy->port()));
    for (const NamedCall &named : everyCall()) {
        Result<> outcome;
        QVERIFY(timeOf([&] { outcome = named.call(*source, {}); }) < 1s);
        QVERIFY2(!outcome && outcome.error().code == ErrorCode::Unreachable, named.name);
        QVERIFY(why(outcome.error()).contains("refused"));
        QCOMPARE(outcome.error().context, "127.0.0.1:" + std::to_string(m_proxy->port()));
    }
    const Probed probe = probed(*source);
    QVERIFY(probe.steps.back().state == sources::ProbeStep::State::Failed);
    QCOMPARE(probe.steps.back().title, std::string("connected"));
    m_proxy->pass();
    VERIFY_OK(fetched(*source, {}));
}

void TestRedisFaults::aNameThatDoesNotResolveIsSaid()
{
    const auto source = sourceOf("redis://no-such-host.invalid");
    const auto probe = probed(*source);
    QVERIFY(!probe.outcome);
    QVERIFY(probe.outcome.error().code == ErrorCode::Unreachable || probe.outcome.error().code == ErrorCode::Timeout);
    QVERIFY(why(probe.outcome.error()).contains("no-such-host.invalid"));
    QCOMPARE(probe.steps.back().title, std::string("name resolved"));
}

void TestRedisFaults::aServerKilledBetweenCallsIsFoundAgain()
{
    const auto source = sourceOf(urlOf(m_server.port()));
    VERIFY_OK(fetched(*source, {}));
    m_server.process().kill();
    const auto gone = fetched(*source, {});
    QVERIFY(!gone);
    QVERIFY(gone.error().code == ErrorCode::Unreachable);
    const QString problem = m_server.restart();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    QVERIFY(fill());
    const auto again = fetched(*source, {});
    VERIFY_OK(again);
    QCOMPARE(again->outcome.spans, std::uint64_t(1'800));
    // A restart that nobody noticed is not even an error.
    m_server.process().kill();
    QVERIFY(m_server.restart().isEmpty());
    QVERIFY(fill());
    VERIFY_OK(fetched(*source, {}));
}

void TestRedisFaults::aServerKilledDuringAnAnswerLeavesWhatWasRead()
{
    const auto source = sourceOf(urlOf(m_proxy->port()));
    VERIFY_OK(fetched(*source, {}));
    m_proxy->cutAfter(400'000);
    trace::TraceBuilder builder;
    const std::uint16_t input = builder.addInput({});
    Progress progress;
    const auto cut = source->fetch({}, builder, input, {{}, progress});
    QVERIFY(!cut);
    QVERIFY2(cut.error().code == ErrorCode::Unreachable, why(cut.error()).constData());
    QVERIFY2(why(cut.error()).contains("closed the connection"), why(cut.error()).constData());
    QVERIFY(builder.spanCount() >= 200);
    m_proxy->pass();
    VERIFY_OK(fetched(*source, {}));
}

void TestRedisFaults::aHalfOpenConnectionEndsInFiveSeconds()
{
    const auto source = sourceOf(urlOf(m_proxy->port()));
    VERIFY_OK(fetched(*source, {}));
    m_proxy->stall(Direction::Both);
    Result<> outcome;
    const milliseconds took = timeOf([&] { outcome = withoutValue(fetched(*source, {})); });
    QVERIFY(!outcome);
    QVERIFY2(outcome.error().code == ErrorCode::Timeout, why(outcome.error()).constData());
    QVERIFY(why(outcome.error()).contains("did not answer"));
    QVERIFY2(took >= 4'900ms && took < 6s, qPrintable(QString::number(took.count())));
    m_proxy->pass();
    VERIFY_OK(fetched(*source, {}));
}

void TestRedisFaults::aFrozenServerEndsInFiveSecondsAndGoesOnWhenThawed()
{
    const auto source = sourceOf(urlOf(m_server.port()));
    sources::TailPosition position;
    VERIFY_OK(tailed(*source, position));
    m_server.process().freeze();
    Result<> outcome;
    const milliseconds took = timeOf([&] { outcome = withoutValue(tailed(*source, position)); });
    m_server.process().thaw();
    QVERIFY(!outcome);
    QVERIFY(outcome.error().code == ErrorCode::Timeout);
    QVERIFY2(took >= 4'900ms && took < 6s, qPrintable(QString::number(took.count())));
    VERIFY_OK(tailed(*source, position));
}

void TestRedisFaults::aDripEndsInThirtySecondsWhateverComes()
{
    const auto source = sourceOf(urlOf(m_proxy->port()));
    VERIFY_OK(fetched(*source, {}));
    m_proxy->drip(50);
    Result<> outcome;
    const milliseconds took = timeOf([&] { outcome = withoutValue(fetched(*source, {})); });
    QVERIFY(!outcome);
    QVERIFY2(outcome.error().code == ErrorCode::Timeout, why(outcome.error()).constData());
    QVERIFY(why(outcome.error()).contains("did not finish"));
    QVERIFY2(took < 40s, qPrintable(QString::number(took.count())));
    m_proxy->pass();
    VERIFY_OK(fetched(*source, {}));
}

void TestRedisFaults::aResetIsSaidAndForgotten()
{
    const auto source = sourceOf(urlOf(m_proxy->port()));
    VERIFY_OK(fetched(*source, {}));
    m_proxy->reset();
    const auto reset = fetched(*source, {});
    QVERIFY(!reset);
    QVERIFY2(reset.error().code == ErrorCode::Unreachable, why(reset.error()).constData());
    m_proxy->pass();
    VERIFY_OK(fetched(*source, {}));
}

void TestRedisFaults::aHalfClosedConnectionIsSaid()
{
    const auto source = sourceOf(urlOf(m_proxy->port()));
    VERIFY_OK(fetched(*source, {}));
    m_proxy->halfClose();
    const auto closed = fetched(*source, {});
    QVERIFY(!closed);
    QVERIFY2(closed.error().code == ErrorCode::Unreachable, why(closed.error()).constData());
    m_proxy->pass();
    VERIFY_OK(fetched(*source, {}));
}

void TestRedisFaults::garbledAnswersAreRefused()
{
    const auto source = sourceOf(urlOf(m_proxy->port()));
    m_proxy->garble(3);
    const auto garbled = fetched(*source, {});
    QVERIFY(!garbled);
    m_proxy->pass();
    VERIFY_OK(fetched(*source, {}));
}

void TestRedisFaults::foreignServersAreNamed_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<int>("code");
    QTest::addColumn<QByteArray>("words");
    const auto row = [](const char *name, const QByteArray &answer, ErrorCode code, const char *words) {
        QTest::newRow(name) << answer << static_cast<int>(code) << QByteArray(words);
    };
    row("web server", "HTTP/1.1 400 Bad Request\r\n\r\n", ErrorCode::Malformed, "web server");
    row("TLS server", QByteArray("\x15\x03\x01\x00\x02\x02\x46", 7), ErrorCode::Malformed, "rediss://");
    row("huge array", "*2147483647\r\n", ErrorCode::LimitReached, "100,000 elements");
    row("garbage", QByteArray("\xff\xfe\xfd garbage", 11), ErrorCode::Malformed, "protocol");
    row("half an answer", "$100\r\nhalf", ErrorCode::Timeout, "did not answer");
    row("always OK", "+OK\r\n", ErrorCode::Timeout, "did not answer");
    row("nested", QByteArray("*1\r\n").repeated(100), ErrorCode::Malformed, "protocol");
}

void TestRedisFaults::foreignServersAreNamed()
{
    QFETCH(QByteArray, answer);
    QFETCH(int, code);
    QFETCH(QByteArray, words);
    const FixedAnswer server(answer);
    const auto source = sourceOf(urlOf(server.port()));
    const auto outcome = searched(*source, {});
    QVERIFY(!outcome);
    QVERIFY2(static_cast<int>(outcome.error().code) == code, why(outcome.error()).constData());
    QVERIFY2(why(outcome.error()).contains(words), why(outcome.error()).constData());
}

void TestRedisFaults::aStopIsObeyedInEveryCall_data()
{
    QTest::addColumn<int>("fault");
    QTest::addColumn<int>("call");
    const char *faults[] = {"frozen while connecting", "stalled", "dripping"};
    for (int fault = 0; fault < 3; ++fault) {
        for (std::size_t call = 0; call < everyCall().size(); ++call)
            QTest::addRow("%s: %s", faults[fault], everyCall()[call].name) << fault << static_cast<int>(call);
    }
}

void TestRedisFaults::aStopIsObeyedInEveryCall()
{
    QFETCH(int, fault);
    QFETCH(int, call);
    const NamedCall named = everyCall()[static_cast<std::size_t>(call)];
    if (fault == 0)
        m_proxy->stall(Direction::Both);
    const Stopped stopped = stoppedAfter(300ms, [&](const std::stop_token &stop) -> Result<> {
        const auto source = sourceOf(urlOf(m_proxy->port()));
        if (fault != 0)
            TS_CHECK(withoutValue(searched(*source, {})));
        if (fault == 1)
            m_proxy->stall(Direction::ToClient);
        if (fault == 2)
            m_proxy->drip(20);
        return named.call(*source, stop);
    });
    QVERIFY(!stopped.outcome);
    QVERIFY2(stopped.outcome.error().code == ErrorCode::Cancelled, why(stopped.outcome.error()).constData());
    QVERIFY2(stopped.after < kStopLimit, qPrintable(QString::number(stopped.after.count())));
}

void TestRedisFaults::aWrongPasswordIsSaidWithoutRepeatingIt()
{
    RedisServer server;
    QVERIFY(server
                .start({.aclUsers = {QStringLiteral("user default off"),
                                     QStringLiteral("user reader on >right ~traces:* +@read +ping +info")}})
                .isEmpty());
    const std::string url = "redis://reader@127.0.0.1:" + std::to_string(server.port());
    const Probed wrong = probed(*sourceOf(url, "secret-canary"));
    QVERIFY(!wrong.outcome);
    QVERIFY2(wrong.outcome.error().code == ErrorCode::Auth, why(wrong.outcome.error()).constData());
    QVERIFY(why(wrong.outcome.error()).contains("\"reader\""));
    QCOMPARE(wrong.steps.back().title, std::string("authenticated"));
    for (const auto &step : wrong.steps)
        QVERIFY(step.text.find("canary") == std::string::npos);
    QVERIFY(why(wrong.outcome.error()).indexOf("canary") < 0);
    const auto none = searched(*sourceOf(urlOf(server.port())), {});
    QVERIFY(!none);
    QVERIFY2(why(none.error()).contains("asks for a password"), why(none.error()).constData());
    VERIFY_OK(probed(*sourceOf(url, "right")).outcome);
    // A password for a server that has none is as clear.
    const auto needless = searched(*sourceOf(urlOf(m_server.port()), "secret-canary"), {});
    QVERIFY(!needless);
    QVERIFY2(why(needless.error()).contains("this Redis has none"), why(needless.error()).constData());
}

void TestRedisFaults::aUserWithoutRightsIsToldWhichOneIsMissing()
{
    RedisServer server;
    QVERIFY(server
                .start({.aclUsers = {QStringLiteral("user nolist on >p ~traces:* +@read -lrange +ping"),
                                     QStringLiteral("user half on >p ~traces:auth +@read"),
                                     QStringLiteral("user noscan on >p ~traces:* +lrange +llen")}})
                .isEmpty());
    for (const char *key : {"traces:auth", "traces:payment"})
        QVERIFY(server.push(key, {QByteArray::fromStdString(RecordText{.endNs = nowNs()}.text())}));
    const auto as = [&](const char *user) {
        return sourceOf("redis://" + std::string(user) + "@127.0.0.1:" + std::to_string(server.port()), "p");
    };
    const auto noList = fetched(*as("nolist"), {});
    QVERIFY(!noList);
    QVERIFY2(noList.error().code == ErrorCode::Auth && why(noList.error()).contains("may not run LRANGE"),
             why(noList.error()).constData());
    const auto half = fetched(*as("half"), {});
    VERIFY_OK(half);
    QCOMPARE(half->outcome.spans, std::uint64_t(1));
    QVERIFY2(half->outcome.note.find("payment could not be read") != std::string::npos, half->outcome.note.c_str());
    const auto noScan = fetched(*as("noscan"), {});
    QVERIFY(!noScan);
    QVERIFY2(why(noScan.error()).contains("may not run SCAN"), why(noScan.error()).constData());
    sources::FetchRequest named;
    named.query.services = {"payment"};
    VERIFY_OK(fetched(*as("noscan"), named));
}

void TestRedisFaults::theShippedReadOnlyUserCanDoEverything()
{
    RedisServer server;
    const QString user = QStringLiteral(
        "user tailspan on >pw resetkeys %R~traces:* %R~metrics:* %R~awareness:* %R~snapshots:* %R~snapshot:* "
        "%R~service:*:state resetchannels -@all +@read -@dangerous +ping +hello +auth +select +info "
        "+client|setname +client|id +memory|usage +slowlog|get");
    const QString problem = server.start({.aclUsers = {user}});
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    QVERIFY(server.push("traces:auth", {QByteArray::fromStdString(RecordText{.span = "5", .endNs = nowNs()}.text())}));
    const auto source = sourceOf("redis://tailspan@127.0.0.1:" + std::to_string(server.port()), "pw");
    for (const NamedCall &named : everyCall()) {
        const Result<> outcome = named.call(*source, {});
        QVERIFY2(outcome.has_value(), outcome ? "" : why(outcome.error()).constData());
    }
}

void TestRedisFaults::aLoadingServerIsSaid()
{
    const QByteArray loading = "-LOADING Redis is loading the dataset in memory\r\n";
    const FixedAnswer server(loading + loading); // to CLIENT SETNAME and PING
    const auto outcome = searched(*sourceOf(urlOf(server.port())), {});
    QVERIFY(!outcome);
    QVERIFY2(outcome.error().code == ErrorCode::Unreachable && why(outcome.error()).contains("still loads"),
             why(outcome.error()).constData());
}

void TestRedisFaults::aNodeOfAClusterIsSaid()
{
    RedisServer server;
    const QString problem = server.start({.arguments = {QStringLiteral("--cluster-enabled"), QStringLiteral("yes")}});
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const auto source = sourceOf(urlOf(server.port()));
    const auto read = fetched(*source, {});
    VERIFY_OK(read);
    QVERIFY2(read->outcome.note.find("one node of a Redis Cluster") != std::string::npos, read->outcome.note.c_str());
    sources::FetchRequest named;
    named.query.services = {"auth"};
    const auto down = fetched(*source, named);
    QVERIFY(!down);
    QVERIFY2(down.error().code == ErrorCode::Unreachable && why(down.error()).contains("Cluster is down"),
             why(down.error()).constData());
}

QTEST_GUILESS_MAIN(TestRedisFaults)
#include "tst_redis_faults.moc"
