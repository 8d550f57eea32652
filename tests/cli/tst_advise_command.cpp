// SPDX-License-Identifier: GPL-3.0-or-later
// `tailspan advise` for people, for programs and as a gate: what it prints, and which exit code.
#include "tests/support/command_run.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <nlohmann/json.hpp>

using namespace tailspan;
using cli::ExitCode;
using nlohmann::json;

namespace {

const std::string kSamples = TAILSPAN_SOURCE_DIR "/resources/samples/";
const std::string kTraces = kSamples + "one-large-trace.json.gz";
const std::string kSuite = kSamples + "scenario-suite.json";
const std::string kRun = kSamples + "k6-load-test.ndjson.gz";
/// Nothing listens on port 1.
const std::string kNoServer = "postgresql://nobody@127.0.0.1:1/shop";

test::CommandRun advise(const std::vector<std::string> &arguments)
{
    return test::runCommand("advise", arguments);
}

} // namespace

class TestAdviseCommand : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        QFile broken(m_folder.filePath(QStringLiteral("broken.yaml")));
        QVERIFY(broken.open(QIODevice::WriteOnly));
        broken.write("apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a\n");
    }

    void theJsonHasTheFieldsOfTheContract()
    {
        const auto run = advise({kTraces, "--json"});
        QCOMPARE(run.exit, ExitCode::Fine);
        QCOMPARE(run.err, std::string());
        const json advice = json::parse(run.out);
        QVERIFY(!advice["findings"].empty());
        QVERIFY(!advice["unjudged"].empty());
        for (const json &finding : advice["findings"]) {
            for (const char *field : {"id", "detector", "severity", "confidence", "title", "subject", "evidence",
                                      "estimate", "verification", "artifacts"})
                QVERIFY2(finding.contains(field), field);
            QVERIFY(finding["evidence"][0].contains("refs"));
            for (const char *field : {"metric", "unit", "low", "expected", "high", "basis"})
                QVERIFY2(finding["estimate"].is_null() || finding["estimate"].contains(field), field);
            for (const json &artifact : finding["artifacts"]) {
                for (const char *field : {"language", "title", "text", "undo"})
                    QVERIFY2(artifact.contains(field), field);
            }
        }
    }

    void textNamesTheFindingAndHowToGoOn()
    {
        const auto run = advise({kTraces});
        QVERIFY2(run.out.find("calls.n-plus-one") != std::string::npos, run.out.c_str());
        QVERIFY(run.out.find("80 % interval") != std::string::npos);
        QVERIFY(run.out.find("--markdown or --json") != std::string::npos);
    }

    void aGateClosesForFindingsOfItsLevel()
    {
        QCOMPARE(advise({kSuite, "--fail-on", "high"}).exit, ExitCode::VerdictFailed);
        QCOMPARE(advise({kTraces, "--fail-on", "high"}).exit, ExitCode::Fine);
        QCOMPARE(advise({kTraces, "--fail-on", "low"}).exit, ExitCode::VerdictFailed);
    }

    /// Whichever report comes first.
    void everyReportIsJudged()
    {
        QCOMPARE(advise({kRun, kSuite, "--fail-on", "high"}).exit, ExitCode::VerdictFailed);
        QCOMPARE(advise({kSuite, kRun, "--fail-on", "high"}).exit, ExitCode::VerdictFailed);
    }

    void aGateDoesNotOpenWhenItsInputCannotBeRead()
    {
        const std::string broken = m_folder.filePath(QStringLiteral("broken.yaml")).toStdString();
        for (const std::string &unreadable : {broken, std::string("/nowhere/at-all.json")}) {
            const auto run = advise({kTraces, unreadable, "--fail-on", "high", "--json"});
            QCOMPARE(run.exit, ExitCode::InputUnreadable);
            QCOMPARE(json::parse(run.out)["notes"].size(), std::size_t{1});
            QVERIFY(!run.err.empty());
        }
        const auto run = advise({kTraces, "--source", kNoServer, "--fail-on", "high"});
        QCOMPARE(run.exit, ExitCode::SourceUnreachable);
        QVERIFY2(run.err.find("Nothing listens there") != std::string::npos, run.err.c_str());
    }

    void wrongUsageIsSaid_data()
    {
        QTest::addColumn<QString>("option");
        QTest::addColumn<QString>("value");
        QTest::newRow("level") << "--fail-on"
                               << "bad";
        QTest::newRow("no level") << "--fail-on"
                                  << "";
        QTest::newRow("window") << "--window"
                                << "soon";
        QTest::newRow("plans") << "--plans"
                               << "-3";
        QTest::newRow("of sources only") << "--service"
                                         << "payment";
    }

    void wrongUsageIsSaid()
    {
        QFETCH(QString, option);
        QFETCH(QString, value);
        const auto run = advise({kTraces, option.toStdString() + "=" + value.toStdString()});
        QCOMPARE(run.exit, ExitCode::WrongUsage);
        QVERIFY2(run.err.find(option.toStdString()) != std::string::npos, run.err.c_str());
    }

private:
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestAdviseCommand)
#include "tst_advise_command.moc"
