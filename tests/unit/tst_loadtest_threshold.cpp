// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/threshold.h"

#include <QtTest>

using namespace tailspan::loadtest;

class TestLoadtestThreshold : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void expressionsAreTakenApart_data()
    {
        QTest::addColumn<QString>("aggregate");
        QTest::addColumn<QString>("comparison");
        QTest::addColumn<double>("limit");
        QTest::newRow("p(95)<200") << "p(95)"
                                   << "<" << 200.0;
        QTest::newRow("p(99.9) <= 1e3") << "p(99.9)"
                                        << "<=" << 1000.0;
        QTest::newRow("rate<0.01") << "rate"
                                   << "<" << 0.01;
        QTest::newRow("count>=100") << "count"
                                    << ">=" << 100.0;
        QTest::newRow(" avg > 1.5 ") << "avg"
                                     << ">" << 1.5;
        QTest::newRow("med!=3") << "med"
                                << "!=" << 3.0;
        QTest::newRow("value===0") << "value"
                                   << "==" << 0.0;
        QTest::newRow("max<-2") << "max"
                                << "<" << -2.0;
    }
    void expressionsAreTakenApart()
    {
        QFETCH(QString, aggregate);
        QFETCH(QString, comparison);
        QFETCH(double, limit);
        const auto expression = parseThreshold(QTest::currentDataTag());
        QVERIFY(expression.has_value());
        QCOMPARE(QString::fromStdString(expression->aggregate), aggregate);
        QCOMPARE(QString::fromStdString(expression->comparison), comparison);
        QCOMPARE(expression->limit, limit);
    }

    void anythingElseIsNoExpression()
    {
        for (const char *text : {"", "p(95)", "p(95)<", "p(101)<1", "p(x)<1", "foo<1", "rate<abc", "rate=<1", "rate=1",
                                 "avg<1e999", "<5", "avg<<5", "avg<nan"})
            QVERIFY2(!parseThreshold(text), text);
    }

    void aggregatesDependOnTheType()
    {
        MetricSummary summary;
        for (const double value : {0.0, 1.0, 2.0, 5.0})
            summary.record(value, static_cast<std::int64_t>(value));
        const auto value = [&](const char *expression, const char *type) {
            return summary.value(*parseThreshold(expression), type, 4.0);
        };
        QCOMPARE(value("count>0", "counter"), std::optional(8.0));
        QCOMPARE(value("rate>0", "counter"), std::optional(2.0));
        QCOMPARE(value("rate>0", "rate"), std::optional(0.75));
        QCOMPARE(value("value>0", "gauge"), std::optional(5.0));
        QCOMPARE(value("avg>0", "trend"), std::optional(2.0));
        QCOMPARE(value("count>0", "trend"), std::optional(4.0));
        QCOMPARE(value("min>0", "trend"), std::optional(0.0));
        QCOMPARE(value("max>0", "trend"), std::optional(5.0));
        QVERIFY(std::abs(*value("med>0", "trend") - 1.5) < 0.02);
        QCOMPARE(value("avg>0", "counter"), std::nullopt);
        QCOMPARE(value("avg>0", "unheard"), std::nullopt);
    }

    void aMetricWithoutValuesHasNoAggregate()
    {
        QCOMPARE(MetricSummary().value(*parseThreshold("rate<1"), "rate", 1), std::nullopt);
    }

    void mergingDoesNotDependOnTheOrder()
    {
        MetricSummary parts[2];
        for (int i = 0; i < 1000; ++i)
            parts[i % 2].record(i * 0.1, 1000 - i);
        MetricSummary ab = parts[0];
        ab.merge(parts[1]);
        MetricSummary ba = parts[1];
        ba.merge(parts[0]);
        for (const char *expression : {"avg<1", "med<1", "p(99)<1", "min<1", "max<1"})
            QCOMPARE(ab.value(*parseThreshold(expression), "trend", 1),
                     ba.value(*parseThreshold(expression), "trend", 1));
        QCOMPARE(ab.value(*parseThreshold("value<1"), "gauge", 1), ba.value(*parseThreshold("value<1"), "gauge", 1));
        QCOMPARE(ab.sum(), ba.sum());
    }

    void percentilesNearTheirLimitAreTooCloseToCall()
    {
        const auto expression = *parseThreshold("p(95)<200");
        QVERIFY(isTooCloseToCall(expression, 199.5));
        QVERIFY(isTooCloseToCall(expression, 200.5));
        QVERIFY(!isTooCloseToCall(expression, 198));
        QVERIFY(!isTooCloseToCall(*parseThreshold("avg<200"), 199.99));
    }
};

QTEST_GUILESS_MAIN(TestLoadtestThreshold)
#include "tst_loadtest_threshold.moc"
