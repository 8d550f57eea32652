// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/advice/rules_file.h"
#include "models/advisor/span_calls.h"
#include "models/advisor/statements_in_traces.h"
#include "tests/support/planted_traces.h"
#include "tests/support/postgres_facts_sample.h"

#include <QtTest>

using namespace tailspan;
using namespace tailspan::advisor;
using test::PlantedTraces;
using trace::SpanKind;

namespace {

/// Requests that wait for a statement of 100 ms, and beside it, if `besideMs` is given, for something else.
trace::TraceSnapshotPtr requests(double besideMs)
{
    PlantedTraces traces;
    for (int i = 0; i < 60; ++i) {
        const double at = i * 1000.0;
        traces.beginTrace();
        const std::size_t root =
            traces.add(PlantedTraces::kRoot, {"shop", "GET /orders", SpanKind::Server, at, 10, false, {}, 0});
        traces.add(root,
                   {"shop",
                    "query",
                    SpanKind::Client,
                    at + 1,
                    100,
                    false,
                    {{"db.system", "postgresql"}, {"db.statement", "select * from orders  where owner = 17"}},
                    0});
        if (besideMs > 0)
            traces.add(root, {"shop", "GET /prices", SpanKind::Client, at + 1, besideMs, false, {}, 0});
        traces.endAt(root, at + 3 + std::max(100.0, besideMs));
    }
    return traces.build();
}

/// The finding of an index that makes the statement of 98 ms one of 1 ms, told of these traces.
Finding toldOf(const trace::TraceSnapshotPtr &snapshot, const std::string &statement)
{
    test::PostgresFactsSample sample;
    sample.table("orders", 100'000).column("owner", -1).statement(statement, 1000, 98, 1000);
    Progress progress;
    const SpanCalls calls = spanCallsOf(*snapshot, {}, progress).value();
    Inputs inputs;
    inputs.traces = snapshot.get();
    inputs.calls = &calls;
    inputs.postgres = &sample.facts;
    Finding finding;
    finding.what = "Slow.";
    finding.estimate = Estimate{"mean time of statement 1", "ms", 0.5, 1, 3, 98.0, "test"};
    StatementsInTraces(inputs, advice::builtInRules()).tell(sample.lastStatement(), finding);
    return finding;
}

} // namespace

class TestStatementsInTraces : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void savingReachesTheEndpoint()
    {
        const Finding finding = toldOf(requests(0), "SELECT * FROM orders WHERE owner = $1");
        QCOMPARE(QString::fromStdString(finding.what),
                 QStringLiteral("Slow. shop GET /orders waits for it: its p95 is 103 ms now, 6 ms with it (5.50 ms to "
                                "8 ms)."));
        QVERIFY(finding.evidence.size() == 1 && !finding.evidence[0].references.empty());
        QCOMPARE(finding.estimate->expected, 1.0); // of the statement still
    }

    void workBesideItLeavesNothingToSave()
    {
        const Finding finding = toldOf(requests(120), "SELECT * FROM orders WHERE owner = $1");
        QVERIFY2(finding.what.find("123 ms now, 123 ms with it") != std::string::npos, finding.what.c_str());
    }

    void otherStatementsAreNotMeant()
    {
        QCOMPARE(toldOf(requests(0), "SELECT * FROM orders WHERE id = $1").what, std::string("Slow."));
    }
};

QTEST_APPLESS_MAIN(TestStatementsInTraces)
#include "tst_statements_in_traces.moc"
