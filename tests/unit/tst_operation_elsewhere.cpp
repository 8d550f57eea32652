// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/operation_elsewhere.h"
#include "models/trace/span_markdown.h"
#include "tests/support/spans_from_text.h"

#include <QElapsedTimer>
#include <QTest>

using namespace tailspan;
using namespace tailspan::trace;

namespace {

constexpr std::int64_t kMs = 1'000'000;

/// Forty calls of one operation, 1 to 40 ms long, one a second, and others between them.
TraceSnapshotPtr fortyCalls()
{
    std::string text;
    for (int i = 1; i <= 40; ++i)
        text += "trace " + std::to_string(i) + "\nweb GET /a @" + std::to_string(i) + "s +" + std::to_string(i) + "ms"
            + (i == 7 ? " error" : "") + "\n  web GET /b @" + std::to_string(i) + "s +1ms\n";
    return test::spansFromText(text);
}

} // namespace

class TestOperationElsewhere : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aSpanIsRankedAmongItsKind()
    {
        const auto snapshot = fortyCalls();
        const OperationElsewhere found = *operationElsewhere(*snapshot, SpanRow(2 * 29), 100, {}); // 30 ms
        QCOMPARE(found.calls, 40U);
        QCOMPARE(found.errors, 1U);
        QVERIFY(found.hasRank());
        QCOMPARE(found.rank, 29.5 / 40);
        QCOMPARE(found.p50Ns, 20 * kMs + kMs / 2);
        QCOMPARE(found.shortestNs, kMs);
        QCOMPARE(found.longestNs, 40 * kMs);
        std::uint32_t calls = 0;
        for (const auto &column : found.columns)
            calls += column.calls;
        QCOMPARE(calls, 40U);
        QCOMPARE(found.columns[found.ownColumn].longest, SpanRow(2 * 29));
    }

    void fewCallsHaveNoRank()
    {
        const auto snapshot = test::spansFromText("web a @0ms +5ms\n  web b @1ms +1ms\n  web b @2ms +2ms\n");
        const OperationElsewhere found = *operationElsewhere(*snapshot, SpanRow(1), 10, {});
        QCOMPARE(found.calls, 2U);
        QVERIFY(!found.hasRank());
    }

    void aSpanWithoutADurationIsNotCompared()
    {
        const auto snapshot = test::spansFromText("web a @0ms +5ms\n  web b @1ms +1ms unended\n");
        QCOMPARE(operationElsewhere(*snapshot, SpanRow(1), 10, {}).error().code, ErrorCode::NotFound);
    }

    void aMillionSpansTakeAMoment()
    {
        const auto snapshot = test::randomTrace(1'000'000, 3);
        QElapsedTimer timer;
        timer.start();
        QVERIFY(operationElsewhere(*snapshot, SpanRow(500'000), 160, {})->calls > 0);
        QVERIFY2(timer.elapsed() < 500, qPrintable(QString::number(timer.elapsed()))); // 20 ms on a quiet machine
    }

    void aStopEndsIt()
    {
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(operationElsewhere(*fortyCalls(), SpanRow(0), 10, stop.get_token()).error().code,
                 ErrorCode::Cancelled);
    }

    void markdownSaysWhatTheSpanIs()
    {
        const auto snapshot = test::spansFromText(
            "trace ab12\nweb GET /pay @0ms +120ms\n  db SELECT @10ms +80ms error rows=3 secret:password=hunter2\n");
        const SpanDetails details = *snapshot->details(SpanRow(1));
        const std::string text = spanAsMarkdown(*snapshot, SpanRow(1), details, "tailspan://trace/ab12?span=s2");
        QVERIFY2(text.starts_with("**db** SELECT \u2014 80 ms, failed\n\n"), text.c_str());
        QVERIFY2(text.find("| since trace start | 10 ms |") != std::string::npos, text.c_str());
        QVERIFY2(text.find("| rows | 3 |") != std::string::npos, text.c_str());
        QVERIFY2(text.find("hunter2") == std::string::npos, text.c_str());
        QVERIFY(text.ends_with("\n<tailspan://trace/ab12?span=s2>\n"));
    }

    void textFromOutsideIsNoMarkup()
    {
        QCOMPARE(markdownText("a|b"), std::string("a\\|b"));
        QCOMPARE(markdownText("x\n| y | z |\n# h"), std::string("x \\| y \\| z \\| \\# h"));
        QCOMPARE(markdownText("<script>`*_[l](javascript:x)"),
                 std::string("\\<script\\>\\`\\*\\_\\[l\\]\\(javascript:x\\)"));
        QCOMPARE(markdownText("http.status_code"), std::string("http.status\\_code"));
    }
};

QTEST_APPLESS_MAIN(TestOperationElsewhere)
#include "tst_operation_elsewhere.moc"
