// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a file about scaling: the reader must end with an error in words or with figures that are numbers, and
// the detectors that live on configuration must get along with whatever it says.
#include "app/scalingfiles/scaling_file.h"
#include "models/advisor/runner.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace tailspan;

namespace {

void require(bool holds)
{
    if (!holds)
        std::abort();
}

void check(const advisor::MaybeDeclared &value)
{
    require(!value || (std::isfinite(value->value) && value->value >= 0 && value->place.line > 0));
}

void check(const advisor::ScalingConfig &config)
{
    for (const advisor::HorizontalAutoscaler &scaler : config.horizontal) {
        check(scaler.minReplicas);
        check(scaler.maxReplicas);
        for (const advisor::ScalingTarget &target : scaler.targets)
            check(target.target);
    }
    for (const advisor::VerticalAutoscaler &scaler : config.vertical) {
        check(scaler.maxCpu);
        check(scaler.maxMemory);
    }
    for (const advisor::PoolFigure &pool : config.pools)
        check(pool.connections);
    for (const advisor::Workload &workload : config.workloads)
        check(workload.cpuRequest);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char *>(data), size);
    const auto config = scalingfiles::readScaling(text, "fuzz.yaml");
    if (!config) {
        require(!config.error().message.empty());
        return 0;
    }
    check(*config);
    static const auto detectors = advisor::makeDetectors();
    advisor::Inputs inputs;
    inputs.scaling = &*config;
    Progress progress;
    const auto advice = advisor::runDetectors(detectors, inputs, advisor::Rules(), {}, progress);
    require(advice.has_value());
    for (const advisor::Finding &finding : advice->findings)
        require(!finding.id.empty() && !finding.title.empty());
    return 0;
}
