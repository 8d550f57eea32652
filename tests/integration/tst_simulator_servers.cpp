// SPDX-License-Identifier: GPL-3.0-or-later
// What the traffic simulator leaves in a real Redis and a real PostgreSQL.
#include "tests/sim/simulation.h"
#include "tests/support/servers/postgres_server.h"
#include "tests/support/servers/redis_server.h"

#include <QTest>

using namespace tailspan;

class TestSimulatorServers : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void redisHoldsWhatTheCollectorWrites()
    {
        TAILSPAN_NEED_SERVER(test::RedisServer::missing());
        test::RedisServer server;
        QCOMPARE(server.start({}), QString());
        const std::string url = "redis://127.0.0.1:" + std::to_string(server.port()) + "/0";
        // The rate that a steady tail is measured with.
        const auto totals = sim::simulationOf({"--redis", url, "--rate", "2000", "--duration", "3s"})->run({});
        QVERIFY(totals.has_value());
        QVERIFY2(totals->records > 4'500 && totals->records < 7'500, qPrintable(QString::number(totals->records)));
        QVERIFY2(totals->behindS < 1, qPrintable(QString::number(totals->behindS)));
        QCOMPARE(server.command({"LLEN", "traces:auth"}), QByteArray(":1000"));
        for (const sim::Service &service : sim::services()) {
            const QByteArray name = service.name;
            QVERIFY(server.command({"LLEN", "traces:" + name}).mid(1).toInt() > 50);
            QCOMPARE(server.command({"EXISTS", "metrics:" + name}), QByteArray(":1"));
            QCOMPARE(server.command({"EXISTS", "service:" + name + ":state"}), QByteArray(":1"));
            QCOMPARE(server.command({"EXISTS", "service:" + name + ":config"}), QByteArray(":1"));
            QCOMPARE(server.command({"LLEN", "snapshots:" + name}), QByteArray(":1"));
        }
        const int livesS = server.command({"TTL", "awareness:auth:payment"}).mid(1).toInt();
        QVERIFY(livesS > 3'500 && livesS <= 3'600);
    }

    void bothStoresTakeTwoThousandSpansASecond()
    {
        TAILSPAN_NEED_SERVER(test::RedisServer::missing());
        TAILSPAN_NEED_SERVER(test::PostgresServer::missing());
        test::RedisServer redis;
        test::PostgresServer postgres;
        QCOMPARE(redis.start({}), QString());
        QCOMPARE(postgres.start({}), QString());
        const auto totals =
            sim::simulationOf({"--redis", "redis://127.0.0.1:" + std::to_string(redis.port()), "--postgres",
                               "user=postgres dbname=postgres host=" + postgres.folder().toStdString()
                                   + " port=" + std::to_string(postgres.port()),
                               "--rate", "2000", "--duration", "5s", "--fault", "error-burst:auth@1-3"})
                ->run({});
        QVERIFY2(totals.has_value(), totals.has_value() ? "" : totals.error().text().c_str());
        QVERIFY2(totals->behindS < 1, qPrintable(QString::number(totals->behindS)));
        const QString records = QString::number(totals->records);
        QCOMPARE(postgres.sql(QStringLiteral("SELECT count(*) FROM distributed_traces")).trimmed(), records);
        QCOMPARE(postgres.sql(QStringLiteral("SELECT count(DISTINCT span_id) FROM distributed_traces")).trimmed(),
                 records);
        QCOMPARE(postgres
                     .sql(QStringLiteral("SELECT count(*) FROM distributed_traces AS c JOIN distributed_traces AS p "
                                         "ON c.parent_span_id = p.span_id"))
                     .trimmed(),
                 QStringLiteral("0")); // no parent link resolves
        QCOMPARE(postgres.sql(QStringLiteral("SELECT success, service_name FROM recovery_records")).trimmed(),
                 QStringLiteral("t|auth"));
        QCOMPARE(redis.command({"LLEN", "traces:auth"}), QByteArray(":1000"));
    }

    void aServerThatGoesEndsTheRunWithAReason()
    {
        TAILSPAN_NEED_SERVER(test::RedisServer::missing());
        test::RedisServer server;
        QCOMPARE(server.start({}), QString());
        const std::string url = "redis://127.0.0.1:" + std::to_string(server.port()) + "/0";
        const auto simulation = sim::simulationOf({"--redis", url});
        server.process().kill();
        const auto totals = simulation->run({});
        QVERIFY(!totals.has_value());
        QVERIFY(totals.error().text().find("127.0.0.1:" + std::to_string(server.port())) != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestSimulatorServers)
#include "tst_simulator_servers.moc"
