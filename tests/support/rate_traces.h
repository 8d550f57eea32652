// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/detector.h"
#include "models/advisor/redis_facts.h"
#include "models/trace/trace_snapshot.h"

#include <string>
#include <string_view>

namespace tailspan::test {

/// Requests "GET /rate" for `minutes`, each of which asks the database about one of `keys` things.
struct Rates {
    int minutes = 240;
    double perMinute = 30;
    int keys = 5;
    double changesEveryMinutes = 60;
    bool tellsAnswers = true;
    bool isEachNew = false; ///< Every request asks about something else.
    bool hasCache = false;  ///< Redis is asked first.
    double ttlSeconds = 10;
    double lossShare = 0; ///< Of keys that Redis drops at once.
    bool isGet = false;   ///< The request itself tells what it asks for, and a hash of its answer.
    std::string table = "rates";
};
[[nodiscard]] trace::TraceSnapshotPtr ratesOf(const Rates &plan);

/// What a detector says of traces with their keys.
[[nodiscard]] advisor::Output keyedOutput(std::string_view detector, const trace::TraceSnapshotPtr &snapshot,
                                          const advisor::RedisFacts *redis = nullptr);

} // namespace tailspan::test
