// SPDX-License-Identifier: GPL-3.0-or-later
// The Redis source against a real server that holds what the target's collector writes.
#include "tests/support/servers/redis_server.h"
#include "tests/support/snapshot_check.h"
#include "tests/support/source_calls.h"
#include "tests/support/written_file.h"

#include <QTest>

#include <algorithm>

using namespace tailspan;
using namespace tailspan::test;
using sources::ProbeStep;

namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::int64_t kMinuteNs = 60 * kSecondNs;

/// The lists of a dump, "key TAB record" a line, newest first.
std::map<QByteArray, QByteArrayList> listsOf(const std::string &dump)
{
    std::map<QByteArray, QByteArrayList> lists;
    for (const QByteArray &line : QByteArray::fromStdString(dump).split('\n')) {
        const qsizetype tab = line.indexOf('\t');
        if (tab > 0)
            lists[line.left(tab)].prepend(line.mid(tab + 1));
    }
    return lists;
}

std::vector<std::string> idsOf(const sources::SearchPage &page)
{
    std::vector<std::string> ids;
    for (const sources::TraceHit &hit : page.hits)
        ids.push_back(hit.traceId);
    return ids;
}

} // namespace

class TestRedisSource : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void theSampleIsReadAsFromItsFile();
    void aTraceIsFetchedByItsId();
    void aTraceThatIsNotThereIsNotFound();
    void everyConditionOfAQueryHolds();
    void pagesOfASearchAreInOrderAndDoNotOverlap();
    void aLimitKeepsTheNewest();
    void aFullListIsSaidToHaveForgotten();
    void recordsThatAreNoneAreCounted();
    void aKeyOfAnotherTypeIsNamedAndCostsNoOther();
    void aTailBringsEachNewSpanOnce();
    void aTailFindsNewServicesAndSaysWhatWasLost();
    void anIdleTailCostsOneQuestionAList();
    void detailsAreThoseOfTheSpan();
    void theProbeTellsItsSteps();
    void aPrefixAndADatabaseArePartOfTheAddress();
    void namesWithPatternCharactersAreTakenAsTheyAre();
    void nothingButTheListedCommandsIsSent();

private:
    [[nodiscard]] std::string url() const { return "redis://127.0.0.1:" + std::to_string(m_server.port()); }
    [[nodiscard]] bool put(const RecordText &record, int keep = 1'000)
    {
        return m_server.push("traces:" + QByteArray::fromStdString(record.service),
                             {QByteArray::fromStdString(record.text())}, keep);
    }
    [[nodiscard]] bool putSample();

    RedisServer m_server;
};

void TestRedisSource::initTestCase()
{
    TAILSPAN_NEED_SERVER(RedisServer::missing());
    const QString problem = m_server.start({.arguments = {QStringLiteral("--databases"), QStringLiteral("4")}});
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
}

void TestRedisSource::init()
{
    QCOMPARE(m_server.command({"FLUSHALL"}), QByteArray("+OK"));
}

bool TestRedisSource::putSample()
{
    for (const auto &[key, records] : listsOf(testData("azora-traces/sequential/redis-lists.tsv"))) {
        if (!m_server.push(key, records))
            return false;
    }
    return true;
}

void TestRedisSource::theSampleIsReadAsFromItsFile()
{
    QVERIFY(putSample());
    const auto source = sourceOf(url());
    const auto read = fetched(*source, {});
    VERIFY_OK(read);
    const std::string dump = testData("azora-traces/sequential/redis-lists.tsv");
    const auto lines = static_cast<std::uint64_t>(std::count(dump.begin(), dump.end(), '\n'));
    QVERIFY(lines > 100);
    QCOMPARE(read->outcome.spans, lines);
    QCOMPARE(std::uint64_t(read->snapshot->spans().size()), lines);
    QVERIFY2(read->outcome.isComplete, read->outcome.note.c_str());
    QCOMPARE(brokenPromise(*read->snapshot), std::string());
    QCOMPARE(source->cost().rows.load(), lines + 3); // the records, two INFO and SCAN
    QVERIFY(source->cost().bytes > dump.size() / 2);
}

