// SPDX-License-Identifier: GPL-3.0-or-later
// The traffic simulator: the same every time, and readable by Tailspan.
#include "app/tracefiles/open_trace_files.h"
#include "tests/sim/simulation.h"
#include "tests/support/snapshot_check.h"
#include "tests/support/written_file.h"

#include <nlohmann/json.hpp>

#include <QTest>

#include <algorithm>
#include <sstream>
#include <unordered_map>

using namespace tailspan;
using namespace tailspan::sim;
using namespace tailspan::trace;

namespace {

/// Files of a run in a folder of its own.
struct WrittenRun {
    test::Folder folder;
    RunTotals totals;

    explicit WrittenRun(std::vector<std::string> arguments)
    {
        for (const std::string &argument :
             {std::string("--files"), folder.path(""), std::string("--truth"), folder.path("truth.ndjson")})
            arguments.push_back(argument);
        const auto ran = simulationOf(arguments)->run({});
        if (!ran.has_value())
            qFatal("%s", ran.error().text().c_str());
        totals = *ran;
    }
    std::string content(const std::string &name) const { return test::contentOf(folder.path(name)); }
    TraceSnapshotPtr opened(const std::vector<std::string> &names) const
    {
        std::vector<std::string> paths;
        for (const std::string &name : names)
            paths.push_back(folder.path(name));
        Progress progress;
        auto snapshot = tracefiles::openTraceFiles(paths, {}, progress);
        if (!snapshot.has_value())
            qFatal("%s", snapshot.error().text().c_str());
        return *snapshot;
    }
};

const std::vector<std::string> kShortRun{"--rate", "40", "--duration", "60s", "--fault", "error-burst:auth@10-20"};

} // namespace

class TestSimulator : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theSameSeedGivesTheSameFiles()
    {
        const WrittenRun one(kShortRun), two(kShortRun);
        std::vector<std::string> otherSeed = kShortRun;
        otherSeed.insert(otherSeed.end(), {"--seed", "2"});
        const WrittenRun other(otherSeed);
        for (const char *name : {"redis-lists.tsv", "distributed_traces.csv", "truth.ndjson"}) {
            QVERIFY2(one.content(name).size() > 100'000, name);
            QVERIFY2(one.content(name) == two.content(name), name);
            QVERIFY2(one.content(name) != other.content(name), name);
        }
    }

    void tailspanReadsEveryRecordOnce()
    {
        const WrittenRun run(kShortRun);
        QVERIFY(run.totals.records > 1'800 && run.totals.records < 3'000); // 40 a second for a minute
        for (const std::vector<std::string> &names :
             {std::vector<std::string>{"redis-lists.tsv"}, std::vector<std::string>{"distributed_traces.csv"},
              std::vector<std::string>{"redis-lists.tsv", "distributed_traces.csv"}}) {
            const auto snapshot = run.opened(names);
            QCOMPARE(test::brokenPromise(*snapshot), std::string());
            QCOMPARE(snapshot->spans().size(), run.totals.records);
            QCOMPARE(snapshot->traces().size(), run.totals.requests);
            QCOMPARE(snapshot->serviceCount(), services().size());
            for (const TraceInput &input : snapshot->inputs())
                QVERIFY(input.isComplete && input.quality.isClean());
        }
    }

    void listsKeepTheNewestThousand()
    {
        const WrittenRun run({"--rate", "200", "--duration", "60s"});
        std::istringstream lines(run.content("redis-lists.tsv"));
        std::map<std::string, std::vector<std::string>> times;
        for (std::string line; std::getline(lines, line);) {
            const std::size_t tab = line.find('\t');
            const auto record = nlohmann::json::parse(line.substr(tab + 1));
            QCOMPARE("traces:" + record.at("serviceName").get<std::string>(), line.substr(0, tab));
            times[line.substr(0, tab)].push_back(record.at("timestamp").get<std::string>());
        }
        QCOMPARE(times.at("traces:auth").size(), std::size_t{1000});
        for (const auto &[key, list] : times)
            QVERIFY2(list.size() <= 1000 && std::is_sorted(list.rbegin(), list.rend()), key.c_str());
    }

    /// The reader has only dangling ids, intervals and neighbors to go by, as with the target's own records.
    void nearlyAllCallersAreFoundAgain()
    {
        const WrittenRun run({"--rate", "20", "--duration", "120s"});
        const auto snapshot = run.opened({"distributed_traces.csv"});
        std::unordered_map<std::string, std::string> storedOfHidden, parentOfStored;
        std::istringstream lines(run.content("truth.ndjson"));
        for (std::string line; std::getline(lines, line);) {
            const auto truth = nlohmann::json::parse(line);
            const std::string stored = truth.at("spanId").get<std::string>();
            storedOfHidden[truth.at("hidden").get<std::string>()] = stored;
            parentOfStored[stored] = truth.at("parent").is_null() ? "" : truth.at("parent").get<std::string>();
        }
        std::size_t judged = 0, right = 0;
        for (std::uint32_t r = 0; r < snapshot->spans().size(); ++r) {
            const SpanRow row(r);
            const std::string &hidden = parentOfStored.at(snapshot->spanIdText(row));
            QVERIFY(snapshot->parentOrigin(row) != ParentOrigin::Recorded); // no link resolves
            if (hidden.empty())
                continue;
            ++judged;
            if (snapshot->parentOrigin(row) == ParentOrigin::Inferred)
                right += snapshot->spanIdText(snapshot->spans().parentOf(row)) == storedOfHidden.at(hidden) ? 1 : 0;
        }
        qInfo("%zu of %zu callers", right, judged);
        QVERIFY(judged > 1'500);
        QVERIFY(static_cast<double>(right) >= 0.95 * static_cast<double>(judged));
    }

    void secretsArePlantedWhereRealOnesStand()
    {
        const WrittenRun run(kShortRun);
        for (const char *name : {"redis-lists.tsv", "distributed_traces.csv"})
            for (const char *secret : kSecrets)
                QVERIFY2(run.content(name).find(secret) != std::string::npos, secret);
    }

    void wrongOptionsAreNamed()
    {
        for (const std::vector<std::string> &arguments :
             std::vector<std::vector<std::string>>{{},
                                                   {"--files"},
                                                   {"--files", "x", "--rate", "0"},
                                                   {"--files", "x", "--duration", "soon"},
                                                   {"--files", "x", "--start", "yesterday"},
                                                   {"--files", "x", "--color", "red"},
                                                   {"--files", "x", "--fault", "slow-query"},
                                                   {"--files", "x", "--fault", "slow-query:nobody"},
                                                   {"--files", "x", "--fault", "slow-query:auth:x"},
                                                   {"--files", "x", "--fault", "slow-query:auth@9-3"},
                                                   {"--files", "x", "--fault", "n-plus-one:auth"}})
            QVERIFY(!parseOptions(arguments, 0).has_value());
    }

    void aTakenMetricsPortIsSaid()
    {
        const auto server = MetricsServer::open(0);
        QVERIFY(server.has_value());
        const auto second = MetricsServer::open((*server)->port());
        QVERIFY(!second.has_value());
        QVERIFY(second.error().text().find(std::to_string((*server)->port())) != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestSimulator)
#include "tst_simulator.moc"
