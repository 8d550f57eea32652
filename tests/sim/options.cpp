// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/options.h"

#include "models/base/iso_time.h"

#include <algorithm>
#include <charconv>
#include <map>

namespace tailspan::sim {

namespace {

/// Virtual time of runs that only write files, unless another is asked for: they are to be the same every time.
constexpr std::int64_t kFilesStartNs = 1'795'442'400'000'000'000; // 2026-11-23T14:00:00Z
constexpr double kFilesDurationS = 60;

tl::unexpected<Error> wrong(const std::string &option, const std::string &value, const char *expected)
{
    return fail(ErrorCode::Malformed, "'" + value + "': expected " + expected, option);
}

template <class T>
bool readNumber(std::string_view text, T &number)
{
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size();
}

/// "90", "90s", "15m", "2h" in seconds.
std::optional<double> seconds(std::string_view text)
{
    double factor = 1;
    if (text.ends_with('s') || text.ends_with('m') || text.ends_with('h')) {
        factor = text.back() == 's' ? 1 : text.back() == 'm' ? 60 : 3600;
        text.remove_suffix(1);
    }
    double number = 0;
    if (!readNumber(text, number) || number < 0)
        return std::nullopt;
    return number * factor;
}

Result<> readStart(const std::string &text, std::int64_t nowNs, Options &options)
{
    if (text.starts_with('-')) {
        if (const auto back = seconds(std::string_view(text).substr(1))) {
            options.startNs = nowNs - static_cast<std::int64_t>(*back * 1e9);
            return {};
        }
    }
    options.startNs = parseIsoTimeNs(text);
    return options.startNs ? Result<>() : wrong("--start", text, "a time like 2026-11-23T14:00:00Z, or -5m from now");
}

Result<> readNumbers(const std::string &option, const std::string &value, Options &options)
{
    if (option == "--seed")
        return readNumber(value, options.seed) ? Result<>() : wrong(option, value, "a whole number");
    if (option == "--rate") {
        const bool isGood = readNumber(value, options.ratePerS) && options.ratePerS > 0 && options.ratePerS <= 1e6;
        return isGood ? Result<>() : wrong(option, value, "spans a second, above 0 and at most 1000000");
    }
    if (option == "--duration") {
        options.durationS = seconds(value);
        return options.durationS ? Result<>() : wrong(option, value, "a duration like 90s, 15m or 2h");
    }
    std::uint16_t port = 0;
    if (!readNumber(value, port))
        return wrong(option, value, "a port, 0 for a free one");
    options.metricsPort = port;
    return {};
}

Result<> readOption(const std::string &option, const std::string &value, std::int64_t nowNs, Options &options)
{
    const std::map<std::string, std::string *> texts{{"--redis", &options.redisUrl},
                                                     {"--postgres", &options.postgresAddress},
                                                     {"--files", &options.folder},
                                                     {"--truth", &options.truthPath},
                                                     {"--metrics-history", &options.metricsHistoryPath}};
    if (const auto text = texts.find(option); text != texts.end()) {
        *text->second = value;
        return {};
    }
    if (option == "--start")
        return readStart(value, nowNs, options);
    if (option == "--services")
        return value == "mesh" ? Result<>() : wrong(option, value, "mesh, the twelve services");
    if (option == "--fault") {
        TS_TRY(Fault fault, parseFault(value));
        options.faults.push_back(std::move(fault));
        return {};
    }
    if (option == "--seed" || option == "--rate" || option == "--duration" || option == "--metrics-port")
        return readNumbers(option, value, options);
    return fail(ErrorCode::Malformed, "There is no such option; --help lists them", option);
}

} // namespace

Result<Options> parseOptions(const std::vector<std::string> &arguments, std::int64_t nowNs)
{
    Options options;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (arguments[i] == "--help" || arguments[i] == "-h") {
            options.showsHelp = true;
            return options;
        }
        if (arguments[i] == "--fast") {
            options.isFast = true;
            continue;
        }
        if (i + 1 == arguments.size())
            return fail(ErrorCode::Malformed, "No value, or no such option; --help lists them", arguments[i]);
        TS_CHECK(readOption(arguments[i], arguments[i + 1], nowNs, options));
        ++i;
    }
    const bool hasFile = !options.folder.empty() || !options.truthPath.empty() || !options.metricsHistoryPath.empty();
    if (!options.hasStore() && !hasFile && !options.metricsPort)
        return fail(ErrorCode::Malformed,
                    "Nowhere to write to: give --redis, --postgres, --files, --metrics-port or --metrics-history");
    const bool onlyFiles = !options.hasStore() && !options.metricsPort;
    options.isFast = options.isFast || onlyFiles;
    if (!options.startNs)
        options.startNs = onlyFiles ? kFilesStartNs : nowNs;
    if (!options.durationS && options.isFast)
        options.durationS = kFilesDurationS;
    return options;
}

std::string usage()
{
    std::string text = R"(usage: tailspan_sim [OPTION VALUE]...
Writes traces as the target's collector does, of twelve services with planted faults. The same seed and options give
the same records.
  --redis URL            into Redis: lists of traces, awareness, metrics, state, snapshots
  --postgres ADDRESS     into PostgreSQL, a connection string or URL; makes the tables
  --files FOLDER         into redis-lists.tsv and distributed_traces.csv
  --truth FILE           what the stores lose: true callers, planted faults (NDJSON)
  --metrics-port PORT    serves matching Prometheus metrics on 127.0.0.1; 0 takes a free port. /metrics has all
                         services, /metrics/SERVICE one
  --metrics-history FILE the same of the whole run, every other second, for promtool to make blocks of (OpenMetrics)
  --rate SPANS           a second, on average; default 50
  --duration TIME        90s, 15m, 2h; default: until stopped, files 60s
  --start TIME           2026-11-23T14:00:00Z, or -5m: first catches up from five minutes ago; default now
  --fast                 does not wait for the clock
  --seed NUMBER          default 1
  --services mesh        the twelve services
  --fault KIND:SERVICE[:PARAM][@FROM-TO]   may be repeated; FROM and TO in seconds since the start
Faults:
)";
    for (const FaultInfo &info : faultInfos()) {
        std::string line = std::string("  ") + info.id + ":SERVICE[:" + info.parameter + "]";
        line.resize(std::max<std::size_t>(line.size(), 40), ' ');
        text += line + ' ' + info.effect + '\n';
    }
    return text;
}

} // namespace tailspan::sim
