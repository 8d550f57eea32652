// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/query_text.h"

#include <QTest>

using namespace tailspan;
using namespace tailspan::trace;

class TestQueryText : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyConditionIsRead()
    {
        const auto query =
            parseQueryText("service=auth Service=payment operation=\"GET /a b\" duration>=1s duration<2s "
                           "STATUS=error trace=ab12 http.route=/x \"service=quoted\" slow");
        QVERIFY(query.has_value());
        QCOMPARE(query->services, (std::vector<std::string>{"auth", "payment"}));
        QCOMPARE(query->operations, std::vector<std::string>{"GET /a b"});
        QCOMPARE(query->minDurationNs, std::optional<std::int64_t>(1'000'000'000));
        QCOMPARE(query->maxDurationNs, std::optional<std::int64_t>(1'999'999'999));
        QVERIFY(query->errorsOnly);
        QCOMPARE(query->traceId, std::string("ab12"));
        QCOMPARE(query->attributes, (std::vector<AttributeCondition>{{"http.route", "/x"}}));
        QCOMPARE(query->texts, (std::vector<std::string>{"service=quoted", "slow"}));
    }

    void aStrictBoundLeavesItsOwnValueOut()
    {
        QCOMPARE(parseQueryText("duration>5ms")->minDurationNs, std::optional<std::int64_t>(5'000'001));
        QCOMPARE(parseQueryText("duration<=5ms")->maxDurationNs, std::optional<std::int64_t>(5'000'000));
    }

    void whatTheQueryHeldBeforeStays()
    {
        TraceQuery before;
        before.services = {"auth"};
        before.traceLimit = 3;
        const auto query = parseQueryText("status=error", before);
        QCOMPARE(query->services, before.services);
        QCOMPARE(query->traceLimit, before.traceLimit);
        QVERIFY(query->errorsOnly);
    }

    void aDurationThatCannotBeReadSaysHowToWriteOne()
    {
        for (const char *text : {"duration>fast", "duration<", "duration>=-5ms", "duration>5parsecs"}) {
            const auto query = parseQueryText(text);
            QVERIFY2(!query.has_value(), text);
            QVERIFY(query.error().message.find("500ms") != std::string::npos);
        }
    }

    void wordsThatOnlyLookLikeConditionsAreText()
    {
        const auto query = parseQueryText("duration service= =x durations>3");
        QVERIFY(query.has_value());
        QCOMPARE(query->texts, (std::vector<std::string>{"duration", "=x", "durations>3"}));
        QCOMPARE(query->attributes, (std::vector<AttributeCondition>{{"service", ""}}));
    }
};

QTEST_GUILESS_MAIN(TestQueryText)
#include "tst_query_text.moc"
