// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/trace_link.h"

#include <QTest>

#include <random>

using namespace tailspan;
using namespace tailspan::trace;

class TestTraceLink : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aLinkReadsBackWhatItWrites()
    {
        const TraceLink links[] = {
            {"4bf92f35", {}, {}, {}},
            {"4bf92f35", "00f067aa", TimeRange{TimePoint(-5), TimePoint(1'700'000'000'000'000'000)}, {}},
            {"odd id/with ?&=% and \xC3\xA9", "s 1", {}, "/tmp/a b&c.json"},
        };
        for (const TraceLink &link : links) {
            const auto read = parseTraceLink(linkText(link));
            QVERIFY2(read.has_value(), linkText(link).c_str());
            QVERIFY2(*read == link, linkText(link).c_str());
        }
        QCOMPARE(linkText(links[1]),
                 std::string("tailspan://trace/4bf92f35?span=00f067aa&from=-5&to=1700000000000000000"));
    }

    void unknownFieldsAreLeftOut()
    {
        const auto read = parseTraceLink("tailspan://trace/ab?view=flame&span=cd&&x");
        QVERIFY(read.has_value());
        QCOMPARE(read->spanId, std::string("cd"));
    }

    void aWindowThatMeansNothingIsNone()
    {
        for (const char *text :
             {"tailspan://trace/ab?from=5", "tailspan://trace/ab?from=5&to=5", "tailspan://trace/ab?from=x&to=7",
              "tailspan://trace/ab?from=9999999999999999999&to=7"})
            QVERIFY2(!parseTraceLink(text)->window.has_value(), text);
    }

    void whatIsNoLinkIsSaid()
    {
        for (const char *text : {"", "http://trace/ab", "tailspan://", "tailspan://trace/", "tailspan://trace/%0Aab",
                                 "tailspan://trace/ab%4", "tailspan://trace/ab%zz", "tailspan://span/ab",
                                 "tailspan://trace/ab?file=relative.json", "tailspan://trace/ab?span=%00"}) {
            const auto read = parseTraceLink(text);
            QVERIFY2(!read.has_value(), text);
            QVERIFY(read.error().message.starts_with("This is no link to a trace"));
        }
        QVERIFY(!parseTraceLink("tailspan://trace/" + std::string(100'000, 'a')).has_value());
    }

    void anythingIsReadOrRefused()
    {
        std::mt19937 random(7);
        const std::string base = "tailspan://trace/4bf92f35?span=00f067aa&from=5&to=900&file=/a%20b.json";
        for (int i = 0; i < 20'000; ++i) {
            std::string text = base;
            for (int change = 0; change < 3; ++change)
                text[17 + random() % (text.size() - 17)] = static_cast<char>(random());
            const auto read = parseTraceLink(text);
            if (read.has_value())
                QVERIFY2(*parseTraceLink(linkText(*read)) == *read, text.c_str());
        }
    }
};

QTEST_APPLESS_MAIN(TestTraceLink)
#include "tst_trace_link.moc"
