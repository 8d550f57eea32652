// SPDX-License-Identifier: GPL-3.0-or-later
// Traces of live stores are filtered by attributes, which stay in the stores: what fits is what was really so.
#include "app/sources/source_set.h"
#include "models/base/wall_clock.h"
#include "models/trace/live_window.h"
#include "models/trace/trace_search.h"
#include "tests/sim/simulation.h"
#include "tests/support/servers/postgres_server.h"
#include "tests/support/servers/redis_server.h"
#include "tests/support/source_calls.h"

#include <QTest>

#include <algorithm>
#include <cstring>
#include <set>

using namespace tailspan;

namespace {

/// The traces in which the new version of azora-coin handled a call, and of those the ones of the largest tenant.
class Wanted final : public sim::Sink {
public:
    struct Traces {
        std::set<std::string> all, ofVersion, ofBoth;
    };
    explicit Wanted(Traces &traces) : m_traces(traces) {}
    Result<> addRecord(const sim::StoredRecord &record) override
    {
        const sim::Call &call = record.call;
        m_traces.all.insert(call.traceId);
        if (call.instance->version == "2.14.1") {
            m_traces.ofVersion.insert(call.traceId);
            if (std::strcmp(call.tenant, sim::kLargeTenant) == 0)
                m_traces.ofBoth.insert(call.traceId);
        }
        return {};
    }
    Result<> flush() override { return {}; }

private:
    Traces &m_traces;
};

void fill(const std::vector<std::string> &stores, Wanted::Traces &wanted)
{
    std::vector<std::string> arguments{
        "--rate", "100", "--fast", "--start", "-1m", "--duration", "40s", "--fault", "bad-version:azora-coin:100@10-"};
    arguments.insert(arguments.end(), stores.begin(), stores.end());
    const auto simulation = sim::simulationOf(arguments);
    simulation->addSink(std::make_unique<Wanted>(wanted));
    if (!simulation->run({}).has_value())
        qFatal("The simulation failed");
}

/// Everything the store holds, as the window holds it.
trace::TraceSnapshotPtr snapshotOf(const std::string &url, const std::string &password)
{
    sources::SourceSet set({test::storeOf(url, password)});
    trace::LiveWindow window(set.inputs(), 100'000);
    Progress progress;
    sources::FetchRequest everything;
    std::move(set.fetch(everything, {}, progress)).addTo(window);
    return window.snapshot({}, progress).value();
}

std::set<std::string> fitting(const trace::TraceSnapshot &snapshot, const char *query)
{
    Progress progress;
    const trace::TraceHits hits = trace::searchTraces(snapshot, {*trace::parseSpanQuery(query)}, {}, progress);
    if (hits.unsearched > 0)
        qWarning("%s: %llu spans unsearched: %s", query, static_cast<unsigned long long>(hits.unsearched),
                 hits.problem.c_str());
    std::set<std::string> ids;
    for (std::size_t t = 0; t < hits.fits.size(); ++t)
        if (hits.fits[t])
            ids.insert(snapshot.traceIdText(snapshot.traces()[t]));
    return ids;
}

void compare(const std::string &url, const std::string &password, const Wanted::Traces &wanted)
{
    const trace::TraceSnapshotPtr snapshot = snapshotOf(url, password);
    QCOMPARE(snapshot->traces().size(), wanted.all.size());
    QVERIFY(wanted.ofBoth.size() > 10 && wanted.ofBoth.size() < wanted.ofVersion.size());
    QVERIFY(fitting(*snapshot, "metadata.version=2.14.1") == wanted.ofVersion);
    QVERIFY(fitting(*snapshot, "metadata.version=2.14.1 metadata.tenant=acme") == wanted.ofBoth);
    QVERIFY(fitting(*snapshot, "metadata.version=2.14.9").empty());
    // What stands in no attribute that may be shown is not found, and not silently.
    Progress progress;
    const auto secret = trace::searchTraces(*snapshot, {*trace::parseSpanQuery("canary")}, {}, progress);
    QVERIFY(secret.unsearched > 0);
}

} // namespace

class TestAttributeFilter : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void ofPostgres()
    {
        TAILSPAN_NEED_SERVER(test::PostgresServer::missing());
        test::PostgresServer server;
        QCOMPARE(server.start({}), QString());
        QCOMPARE(server.makeTargetTable(), QString());
        Wanted::Traces wanted;
        const std::string port = std::to_string(server.port());
        fill({"--postgres", "user=postgres dbname=postgres host=" + server.folder().toStdString() + " port=" + port},
             wanted);
        compare("postgresql://reader@127.0.0.1:" + port + "/postgres", "reader-pw", wanted);
    }

    void ofRedis()
    {
        TAILSPAN_NEED_SERVER(test::RedisServer::missing());
        test::RedisServer server;
        QCOMPARE(server.start({}), QString());
        Wanted::Traces wanted;
        const std::string url = "redis://127.0.0.1:" + std::to_string(server.port()) + "/0";
        fill({"--redis", url, "--rate", "40"}, wanted); // its lists hold all of that
        compare(url, {}, wanted);
    }
};

QTEST_GUILESS_MAIN(TestAttributeFilter)
#include "tst_attribute_filter.moc"
