// SPDX-License-Identifier: GPL-3.0-or-later
// The attributes of many spans from real stores: few questions, no bodies, no secrets, the same as of one span.
#include "app/sources/source_set.h"
#include "models/explain/population_reader.h"
#include "tests/sim/mesh.h"
#include "tests/support/servers/postgres_server.h"
#include "tests/support/servers/redis_server.h"
#include "tests/support/source_calls.h"

#include <QTest>

#include <algorithm>
#include <numeric>

using namespace tailspan;
using namespace tailspan::test;
using namespace Qt::StringLiterals;

namespace {

constexpr int kRecords = 2500; // more than one statement asks for
constexpr const char *kBodyMark = "mark-of-a-body";

/// What the collector writes, with secrets wherever it writes them.
RecordText recordAt(int i, std::int64_t nowNs)
{
    RecordText record;
    record.trace = "4bf92f3577b34da6a3ce929d" + std::to_string(10'000'000 + i / 5);
    record.span = "00f067aa" + std::to_string(10'000'000 + i);
    record.service = i % 2 == 0 ? "auth" : "payment";
    record.operation = "POST /pay";
    record.endNs = nowNs - i * 1'000'000;
    record.durationMs = 5 + i % 7;
    record.statusCode = i % 10 == 0 ? 503 : 200;
    record.error = i % 10 == 0 ? "Bearer canary-bearer-7f3a was refused" : "";
    record.requestJson = R"({"method":"POST","path":"/pay","query":{"access_token":"canary-query-e810","region":")"
        + std::string(i % 4 == 0 ? "eu" : "us")
        + R"("},"headers":{"authorization":"Bearer canary-bearer-7f3a","cookie":"sid=canary-cookie-91c2"},"body":{"password":"canary-password-c4e6","x":"mark-of-a-body"}})";
    record.responseJson = R"({"statusCode":200,"body":{"token":"canary-token-2b9f","x":"mark-of-a-body"}})";
    record.metadataJson = R"({"host":"node-)" + std::to_string(i % 3) + R"(","apiKey":"canary-apikey-5d08"})";
    record.neighborsJson = "[]";
    return record;
}

std::string valueOf(const std::vector<trace::Attribute> &attributes, std::string_view key)
{
    const auto found = std::ranges::find(attributes, key, &trace::Attribute::key);
    return found == attributes.end() ? "" : found->value;
}

bool hasSecret(std::string_view text)
{
    return text.find(kBodyMark) != text.npos
        || std::ranges::any_of(sim::kSecrets, [&](const char *secret) { return text.find(secret) != text.npos; });
}

} // namespace

class TestManyDetails : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void everySpanIsGivenOnceAndAsAlone_data();
    void everySpanIsGivenOnceAndAsAlone();
    void aPopulationOfAStoreHasItsAttributes_data() { everySpanIsGivenOnceAndAsAlone_data(); }
    void aPopulationOfAStoreHasItsAttributes();
    void spansThatAreGoneAreSaid_data() { everySpanIsGivenOnceAndAsAlone_data(); }
    void spansThatAreGoneAreSaid();
    void aStopIsHeard_data() { everySpanIsGivenOnceAndAsAlone_data(); }
    void aStopIsHeard();
    void postgresIsAskedAFewTimesWithoutBodies();
    void columnsOfOtherTypesAreTaken();
    void redisListsAreReadOnce();
    void spansThatRedisForgotAreNoDifference();

private:
    [[nodiscard]] sources::SourceToOpen store(const QString &name) const
    {
        return name == u"redis"_s
            ? storeOf("redis://127.0.0.1:" + std::to_string(m_redis.port()))
            : storeOf("postgresql://reader@127.0.0.1:" + std::to_string(m_postgres.port()) + "/postgres", "reader-pw");
    }
    /// All spans of a store, whose details come from it.
    [[nodiscard]] trace::TraceSnapshotPtr snapshotOf(sources::SourceSet &set) const
    {
        Progress progress;
        trace::LiveWindow window(set.inputs(), 100'000);
        set.fetch({}, {}, progress).addTo(window);
        const auto snapshot = window.snapshot({}, progress);
        return snapshot.has_value() ? *snapshot : nullptr;
    }
    static std::vector<trace::SpanAddress> addressesOf(const trace::TraceSnapshot &snapshot)
    {
        std::vector<trace::SpanAddress> addresses;
        for (std::uint32_t row = 0; row < snapshot.spans().size(); ++row)
            addresses.push_back(snapshot.addressOf(SpanRow(row)));
        return addresses;
    }

    PostgresServer m_postgres;
    RedisServer m_redis;
};

