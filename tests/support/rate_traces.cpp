// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/rate_traces.h"

#include "models/advisor/keyed_requests.h"
#include "tests/support/advice_run.h"
#include "tests/support/planted_traces.h"

#include <map>

namespace tailspan::test {

using namespace advisor;
using trace::SpanKind;

namespace {

constexpr double kMinute = 60'000;

} // namespace

trace::TraceSnapshotPtr ratesOf(const Rates &plan)
{
    PlantedTraces traces;
    std::map<int, double> expires;
    std::map<int, std::pair<int, double>> versions; // and when the next one comes
    const double step = kMinute / plan.perMinute;
    int number = 0;
    for (double at = 0; at < plan.minutes * kMinute; at += step * traces.between(0.5, 1.5)) {
        traces.beginTrace();
        const int key = plan.isEachNew ? 1'000 + number : static_cast<int>(traces.between(0, plan.keys));
        ++number;
        PlantedTraces::Attributes asked;
        if (plan.isGet)
            asked = {{"http.request.method", "GET"},
                     {"http.route", "/rate/:code"},
                     {"url.path", "/rate/c" + std::to_string(key)},
                     {"response.hash", std::to_string(key)}};
        const auto request = traces.add(
            PlantedTraces::kRoot,
            {"shop", plan.isGet ? "GET /rate/:code" : "POST /quote", SpanKind::Server, at, 0, false, asked, 0});
        double now = at + 1;
        bool isHit = false;
        if (plan.hasCache) {
            isHit = expires.contains(key) && now < expires[key];
            traces.add(request,
                       {"shop",
                        "GET",
                        SpanKind::Client,
                        now,
                        0.4,
                        false,
                        {{"db.system", "redis"}, {"db.statement", "GET rate:" + std::to_string(key)}},
                        0});
            now += 0.5;
        }
        if (!isHit) {
            PlantedTraces::Attributes told{
                {"db.system", "postgresql"},
                {"db.statement", "SELECT * FROM " + plan.table + " WHERE id = " + std::to_string(key)}};
            auto &[version, next] = versions[key];
            while (next <= at) { // at odd times, so that no time to live fits them by chance
                ++version;
                next += plan.changesEveryMinutes * kMinute * traces.between(0.4, 1.6);
            }
            if (plan.tellsAnswers)
                told.emplace_back("response.hash", std::to_string(key) + "v" + std::to_string(version));
            const double length = traces.around(20);
            traces.add(request, {"shop", "SELECT", SpanKind::Client, now, length, false, told, 0});
            now += length;
            if (plan.hasCache && !traces.chance(plan.lossShare))
                expires[key] = now + plan.ttlSeconds * 1'000;
        }
        traces.endAt(request, now + 2);
    }
    return traces.build();
}

Output keyedOutput(std::string_view detector, const trace::TraceSnapshotPtr &snapshot, const RedisFacts *redis)
{
    const SpanCalls calls = test::callsOf(*snapshot);
    Progress progress;
    const KeyedRequests requests = keyedRequestsOf(*snapshot, calls, KeyedRequests::Limits(), {}, progress).value();
    Inputs inputs;
    inputs.traces = snapshot.get();
    inputs.calls = &calls;
    inputs.keyedRequests = &requests;
    inputs.redis = redis;
    return test::outputOf(detector, inputs);
}

} // namespace tailspan::test
