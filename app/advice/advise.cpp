// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/advice/advise.h"

namespace tailspan::advice {

Result<AdvisedPtr> advise(const Question &question, const advisor::Rules &rules, const std::stop_token &stop,
                          Progress &progress)
{
    auto advised = std::make_shared<Advised>();
    TS_TRY(advised->from, gather(question, rules, stop, progress));
    const std::vector<advisor::DetectorPtr> detectors = advisor::makeDetectors();
    TS_TRY(advised->advice, runDetectors(detectors, advised->from.inputs(), rules, stop, progress));
    return AdvisedPtr(std::move(advised));
}

} // namespace tailspan::advice