void TestRedisSource::aTraceIsFetchedByItsId()
{
    const std::int64_t now = nowNs();
    for (int i = 0; i < 5; ++i) {
        const std::string id = "t" + std::to_string(i);
        QVERIFY(put({.trace = id, .span = id + "-a", .service = "auth", .endNs = now}));
        QVERIFY(put({.trace = id, .span = id + "-b", .service = "payment", .endNs = now}));
    }
    const auto source = sourceOf(url());
    sources::FetchRequest request;
    request.traceIds = {"t3", "t1"};
    request.query.errorsOnly = true; // whole traces by their ids, whatever the query says
    const auto read = fetched(*source, request);
    VERIFY_OK(read);
    QCOMPARE(read->outcome.spans, std::uint64_t(4));
    QVERIFY(read->snapshot->findTrace("t1") && read->snapshot->findTrace("t3"));
    QVERIFY(read->outcome.isComplete);
}

void TestRedisSource::aTraceThatIsNotThereIsNotFound()
{
    QVERIFY(put({.endNs = nowNs()}));
    const auto source = sourceOf(url());
    sources::FetchRequest request;
    request.traceIds = {"unknown"};
    const auto read = fetched(*source, request);
    QVERIFY(!read);
    QVERIFY(read.error().code == ErrorCode::NotFound);
    const auto details = detailed(*source, {{}, {}, "trace-1", "unknown", "auth", 0});
    QVERIFY(!details);
    QVERIFY(details.error().code == ErrorCode::NotFound);
    QVERIFY(why(details.error()).contains("Redis has forgotten this span"));
}

void TestRedisSource::everyConditionOfAQueryHolds()
{
    const std::int64_t now = nowNs() / 1'000'000 * 1'000'000;
    QVERIFY(put({.trace = "slow", .span = "1", .operation = "GET /slow", .endNs = now, .durationMs = 900}));
    QVERIFY(put({.trace = "failed", .span = "2", .service = "payment", .endNs = now, .statusCode = 500}));
    QVERIFY(put({.trace = "text", .span = "3", .endNs = now, .error = "Deadlock found"}));
    QVERIFY(put({.trace = "odd",
                 .span = "4",
                 .endNs = now,
                 .requestJson = R"({"query":{"r":"7","a.b":true}})",
                 .neighborsJson = R"(["ledger"])"}));
    QVERIFY(put({.trace = "old", .span = "5", .service = "conversation", .endNs = now - 30 * kMinuteNs}));
    const auto source = sourceOf(url());
    using Ids = std::vector<std::string>;
    const auto found = [&](const trace::TraceQuery &query) {
        const auto page = searched(*source, query);
        Ids ids = page ? idsOf(*page) : Ids{page.error().text()};
        std::sort(ids.begin(), ids.end());
        return ids;
    };
    QCOMPARE(found({}), (Ids{"failed", "odd", "old", "slow", "text"}));
    QCOMPARE(found(queryWith([&](auto &q) { q.services = {"payment", "conversation"}; })), (Ids{"failed", "old"}));
    QCOMPARE(found(queryWith([&](auto &q) { q.operations = {"GET /slow"}; })), Ids{"slow"});
    QCOMPARE(found(queryWith([&](auto &q) { q.minDurationNs = 900'000'000; })), Ids{"slow"});
    QCOMPARE(found(queryWith([&](auto &q) { q.maxDurationNs = 899'999'999; })), (Ids{"failed", "odd", "old", "text"}));
    QCOMPARE(found(queryWith([&](auto &q) { q.errorsOnly = true; })), (Ids{"failed", "text"}));
    QCOMPARE(found(queryWith([&](auto &q) { q.traceId = "odd"; })), Ids{"odd"});
    QCOMPARE(found(queryWith([&](auto &q) { q.texts = {"DEADLOCK"}; })), Ids{"text"});
    QCOMPARE(found(queryWith([&](auto &q) { q.texts = {"deadlock", "payment"}; })), Ids{});
    QCOMPARE(found(queryWith([&](auto &q) { q.attributes = {{"request.query.r", "7"}}; })), Ids{"odd"});
    QCOMPARE(found(queryWith([&](auto &q) {
                 q.attributes = {{"request.query.a.b", "true"}, {"neighbors", "ledger"}};
             })),
             Ids{"odd"});
    QCOMPARE(found(queryWith([&](auto &q) { q.attributes = {{"http.status_code", "500"}}; })), Ids{"failed"});
    // Half open: a span that ended at the range's end is outside.
    QCOMPARE(found(queryWith([&](auto &q) {
                 q.range = TimeRange{TimePoint(now - kMinuteNs), TimePoint(now)};
             })),
             Ids{});
    QCOMPARE(found(queryWith([&](auto &q) {
                 q.range = TimeRange{TimePoint(now - 60 * kMinuteNs), TimePoint(now)};
             })),
             Ids{"old"});
}

