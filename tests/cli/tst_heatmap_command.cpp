// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/command_run.h"
#include "tests/support/servers/postgres_server.h"

#include <QTest>

#include <nlohmann/json.hpp>

using namespace tailspan;
using cli::ExitCode;
using nlohmann::json;

namespace {

/// Four spans: web 100 ms, db 40 ms (failed) and 20 ms, cron 1 ms a second later.
const std::string kFile = TAILSPAN_SOURCE_DIR "/tests/data/service-graph.zipkin.json";

std::uint64_t sumOf(const json &grid)
{
    std::uint64_t sum = 0;
    for (const json &column : grid["counts"]) {
        for (const json &count : column)
            sum += count.get<std::uint64_t>();
    }
    return sum;
}

} // namespace

class TestHeatmapCommand : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theJsonHasTheFieldsOfTheContract()
    {
        const auto run = test::runCommand("heatmap", {kFile, "--json", "--columns", "10"});
        QCOMPARE(run.exit, ExitCode::Fine);
        QCOMPARE(run.err, std::string());
        const json grid = json::parse(run.out);
        QCOMPARE(grid["source"].get<std::string>(), std::string("spans of service-graph.zipkin.json"));
        QCOMPARE(grid["counts"].size(), std::size_t{10});
        QCOMPARE(grid["counts"][0].size(), grid["rowBoundsNs"].size() + 1);
        QCOMPARE(grid["total"].get<int>(), 4);
        QCOMPARE(sumOf(grid), std::uint64_t{4});
        QCOMPARE(grid["endNs"].get<std::int64_t>(),
                 grid["beginNs"].get<std::int64_t>() + 10 * grid["columnNs"].get<std::int64_t>());
        // The first to end is the failed query, 50 ms after the start of its trace.
        QCOMPARE(grid["beginNs"].get<std::int64_t>(), 1'700'000'000'050'000'000);
    }

    void spansAreNarrowedByServiceOperationAndErrors()
    {
        const auto total = [](std::vector<std::string> options) {
            options.insert(options.end(), {kFile, "--json"});
            return json::parse(test::runCommand("heatmap", options).out)["total"].get<int>();
        };
        QCOMPARE(total({"--service", "db"}), 2);
        QCOMPARE(total({"--service", "db", "--errors"}), 1);
        QCOMPARE(total({"--operation", "tick"}), 1);
        QCOMPARE(total({"--service", "nobody"}), 0);
        QCOMPARE(total({"--filter", "service=cron"}), 1);
    }

    void oneStoreCountsByItselfWhatIsNotRead()
    {
        TAILSPAN_NEED_SERVER(test::PostgresServer::missing());
        test::PostgresServer server;
        QCOMPARE(server.start({}), QString());
        QCOMPARE(server.makeTargetTable(), QString());
        QCOMPARE(server.sql(QStringLiteral(
                     "INSERT INTO distributed_traces(trace_id, span_id, service_name, operation, timestamp, duration, "
                     "status_code) SELECT 't' || i, 's' || i, 'payment', 'GET /x', (now() AT TIME ZONE 'UTC') - i * "
                     "interval '1 second', 10 + i, CASE WHEN i % 10 = 0 THEN 500 ELSE 200 END "
                     "FROM generate_series(1, 300) i")),
                 QString());
        qputenv("HEAT_URL",
                QByteArray::fromStdString("postgresql://reader:reader-pw@127.0.0.1:" + std::to_string(server.port())
                                          + "/postgres"));
        const auto asked = [](std::vector<std::string> options) {
            options.insert(options.end(), {"--source", "env:HEAT_URL", "--json"});
            const auto run = test::runCommand("heatmap", options);
            if (run.exit != ExitCode::Fine)
                qWarning("%s", run.err.c_str());
            return json::parse(run.out);
        };
        const json counted = asked({"--columns", "50"});
        QVERIFY2(counted["source"].get<std::string>().starts_with("all spans stored in "),
                 counted["source"].dump().c_str());
        QCOMPARE(counted["total"].get<int>(), 300);
        QCOMPARE(counted["counts"].size(), std::size_t{50});
        QCOMPARE(sumOf(counted), std::uint64_t{300});
        QCOMPARE(asked({"--errors"})["total"].get<int>(), 30);
        QCOMPARE(asked({"--filter", "duration>100ms"})["total"].get<int>(), 300 - 90 + 0);
        // What the store cannot be asked, or a limit, reads spans.
        QVERIFY(asked({"--limit", "20"})["source"].get<std::string>().starts_with("spans of "));
        QVERIFY(asked({"--filter", "NOT service=auth"})["source"].get<std::string>().starts_with("spans of "));
        const auto gone = test::runCommand("heatmap", {"--source", "postgresql://127.0.0.1:1/none"});
        QCOMPARE(gone.exit, ExitCode::SourceUnreachable);
    }

    void thePictureHasARowForEachBand()
    {
        const auto run = test::runCommand("heatmap", {kFile});
        QCOMPARE(run.exit, ExitCode::Fine);
        QVERIFY2(run.out.find("4 spans, at most 1 in a cell") != std::string::npos, run.out.c_str());
        QVERIFY(run.out.find('@') != std::string::npos);
    }

    void wrongUsageIsSaidInOneLine_data()
    {
        QTest::addColumn<QStringList>("arguments");
        const QString file = QString::fromStdString(kFile);
        QTest::newRow("no columns") << QStringList{file, QStringLiteral("--columns"), QStringLiteral("0")};
        QTest::newRow("no number") << QStringList{file, QStringLiteral("--columns"), QStringLiteral("4x")};
        QTest::newRow("for sources") << QStringList{file, QStringLiteral("--last"), QStringLiteral("5m")};
        QTest::newRow("nothing") << QStringList{};
    }
    void wrongUsageIsSaidInOneLine()
    {
        QFETCH(QStringList, arguments);
        std::vector<std::string> words;
        for (const QString &word : arguments)
            words.push_back(word.toStdString());
        const auto run = test::runCommand("heatmap", words);
        QCOMPARE(run.exit, ExitCode::WrongUsage);
        QVERIFY2(run.err.starts_with("tailspan heatmap: "), run.err.c_str());
        QCOMPARE(run.err.find('\n'), run.err.size() - 1);
    }
};

QTEST_GUILESS_MAIN(TestHeatmapCommand)
#include "tst_heatmap_command.moc"
