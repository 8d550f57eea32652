// SPDX-License-Identifier: GPL-3.0-or-later
// Each kind of fault does in the records and in the metrics what the simulator says of it.
#include "tests/sim/simulation.h"
#include "tests/support/written_file.h"

#include <nlohmann/json.hpp>

#include <QTest>

#include <algorithm>
#include <unordered_map>

using namespace tailspan;
using namespace tailspan::sim;

namespace {

constexpr std::int64_t kNsPerS = 1'000'000'000;
/// The faults of these tests last from the 30th to the 60th of 90 seconds.
constexpr double kFromS = 30, kToS = 60;
const char *const kWhen = "@30-60";

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
        const auto simulation = simulationOf(
            {"--truth", m_folder.path("truth.ndjson"), "--rate", "100", "--duration", "90s", "--fault", fault + kWhen});
        simulation->addSink(std::make_unique<Keeping>(m_seen, m_beginNs));
        if (!simulation->run({}).has_value())
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
    /// Of all instances of a service together; -1 for none.
    double metric(int second, const std::string &name, const std::string &service) const
    {
        const std::string &text = m_seen.metrics.at(second);
        const std::string head = "\n" + name + "{service=\"" + service + "\"";
        double sum = -1;
        for (std::size_t at = text.find(head); at != std::string::npos; at = text.find(head, at + 1))
            sum = std::max(sum, 0.0) + std::stod(text.substr(text.find("} ", at) + 2));
        return sum;
    }
    bool hasMetricOf(int second, const std::string &label) const
    {
        return m_seen.metrics.at(second).find(label) != std::string::npos;
    }
    /// Those that made these calls; calls from outside have none.
    std::vector<const StoredRecord *> callersOf(const std::vector<const StoredRecord *> &callees) const
    {
        std::unordered_map<std::string, const StoredRecord *> byHiddenId;
        for (const StoredRecord &record : m_seen.records)
            byHiddenId[record.call.hiddenId] = &record;
        std::vector<const StoredRecord *> callers;
        for (const StoredRecord *callee : callees)
            if (const auto found = byHiddenId.find(callee->call.parentHiddenId); found != byHiddenId.end())
                callers.push_back(found->second);
        return callers;
    }
    std::string truth() const { return test::contentOf(m_folder.path("truth.ndjson")); }

private:
    test::Folder m_folder;
    std::int64_t m_beginNs = 1'795'442'400 * kNsPerS; ///< Of runs that only write files
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

/// By what is stored.
bool isOf(const StoredRecord &record, const char *key, const char *value)
{
    return nlohmann::json::parse(record.metadata).at(key).get<std::string>() == value;
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

} // namespace

class TestSimulatorFaults : public QObject {
    Q_OBJECT

private Q_SLOTS:
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
        QVERIFY(run.metric(70, name, "analytics") < 450e6); // restarted
        QVERIFY(run.metric(59, name, "auth") < 450e6);
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

    void aBadVersionIsSlowForTheLargestTenantOnly()
    {
        const FaultRun run("bad-version:azora-coin:300");
        std::vector<const StoredRecord *> bad;
        std::vector<const StoredRecord *> newButSmall;
        std::vector<const StoredRecord *> old;
        for (const StoredRecord *call : run.during("azora-coin")) {
            const bool isNew = isOf(*call, "version", "2.14.1");
            QVERIFY(isNew != isOf(*call, "version", "2.14.0"));
            QVERIFY(isOf(*call, "instance", call->call.instance->name.c_str()));
            const bool isStruck = isNew && isOf(*call, "tenant", "acme");
            (isStruck ? bad : isNew ? newButSmall : old).push_back(call);
        }
        QVERIFY(medianMs(bad) > 500);
        QVERIFY(medianMs(newButSmall) < 50);
        QVERIFY(medianMs(old) < 50);
        for (const StoredRecord *call : run.before("azora-coin"))
            QVERIFY(isOf(*call, "version", "2.14.0"));
        // Callers wait, and a request is the same tenant's all the way.
        QVERIFY(medianMs(run.callersOf(bad)) > 500);
        for (const StoredRecord *call : run.callersOf(bad))
            QVERIFY(isOf(*call, "tenant", "acme"));
    }

    void aBadVersionShowsInTheMetricsOfItsInstances()
    {
        const FaultRun run("bad-version:azora-coin:300");
        const char *const renewed = "version=\"2.14.1\"";
        QVERIFY(!run.hasMetricOf(29, renewed) && run.hasMetricOf(31, renewed) && !run.hasMetricOf(89, renewed));
        const auto growth = [&](const char *name, int from, int to) {
            return run.metric(to, name, "azora-coin") - run.metric(from, name, "azora-coin");
        };
        QVERIFY(growth("db_query_duration_seconds_sum", 31, 43) > 10 * growth("db_query_duration_seconds_sum", 17, 29));
        QVERIFY(growth("process_cpu_seconds_total", 31, 43) > 3 * growth("process_cpu_seconds_total", 17, 29));
        QVERIFY(run.metric(29, "app_build_info", "azora-coin") == 4
                && run.metric(59, "app_build_info", "azora-coin") == 4);
        QVERIFY(run.metric(31, "app_build_info", "azora-coin") == 6); // two finish what they have begun
    }

    void aBadInstanceIsSlowWhateverItDoes()
    {
        const FaultRun run("bad-instance:auth:20");
        std::map<std::string, std::vector<const StoredRecord *>> byInstance;
        for (const StoredRecord *call : run.during("auth", "GET /verify"))
            byInstance[call->call.instance->name].push_back(call);
        QCOMPARE(byInstance.size(), kSlots);
        const auto slow = std::count_if(byInstance.begin(), byInstance.end(),
                                        [](const auto &entry) { return medianMs(entry.second) > 30; });
        QCOMPARE(slow, 1);
    }
};

QTEST_GUILESS_MAIN(TestSimulatorFaults)
#include "tst_simulator_faults.moc"
