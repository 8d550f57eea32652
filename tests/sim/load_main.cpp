// SPDX-License-Identifier: GPL-3.0-or-later
// A load test that never was, told by everybody who would have seen it: the load generator's report, the traces in the
// stores, the metrics. All are of one simulated run, so they agree.
#include "models/base/iso_time.h"
#include "tests/sim/k6_output.h"
#include "tests/sim/load_metrics.h"
#include "tests/sim/load_records.h"
#include "tests/sim/postgres_sink.h"
#include "tests/sim/redis_sink.h"

#include <charconv>
#include <cstdio>
#include <map>

using namespace tailspan;

namespace {

constexpr int kWrongUsage = 2;
constexpr int kFailed = 4;
constexpr const char *kUsage =
    R"(usage: tailspan_load_sim --start TIME [--seed NUMBER] [--regression yes] [--report FILE] [--metrics-history FILE]
                         [--redis URL] [--postgres ADDRESS]
Writes one run of a load test of four scenarios (ramp, steady, spike, recovery). The same options give the same run.
  --start TIME            2026-11-23T14:00:00Z
  --seed NUMBER           default 1
  --regression yes        a query of payment has lost its index, so payments hold their connections for longer
  --report FILE           what k6 writes with --out json
  --metrics-history FILE  OpenMetrics text for promtool to make blocks of
  --redis, --postgres     the traces of the run
)";

struct Options {
    sim::LoadPlan plan;
    std::map<std::string, std::string> values;
};

int report(const Error &error, int code)
{
    std::fprintf(stderr, "tailspan_load_sim: %s\n", error.text().c_str());
    return code;
}

Result<Options> parse(int argc, char **argv)
{
    Options options;
    for (int i = 1; i + 1 < argc; i += 2)
        options.values[argv[i]] = argv[i + 1];
    const auto startNs = parseIsoTimeNs(options.values["--start"]);
    if (!startNs || argc % 2 == 0)
        return fail(ErrorCode::Malformed, kUsage);
    options.plan.startNs = *startNs;
    const std::string &seed = options.values["--seed"];
    std::from_chars(seed.data(), seed.data() + seed.size(), options.plan.seed);
    if (options.values["--regression"] == "yes")
        options.plan.ledgerQueryMs = sim::LoadPlan::kWithoutIndexMs;
    return options;
}

Result<> write(const Options &options, const std::vector<sim::LoadRequest> &run)
{
    const auto value = [&](const char *name) {
        const auto found = options.values.find(name);
        return found == options.values.end() ? std::string() : found->second;
    };
    if (const std::string path = value("--report"); !path.empty())
        TS_CHECK(sim::writeK6Output(run, options.plan.startNs, path));
    if (const std::string path = value("--metrics-history"); !path.empty())
        TS_CHECK(sim::writeLoadMetrics(run, options.plan.startNs, path));
    if (const std::string url = value("--redis"); !url.empty()) {
        TS_TRY(const auto sink, sim::RedisSink::open(url));
        TS_CHECK(sim::writeLoadRecords(run, *sink));
    }
    if (const std::string address = value("--postgres"); !address.empty()) {
        TS_TRY(const auto sink, sim::PostgresSink::open(address));
        TS_CHECK(sim::writeLoadRecords(run, *sink));
    }
    return {};
}

} // namespace

int main(int argc, char **argv)
{
    const Result<Options> options = parse(argc, argv);
    if (!options.has_value())
        return report(options.error(), kWrongUsage);
    const std::vector<sim::LoadRequest> run = sim::simulateLoad(options->plan);
    const Result<> written = write(*options, run);
    return written.has_value() ? 0 : report(written.error(), kFailed);
}
