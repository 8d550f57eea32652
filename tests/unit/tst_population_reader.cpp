// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/tracefiles/open_trace_files.h"
#include "models/explain/difference_text.h"
#include "models/explain/explanation.h"
#include "models/explain/population_reader.h"
#include "models/trace/span_query.h"
#include "models/trace/span_search.h"
#include "tests/support/spans_from_text.h"

#include <QTest>

#include <algorithm>
#include <set>

using namespace tailspan;
using namespace tailspan::explain;

namespace {

constexpr int kTraces = 900;

std::string tag(const std::string &key, const std::string &value)
{
    return R"({"key":")" + key + R"(","type":"string","value":")" + value + R"("})";
}

std::string jaegerSpan(const std::string &trace, const std::string &id, const std::string &parent, const char *process,
                       const std::string &operation, int durationMs, const std::string &tags)
{
    const std::string reference =
        parent.empty() ? "" : R"({"refType":"CHILD_OF","traceID":")" + trace + R"(","spanID":")" + parent + "\"}";
    return R"({"traceID":")" + trace + R"(","spanID":")" + id + R"(","operationName":")" + operation
        + R"(","references":[)" + reference + R"(],"startTime":1700000000000000,"duration":)"
        + std::to_string(durationMs * 1000) + R"(,"tags":[)" + tags + R"(],"logs":[],"processID":")" + process + "\"}";
}

