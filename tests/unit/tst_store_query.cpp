// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/store_query.h"

#include <QTest>

using namespace tailspan;
using namespace tailspan::trace;

class TestStoreQuery : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void conditionsThatAllHoldGoToTheStore()
    {
        const auto asked = storeQueryOf("service=auth operation=\"GET /a b\" duration>=1s duration<2s status=error "
                                        "trace=ab12 http.route=/x slow");
        QVERIFY(asked.has_value());
        const TraceQuery &query = asked->query;
        QCOMPARE(query.services, std::vector<std::string>{"auth"});
        QCOMPARE(query.operations, std::vector<std::string>{"GET /a b"});
        QCOMPARE(query.minDurationNs, std::optional<std::int64_t>(1'000'000'000));
        QCOMPARE(query.maxDurationNs, std::optional<std::int64_t>(1'999'999'999));
        QVERIFY(query.errorsOnly);
        QCOMPARE(query.traceId, std::string("ab12"));
        QCOMPARE(query.attributes, (std::vector<AttributeCondition>{{"http.route", "/x"}}));
        QCOMPARE(query.texts, std::vector<std::string>{"slow"});
        QVERIFY(asked->rest.isEmpty());
    }

    void servicesAreAlternatives()
    {
        QCOMPARE(storeQueryOf("service=a service=b")->query.services, (std::vector<std::string>{"a", "b"}));
        QCOMPARE(storeQueryOf("service=a OR service=b OR service=c")->query.services,
                 (std::vector<std::string>{"a", "b", "c"}));
    }

    void theNarrowerOfTwoBoundsCounts()
    {
        QCOMPARE(storeQueryOf("duration>5ms duration>9ms")->query.minDurationNs,
                 std::optional<std::int64_t>(9'000'001));
    }

    void whatNoStoreAnswersIsKept_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("conditions");
        QTest::newRow("not") << QStringLiteral("status=error NOT service=db") << 1;
        QTest::newRow("or") << QStringLiteral("status=error (slow OR region=eu)") << 2;
        QTest::newRow("pattern") << QStringLiteral("status=error operation=~^GET") << 1;
        QTest::newRow("kind") << QStringLiteral("status=error kind=client") << 1;
        QTest::newRow("both services") << QStringLiteral("status=error AND service=a AND service=b") << 1;
        QTest::newRow("two of them") << QStringLiteral("NOT a status=error NOT b") << 2;
        QTest::newRow("a whole") << QStringLiteral("status=error NOT (a b)") << 2;
    }
    void whatNoStoreAnswersIsKept()
    {
        QFETCH(QString, text);
        QFETCH(int, conditions);
        const auto asked = storeQueryOf(text.toStdString());
        QVERIFY(asked->query.errorsOnly);
        QCOMPARE(static_cast<int>(asked->rest.conditions.size()), conditions);
        int depth = 0; // the rest is one value
        for (const SpanQuery::Node &node : asked->rest.nodes)
            depth += node.step == SpanQuery::Step::Condition ? 1 : node.step == SpanQuery::Step::Not ? 0 : -1;
        QCOMPARE(depth, 1);
    }

    void whatTheQueryHeldBeforeStays()
    {
        TraceQuery before;
        before.services = {"auth"};
        before.traceLimit = 3;
        const auto asked = storeQueryOf("status=error", before);
        QCOMPARE(asked->query.services, before.services);
        QCOMPARE(asked->query.traceLimit, before.traceLimit);
        QVERIFY(asked->query.errorsOnly);
    }

    void aDurationThatCannotBeReadSaysHowToWriteOne()
    {
        for (const char *text : {"duration>fast", "duration<", "duration>=-5ms", "duration>5parsecs"}) {
            const auto asked = storeQueryOf(text);
            QVERIFY2(!asked.has_value(), text);
            QVERIFY2(asked.error().message.find("500ms") != std::string::npos, asked.error().message.c_str());
        }
    }

    void nothingAsksForAll()
    {
        QVERIFY(storeQueryOf("  ")->rest.isEmpty());
        QVERIFY(storeQueryOf("")->query == TraceQuery());
    }
};

QTEST_APPLESS_MAIN(TestStoreQuery)
#include "tst_store_query.moc"
