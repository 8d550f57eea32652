// SPDX-License-Identifier: GPL-3.0-or-later
// The traffic simulator: the same every time, readable by Tailspan, and with the faults it says it planted.
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

constexpr std::int64_t kNsPerS = 1'000'000'000;
/// The faults of these tests last from the 30th to the 60th of 90 seconds.
constexpr double kFromS = 30, kToS = 60;
const char *const kWhen = "@30-60";

Options optionsOf(const std::vector<std::string> &arguments)
{
    auto options = parseOptions(arguments, 0);
    if (!options.has_value())
        qFatal("%s", options.error().text().c_str());
    return *options;
}

/// Keeps all there was.
struct Seen {
    std::vector<StoredRecord> records;
    std::map<int, std::string> metrics; ///< By second.
};

class Keeping final : public Sink {
public:
    Keeping(Seen &seen, std::int64_t beginNs) : m_seen(seen), m_beginNs(beginNs) {}
    Result<> addRecord(const StoredRecord &record) override
    {
        m_seen.records.push_back(record);
        return {};
    }
    Result<> addState(const ServiceBoard &board, std::int64_t atNs) override
    {
        m_seen.metrics[static_cast<int>((atNs - m_beginNs) / kNsPerS)] = board.prometheusText();
        return {};
    }
    Result<> flush() override { return {}; }

private:
    Seen &m_seen;
    std::int64_t m_beginNs;
};

/// A run with one fault, kept in memory.
class FaultRun {
public:
    explicit FaultRun(const std::string &fault)
    {
        const Options options = optionsOf(
            {"--truth", m_folder.path("truth.ndjson"), "--rate", "100", "--duration", "90s", "--fault", fault + kWhen});
        m_beginNs = *options.startNs;
        auto simulation = Simulation::open(options);
        (*simulation)->addSink(std::make_unique<Keeping>(m_seen, m_beginNs));
        if (!(*simulation)->run({}).has_value())
            qFatal("The simulation failed");
    }
    /// Calls of a service's operation ("" for all) that began in that part of the run.
    std::vector<const StoredRecord *> calls(const std::string &service, const std::string &operation, double fromS,
                                            double toS) const
    {
        std::vector<const StoredRecord *> found;
        for (const StoredRecord &record : m_seen.records) {
            const double second = static_cast<double>(record.call.startNs - m_beginNs) / 1e9;
            if (record.call.operation->service == service && second >= fromS && second < toS
                && (operation.empty() || record.call.operation->name == operation))
                found.push_back(&record);
        }
        return found;
    }
    std::vector<const StoredRecord *> before(const std::string &service, const std::string &operation = {}) const
    {
        return calls(service, operation, 0, kFromS - 1);
    }
    std::vector<const StoredRecord *> during(const std::string &service, const std::string &operation = {}) const
    {
        return calls(service, operation, kFromS, kToS - 2);
    }
    /// How many calls of a service each of the callers made; operation "" for all of its operations.
    std::vector<std::size_t> callCounts(const std::vector<const StoredRecord *> &callers, const std::string &service,
                                        const std::string &operation = {}) const
    {
        std::unordered_map<std::string, std::size_t> made;
        for (const StoredRecord *call : calls(service, operation, 0, 1e9))
            ++made[call->call.parentHiddenId];
        std::vector<std::size_t> counts;
        for (const StoredRecord *caller : callers)
            counts.push_back(made[caller->call.hiddenId]);
        return counts;
    }
    double metric(int second, const std::string &name, const std::string &service) const
    {
        const std::string &text = m_seen.metrics.at(second);
        const std::string head = "\n" + name + "{service=\"" + service + "\"} ";
        const std::size_t at = text.find(head);
        return at == std::string::npos ? -1 : std::stod(text.substr(at + head.size()));
    }
    std::string truth() const { return test::contentOf(m_folder.path("truth.ndjson")); }

private:
    test::Folder m_folder;
    std::int64_t m_beginNs = 0;
    Seen m_seen;
};

double medianMs(const std::vector<const StoredRecord *> &calls)
{
    std::vector<std::int64_t> durations;
    for (const StoredRecord *call : calls)
        durations.push_back(call->durationMs);
    if (durations.size() < 10)
        qFatal("Too few calls to judge");
    const auto middle = durations.begin() + static_cast<std::ptrdiff_t>(durations.size() / 2);
    std::nth_element(durations.begin(), middle, durations.end());
    return static_cast<double>(*middle);
}

double failedRatio(const std::vector<const StoredRecord *> &calls)
{
    const auto failed = std::count_if(calls.begin(), calls.end(),
                                      [](const StoredRecord *call) { return call->call.statusCode >= 500; });
    return calls.empty() ? 0 : static_cast<double>(failed) / static_cast<double>(calls.size());
}