void TestManyDetails::initTestCase()
{
    TAILSPAN_NEED_SERVER(PostgresServer::missing());
    TAILSPAN_NEED_SERVER(RedisServer::missing());
    QCOMPARE(m_postgres.start({}), QString());
    QCOMPARE(m_redis.start({}), QString());
    QCOMPARE(m_postgres.makeTargetTable(), QString());
    const std::int64_t now = nowNs();
    std::map<std::string, QByteArrayList> lists;
    for (int i = 0; i < kRecords; ++i) {
        const RecordText record = recordAt(i, now);
        lists[record.service].append(QByteArray::fromStdString(record.text()));
    }
    for (const auto &[service, records] : lists)
        QVERIFY(m_redis.push("traces:" + QByteArray::fromStdString(service), records, 10'000));
    for (int i = 0; i < kRecords; i += 100) {
        QString values;
        for (int k = i; k < i + 100; ++k) {
            const RecordText record = recordAt(k, now);
            values += u"%1('%2','%3','%4','%5',to_timestamp(%6),%7,%8,'%9',"_s.arg(k == i ? u""_s : u","_s)
                          .arg(QString::fromStdString(record.trace), QString::fromStdString(record.span),
                               QString::fromStdString(record.service), QString::fromStdString(record.operation))
                          .arg(record.endNs / 1'000'000'000)
                          .arg(record.durationMs)
                          .arg(record.statusCode)
                          .arg(QString::fromStdString(record.requestJson))
                + u"'%1','%2','%3','%4')"_s.arg(
                    QString::fromStdString(record.responseJson), QString::fromStdString(record.error),
                    QString::fromStdString(record.metadataJson), QString::fromStdString(record.neighborsJson));
        }
        QCOMPARE(
            m_postgres.sql(u"INSERT INTO distributed_traces(trace_id, span_id, service_name, operation, timestamp, "
                           "duration, status_code, request, response, error, metadata, neighbors) VALUES "_s
                           + values),
            QString());
    }
}

void TestManyDetails::everySpanIsGivenOnceAndAsAlone_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("PostgreSQL") << u"postgresql"_s;
    QTest::newRow("Redis") << u"redis"_s;
}

void TestManyDetails::everySpanIsGivenOnceAndAsAlone()
{
    QFETCH(QString, name);
    sources::SourceSet set({store(name)});
    const auto snapshot = snapshotOf(set);
    QVERIFY(snapshot != nullptr);
    QCOMPARE(snapshot->spans().size(), std::size_t{kRecords});
    const std::vector<trace::SpanAddress> addresses = addressesOf(*snapshot);
    std::vector<trace::SpanDetails> given(addresses.size());
    std::vector<int> times(addresses.size());
    Progress progress;
    const auto take = [&](std::size_t number, const trace::SpanDetails &details) {
        given[number] = details;
        ++times[number];
    };
    VERIFY_OK(snapshot->inputs().front().details->visitDetails(addresses, take, {}, progress));
    QVERIFY(std::ranges::all_of(times, [](int count) { return count == 1; }));
    QCOMPARE(progress.done.load(), std::uint64_t{kRecords});
    for (const trace::SpanDetails &details : given) {
        QVERIFY(details.rawRecord.empty());
        for (const auto *attributes : {&details.attributes, &details.resource}) {
            for (const trace::Attribute &attribute : *attributes)
                QVERIFY2(!hasSecret(attribute.key) && !hasSecret(attribute.value), attribute.key.c_str());
        }
    }
    for (std::uint32_t row = 0; row < given.size(); row += 97) {
        const auto alone = snapshot->details(SpanRow(row));
        VERIFY_OK(alone);
        for (const char *key : {"request.method", "request.path", "request.query.region", "http.status_code", "error"})
            QCOMPARE(valueOf(given[row].attributes, key), valueOf(alone->attributes, key));
        QCOMPARE(valueOf(given[row].resource, "metadata.host"), valueOf(alone->resource, "metadata.host"));
        QVERIFY(!valueOf(given[row].attributes, "request.query.region").empty());
    }
}

void TestManyDetails::aPopulationOfAStoreHasItsAttributes()
{
    QFETCH(QString, name);
    sources::SourceSet set({store(name)});
    const auto snapshot = snapshotOf(set);
    explain::PopulationRows rows;
    for (std::uint32_t row = 0; row < snapshot->spans().size(); ++row)
        (row % 2 == 0 ? rows.selected : rows.baseline).push_back(row);
    Progress progress;
    const auto read = explain::readPopulation(*snapshot, rows, {}, progress);
    VERIFY_OK(read);
    QCOMPARE(read->unreadCount, std::uint64_t{0});
    std::map<std::string, const explain::Column *> columns;
    for (const explain::Column &column : read->population.columns()) {
        columns[column.name] = &column;
        for (const std::string &value : column.values)
            QVERIFY2(!hasSecret(value), value.c_str());
    }
    QVERIFY(columns.contains("request.query.region"));
    QCOMPARE(columns["request.query.region"]->values, (std::vector<std::string>{"us", "eu"}));
    QCOMPARE(columns["request.query.region"]->counts[3], std::uint32_t{kRecords / 4});
    QVERIFY(columns.contains("metadata.host"));
    QVERIFY(columns.contains("http.status_code"));
    QVERIFY(!columns.contains("metadata.apiKey"));
}

void TestManyDetails::spansThatAreGoneAreSaid()
{
    QFETCH(QString, name);
    sources::SourceSet set({store(name)});
    const auto snapshot = snapshotOf(set);
    std::vector<trace::SpanAddress> addresses = addressesOf(*snapshot);
    addresses.resize(3);
    addresses[1].spanId = "ffffffffffffffff";
    std::vector<std::size_t> given;
    Progress progress;
    VERIFY_OK(snapshot->inputs().front().details->visitDetails(
        addresses, [&](std::size_t number, const trace::SpanDetails &) { given.push_back(number); }, {}, progress));
    std::ranges::sort(given);
    QCOMPARE(given, (std::vector<std::size_t>{0, 2}));
}

void TestManyDetails::aStopIsHeard()
{
    QFETCH(QString, name);
    sources::SourceSet set({store(name)});
    const auto snapshot = snapshotOf(set);
    const std::vector<trace::SpanAddress> addresses = addressesOf(*snapshot);
    std::stop_source stop;
    std::size_t given = 0;
    Progress progress;
    const auto read = snapshot->inputs().front().details->visitDetails(
        addresses,
        [&](std::size_t, const trace::SpanDetails &) {
            ++given;
            stop.request_stop();
        },
        stop.get_token(), progress);
    QVERIFY(!read.has_value() && read.error().code == ErrorCode::Cancelled);
    QVERIFY(given < addresses.size());
}

void TestManyDetails::postgresIsAskedAFewTimesWithoutBodies()
{
    const auto source =
        sourceOf("postgresql://reader@127.0.0.1:" + std::to_string(m_postgres.port()) + "/postgres", "reader-pw");
    sources::SourceSet set({store(u"postgresql"_s)});
    const std::vector<trace::SpanAddress> addresses = addressesOf(*snapshotOf(set));
    Progress progress;
    std::size_t given = 0;
    const std::uint64_t before = source->cost().queries;
    VERIFY_OK(source->manyDetails(addresses,
                                  [&](std::size_t, const trace::SpanDetails &details) {
                                      ++given; // not masked yet: the server itself has left bodies and headers out
                                      for (const trace::Attribute &attribute : details.attributes) {
                                          QVERIFY2(!attribute.key.starts_with("request.body")
                                                       && !attribute.key.starts_with("request.headers")
                                                       && !attribute.key.starts_with("response.body"),
                                                   attribute.key.c_str());
                                          QVERIFY(attribute.value.find(kBodyMark) == std::string::npos);
                                      }
                                  },
                                  {{}, progress}));
    QCOMPARE(given, addresses.size());
    QVERIFY(source->cost().queries - before <= 6); // three of spans, the rest once a connection
}

void TestManyDetails::columnsOfOtherTypesAreTaken()
{
    QVERIFY(!m_postgres
                 .sql(u"CREATE TABLE mixed AS SELECT trace_id, span_id, service_name, operation, timestamp, duration, "
                      "status_code, CASE WHEN duration > 6 THEN '7'::json ELSE request::json END AS request, "
                      "response::text AS response, error, metadata FROM distributed_traces; GRANT SELECT ON mixed TO "
                      "reader"_s)
                 .contains(u"ERROR"_s));
    sources::SourceSet set({storeOf(
        "postgresql://reader@127.0.0.1:" + std::to_string(m_postgres.port()) + "/postgres?table=mixed", "reader-pw")});
    const auto snapshot = snapshotOf(set);
    const std::vector<trace::SpanAddress> addresses = addressesOf(*snapshot);
    std::size_t given = 0;
    std::size_t withPath = 0;
    Progress progress;
    VERIFY_OK(snapshot->inputs().front().details->visitDetails(
        addresses,
        [&](std::size_t, const trace::SpanDetails &details) {
            ++given;
            withPath += valueOf(details.attributes, "request.path").empty() ? 0 : 1;
        },
        {}, progress));
    QCOMPARE(given, std::size_t{kRecords});
    QVERIFY(withPath > 0 && withPath < given); // a request that is no object has no members
}

void TestManyDetails::redisListsAreReadOnce()
{
    sources::SourceSet set({store(u"redis"_s)});
    const auto snapshot = snapshotOf(set);
    const std::vector<trace::SpanAddress> addresses = addressesOf(*snapshot);
    (void)m_redis.takeSent();
    Progress progress;
    VERIFY_OK(snapshot->inputs().front().details->visitDetails(
        addresses, [](std::size_t, const trace::SpanDetails &) {}, {}, progress));
    const QStringList sent = m_redis.takeSent();
    QVERIFY2(sent.size() <= kRecords / 100 + 15, qPrintable(QString::number(sent.size())));
}

void TestManyDetails::spansThatRedisForgotAreNoDifference()
{
    sources::SourceSet set({store(u"redis"_s)});
    const auto snapshot = snapshotOf(set);
    QCOMPARE(m_redis.command({"LTRIM", "traces:auth", "0", "399"}), QByteArray("+OK"));
    explain::PopulationRows rows; // all of payment is there, of auth a third
    for (std::uint32_t row = 0; row < snapshot->spans().size(); ++row)
        (snapshot->serviceOf(SpanRow(row)) == "auth" ? rows.selected : rows.baseline).push_back(row);
    Progress progress;
    const auto read = explain::readPopulation(*snapshot, rows, {}, progress);
    VERIFY_OK(read);
    QCOMPARE(read->unreadCount, std::uint64_t{kRecords / 2 - 400});
    QCOMPARE(read->population.size(), std::size_t{kRecords / 2 + 400});
    QCOMPARE(std::ranges::count(read->isSelected, 1), std::ptrdiff_t{400});
    QVERIFY(std::ranges::any_of(read->notes, [](const std::string &note) {
        return note.starts_with("The attributes of 850 spans could not be read, which were left out: ");
    }));
    const auto host = std::ranges::find(read->population.columns(), "metadata.host", &explain::Column::name);
    QVERIFY(host != read->population.columns().end());
    QCOMPARE(host->counts[explain::Column::kAbsent], std::uint32_t{0});
}

QTEST_GUILESS_MAIN(TestManyDetails)
#include "tst_many_details.moc"
