// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/command_run.h"

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
