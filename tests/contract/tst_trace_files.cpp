// SPDX-License-Identifier: GPL-3.0-or-later
// What opening a trace file must take: hostile content, several files, files that change, odd fields of each format.
#include "app/tracefiles/open_trace_files.h"
#include "models/trace/mark_names.h"
#include "tests/support/snapshot_check.h"
#include "tests/support/trace_samples.h"
#include "tests/support/written_file.h"

#include <QElapsedTimer>
#include <QTest>

#include <limits>

using namespace tailspan;
using namespace tailspan::trace;

namespace {

constexpr std::int64_t kHighest = std::numeric_limits<std::int64_t>::max();

Result<TraceSnapshotPtr> opened(const std::string &text)
{
    Progress progress;
    return tracefiles::openTraceBytes(bytes::sourceFromMemory("sample", text), {}, progress);
}

Result<TraceSnapshotPtr> openedFiles(const std::vector<std::string> &paths)
{
    Progress progress;
    return tracefiles::openTraceFiles(paths, {}, progress);
}

std::string errorOf(const std::string &text)
{
    const auto snapshot = opened(text);
    return snapshot.has_value() ? "no error" : snapshot.error().text();
}

/// A Jaeger file with one span that has these further members.
std::string jaegerSpan(const std::string &members)
{
    return "{\"data\":[{\"traceID\":\"ab\",\"spans\":[{\"traceID\":\"ab\",\"spanID\":\"01\"," + members
        + "}],\"processes\":{}}]}";
}
std::string otlpSpan(const std::string &members)
{
    return "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"traceId\":\"ab\",\"spanId\":\"01\"," + members
        + "}]}]}]}";
}
std::string zipkinSpan(const std::string &members)
{
    return "[{\"traceId\":\"ab\",\"id\":\"01\"," + members + "}]";
}
std::string recordOf(const std::string &members)
{
    return "[{\"traceId\":\"ab\",\"spanId\":\"01\",\"serviceName\":\"s\",\"operation\":\"o\"," + members + "}]";
}

/// "start +duration status marks" of the first span.
std::string spanText(const std::string &file)
{
    const auto snapshot = opened(file);
    if (!snapshot.has_value())
        return snapshot.error().text();
    const SpanTable &spans = (*snapshot)->spans();
    constexpr const char *kStatus[] = {"unset", "ok", "error"};
    std::string text = std::to_string(spans.startNs[0]) + " +" + std::to_string(spans.durationNs[0]) + " "
        + kStatus[static_cast<int>(spans.status[0])];
    for (const std::string_view mark : markNames(spans.marks[0]))
        text += " " + std::string(mark);
    return text;
}

const std::string kTimes = "\"operationName\":\"o\",\"startTime\":1795449122877000,\"duration\":5";

} // namespace

