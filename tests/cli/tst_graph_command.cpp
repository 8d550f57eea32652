// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/command_run.h"
#include "tests/support/written_file.h"

#include <QTest>

#include <nlohmann/json.hpp>

using namespace tailspan;
using cli::ExitCode;
using nlohmann::json;

namespace {

const std::string kFile = TAILSPAN_SOURCE_DIR "/tests/data/service-graph.zipkin.json";

} // namespace

class TestGraphCommand : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theJsonHasTheFieldsOfTheContract()
    {
        const auto run = test::runCommand("graph", {kFile, "--json"});
        QCOMPARE(run.exit, ExitCode::Fine);
        QCOMPARE(run.err, std::string());
        const json graph = json::parse(run.out);
        QCOMPARE(graph["services"].size(), std::size_t{3});
        QCOMPARE(graph["services"][0]["name"].get<std::string>(), std::string("cron"));
        QCOMPARE(graph["services"][1],
                 json({{"name", "db"},
                       {"kind", "service"},
                       {"spans", 2},
                       {"errors", 1},
                       {"selfNs", 60'000'000},
                       {"declared", nullptr}}));
        QCOMPARE(graph["edges"],
                 json::array({{{"from", "web \"shop\""},
                               {"to", "db"},
                               {"calls", 2},
                               {"errors", 1},
                               {"p50Ns", 30'000'000},
                               {"p95Ns", graph["edges"][0]["p95Ns"]},
                               {"criticalNs", 60'000'000},
                               {"declared", nullptr},
                               {"observed", true}}}));
    }

    void theTableSaysTheSame()
    {
        const auto run = test::runCommand("graph", {kFile});
        QCOMPARE(run.exit, ExitCode::Fine);
        QVERIFY2(run.out.find("web \"shop\"  db") != std::string::npos, run.out.c_str());
        QVERIFY2(run.out.find("50 %") != std::string::npos, run.out.c_str());
    }

    void dotQuotesNames()
    {
        const auto run = test::runCommand("graph", {kFile, "--dot"});
        QCOMPARE(run.exit, ExitCode::Fine);
        QVERIFY2(run.out.find("\"web \\\"shop\\\"\" -> \"db\" [label=\"2 calls, 1 failed, p95 ") != std::string::npos,
                 run.out.c_str());
    }

    void aMeshSaysWhatIsDeclaredAndWhatWasSeen()
    {
        const test::Folder folder;
        const std::string mesh =
            folder.write("mesh.yaml", "services:\n  web \"shop\": {neighbors: [mail]}\n  mail: {port: 25}\n");
        const auto run = test::runCommand("graph", {kFile, "--json", "--mesh", mesh});
        QCOMPARE(run.exit, ExitCode::Fine);
        const json graph = json::parse(run.out);
        QCOMPARE(graph["services"].size(), std::size_t{4});
        QCOMPARE(graph["services"][1]["declared"], json(false));
        QCOMPARE(graph["services"][3]["name"], json("mail"));
        QCOMPARE(graph["services"][3]["declared"], json(true));
        QCOMPARE(graph["edges"][0]["declared"], json(false));
        QCOMPARE(graph["edges"][1],
                 json({{"from", "web \"shop\""},
                       {"to", "mail"},
                       {"calls", 0},
                       {"errors", 0},
                       {"p50Ns", nullptr},
                       {"p95Ns", nullptr},
                       {"criticalNs", 0},
                       {"declared", true},
                       {"observed", false}}));
        const auto table = test::runCommand("graph", {kFile, "--mesh", mesh});
        QVERIFY2(table.out.find("mail has no spans") != std::string::npos, table.out.c_str());
        const auto dot = test::runCommand("graph", {kFile, "--dot", "--mesh", mesh});
        QVERIFY2(dot.out.find("[label=\"declared, never seen\", style=dashed]") != std::string::npos, dot.out.c_str());
        QVERIFY2(dot.out.find("\"db\" [shape=box, style=rounded]") != std::string::npos, dot.out.c_str());
    }

    void aMeshThatIsNoneIsAnError()
    {
        const test::Folder folder;
        const std::string mesh = folder.write("mesh.yaml", "[1, 2");
        const auto run = test::runCommand("graph", {kFile, "--mesh", mesh});
        QCOMPARE(run.exit, ExitCode::InputUnreadable);
        QVERIFY(run.err.starts_with("tailspan graph: "));
        QCOMPARE(run.err.find('\n'), run.err.size() - 1);
    }

    void theFilterNarrowsTheTraces()
    {
        const auto run = test::runCommand("graph", {kFile, "--json", "--filter", "service=cron"});
        QCOMPARE(json::parse(run.out)["services"].size(), std::size_t{1});
        QVERIFY(json::parse(run.out)["edges"].empty());
        QVERIFY(test::runCommand("graph", {kFile, "--filter", "service=cron"}).out.find("No service calls another")
                != std::string::npos);
    }

    void wrongUsageIsSaidInOneLine_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("nothing") << QStringList{};
        QTest::newRow("both") << QStringList{QStringLiteral("x.json"), QStringLiteral("--json"),
                                             QStringLiteral("--dot")};
        QTest::newRow("filter") << QStringList{QStringLiteral("x.json"), QStringLiteral("--filter"),
                                               QStringLiteral("(")};
        QTest::newRow("option") << QStringList{QStringLiteral("--sideways")};
    }
    void wrongUsageIsSaidInOneLine()
    {
        QFETCH(QStringList, arguments);
        std::vector<std::string> words;
        for (const QString &word : arguments)
            words.push_back(word.toStdString());
        const auto run = test::runCommand("graph", words);
        QCOMPARE(run.exit, ExitCode::WrongUsage);
        QVERIFY(run.err.starts_with("tailspan graph: "));
        QCOMPARE(run.err.find('\n'), run.err.size() - 1);
        QCOMPARE(run.out, std::string());
    }

    void aFileThatIsNotThereIsSaid()
    {
        QCOMPARE(test::runCommand("graph", {"/nowhere/x.json"}).exit, ExitCode::InputUnreadable);
    }
};

QTEST_GUILESS_MAIN(TestGraphCommand)
#include "tst_graph_command.moc"