/// Carts of two gateways; every ninth asks the shop once an item, and is slow.
std::string carts()
{
    std::string spans;
    for (int t = 0; t < kTraces; ++t) {
        const std::string trace = "0000000000000abc0000000000" + std::to_string(100'000 + t);
        const std::string root = "00000000aa" + std::to_string(100'000 + t);
        const bool isSlow = t % 9 == 4;
        const std::string tags = tag("region", t % 4 == 0 ? "eu west" : "us") + "," + tag("password", "canary-password")
            + "," + tag("order.id", "o-" + std::to_string(t)) + "," + tag("note", "Bearer canary-bearer-7f3a")
            + R"(,{"key":"items","type":"int64","value":)" + std::to_string(isSlow ? 40 + t % 20 : t % 30) + "},"
            + tag("duration_ms", std::to_string(t)) + "," + tag("status", isSlow ? "odd\\\"one" : "fine");
        spans += jaegerSpan(trace, root, "", t % 2 == 0 ? "p1" : "p2", "GET /cart", isSlow ? 900 : 20, tags) + ",\n";
        for (int call = 0; call < (isSlow ? 12 : 1); ++call)
            spans += jaegerSpan(trace, "00000000bb" + std::to_string(100'000 + t * 20 + call), root, "p3",
                                "SELECT item", 10, tag("db.system", "postgresql"))
                + ",\n";
    }
    spans.resize(spans.size() - 2);
    return R"({"data":[{"traceID":"0abc","spans":[)" + spans
        + R"(],"processes":{"p1":{"serviceName":"gateway","tags":[)" + tag("host.name", "node-1")
        + R"(]},"p2":{"serviceName":"gateway","tags":[)" + tag("host.name", "node-2")
        + R"(]},"p3":{"serviceName":"shop","tags":[)" + tag("host.name", "node-3") + "]}}}]}";
}

trace::TraceSnapshotPtr opened(std::string text)
{
    Progress progress;
    auto snapshot = tracefiles::openTraceBytes(bytes::sourceFromMemory("carts.json", std::move(text)), {}, progress);
    if (!snapshot.has_value())
        qFatal("%s", snapshot.error().text().c_str());
    return *snapshot;
}

/// The spans of an operation: those of at least 500 ms against the others.
PopulationRows slowOnes(const trace::TraceSnapshot &snapshot, std::string_view operation)
{
    PopulationRows rows;
    for (std::uint32_t row = 0; row < snapshot.spans().size(); ++row) {
        if (snapshot.operationOf(SpanRow(row)) == operation)
            (snapshot.spans().durationNs[row] >= 500'000'000 ? rows.selected : rows.baseline).push_back(row);
    }
    return rows;
}

ReadPopulation readOf(const trace::TraceSnapshot &snapshot, const PopulationRows &rows)
{
    Progress progress;
    auto read = readPopulation(snapshot, rows, {}, progress);
    if (!read.has_value())
        qFatal("%s", read.error().text().c_str());
    return std::move(*read);
}

const Column *columnNamed(const Population &population, std::string_view name)
{
    const auto found = std::ranges::find(population.columns(), name, &Column::name);
    return found == population.columns().end() ? nullptr : &*found;
}

} // namespace

class TestPopulationReader : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatAFileSaysBecomesColumns();
    void theCallsBelowAreFound();
    void aSlowCallBelowIsFound();
    void conditionsFilterTheSameSpans();
    void secretsAreNeverInIt();
    void largeSidesAreSampledEvenly();
    void whatCannotBeReadIsSaid();
    void expressionsForNumbersAreExact_data();
    void expressionsForNumbersAreExact();
    void stoppedIsCancelled();
};

void TestPopulationReader::whatAFileSaysBecomesColumns()
{
    const auto snapshot = opened(carts());
    const ReadPopulation read = readOf(*snapshot, slowOnes(*snapshot, "GET /cart"));
    QCOMPARE(read.population.size(), std::size_t{kTraces});
    QCOMPARE(read.selectedTotal, std::uint64_t{kTraces / 9});
    QCOMPARE(read.unreadCount, std::uint64_t{0});
    const Column *region = columnNamed(read.population, "region");
    QVERIFY(region != nullptr && !region->isNumber);
    QCOMPARE(region->values, (std::vector<std::string>{"us", "eu west"}));
    QCOMPARE(region->counts[Column::kFirstValue + 1], std::uint32_t{kTraces / 4});
    const Column *host = columnNamed(read.population, "host.name"); // of the process
    QVERIFY(host != nullptr);
    QCOMPARE(host->counts[Column::kFirstValue], std::uint32_t{kTraces / 2});
    const Column *items = columnNamed(read.population, "items");
    QVERIFY(items != nullptr && items->isNumber);
    QCOMPARE(items->bounds.front(), 0.0);
    QVERIFY(columnNamed(read.population, "duration_ms") == nullptr);
    std::set<std::string> leftOut;
    for (const Column &column : read.population.leftOut())
        leftOut.insert(column.name);
    QVERIFY(leftOut.contains("order.id"));
    QVERIFY(leftOut.contains("operation")); // the same everywhere
}

void TestPopulationReader::theCallsBelowAreFound()
{
    const auto snapshot = opened(carts());
    const ReadPopulation read = readOf(*snapshot, slowOnes(*snapshot, "GET /cart"));
    const auto result = explain::explain(read.population, read.isSelected, {}, {});
    QVERIFY(result.has_value());
    std::string said;
    for (const Difference &difference : result->differences) {
        said += difference.subject + " = " + difference.value + "; ";
        for (const SameSplit &same : difference.sameAs)
            said += same.subject + " = " + same.value + "; ";
    }
    QVERIFY2(said.find("calls of shop: SELECT item = at least 12") != std::string::npos, said.c_str());
    QVERIFY2(said.find("items = at least 4") != std::string::npos, said.c_str());
    QVERIFY2(said.find("region") == std::string::npos, said.c_str());
    QVERIFY2(said.find("host") == std::string::npos, said.c_str());
}

void TestPopulationReader::aSlowCallBelowIsFound()
{
    std::string drawing;
    for (int t = 0; t < 400; ++t) {
        const bool isSlow = t % 5 == 2;
        drawing += "trace " + std::to_string(10'000 + t) + "\nweb GET /pay @0ms +" + (isSlow ? "900ms" : "60ms")
            + "\n  auth GET /verify @1ms +" + (isSlow ? "850ms" : "20ms") + "\n    db SELECT users @2ms +"
            + (isSlow ? std::to_string(800 + t % 40) : std::to_string(5 + t % 10)) + "ms\n  cache GET cart @3ms +"
            + std::to_string(2 + t % 7) + "ms\n";
    }
    const auto snapshot = test::spansFromText(drawing);
    const ReadPopulation read = readOf(*snapshot, slowOnes(*snapshot, "GET /pay"));
    const auto result = explain::explain(read.population, read.isSelected, {}, {});
    QVERIFY(result.has_value());
    QCOMPARE(result->differences.size(), std::size_t{0}); // it calls the same, only slower
    QVERIFY(!result->slowBelow.empty());
    const Difference &first = result->slowBelow.front();
    QCOMPARE(first.subject + " " + first.value, std::string("time in db: SELECT users at least 802 ms"));
    QCOMPARE(first.selectedCount, std::uint64_t{80});
    QCOMPARE(first.baselineCount, std::uint64_t{0});
}

void TestPopulationReader::conditionsFilterTheSameSpans()
{
    const auto snapshot = opened(carts());
    const ReadPopulation read = readOf(*snapshot, slowOnes(*snapshot, "GET /cart"));
    const Population &population = read.population;
    int checked = 0;
    for (std::uint32_t c = 0; c < population.columns().size(); ++c) {
        const Column &column = population.columns()[c];
        for (std::size_t code = 0; code < column.codeCount(); ++code) {
            if (column.counts[code] == 0)
                continue;
            Clause clause{c, {static_cast<std::uint16_t>(code)}};
            if (column.isNumber && code >= Column::kFirstValue) {
                clause.codes.clear();
                for (std::size_t above = code; above < column.codeCount(); ++above)
                    clause.codes.push_back(static_cast<std::uint16_t>(above));
                clause.low = column.bounds[code - Column::kFirstValue];
            }
            const std::string condition = conditionOf(column, clause);
            if (condition.empty())
                continue;
            const auto query = trace::parseSpanQuery(condition);
            QVERIFY2(query.has_value(), condition.c_str());
            Progress progress;
            const auto hits = trace::searchSpans(*snapshot, *query, 0,
                                                 static_cast<std::uint32_t>(snapshot->spans().size()), {}, progress);
            const std::vector<std::uint8_t> fits = fittingSpans(population, std::span(&clause, 1));
            for (std::size_t i = 0; i < fits.size(); ++i) {
                const bool isHit = std::ranges::binary_search(hits.rows, read.rows[i]);
                QVERIFY2(isHit == (fits[i] != 0), condition.c_str());
            }
            ++checked;
        }
    }
    QVERIFY(checked > 50);
}

void TestPopulationReader::secretsAreNeverInIt()
{
    const auto snapshot = opened(carts());
    const ReadPopulation read = readOf(*snapshot, slowOnes(*snapshot, "GET /cart"));
    std::size_t values = 0;
    for (const std::vector<Column> *columns : {&read.population.columns(), &read.population.leftOut()}) {
        for (const Column &column : *columns) {
            QVERIFY(column.name != "password");
            for (const std::string &value : column.values) {
                QVERIFY2(value.find("canary") == std::string::npos, value.c_str());
                ++values;
            }
        }
    }
    QVERIFY(values > 4);
    QCOMPARE(read.notes, std::vector<std::string>{"Left out: 1 attribute whose values are never shown."});
}

void TestPopulationReader::largeSidesAreSampledEvenly()
{
    const auto snapshot = opened(carts());
    PopulationRows rows = slowOnes(*snapshot, "GET /cart");
    rows.mostPerSide = 200;
    const ReadPopulation read = readOf(*snapshot, rows);
    QCOMPARE(read.population.size(), std::size_t{300});
    QCOMPARE(read.baselineTotal, std::uint64_t{800});
    QCOMPARE(read.notes.front(), std::string("Of 800 other spans 200 were looked at, spread evenly."));
    QVERIFY(std::ranges::is_sorted(read.rows));
    const std::size_t early = static_cast<std::size_t>(
        std::ranges::count_if(read.rows, [&](std::uint32_t row) { return row < snapshot->spans().size() / 2; }));
    QVERIFY(early > 120 && early < 180);
}

void TestPopulationReader::whatCannotBeReadIsSaid()
{
    const auto snapshot = test::spansFromText(R"(
trace aa11
web GET /pay @0ms +120ms
  db SELECT users @10ms +80ms
)");
    PopulationRows rows;
    rows.selected = {0, 0, 77};
    rows.baseline = {1, 0};
    const ReadPopulation read = readOf(*snapshot, rows);
    QCOMPARE(read.rows, (std::vector<std::uint32_t>{0, 1}));
    QCOMPARE(read.isSelected, (std::vector<std::uint8_t>{1, 0}));
    QCOMPARE(read.unreadCount, std::uint64_t{2});
    QVERIFY(read.notes.back().starts_with("The attributes of 2 spans could not be read: "));
}

void TestPopulationReader::expressionsForNumbersAreExact_data()
{
    QTest::addColumn<int>("bound");
    for (const int bound : {0, 1, 9, 10, 19, 99, 100, 109, 999, 1000, 2047})
        QTest::newRow(std::to_string(bound).c_str()) << bound;
}

void TestPopulationReader::expressionsForNumbersAreExact()
{
    QFETCH(int, bound);
    const auto low = TextPattern::compile(atLeastExpression(static_cast<std::uint64_t>(bound)));
    QVERIFY(low.has_value());
    const auto high = TextPattern::compile(belowExpression(static_cast<std::uint64_t>(std::max(bound, 1))));
    QVERIFY(high.has_value());
    for (int number = 0; number < 3000; ++number) {
        QCOMPARE(low->occursIn(std::to_string(number)), number >= bound);
        QCOMPARE(high->occursIn(std::to_string(number)), number < std::max(bound, 1));
    }
}

void TestPopulationReader::stoppedIsCancelled()
{
    const auto snapshot = opened(carts());
    std::stop_source stop;
    stop.request_stop();
    Progress progress;
    const auto read = readPopulation(*snapshot, slowOnes(*snapshot, "GET /cart"), stop.get_token(), progress);
    QVERIFY(!read.has_value() && read.error().code == ErrorCode::Cancelled);
}

QTEST_APPLESS_MAIN(TestPopulationReader)
#include "tst_population_reader.moc"
