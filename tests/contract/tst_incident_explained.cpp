// SPDX-License-Identifier: GPL-3.0-or-later
// The incident of packaging/demo.sh: what the slow calls have in common is what was planted.
#include "app/tracefiles/open_trace_files.h"
#include "models/explain/explanation.h"
#include "models/explain/population_reader.h"
#include "models/trace/span_query.h"
#include "tests/sim/simulation.h"
#include "tests/support/written_file.h"

#include <QTest>

#include <algorithm>

using namespace tailspan;
using namespace tailspan::trace;

namespace {

constexpr std::int64_t kSlowNs = 500'000'000;

/// The story of the demo, kept in a file as the collector's table is copied.
TraceSnapshotPtr incident(std::uint64_t seed)
{
    const test::Folder folder;
    const auto simulation =
        sim::simulationOf({"--files", folder.path(""), "--rate", "70", "--duration", "900s", "--seed",
                           std::to_string(seed), "--fault", "bad-version:azora-coin:450@720-", "--fault",
                           "error-burst:conversation:0.4@300-340", "--fault", "n-plus-one:document-vault:6"});
    if (!simulation->run({}).has_value())
        qFatal("The simulation failed");
    Progress progress;
    auto snapshot = tracefiles::openTraceFiles({folder.path("distributed_traces.csv")}, {}, progress);
    if (!snapshot.has_value())
        qFatal("%s", snapshot.error().text().c_str());
    return *snapshot;
}

/// What sets the slow spans of a service apart from its other ones.
explain::Explanation explained(const TraceSnapshot &snapshot, std::string_view service)
{
    explain::PopulationRows rows;
    for (std::uint32_t row = 0; row < snapshot.spans().size(); ++row)
        if (snapshot.serviceOf(SpanRow(row)) == service)
            (snapshot.spans().durationNs[row] > kSlowNs ? rows.selected : rows.baseline).push_back(row);
    Progress progress;
    const auto read = explain::readPopulation(snapshot, rows, {}, progress);
    const auto explanation = explain::explain(read->population, read->isSelected, {}, {});
    return *explanation;
}

bool names(const explain::Difference &difference, std::initializer_list<const char *> words)
{
    const std::string text = difference.subject + ' ' + difference.value;
    return std::all_of(words.begin(), words.end(),
                       [&](const char *word) { return text.find(word) != std::string::npos; });
}

} // namespace

class TestIncidentExplained : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theVersionAndTheTenantComeFirst()
    {
        for (const std::uint64_t seed : {7, 8, 9}) {
            const TraceSnapshotPtr snapshot = incident(seed);
            const explain::Explanation explanation = explained(*snapshot, "azora-coin");
            QVERIFY(!explanation.differences.empty());
            const explain::Difference &first = explanation.differences.front();
            QVERIFY2(names(first, {"metadata.version", "metadata.tenant", "2.14.1", "acme"}), first.value.c_str());
            QVERIFY(first.selectedShare > 0.98 && first.baselineShare < 0.01);
            QVERIFY(trace::parseSpanQuery(first.condition).has_value()); // a click filters by it
        }
    }
};

QTEST_GUILESS_MAIN(TestIncidentExplained)
#include "tst_incident_explained.moc"
