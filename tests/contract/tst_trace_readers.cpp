// SPDX-License-Identifier: GPL-3.0-or-later
// Every reader of the list: the same small trace in each of its forms, cut off, damaged, in blocks of any size.
#include "app/tracefiles/open_trace_files.h"
#include "tests/support/snapshot_check.h"
#include "tests/support/trace_samples.h"
#include "tests/support/written_file.h"

#include <QTest>

#include <algorithm>
#include <random>
#include <set>

using namespace tailspan;
using namespace tailspan::trace;
using test::TraceSample;

namespace {

Result<TraceSnapshotPtr> opened(const std::string &text)
{
    Progress progress;
    return tracefiles::openTraceBytes(bytes::sourceFromMemory("sample", text), {}, progress);
}

/// The reader asked directly, with blocks of a size and a number of workers.
std::string drawingInBlocks(const std::string &text, std::size_t blockBytes, unsigned workers)
{
    Progress progress;
    TraceBuilder builder;
    const tracefiles::TraceReader *reader =
        tracefiles::sniffTraceFormat({text.substr(0, bytes::kHeadBytes), text.size() <= bytes::kHeadBytes});
    if (reader == nullptr)
        return "no reader";
    const std::uint16_t input = builder.addInput({});
    const auto outcome =
        reader->read({bytes::sourceFromMemory("sample", text), builder, input, {}, progress, workers, blockBytes});
    if (!outcome.has_value())
        return outcome.error().text();
    std::string quality;
    for (const std::string &line : builder.input(input).quality.lines())
        quality += line + "\n";
    const auto snapshot = builder.build({}, progress);
    return test::drawingOf(**snapshot) + quality;
}

std::string textOfQuality(const TraceSnapshot &snapshot)
{
    std::string text;
    for (const TraceInput &input : snapshot.inputs()) {
        for (const std::string &line : input.quality.lines())
            text += line + "\n";
    }
    return text;
}

SpanRow rowOf(const TraceSnapshot &snapshot, std::string_view operation)
{
    for (std::uint32_t row = 0; row < snapshot.spans().size(); ++row) {
        if (snapshot.operationOf(SpanRow(row)) == operation)
            return SpanRow(row);
    }
    return SpanRow();
}

void addSamples()
{
    QTest::addColumn<int>("number");
    const auto samples = test::traceSamples();
    for (std::size_t i = 0; i < samples.size(); ++i)
        QTest::newRow(samples[i].name.c_str()) << static_cast<int>(i);
}

TraceSample sampleOf(int number)
{
    return test::traceSamples()[static_cast<std::size_t>(number)];
}

} // namespace