bool areAll(const std::vector<std::size_t> &counts, std::size_t wanted)
{
    return counts.size() > 10
        && std::all_of(counts.begin(), counts.end(), [&](std::size_t count) { return count == wanted; });
}

/// Files of a run in a folder of its own.
struct WrittenRun {
    test::Folder folder;
    RunTotals totals;

    explicit WrittenRun(std::vector<std::string> arguments)
    {
        for (const std::string &argument :
             {std::string("--files"), folder.path(""), std::string("--truth"), folder.path("truth.ndjson")})
            arguments.push_back(argument);
        auto simulation = Simulation::open(optionsOf(arguments));
        if (!simulation.has_value())
            qFatal("%s", simulation.error().text().c_str());
        const auto ran = (*simulation)->run({});
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

    void theTruthNamesThePlantedFault()
    {
        const FaultRun run("slow-query:compliance:250");
        const std::string truth = run.truth();
        const auto line = nlohmann::json::parse(truth.substr(0, truth.find('\n')));
        const std::int64_t beginMs = 1'795'442'400'000;
        QCOMPARE(line.at("fault").get<std::string>(), std::string("slow-query"));
        QCOMPARE(line.at("service").get<std::string>(), std::string("compliance"));
        QCOMPARE(line.at("operation").get<std::string>(), std::string("GET /check/42"));
        QCOMPARE(line.at("from").get<std::int64_t>(), beginMs + 30'000);
        QCOMPARE(line.at("to").get<std::int64_t>(), beginMs + 60'000);
        QCOMPARE(line.at("parameters").at("extraMs").get<double>(), 250.0);
    }

    void aSlowQueryIsSlow()
    {
        const FaultRun run("slow-query:compliance:400");
        QVERIFY(medianMs(run.during("compliance")) > medianMs(run.before("compliance")) + 300);
    }

    void nPlusOneRepeatsTheFirstCall()
    {
        const FaultRun run("n-plus-one:document-vault:12");
        QVERIFY(areAll(run.callCounts(run.before("document-vault"), "security-core", "GET /scan/42"), 1));
        QVERIFY(areAll(run.callCounts(run.during("document-vault"), "security-core", "GET /scan/42"), 12));
    }

    void aRetryStormAsksAgainAndAgain()
    {
        const FaultRun run("retry-storm:blockchain:4");
        QVERIFY(failedRatio(run.before("blockchain")) < 0.05);
        QCOMPARE(failedRatio(run.during("blockchain")), 1.0);
        QVERIFY(areAll(run.callCounts(run.calls("azora-coin", "", kFromS, kToS - 5), "blockchain"), 4));
    }

    void anErrorBurstFailsItsShareWithAndWithoutText()
    {
        const FaultRun run("error-burst:auth:0.5");
        const auto burst = run.during("auth", "GET /verify");
        QVERIFY(failedRatio(run.before("auth", "GET /verify")) < 0.03);
        QVERIFY(failedRatio(burst) > 0.4 && failedRatio(burst) < 0.6);
        const auto hasText = [](const StoredRecord *call) { return !call->call.error.empty(); };
        const auto isSilent = [&](const StoredRecord *call) { return call->call.statusCode == 500 && !hasText(call); };
        QVERIFY(std::any_of(burst.begin(), burst.end(), hasText));
        QVERIFY(std::any_of(burst.begin(), burst.end(), isSilent));
    }

    void aLeakTakesMemoryAndTime()
    {
        const FaultRun run("leak:analytics:20000000");
        QVERIFY(medianMs(run.calls("analytics", "", 50, 60)) > 2 * medianMs(run.before("analytics")));
        const std::string name = "process_resident_memory_bytes";
        QVERIFY(run.metric(59, name, "analytics") > run.metric(29, name, "analytics") + 500e6);
        QVERIFY(run.metric(70, name, "analytics") < 150e6); // restarted
        QVERIFY(run.metric(59, name, "auth") < 150e6);
    }

    void aPoolThatIsTooSmallLetsRequestsWait()
    {
        const FaultRun run("pool-wait:payment:300");
        QVERIFY(medianMs(run.during("payment")) > medianMs(run.before("payment")) + 100);
        QVERIFY(run.metric(45, "pg_pool_waiting", "payment") >= 1);
        QCOMPARE(run.metric(45, "pg_pool_used", "payment"), run.metric(45, "pg_pool_max", "payment"));
        QCOMPARE(run.metric(20, "pg_pool_waiting", "payment"), 0.0);
    }

    void aChattyCallerMakesManySmallCalls()
    {
        const FaultRun run("chatty-rpc:payment:8");
        QVERIFY(areAll(run.callCounts(run.before("payment"), "blockchain"), 3));
        QVERIFY(areAll(run.callCounts(run.during("payment"), "blockchain"), 11));
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
