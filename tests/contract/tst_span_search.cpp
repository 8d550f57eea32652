// SPDX-License-Identifier: GPL-3.0-or-later
// Looking through stored records finds what reading every span in full finds, in every format.
#include "app/tracefiles/open_trace_files.h"
#include "models/trace/span_matcher.h"
#include "models/trace/span_search.h"
#include "tests/support/spans_from_text.h"
#include "tests/support/trace_samples.h"

#include <QTest>

using namespace tailspan;
using namespace tailspan::trace;

namespace {

constexpr const char *kQueries[] = {
    "web",
    "GET",
    "select",
    "status=error",
    "http.status_code=500",
    "NOT select",
    "~sel.ct",
    "\"/pay\" OR GET",
    "status_code!=200",
    "redacted",
    "local",
    "zzz-not-there",
    "host",
    "\"users \\\"x\"",
    "NOT (GET OR a) duration>1us",
    "true",
    "200",
    "db.system=~post",
    "é",
    "service=auth OR region=eu",
};

std::vector<std::uint32_t> readInFull(const TraceSnapshot &snapshot, const SpanQuery &query)
{
    const SpanMatcher matcher(snapshot, query);
    std::vector<std::uint32_t> rows;
    for (std::uint32_t row = 0; row < snapshot.spans().size(); ++row) {
        const auto details = snapshot.details(SpanRow(row), Secrets::Revealed);
        if (details.has_value() && matcher.match(row, *details))
            rows.push_back(row);
    }
    return rows;
}

TraceSnapshotPtr opened(std::string name, std::string text)
{
    Progress progress;
    return tracefiles::openTraceBytes(bytes::sourceFromMemory(std::move(name), std::move(text)), {}, progress).value();
}

TraceSnapshotPtr openedFile(const std::string &path)
{
    Progress progress;
    return tracefiles::openTraceFiles({path}, {}, progress).value();
}

} // namespace

class TestSpanSearch : public QObject {
    Q_OBJECT

    static void compare(const TraceSnapshot &snapshot)
    {
        for (const char *text : kQueries) {
            const SpanQuery query = parseSpanQuery(text).value();
            Progress progress;
            const SpanHits hits =
                searchSpans(snapshot, query, 0, static_cast<std::uint32_t>(snapshot.spans().size()), {}, progress);
            const std::vector<std::uint32_t> expected = readInFull(snapshot, query);
            QVERIFY2(hits.rows == expected,
                     (text + (": " + std::to_string(hits.rows.size()) + " of ") + std::to_string(expected.size())
                      + " found; " + hits.problem)
                         .c_str());
            QCOMPARE(hits.unsearched, std::uint64_t{0});
            QVERIFY(hits.isComplete);
            QCOMPARE(progress.done.load(), snapshot.spans().size());
        }
    }

private Q_SLOTS:
    void everyFormatIsLookedThrough()
    {
        for (const test::TraceSample &sample : test::traceSamples()) {
            compare(*opened(sample.name, sample.text));
            if (QTest::currentTestFailed())
                QFAIL(sample.name.c_str());
        }
    }

    void theTargetsRecordsAreLookedThrough_data()
    {
        QTest::addColumn<QString>("file");
        QTest::newRow("table") << QStringLiteral("parallel/distributed_traces.csv");
        QTest::newRow("lists") << QStringLiteral("sequential/redis-lists.tsv");
    }
    void theTargetsRecordsAreLookedThrough()
    {
        QFETCH(QString, file);
        compare(*openedFile(TAILSPAN_SOURCE_DIR "/tests/data/azora-traces/" + file.toStdString()));
    }

    void manySpansAreFoundInTheirOrderAndReported()
    {
        const TraceSnapshotPtr snapshot = opened("many", test::jaegerTraces(40, 500, false));
        const SpanQuery query = parseSpanQuery("status=error OR NOT status=error").value();
        Progress progress;
        std::atomic<std::size_t> reported{0};
        const auto count = static_cast<std::uint32_t>(snapshot->spans().size());
        const SpanHits hits = searchSpans(*snapshot, query, 10, count - 20, {}, progress,
                                          [&](std::span<const std::uint32_t> rows) { reported += rows.size(); });
        QCOMPARE(hits.rows.size(), std::size_t{count - 20});
        QCOMPARE(hits.rows.front(), 10U);
        QVERIFY(std::ranges::is_sorted(hits.rows));
        QCOMPARE(reported.load(), hits.rows.size());
    }

    void aStopIsSaid()
    {
        const TraceSnapshotPtr snapshot = opened("many", test::jaegerTraces(4, 500, false));
        std::stop_source stop;
        stop.request_stop();
        Progress progress;
        const SpanHits hits =
            searchSpans(*snapshot, parseSpanQuery("GET").value(), 0, 2000, stop.get_token(), progress);
        QVERIFY(!hits.isComplete);
    }

    void spansWhoseRecordsCannotBeReadAreCounted()
    {
        const TraceSnapshotPtr snapshot = test::spansFromText("trace aa\nweb GET /a @0ms +1ms x=needle\n  db q @0ms "
                                                              "+1ms\n"); // like a store: no records to look through
        Progress progress;
        const SpanHits hits = searchSpans(*snapshot, parseSpanQuery("needle").value(), 0, 2, {}, progress);
        QCOMPARE(hits.unsearched, std::uint64_t{2});
        QVERIFY(!hits.problem.empty());
        QCOMPARE(searchSpans(*snapshot, parseSpanQuery("service=db").value(), 0, 2, {}, progress).rows.size(), 1U);
    }
};

QTEST_APPLESS_MAIN(TestSpanSearch)
#include "tst_span_search.moc"
