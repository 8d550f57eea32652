// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/load_metrics.h"

#include "tests/sim/metrics_history.h"

#include <algorithm>

namespace tailspan::sim {

namespace {

constexpr std::int64_t kS = 1'000'000'000;
constexpr std::int64_t kBeforeNs = 120 * kS;
constexpr std::int64_t kAfterNs = 180 * kS;

ServiceBoard::Pool poolAt(const std::vector<LoadRequest> &run, std::int64_t atNs)
{
    ServiceBoard::Pool pool;
    pool.most = kPaymentPoolMax;
    for (const LoadRequest &request : run) {
        if (request.poolArrivedNs == 0)
            continue;
        pool.waiting += request.poolArrivedNs <= atNs && atNs < request.poolLeftNs ? 1 : 0;
        pool.used += !request.hasTimedOut && request.poolLeftNs <= atNs && atNs < request.poolReleasedNs ? 1 : 0;
    }
    return pool;
}

std::map<const Instance *, int> inFlightAt(const std::vector<LoadRequest> &run, std::int64_t atNs)
{
    std::map<const Instance *, int> inFlight;
    for (const LoadRequest &request : run) {
        if (request.startNs > atNs || request.endNs <= atNs)
            continue;
        for (const Call &call : request.calls)
            if (!isDatabaseSpan(call) && call.startNs <= atNs && atNs < call.endNs)
                ++inFlight[call.instance];
    }
    return inFlight;
}

/// The alert's state at each look: nothing, pending, firing.
class PoolAlert {
public:
    void look(MetricsHistory &history, std::int64_t atNs, bool holds, const std::string &instance)
    {
        if (!holds)
            m_sinceNs = 0;
        else if (m_sinceNs == 0)
            m_sinceNs = atNs;
        if (m_sinceNs == 0)
            return;
        const bool isFiring = atNs - m_sinceNs >= kPoolAlertForNs;
        history.add(atNs, [&](MetricWriter &writer) {
            writer.family("ALERTS", "gauge", "Alerts");
            writer.sample("ALERTS",
                          std::string("alertname=\"") + kPoolAlert + "\",alertstate=\""
                              + (isFiring ? "firing" : "pending") + R"(",severity="page",service="payment",instance=")"
                              + instance + '"',
                          1);
        });
    }

private:
    std::int64_t m_sinceNs = 0;
};

/// Server spans by their end; the board counts each when it is over.
std::vector<const Call *> handledCalls(const std::vector<LoadRequest> &run)
{
    std::vector<const Call *> calls;
    for (const LoadRequest &request : run)
        for (const Call &call : request.calls)
            if (!isDatabaseSpan(call))
                calls.push_back(&call);
    std::sort(calls.begin(), calls.end(), [](const Call *a, const Call *b) { return a->endNs < b->endNs; });
    return calls;
}

} // namespace

Result<> writeLoadMetrics(const std::vector<LoadRequest> &run, std::int64_t startNs, const std::string &path)
{
    TS_TRY(const auto history, MetricsHistory::open(path));
    const std::vector<Fault> none;
    const std::int64_t beginNs = startNs - kBeforeNs;
    const std::int64_t endNs = startNs + static_cast<std::int64_t>(loadSeconds() * 1e9) + kAfterNs;
    ServiceBoard board(none, beginNs, 1);
    const Instance &payment = instanceAt("payment", 0, false);
    const std::vector<const Call *> calls = handledCalls(run);
    PoolAlert alert;
    std::size_t next = 0;
    for (std::int64_t atNs = beginNs; atNs < endNs; atNs += MetricsHistory::kStepNs) {
        for (; next < calls.size() && calls[next]->endNs <= atNs; ++next)
            board.add(*calls[next]);
        board.sample(atNs, inFlightAt(run, atNs));
        const ServiceBoard::Pool pool = poolAt(run, atNs);
        board.setPool(payment, pool);
        TS_CHECK(history->addState(board, atNs));
        alert.look(*history, atNs, pool.waiting > 0, payment.name);
    }
    return history->finish();
}

} // namespace tailspan::sim
