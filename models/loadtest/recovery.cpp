// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/recovery.h"

#include "models/loadtest/request_steps.h"

#include <algorithm>

namespace tailspan::loadtest {

namespace {

bool isGood(const RequestStep &step, const RecoveryRule &rule)
{
    if (!(step.successes() > 0))
        return false;
    if (rule.errorLimit && step.failures > *rule.errorLimit * step.finished)
        return false;
    if (!rule.p95Limit)
        return true;
    return !step.succeeded.isEmpty() && step.succeeded.quantile(0.95) <= rule.p95Limit->ns();
}

/// Nobody was at work: neither good nor bad.
bool isIdle(const RequestStep &step)
{
    return !(step.finished > 0) && step.users >= 0 && step.users <= 0;
}

} // namespace

Recovery findRecovery(std::span<const RequestStep> steps, TimePoint begin, const RecoveryRule &rule)
{
    Recovery result;
    if (steps.empty())
        return result;
    const TimePoint spikeBegin = rule.spikeBegin ? begin + *rule.spikeBegin : steps.front().range.begin;
    const TimePoint spikeEnd = rule.spikeEnd ? begin + *rule.spikeEnd : spikeBegin;
    const auto breach = std::find_if(steps.begin(), steps.end(), [&](const RequestStep &step) {
        return step.range.end > spikeBegin && !isGood(step, rule) && !isIdle(step);
    });
    if (breach == steps.end()) {
        result.state = RecoveryState::NoBreach;
        return result;
    }
    result.breachBegin = breach->range.begin;
    const std::size_t wanted = std::max<std::size_t>(rule.goodSteps, 1);
    std::size_t inARow = 0;
    for (auto step = breach; step != steps.end(); ++step) {
        const bool counts = step->range.begin >= spikeEnd && isGood(*step, rule);
        inARow = counts ? inARow + 1 : 0;
        result.stepsWithout += step->successes() > 0 || isIdle(*step) ? 0 : 1;
        if (inARow < wanted)
            continue;
        result.state = RecoveryState::Recovered;
        result.recoveredAt = (step - static_cast<std::ptrdiff_t>(wanted - 1))->range.begin;
        result.time = result.recoveredAt - result.breachBegin;
        return result;
    }
    result.state = RecoveryState::NeverRecovered;
    result.time = steps.back().range.end - result.breachBegin;
    return result;
}

} // namespace tailspan::loadtest
