// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/metric_mapping_json.h"

#include <QTest>

using namespace tailspan;
using metric::SignalQuery;

class TestMetricMappingJson : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatTheUserChoseComesBackAsItWas()
    {
        SignalQuery chosen;
        chosen.signal = metric::Signal::Latency;
        chosen.service = "au\"th\\\n";
        chosen.metric = "x_bucket";
        chosen.serviceLabel = "app";
        chosen.form = SignalQuery::Form::ClassicHistogram;
        chosen.unit = metric::MetricUnit::Milliseconds;
        chosen.expression = "histogram_quantile($quantile, x{a=\"b\"})";
        chosen.buckets = "x";
        SignalQuery found = chosen;
        found.service = "other";
        metric::MetricMapping mapping{{found}};
        mapping = mapping.with({chosen});
        std::uint64_t leftOut = 0;
        const auto read = sources::chosenQueries(sources::mappingJson(mapping), leftOut);
        QCOMPARE(read->size(), std::size_t(1));
        chosen.isChosenByUser = true;
        QCOMPARE(read->front(), chosen);
        QCOMPARE(leftOut, std::uint64_t(0));
    }

    void whatIsNotUnderstoodIsCounted()
    {
        std::uint64_t leftOut = 0;
        const auto read = sources::chosenQueries(
            R"([{"signal":"of-tomorrow","service":"a"},{"signal":"cpu"},7,{"signal":"cpu","service":"a","new":[1]}])",
            leftOut);
        QCOMPARE(read->size(), std::size_t(1));
        QCOMPARE(leftOut, std::uint64_t(3));
        for (const char *bad : {"", "{}", "[{", "nonsense"})
            QVERIFY(!sources::chosenQueries(bad, leftOut).has_value());
    }
};

QTEST_GUILESS_MAIN(TestMetricMappingJson)
#include "tst_metric_mapping_json.moc"