void TestRedisSource::pagesOfASearchAreInOrderAndDoNotOverlap()
{
    const std::int64_t now = nowNs();
    for (int i = 0; i < 50; ++i) // five traces each share a time
        QVERIFY(put({.trace = "t" + std::to_string(i),
                     .span = std::to_string(i),
                     .endNs = now - i / 5 * kSecondNs,
                     .durationMs = i % 7}));
    const auto source = sourceOf(url());
    for (const auto order : {trace::TraceOrder::Newest, trace::TraceOrder::Longest}) {
        trace::TraceQuery query;
        query.order = order;
        const auto whole = searched(*source, query);
        VERIFY_OK(whole);
        QCOMPARE(whole->hits.size(), std::size_t(50));
        QVERIFY(!whole->next);
        query.traceLimit = 7;
        std::vector<std::string> paged;
        do {
            const auto page = searched(*source, query);
            VERIFY_OK(page);
            QVERIFY(page->hits.size() <= 7);
            for (const std::string &id : idsOf(*page))
                paged.push_back(id);
            query.after = page->next;
        } while (query.after);
        QCOMPARE(paged, idsOf(*whole));
    }
}

void TestRedisSource::aLimitKeepsTheNewest()
{
    const std::int64_t now = nowNs();
    QByteArrayList records;
    for (int i = 0; i < 3'000; ++i)
        records += QByteArray::fromStdString(RecordText{
            .trace = "t" + std::to_string(i), .span = std::to_string(i), .endNs = now - (3'000 - i) * 1'000'000ll}
                                                 .text());
    QVERIFY(m_server.push("traces:auth", records, 5'000));
    const auto source = sourceOf(url() + "?list-limit=5000");
    sources::FetchRequest request;
    request.spanLimit = 10;
    const auto read = fetched(*source, request);
    VERIFY_OK(read);
    QCOMPARE(read->outcome.spans, std::uint64_t(10));
    QVERIFY(!read->outcome.isComplete);
    QCOMPARE(read->outcome.note, std::string("First 10 of more."));
    for (int i = 2'990; i < 3'000; ++i)
        QVERIFY(read->snapshot->findTrace("t" + std::to_string(i)));
}

void TestRedisSource::aFullListIsSaidToHaveForgotten()
{
    const std::int64_t now = nowNs();
    QByteArrayList records;
    for (int i = 0; i < 1'200; ++i)
        records += QByteArray::fromStdString(
            RecordText{.trace = "t", .span = std::to_string(i), .endNs = now - (1'200 - i) * kSecondNs}.text());
    QVERIFY(m_server.push("traces:auth", records));
    const auto source = sourceOf(url());
    const auto all = fetched(*source, {});
    VERIFY_OK(all);
    QCOMPARE(all->outcome.spans, std::uint64_t(1'000));
    QVERIFY(!all->outcome.isComplete);
    QVERIFY2(all->outcome.note.find("has forgotten older ones of auth") != std::string::npos,
             all->outcome.note.c_str());
    // The list reaches back 1,000 s: five minutes are all there, and read no further than they reach.
    const std::uint64_t rows = source->cost().rows;
    sources::FetchRequest recent;
    recent.query.range = TimeRange{TimePoint(now - 5 * kMinuteNs), TimePoint(now + kMinuteNs)};
    const auto some = fetched(*source, recent);
    VERIFY_OK(some);
    QCOMPARE(some->outcome.spans, std::uint64_t(299));
    QVERIFY2(some->outcome.isComplete, some->outcome.note.c_str());
    QVERIFY(source->cost().rows - rows <= 600);
}

void TestRedisSource::recordsThatAreNoneAreCounted()
{
    QVERIFY(put({.span = "first", .endNs = nowNs()}));
    QVERIFY(m_server.push("traces:auth",
                          {"", "{", "nonsense \xff\xfe", "{\"a\":\"unclosed", "[1,2]", "{\"x\":1}",
                           "{\n \"traceId\": \"trace-1\",\r\n \"spanId\": \"pretty\" }"}));
    QVERIFY(put({.span = "last", .endNs = nowNs()}));
    const auto source = sourceOf(url());
    const auto read = fetched(*source, {});
    VERIFY_OK(read);
    QCOMPARE(read->outcome.spans, std::uint64_t(3));
    QCOMPARE(std::size_t(read->snapshot->spans().size()), std::size_t(3));
    QCOMPARE(read->snapshot->inputs()[0].quality.count(QualityIssue::MalformedRecord), std::uint64_t(6));
    const auto page = searched(*source, {});
    VERIFY_OK(page);
    QVERIFY2(page->note.find("6 records could not be understood") != std::string::npos, page->note.c_str());
}

void TestRedisSource::aKeyOfAnotherTypeIsNamedAndCostsNoOther()
{
    QVERIFY(put({.endNs = nowNs()}));
    QCOMPARE(m_server.command({"SET", "traces:odd", "text"}), QByteArray("+OK"));
    const auto source = sourceOf(url());
    const auto read = fetched(*source, {});
    VERIFY_OK(read);
    QCOMPARE(read->outcome.spans, std::uint64_t(1));
    QVERIFY(!read->outcome.isComplete);
    QVERIFY2(read->outcome.note.find("\"traces:odd\"") != std::string::npos, read->outcome.note.c_str());
    sources::TailPosition position;
    const auto tail = tailed(*source, position);
    VERIFY_OK(tail);
    QCOMPARE(tail->outcome.spans, std::uint64_t(1));
    QVERIFY2(tail->outcome.note.find("\"traces:odd\"") != std::string::npos, tail->outcome.note.c_str());
    sources::FetchRequest only;
    only.query.services = {"odd"};
    const auto refused = fetched(*source, only);
    QVERIFY(!refused);
    QVERIFY(refused.error().code == ErrorCode::Malformed);
}

void TestRedisSource::aTailBringsEachNewSpanOnce()
{
    const std::int64_t now = nowNs();
    QVERIFY(put({.span = "old", .endNs = now - 10 * kMinuteNs}));
    QVERIFY(put({.span = "recent", .endNs = now - 10 * kSecondNs}));
    const auto source = sourceOf(url());
    sources::TailPosition position;
    const auto first = tailed(*source, position);
    VERIFY_OK(first);
    QCOMPARE(first->outcome.spans, std::uint64_t(1));
    std::uint64_t came = 0;
    for (int round = 0; round < 10; ++round) {
        for (int i = 0; i < round * 30; ++i)
            QVERIFY(put({.span = std::to_string(round) + "-" + std::to_string(i), .endNs = nowNs()}));
        const auto next = tailed(*source, position);
        VERIFY_OK(next);
        QVERIFY2(next->outcome.isComplete, next->outcome.note.c_str());
        QCOMPARE(next->outcome.spans, std::uint64_t(round * 30));
        came += next->outcome.spans;
    }
    QCOMPARE(came, std::uint64_t(45 * 30));
    // The position is the caller's: another connection goes on where this one ended.
    QVERIFY(put({.span = "after", .endNs = nowNs()}));
    const auto other = sourceOf(url());
    const auto after = tailed(*other, position);
    VERIFY_OK(after);
    QCOMPARE(after->outcome.spans, std::uint64_t(1));
}

void TestRedisSource::aTailFindsNewServicesAndSaysWhatWasLost()
{
    QVERIFY(put({.span = "begin", .endNs = nowNs()}, 20));
    const auto source = sourceOf(url());
    sources::TailPosition position;
    VERIFY_OK(tailed(*source, position));
    for (int i = 0; i < 50; ++i) // the list is trimmed to 20 meanwhile
        QVERIFY(put({.span = std::to_string(i), .endNs = nowNs()}, 20));
    QVERIFY(put({.span = "new", .service = "payment", .endNs = nowNs()}));
    const auto torn = tailed(*source, position);
    VERIFY_OK(torn);
    QCOMPARE(torn->outcome.spans, std::uint64_t(20));
    QVERIFY(!torn->outcome.isComplete);
    QVERIFY2(torn->outcome.note.find("Spans of auth were lost") != std::string::npos, torn->outcome.note.c_str());
    QTest::qWait(5'100);
    const auto later = tailed(*source, position);
    VERIFY_OK(later);
    QCOMPARE(later->outcome.spans, std::uint64_t(1));
    QVERIFY(later->outcome.isComplete);
}

void TestRedisSource::anIdleTailCostsOneQuestionAList()
{
    for (const char *service : {"auth", "payment", "analytics"})
        QVERIFY(put({.service = service, .endNs = nowNs()}));
    const auto source = sourceOf(url());
    sources::TailPosition position;
    VERIFY_OK(tailed(*source, position));
    const std::uint64_t before = source->cost().queries;
    for (int i = 0; i < 10; ++i)
        VERIFY_OK(tailed(*source, position));
    QCOMPARE(source->cost().queries.load() - before, std::uint64_t(30));
}

void TestRedisSource::detailsAreThoseOfTheSpan()
{
    QVERIFY(putSample());
    const auto source = sourceOf(url());
    const auto read = fetched(*source, {});
    VERIFY_OK(read);
    const trace::TraceSnapshot &snapshot = *read->snapshot;
    for (std::uint32_t row = 0; row < snapshot.spans().size(); row += 97) {
        const SpanRow span(row);
        trace::SpanAddress address;
        address.traceId = snapshot.traceIdText(snapshot.traceOf(span));
        address.spanId = snapshot.spanIdText(span);
        address.service = row % 2 == 0 ? std::string(snapshot.serviceOf(span)) : std::string();
        const auto details = detailed(*source, address);
        VERIFY_OK(details);
        QVERIFY(details->rawRecord.find(address.spanId) != std::string::npos);
        QVERIFY(!details->attributes.empty());
    }
}

void TestRedisSource::theProbeTellsItsSteps()
{
    const std::int64_t now = nowNs();
    for (int i = 0; i < 100; ++i)
        QVERIFY(put({.span = std::to_string(i), .endNs = now - (100 - i) * kMinuteNs}));
    QVERIFY(put({.service = "payment", .endNs = now}));
    const auto source = sourceOf(url());
    const Probed probe = probed(*source);
    VERIFY_OK(probe.outcome);
    std::vector<std::string> titles;
    for (const ProbeStep &step : probe.steps)
        titles.push_back(step.title);
    QCOMPARE(titles,
             (std::vector<std::string>{"name resolved", "connected", "TLS verified", "authenticated", "read-only user",
                                       "2 services have traces", "60 spans in the last hour"}));
    QVERIFY(probe.step("TLS")->state == ProbeStep::State::Skipped);
    QVERIFY(probe.step("read-only")->state == ProbeStep::State::Warning);
    QVERIFY(probe.step("services")->text == "auth and payment");
    QCOMPARE(m_server.command({"FLUSHALL"}), QByteArray("+OK"));
    const Probed empty = probed(*source);
    VERIFY_OK(empty.outcome);
    QVERIFY(empty.step("0 services have traces")->state == ProbeStep::State::Warning);
}

void TestRedisSource::aPrefixAndADatabaseArePartOfTheAddress()
{
    QCOMPARE(m_server.command({"SELECT", "2"}), QByteArray("+OK"));
    const bool isPut =
        m_server.push("prod:traces:auth", {QByteArray::fromStdString(RecordText{.endNs = nowNs()}.text())});
    QCOMPARE(m_server.command({"SELECT", "0"}), QByteArray("+OK"));
    QVERIFY(isPut);
    const auto source = sourceOf(url() + "/2?prefix=prod:");
    const auto read = fetched(*source, {});
    VERIFY_OK(read);
    QCOMPARE(read->outcome.spans, std::uint64_t(1));
    const auto none = fetched(*sourceOf(url() + "/9"), {});
    QVERIFY(!none);
    QVERIFY2(none.error().code == ErrorCode::NotFound && why(none.error()).contains("no database 9"),
             why(none.error()).constData());
    const auto odd = fetched(*sourceOf(url() + "/two"), {});
    QVERIFY(!odd);
    QVERIFY(odd.error().code == ErrorCode::Unsupported);
}

void TestRedisSource::namesWithPatternCharactersAreTakenAsTheyAre()
{
    const QByteArray record = QByteArray::fromStdString(RecordText{.endNs = nowNs()}.text());
    for (const char *key : {"a*[x]?\\:traces:auth", "ab[x]c\\:traces:auth", "a:traces:auth"})
        QVERIFY(m_server.push(key, {record}));
    const auto source = sourceOf(url() + "?prefix=a*%5Bx%5D%3F%5C:");
    const auto read = fetched(*source, {});
    VERIFY_OK(read);
    QCOMPARE(read->outcome.spans, std::uint64_t(1));
}

void TestRedisSource::nothingButTheListedCommandsIsSent()
{
    QVERIFY(putSample());
    (void)m_server.takeSent();
    const auto source = sourceOf(url());
    VERIFY_OK(probed(*source).outcome);
    VERIFY_OK(searched(*source, queryWith([&](auto &q) { q.texts = {"\r\nFLUSHALL\r\n"}; })));
    VERIFY_OK(searched(*source, queryWith([&](auto &q) { q.services = {"auth\r\nDEL traces:auth\r\n"}; })));
    VERIFY_OK(fetched(*source, {}));
    sources::TailPosition position;
    VERIFY_OK(tailed(*source, position));
    QVERIFY(!detailed(*source, {{}, {}, "", "x\r\nFLUSHALL\r\n", "auth", 0}));
    const QString sent = m_server.takeSent().join(QLatin1Char('\n')); // what is not listed fails the program
    for (const char *name : {"\"SCAN\"", "\"LRANGE\"", "\"LLEN\"", "\"PING\"", "\"CLIENT\" \"SETNAME\"", "\"INFO\""})
        QVERIFY2(sent.contains(QLatin1String(name)), name);
    QCOMPARE(m_server.takeForbidden(), QStringList());
    QCOMPARE(m_server.command({"EXISTS", "traces:auth"}), QByteArray(":1"));
}

QTEST_GUILESS_MAIN(TestRedisSource)
#include "tst_redis_source.moc"
