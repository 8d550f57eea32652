// SPDX-License-Identifier: GPL-3.0-or-later
// packaging/demo.sh with real servers: stores are filled, the alert fires, and however it ends, nothing is left behind.
#include "tests/support/demo_script.h"

#include <QDir>
#include <QFileInfo>
#include <QTest>

#include <csignal>

using tailspan::test::DemoScript;

class TestDemo : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theCheckSeesTheIncidentAndLeavesNothing()
    {
        DemoScript demo({QStringLiteral("--check")});
        const int code = demo.finish();
        if (code == DemoScript::kSkipped)
            QSKIP(DemoScript::kMissing);
        QVERIFY2(code == 0, qPrintable(demo.errors()));
        QCOMPARE(demo.ports().size(), std::size_t{5});
        QVERIFY(demo.isSilent());
        QVERIFY(!demo.value(QStringLiteral("Data")).isEmpty()
                && !QFileInfo::exists(demo.value(QStringLiteral("Data"))));
    }

    void theCheckOfTheLoadTestSeesTheFullPool()
    {
        DemoScript demo({QStringLiteral("--loadtest"), QStringLiteral("--check")});
        const int code = demo.finish();
        if (code == DemoScript::kSkipped)
            QSKIP(DemoScript::kMissing);
        QVERIFY2(code == 0, qPrintable(demo.errors()));
        QCOMPARE(demo.ports().size(), std::size_t{3});
        QVERIFY(demo.isSilent());
        QVERIFY(!demo.value(QStringLiteral("Data")).isEmpty()
                && !QFileInfo::exists(demo.value(QStringLiteral("Data"))));
    }

    void aSignalLeavesNothing_data()
    {
        QTest::addColumn<int>("number");
        QTest::newRow("Ctrl+C") << SIGINT;
        QTest::newRow("terminated") << SIGTERM;
        QTest::newRow("terminal closed") << SIGHUP;
    }
    void aSignalLeavesNothing()
    {
        QFETCH(int, number);
        DemoScript demo({QStringLiteral("--serve")});
        if (!demo.waitUntilItServes() && demo.finish() == DemoScript::kSkipped)
            QSKIP(DemoScript::kMissing);
        QVERIFY2(demo.isServing(), qPrintable(demo.errors()));
        QVERIFY(QFileInfo::exists(demo.value(QStringLiteral("Data"))));
        demo.signal(number);
        QCOMPARE(demo.finish(), 128 + number);
        QVERIFY(demo.isSilent());
        QVERIFY(!QFileInfo::exists(demo.value(QStringLiteral("Data"))));
    }

    /// Nobody can tidy up after that, but the servers go with the script.
    void aKilledScriptTakesItsServersWithIt()
    {
        DemoScript demo({QStringLiteral("--serve")});
        if (!demo.waitUntilItServes() && demo.finish() == DemoScript::kSkipped)
            QSKIP(DemoScript::kMissing);
        QVERIFY2(demo.isServing(), qPrintable(demo.errors()));
        demo.signal(SIGKILL);
        demo.finish();
        QTRY_VERIFY_WITH_TIMEOUT(demo.isSilent(), 20'000);
        QVERIFY(QDir(demo.value(QStringLiteral("Data"))).removeRecursively());
    }

    void aWrongOptionIsNamed()
    {
        DemoScript demo({QStringLiteral("--colour")});
        QCOMPARE(demo.finish(), 2);
        QVERIFY(demo.errors().contains(QStringLiteral("usage")));
    }
};

QTEST_GUILESS_MAIN(TestDemo)
#include "tst_demo.moc"
