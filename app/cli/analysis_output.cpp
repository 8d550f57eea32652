// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/analysis_output.h"

#include "app/cli/arguments.h"

namespace tailspan::cli {

using namespace loadtest;

std::string subjectText(const MetricChange &change)
{
    return change.endpoint ? oneLine(*change.endpoint) : std::string("all requests");
}

} // namespace tailspan::cli
