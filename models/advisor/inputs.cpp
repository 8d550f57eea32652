// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/inputs.h"

#include <array>

namespace tailspan::advisor {

namespace {

struct InputWords {
    std::string_view name;
    std::string_view how;
};

constexpr std::array<InputWords, kInputCount> kWords = {{
    {"traces", "Open a trace file, or connect the Redis or PostgreSQL that stores the traces."},
    {"metrics", "Connect Prometheus."},
    {"PostgreSQL statistics", "Connect the PostgreSQL of the application with a role that is a member of pg_monitor."},
    {"Redis statistics", "Connect the Redis of the application with a user that may INFO, SLOWLOG GET and SCAN."},
    {"a load test", "Open the report of a load test."},
    {"the scaling configuration", "Open scaling-config.yaml or the Kubernetes YAML of the services."},
    {"recovery records", "Connect the PostgreSQL or Redis in which the collector keeps recovery_log."},
}};

} // namespace

std::string_view inputText(Input input)
{
    return kWords[static_cast<std::size_t>(input)].name;
}

std::string_view howToProvide(Input input)
{
    return kWords[static_cast<std::size_t>(input)].how;
}

InputSet Inputs::present() const
{
    InputSet set;
    const auto addIf = [&](bool isThere, Input input) {
        if (isThere)
            set = set | input;
    };
    addIf(traces != nullptr, Input::Traces);
    addIf(metrics != nullptr, Input::Metrics);
    addIf(postgres != nullptr, Input::Postgres);
    addIf(redis != nullptr, Input::Redis);
    addIf(!reports.empty(), Input::LoadTest);
    addIf(scaling != nullptr, Input::Scaling);
    addIf(recovery != nullptr, Input::Recovery);
    return set;
}

} // namespace tailspan::advisor
