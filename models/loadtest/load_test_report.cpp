// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/load_test_report.h"

namespace tailspan::loadtest {

void RequestTallies::merge(const RequestTallies &other)
{
    for (std::size_t i = 0; i < kRequestClassCount; ++i) {
        byClass[i].count += other.byClass[i].count;
        byClass[i].latency.merge(other.byClass[i].latency);
    }
}

} // namespace tailspan::loadtest