class TestTraceReaders : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyReaderHasASample()
    {
        std::set<std::string> sampled;
        for (const TraceSample &sample : test::traceSamples())
            sampled.insert(sample.formatId);
        for (const auto &reader : tracefiles::allTraceReaders()) {
            QVERIFY2(sampled.contains(reader->info().id), reader->info().id);
            QVERIFY(*reader->info().title != '\0' && *reader->info().description != '\0');
        }
    }

    void theTraceIsReadWhole_data() { addSamples(); }
    void theTraceIsReadWhole()
    {
        QFETCH(int, number);
        const TraceSample sample = sampleOf(number);
        const tracefiles::TraceReader *reader = tracefiles::sniffTraceFormat({sample.text, true});
        QVERIFY(reader != nullptr);
        QCOMPARE(std::string(reader->info().id), sample.formatId);
        const auto snapshot = opened(sample.text);
        QVERIFY2(snapshot.has_value(), snapshot.has_value() ? "" : snapshot.error().text().c_str());
        const TraceSnapshot &s = **snapshot;
        QCOMPARE(test::brokenPromise(s), std::string());
        QCOMPARE(s.spans().size(), sample.spans);
        QCOMPARE(textOfQuality(s), std::string());
        QVERIFY(s.inputs()[0].isComplete);
        QCOMPARE(s.traces().size(), std::size_t{1});
        QCOMPARE(s.traces()[0].startNs, 1'795'449'122'877'000'000);
        QCOMPARE(s.traces()[0].durationNs, 9'000'000);
        const SpanRow root = rowOf(s, "GET /pay");
        const SpanRow query = rowOf(s, "SELECT");
        QCOMPARE(std::string(s.serviceOf(root)), "web");
        QCOMPARE(std::string(s.serviceOf(query)), "db");
        QCOMPARE(std::string(s.serviceOf(rowOf(s, "verify"))), "auth");
        QVERIFY(s.spans().isRoot(root));
        QCOMPARE(std::string(s.operationOf(s.spans().parentOf(query))), "GET /pay");
        QCOMPARE(std::string(s.operationOf(s.spans().parentOf(rowOf(s, "verify")))), "GET /pay");
        QVERIFY(s.spans().isError(query) && !s.spans().isError(root));
        QCOMPARE(s.spans().durationNs[query.value()], 2'000'000);
    }

    void detailsAreReadBackFromTheFile_data() { addSamples(); }
    void detailsAreReadBackFromTheFile()
    {
        QFETCH(int, number);
        const TraceSample sample = sampleOf(number);
        const auto snapshot = *opened(sample.text);
        const SpanRow root = rowOf(*snapshot, "GET /pay");
        const auto masked = snapshot->details(root);
        const auto revealed = snapshot->details(root, Secrets::Revealed);
        QVERIFY2(masked.has_value(), masked.has_value() ? "" : masked.error().text().c_str());
        const bool isRecord = sample.formatId.starts_with("span-");
        const auto has = [](const std::vector<Attribute> &attributes, const char *key, const std::string &value) {
            return std::any_of(attributes.begin(), attributes.end(),
                               [&](const Attribute &a) { return a.key == key && a.value == value; });
        };
        if (isRecord) {
            QVERIFY(has(masked->attributes, "request.path", "/pay"));
            QVERIFY(has(masked->attributes, "http.status_code", "200"));
            QVERIFY(has(revealed->attributes, "request.body.card", "s3cret"));
            QVERIFY(has(revealed->resource, "metadata.ip", "10.0.0.1"));
        } else {
            QVERIFY(has(masked->attributes, "http.method", "GET"));
            QVERIFY(has(revealed->attributes, "password", "hunter2"));
            QVERIFY(has(masked->resource, sample.formatId == "zipkin-json" ? "ipv4" : "host",
                        sample.formatId == "zipkin-json" ? "10.0.0.1" : "h1"));
            QCOMPARE(masked->events.size(), std::size_t{1});
            QCOMPARE(masked->events[0].name, "begin");
            QCOMPARE(masked->events[0].time.ns(), 1'795'449'122'877'100'000);
            QVERIFY(sample.formatId == "zipkin-json" || has(masked->events[0].attributes, "n", "7"));
            QVERIFY(snapshot->spans().hasMark(root, kMarkHasEvents));
        }
        if (sample.formatId == "otlp-json") {
            QCOMPARE(masked->links.size(), std::size_t{1});
            QCOMPARE(masked->links[0].spanId, "00000000000000ef");
            QVERIFY(snapshot->spans().hasMark(root, kMarkHasLinks));
        }
        for (const char *secret : {"hunter2", "s3cret", "10.0.0.1\"}"}) {
            QVERIFY2(masked->rawRecord.find(secret) == std::string::npos || sample.formatId == "zipkin-json",
                     masked->rawRecord.c_str());
            for (const Attribute &attribute : masked->attributes)
                QVERIFY(attribute.value.find(secret) == std::string::npos);
        }
        QVERIFY(revealed->rawRecord.find(isRecord ? "s3cret" : "hunter2") != std::string::npos);
    }

    void whatWasWholeIsKeptWhereverTheFileEnds_data() { addSamples(); }
    void whatWasWholeIsKeptWhereverTheFileEnds()
    {
        QFETCH(int, number);
        const TraceSample sample = sampleOf(number);
        std::size_t most = 0;
        for (std::size_t length = 1 + static_cast<std::size_t>(number) % 3; length < sample.text.size(); length += 3) {
            const auto snapshot = opened(sample.text.substr(0, length));
            if (!snapshot.has_value()) {
                QVERIFY(!snapshot.error().message.empty());
                QVERIFY2(most == 0,
                         ("nothing is left at " + std::to_string(length) + ": " + snapshot.error().text()).c_str());
                continue;
            }
            const std::size_t spans = (*snapshot)->spans().size();
            if (sample.formatId == "span-table-csv") // a row may look whole at a quote and not one byte later
                most = static_cast<std::size_t>(std::max<std::ptrdiff_t>(
                           1,
                           std::count(sample.text.begin(), sample.text.begin() + static_cast<std::ptrdiff_t>(length),
                                      '\n')))
                    - 1;
            QVERIFY2(spans >= most, ("fewer spans at " + std::to_string(length)).c_str());
            QCOMPARE(test::brokenPromise(**snapshot), std::string());
            most = sample.formatId == "span-table-csv" ? 0 : spans;
            const bool mayBeWhole = spans == sample.spans || sample.text[length] == '\n'
                || sample.text[length - 1] == '\n' || sample.name.find("lines") != std::string::npos
                || sample.formatId == "span-table-csv" || sample.name == "records, redis";
            QVERIFY2(!(*snapshot)->inputs()[0].isComplete || mayBeWhole,
                     ("said to be complete at " + std::to_string(length)).c_str());
        }
        QVERIFY(most + 1 >= sample.spans || sample.formatId == "span-table-csv");
    }

    void blocksOfAnySizeGiveTheSameSnapshot_data() { addSamples(); }
    void blocksOfAnySizeGiveTheSameSnapshot()
    {
        QFETCH(int, number);
        const TraceSample sample = sampleOf(number);
        const std::string expected = drawingInBlocks(sample.text, sample.text.size() * 2, 1);
        for (const std::size_t blockBytes :
             {std::size_t{16}, std::size_t{77}, std::size_t{300}, std::size_t{1'000}, sample.text.size()}) {
            for (const unsigned workers : {1U, 2U, 5U})
                QVERIFY2(drawingInBlocks(sample.text, blockBytes, workers) == expected,
                         std::to_string(blockBytes).c_str());
        }
    }

    void largerFilesGiveTheSameSnapshotInBlocks()
    {
        for (const bool isPretty : {false, true}) {
            for (const std::size_t traces : {std::size_t{1}, std::size_t{9}}) {
                const std::string text = test::jaegerTraces(traces, 900 / traces, isPretty);
                const std::string expected = drawingInBlocks(text, text.size() * 2, 1);
                for (const std::size_t blockBytes : {std::size_t{600}, std::size_t{5'000}, std::size_t{64'000}}) {
                    for (const unsigned workers : {1U, 2U, 4U})
                        QVERIFY(drawingInBlocks(text, blockBytes, workers) == expected);
                }
            }
        }
    }

    void aDamagedLineCostsNoOther()
    {
        for (const TraceSample &sample : test::traceSamples()) {
            const bool isByLine = sample.name.find("lines") != std::string::npos || sample.name == "records, redis";
            if (!isByLine)
                continue;
            // Many good lines, and between them lines that break off inside a string, an object, or are junk.
            const std::string line = sample.text.substr(0, sample.text.find('\n'));
            std::string text;
            for (int i = 0; i < 30; ++i) {
                text += sample.text;
                if (i % 7 == 3)
                    text += line.substr(0, line.size() / 2 + static_cast<std::size_t>(i)) + "\n";
                if (i % 7 == 5)
                    text += "junk \\\" ]]} \x01\x02 \"\n";
            }
            for (const std::size_t blockBytes : {std::size_t{500}, std::size_t{5'000}, text.size() * 2}) {
                Progress progress;
                TraceBuilder builder;
                const tracefiles::TraceReader *reader =
                    tracefiles::sniffTraceFormat({text.substr(0, bytes::kHeadBytes), false});
                const std::uint16_t input = builder.addInput({});
                QVERIFY(reader->read({bytes::sourceFromMemory("s", text), builder, input, {}, progress, 2, blockBytes})
                            .has_value());
                QVERIFY2(builder.spanCount() >= 30 * sample.spans,
                         (sample.name + std::to_string(builder.spanCount())).c_str());
                QVERIFY(builder.input(input).isComplete);
                QVERIFY(builder.input(input).quality.count(QualityIssue::MalformedRecord) >= 4);
            }
        }
    }

    void junkBetweenTheSpansOfAListIsSteppedOver()
    {
        const std::string span =
            R"({"traceId":"00000000000000ab","id":"000000000000000N","name":"n","timestamp":1795449122877000,"duration":5})";
        const auto numbered = [&](char digit) {
            std::string text = span;
            text[text.find('N')] = digit;
            return text;
        };
        const std::string text = "[" + numbered('1')
            + ", 17, \"text\", null, [], [3, {}], {}, {\"other\": [1, {\"a\": 2}]}, " + std::string(1, '\0') + ", "
            + numbered('2') + "," + numbered('3') + "]";
        const auto snapshot = *opened(text);
        QCOMPARE(snapshot->spans().size(), std::size_t{3});
        QVERIFY(snapshot->inputs()[0].isComplete);
        QVERIFY(snapshot->inputs()[0].quality.count(QualityIssue::MalformedRecord) >= 6);
    }

    void textThatIsNotUtf8IsReplacedAndCounted()
    {
        for (const TraceSample &sample : test::traceSamples()) {
            std::string text = sample.text;
            text.replace(text.find("SELECT"), 6,
                         "SEL\xFF\xC3"
                         "T");
            const auto snapshot = *opened(text);
            QCOMPARE(snapshot->spans().size(), sample.spans);
            QVERIFY2(rowOf(*snapshot, "SEL\xEF\xBF\xBD\xEF\xBF\xBDT").isValid(), sample.name.c_str());
            QVERIFY(snapshot->inputs()[0].quality.count(QualityIssue::InvalidUtf8) >= 2);
            QVERIFY(snapshot->details(rowOf(*snapshot, "verify")).has_value());
        }
    }

    void markupStaysPlainText()
    {
        std::string bomb;
        for (int i = 0; i < 16; ++i)
            bomb += "<table><tr><td>";
        std::string text = test::traceSamples().front().text;
        text.replace(text.find("SELECT"), 6, bomb);
        QVERIFY(rowOf(**opened(text), bomb).isValid());
    }
};

QTEST_GUILESS_MAIN(TestTraceReaders)
#include "tst_trace_readers.moc"