class TestTraceFiles : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void oddNumbersAreTakenAsNearAsTheyCanBe()
    {
        const auto quality = [](const std::string &file, QualityIssue issue) {
            return (*opened(file))->inputs()[0].quality.count(issue);
        };
        QCOMPARE(spanText(jaegerSpan("\"startTime\":NaN,\"duration\":5")), "0 +5000 unset time-out-of-range");
        QCOMPARE(quality(jaegerSpan("\"startTime\":NaN,\"duration\":5"), QualityIssue::NotANumber), 1U);
        QCOMPARE(spanText(jaegerSpan("\"startTime\":1e400,\"duration\":5")),
                 std::to_string(kHighest) + " +5000 unset time-out-of-range");
        QCOMPARE(quality(jaegerSpan("\"startTime\":1e400,\"duration\":5"), QualityIssue::NumberOutOfRange), 1U);
        QCOMPARE(spanText(jaegerSpan("\"startTime\":18446744073709551616,\"duration\":-5")),
                 std::to_string(kHighest) + " +0 unset negative-duration time-out-of-range");
        QCOMPARE(spanText(jaegerSpan("\"startTime\":\"1795449122877000\",\"duration\":\"5.7\"")),
                 "1795449122877000000 +5000 unset");
        QCOMPARE(spanText(jaegerSpan("\"startTime\":1795449122877000")),
                 "1795449122877000000 +0 unset missing-duration");
        QCOMPARE(spanText(jaegerSpan("\"startTime\":1795449122877000,\"duration\":null")),
                 "1795449122877000000 +0 unset missing-duration");
        QCOMPARE(spanText(jaegerSpan("\"startTime\":{},\"duration\":[1]")),
                 "0 +0 unset missing-duration time-out-of-range");
        QCOMPARE(spanText(otlpSpan("\"startTimeUnixNano\":\"1795449122877000000\",\"endTimeUnixNano\":\"0\"")),
                 "1795449122877000000 +0 unset missing-duration");
        QCOMPARE(spanText(otlpSpan("\"startTimeUnixNano\":\"9\",\"endTimeUnixNano\":\"4\"")),
                 "9 +0 unset negative-duration");
        // Without a start, the end says nothing about the length.
        QCOMPARE(spanText(otlpSpan("\"endTimeUnixNano\":\"1795449122877000000\"")),
                 "0 +0 unset missing-duration time-out-of-range");
        QCOMPARE(spanText(otlpSpan("\"startTimeUnixNano\":\"0\",\"endTimeUnixNano\":\"500\"")), "0 +500 unset");
        QCOMPARE(spanText(zipkinSpan("\"timestamp\":1795449122877000,\"duration\":0")),
                 "1795449122877000000 +0 unset zero-duration");
        QCOMPARE(spanText(recordOf("\"timestamp\":\"yesterday\",\"duration\":5")),
                 "0 +5000000 unset time-out-of-range");
        QCOMPARE(spanText(recordOf("\"timestamp\":\"2026-11-23T15:52:02.877Z\",\"duration\":-5")),
                 "1795449122877000000 +0 unset negative-duration");
    }

    void detailsOpenInSpiteOfOddNumbers()
    {
        const auto snapshot =
            *opened(jaegerSpan(kTimes
                               + ",\"tags\":[{\"key\":\"a\",\"value\":NaN},{\"key\":\"b\",\"value\":1e400},{\"key\":"
                                 "\"c\",\"value\":123456789012345678901234567890},{\"key\":\"d\",\"value\":\"x"
                                 "\ty\"}]"));
        const auto details = snapshot->details(SpanRow(0));
        QVERIFY2(details.has_value(), details.has_value() ? "" : details.error().text().c_str());
        QCOMPARE(details->attributes.size(), std::size_t{4});
        QCOMPARE(details->attributes[0].value, "NaN");
        QCOMPARE(details->attributes[1].value, "1e400");
        QCOMPARE(details->attributes[3].value, "x y");
    }

    void theOutcomeIsTakenFromWhatEachFormatSays()
    {
        const auto jaeger = [](const std::string &tag) {
            return spanText(jaegerSpan(kTimes + ",\"tags\":[" + tag + "]")).substr(26);
        };
        QCOMPARE(jaeger("{\"key\":\"error\",\"value\":true}"), "error");
        QCOMPARE(jaeger("{\"value\":true,\"type\":\"bool\",\"key\":\"error\"}"), "error"); // the value before its key
        QCOMPARE(jaeger("{\"key\":\"error\",\"value\":\"false\"}"), "unset");
        QCOMPARE(jaeger("{\"key\":\"http.status_code\",\"value\":503}"), "error");
        QCOMPARE(jaeger("{\"key\":\"http.status_code\",\"value\":404}"), "unset");
        QCOMPARE(jaeger("{\"key\":\"otel.status_code\",\"value\":\"OK\"},{\"key\":\"http.status_code\",\"value\":503}"),
                 "ok");
        const auto record = [](const std::string &rest) {
            return spanText(recordOf("\"timestamp\":\"2026-11-23T15:52:02.877Z\",\"duration\":5," + rest)).substr(29);
        };
        QCOMPARE(record("\"statusCode\":500,\"error\":null"), "error");
        QCOMPARE(record("\"statusCode\":200,\"error\":\"boom\""), "error");
        QCOMPARE(record("\"statusCode\":200,\"error\":{\"message\":\"boom\"}"), "error");
        QCOMPARE(record("\"statusCode\":200,\"error\":\"\""), "ok");
        QCOMPARE(record("\"statusCode\":404,\"error\":null"), "unset");
    }

    void namesAndIdsThatAreNullAreAbsent()
    {
        const auto jaeger = *opened("{\"data\":[{\"traceID\":null,\"spans\":[{\"traceID\":null,\"spanID\":null,"
                                    "\"operationName\":null,\"startTime\":1,\"duration\":1},\n"
                                    "            "
                                    "{\"traceID\":null,\"spanID\":null,\"operationName\":null,\"startTime\":2,"
                                    "\"duration\":1}],\"processes\":{}}]}");
        QCOMPARE(jaeger->spans().size(), std::size_t{2});
        QCOMPARE(jaeger->ledger().count(RepairKind::DuplicateSpanId), 0U);
        QCOMPARE(jaeger->inputs()[0].quality.count(QualityIssue::MissingField), 2U);
        QVERIFY(jaeger->operationOf(SpanRow(0)).empty());
        const auto otlp = *opened(
            otlpSpan("\"parentSpanId\":null,\"name\":null,\"startTimeUnixNano\":\"1\",\"endTimeUnixNano\":\"2\""));
        QCOMPARE(otlp->ledger().entries().size(), std::size_t{0});
    }

    void jaegerReferencesOfEveryKindAreUnderstood()
    {
        const auto parentOf = [](const std::string &references) {
            const auto snapshot =
                *opened("{\"data\":[{\"traceID\":\"ab\",\"spans\":[{\"traceID\":\"ab\",\"spanID\":\"aa\","
                        "\"operationName\":\"a\",\"startTime\":1795449122877000,\"duration\":9},\n"
                        "                "
                        "{\"traceID\":\"ab\",\"spanID\":\"bb\",\"operationName\":\"b\",\"startTime\":1795449122877000,"
                        "\"duration\":8},\n"
                        "                "
                        "{\"traceID\":\"ab\",\"spanID\":\"cc\",\"operationName\":\"c\",\"startTime\":1795449122877001,"
                        "\"duration\":1,\"references\":"
                        + references + "}],\"processes\":{}}]}");
            const SpanRow row(2);
            std::string text = snapshot->recordedParentText(row);
            for (const std::string_view mark : markNames(snapshot->spans().marks[2]))
                text += " " + std::string(mark);
            return std::string(snapshot->operationOf(row)) + " < " + text;
        };
        const auto reference = [](const char *kind, const char *trace, const char *span) {
            return std::string("{\"refType\":\"") + kind + "\",\"traceID\":\"" + trace + "\",\"spanID\":\"" + span
                + "\"}";
        };
        // The row order is a, (its children), b: c stands second or third.
        QCOMPARE(parentOf("[" + reference("CHILD_OF", "ab", "bb") + "]"), "c < bb");
        QCOMPARE(parentOf("[" + reference("FOLLOWS_FROM", "ab", "bb") + "]"), "c < bb asynchronous");
        QCOMPARE(parentOf("[" + reference("FOLLOWS_FROM", "ab", "aa") + "," + reference("CHILD_OF", "ab", "bb") + "]"),
                 "c < bb has-links");
        QCOMPARE(parentOf("[" + reference("CHILD_OF", "other", "aa") + "," + reference("CHILD_OF", "ab", "bb") + "]"),
                 "c < bb has-links");
        QCOMPARE(parentOf("[" + reference("CHILD_OF", "other", "aa") + "]"), "c <  has-links");
        QCOMPARE(parentOf("[null, 5, {}]"), "c < ");
        QCOMPARE(parentOf("{}"), "c < ");
    }

    void zipkinHalvesShareAnIdWithoutARepair()
    {
        const auto snapshot = *opened("[{\"traceId\":\"ab\",\"id\":\"02\",\"name\":\"server\",\"kind\":\"SERVER\","
                                      "\"shared\":true,\"timestamp\":1795449122877100,\"duration\":50},\n"
                                      "            "
                                      "{\"traceId\":\"ab\",\"id\":\"02\",\"name\":\"client\",\"kind\":\"CLIENT\","
                                      "\"timestamp\":1795449122877000,\"duration\":500}]");
        QCOMPARE(snapshot->ledger().entries().size(), std::size_t{0});
        QCOMPARE(std::string(snapshot->operationOf(SpanRow(0))), "client");
        QCOMPARE(snapshot->spans().depth[1], 1U);
    }

    void anInferredLinkNeverClosesACircle()
    {
        // "a" names the stored "b"; "b" names nobody stored, and "a" says it called b's service all the while.
        const auto snapshot = *opened(
            "[\n"
            "            "
            "{\"traceId\":\"ab\",\"spanId\":\"0a\",\"parentSpanId\":\"0b\",\"serviceName\":\"web\",\"operation\":\"a\","
            "\"timestamp\":\"2026-11-23T15:52:02.900Z\",\"duration\":90,\"neighbors\":[\"db\"]},\n"
            "            "
            "{\"traceId\":\"ab\",\"spanId\":\"0b\",\"parentSpanId\":\"dd\",\"serviceName\":\"db\",\"operation\":\"b\","
            "\"timestamp\":\"2026-11-23T15:52:02.890Z\",\"duration\":10,\"neighbors\":[]}]");
        QCOMPARE(test::brokenPromise(*snapshot), std::string());
        QCOMPARE(snapshot->ledger().count(RepairKind::Cycle), 0U);
        QCOMPARE(snapshot->ledger().count(RepairKind::UnresolvedParent), 1U);
    }

    void filesThatAreNoTracesAreRefusedInWords()
    {
        const test::Folder folder;
        QVERIFY(errorOf("hello").find("is no trace file that Tailspan knows; known are Jaeger JSON, OTLP JSON")
                != std::string::npos);
        QVERIFY(errorOf(std::string(200'000, '\xA7')).find("is no trace file") != std::string::npos);
        QVERIFY(errorOf(std::string(1'000'000, '[')).find("is no trace file") != std::string::npos);
        QVERIFY(errorOf("{\"traceEvents\": []}").find("Chrome trace: not supported yet") != std::string::npos);
        QVERIFY(errorOf("{\"resourceMetrics\": [{\"a\": 1}]}").find("OTLP metrics: not supported yet")
                != std::string::npos);
        const auto missing = openedFiles({folder.path("missing.json")});
        QVERIFY(!missing.has_value() && missing.error().code == ErrorCode::NotFound);
        const auto bomb =
            openedFiles({folder.write("bomb.json.gz", test::gzipped("{\"data\":[" + std::string(66ULL << 20, ' ')))});
        QVERIFY(!bomb.has_value() && bomb.error().code == ErrorCode::LimitReached);
    }

    void aMillionLevelsInsideASpanAreSteppedOver()
    {
        constexpr std::size_t kDepth = 1'000'000;
        const std::string deep = std::string(kDepth, '[') + std::string(kDepth, ']');
        const auto snapshot = *opened(jaegerSpan(kTimes + ",\"tags\":[{\"key\":\"a\",\"value\":" + deep + "}]"));
        QCOMPARE(snapshot->spans().size(), std::size_t{1});
        const auto details = snapshot->details(SpanRow(0));
        QVERIFY(!details.has_value());
        QVERIFY(details.error().text().find("deeper than 256") != std::string::npos);
        const auto lists = opened("[" + deep + ",{\"traceId\":\"ab\",\"id\":\"01\",\"name\":\"n\",\"timestamp\":5}]");
        QVERIFY(lists.has_value() || !lists.error().message.empty());
    }

    void manyProcessesCostNoTime()
    {
        std::string spans;
        std::string processes;
        for (int i = 0; i < 40'000; ++i) {
            const std::string n = std::to_string(i);
            spans += std::string(i == 0 ? "" : ",") + "{\"traceID\":\"ab\",\"spanID\":\"x" + n
                + "\",\"startTime\":1795449122877000,\"duration\":1,\"processID\":\"p" + n + "\"}";
            processes += std::string(i == 0 ? "" : ",") + "\"p" + n + "\":{\"serviceName\":\"service " + n + "\"}";
        }
        QElapsedTimer timer;
        timer.start();
        const auto snapshot =
            *opened("{\"data\":[{\"traceID\":\"ab\",\"spans\":[" + spans + "],\"processes\":{" + processes + "}}]}");
        QVERIFY2(timer.elapsed() < 5'000, qPrintable(QString::number(timer.elapsed())));
        QCOMPARE(snapshot->serviceCount(), std::size_t{40'000});
    }

    void packedFilesAreReadAsPlainOnes()
    {
        const test::Folder folder;
        const std::string text = test::jaegerTraces(3, 400, false);
        const std::string expected = test::drawingOf(**openedFiles({folder.write("plain.json", text)}));
        QVERIFY(test::drawingOf(**openedFiles({folder.write("a.gz", test::gzipped(text))})) == expected);
        QVERIFY(test::drawingOf(**openedFiles({folder.write("a.zst", test::zstandard(text))})) == expected);
        QVERIFY(test::drawingOf(**openedFiles({folder.write("a.bom", "\xEF\xBB\xBF" + text)})) == expected);
        const std::string packed = test::gzipped(text);
        const auto cut =
            openedFiles({folder.write("cut.gz", std::string_view(packed).substr(0, packed.size() * 3 / 4))});
        QVERIFY2(cut.has_value(), cut.has_value() ? "" : cut.error().text().c_str());
        QVERIFY(!(*cut)->inputs()[0].isComplete);
        QVERIFY((*cut)->spans().size() > 100 && (*cut)->spans().size() < 1'200);
    }

    void detailsStandBehindAByteOrderMarkToo()
    {
        const test::Folder folder;
        for (const auto &sample : test::traceSamples()) {
            const auto snapshot = *openedFiles({folder.write("bom", "\xEF\xBB\xBF" + sample.text)});
            for (std::uint32_t row = 0; row < snapshot->spans().size(); ++row)
                QVERIFY2(snapshot->details(SpanRow(row)).has_value(), sample.name.c_str());
        }
    }

    void theSameFileTwiceShowsEachSpanOnce()
    {
        const test::Folder folder;
        for (const auto &sample : test::traceSamples()) {
            if (sample.name == "jaeger, lines") // holds its trace twice
                continue;
            const std::string path = folder.write("file", sample.text);
            const auto snapshot = *openedFiles({path, path});
            QCOMPARE(snapshot->spans().size(), sample.spans);
            QCOMPARE(snapshot->ledger().count(RepairKind::MergedDuplicate), std::uint64_t{sample.spans});
        }
    }

    void filesOfDifferentFormatsShareOneTimeAxis()
    {
        const test::Folder folder;
        const auto samples = test::traceSamples();
        std::vector<std::string> paths;
        for (const std::size_t i : {std::size_t{0}, std::size_t{14}, std::size_t{21}})
            paths.push_back(folder.write("file" + std::to_string(i), samples[i].text));
        const auto snapshot = *openedFiles(paths);
        QCOMPARE(snapshot->inputs().size(), std::size_t{3});
        QCOMPARE(test::brokenPromise(*snapshot), std::string());
        QCOMPARE(snapshot->traces().size(), std::size_t{1}); // all call their trace 00000000000000ab
    }

    void aFileThatChangedUnderUsSaysSo()
    {
        const test::Folder folder;
        const std::string text = test::jaegerTraces(1, 50, false);
        const std::string path = folder.write("changes.json", text);
        const auto snapshot = *openedFiles({path});
        QVERIFY(snapshot->details(SpanRow(5)).has_value());
        folder.write("changes.json", std::string(text.size(), 'x'));
        const auto changed = snapshot->details(SpanRow(5));
        QVERIFY(!changed.has_value());
        QCOMPARE(changed.error().text(),
                 "changes.json: the record is no JSON object any more; if the file has changed, open it again");
        folder.write("changes.json", "{}");
        const auto shorter = snapshot->details(SpanRow(5));
        QVERIFY(!shorter.has_value());
        QVERIFY(shorter.error().text().find("has changed since it was opened; open it again") != std::string::npos);
    }

    void errorsOfDetailsQuoteNothingOfTheFile()
    {
        const test::Folder folder;
        const std::string text = test::jaegerTraces(1, 3, false);
        const auto snapshot = *openedFiles({folder.write("f.json", text)});
        std::string other;
        while (other.size() < text.size())
            other += "{\"Bearer verysecret\" ";
        folder.write("f.json", other);
        for (std::uint32_t row = 0; row < 3; ++row) {
            const auto details = snapshot->details(SpanRow(row));
            QVERIFY(!details.has_value());
            QVERIFY(details.error().text().find("secret") == std::string::npos);
        }
    }

    void tableRowsOfTheWrongWidthAreCountedWithTheFirstLine()
    {
        const auto samples = test::traceSamples();
        const std::string table = samples[21].text;
        QVERIFY(samples[21].name == "table");
        const auto snapshot = *opened(table + "too,few\n" + "a,b,c\n" + table.substr(table.find('\n') + 1));
        QCOMPARE(snapshot->spans().size(), std::size_t{6});
        QCOMPARE(snapshot->inputs()[0].quality.lines(),
                 std::vector<std::string>{"2 rows of the wrong width were skipped, first at line 5"});
        QVERIFY(snapshot->inputs()[0].isComplete);
    }

    void tableColumnsMayStandInAnyOrder()
    {
        const auto snapshot = *opened("neighbors;duration;operation;service_name;timestamp;span_id;trace_id\r\n[];5;o;"
                                      "s;2026-11-23 15:52:02.877;01;ab\r\n");
        QCOMPARE(snapshot->spans().durationNs[0], 5'000'000);
        QCOMPARE(std::string(snapshot->serviceOf(SpanRow(0))), "s");
        QVERIFY(snapshot->details(SpanRow(0)).has_value());
    }

    void damagedCellsDoNotHideARow()
    {
        const auto snapshot = *opened("trace_id,span_id,service_name,operation,timestamp,duration,request\nab,01,s,o,"
                                      "2026-11-23 15:52:02.877,soon,{broken\n");
        QCOMPARE(snapshot->spans().size(), std::size_t{1});
        QVERIFY(snapshot->spans().hasMark(SpanRow(0), kMarkMissingDuration));
        QCOMPARE(snapshot->inputs()[0].quality.count(QualityIssue::NotANumber), 1U);
        const auto details = snapshot->details(SpanRow(0));
        QVERIFY(details.has_value());
        QCOMPARE(details->attributes[0].value, "{broken");
    }
};

QTEST_GUILESS_MAIN(TestTraceFiles)
#include "tst_trace_files.moc"
