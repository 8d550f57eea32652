// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/load_run.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <functional>
#include <queue>

namespace tailspan::sim {

namespace {

constexpr double kNsPerMs = 1e6;
/// From the generator to the service and back.
constexpr double kOutsideMs = 0.8;
constexpr std::int64_t kReceivedLaterNs = 1'000'000;

/// Client spans inside the service that makes them.
const std::array<Operation, 4> kDatabaseOperations{{
    {"payment", "pg-pool.connect", 0, 0, 0, "{}", "{}", {}},
    {"payment", "pg.query:SELECT ledger", 0, 0.25, 0, "{}", "{}", {}},
    {"payment", "pg.query:INSERT payments", 11, 0.25, 0, "{}", "{}", {}},
    {"payment", "pg.query:COMMIT", 6, 0.3, 0, "{}", "{}", {}},
}};
constexpr std::array kStatements{"", "SELECT sum(amount) FROM ledger WHERE account_id = $1",
                                 "INSERT INTO payments (account_id, amount, currency) VALUES ($1, $2, $3)", "COMMIT"};

struct EndpointShare {
    const char *name;
    const char *service;
    const char *operation;
    double share;
};
constexpr std::array<EndpointShare, 4> kEndpoints{{{"Pay", "payment", "POST /pay", 0.76},
                                                   {"Login", "auth", "POST /login", 0.08},
                                                   {"GetBalance", "azora-coin", "GET /balance", 0.1},
                                                   {"GetDocument", "document-vault", "GET /doc/42", 0.06}}};

std::int64_t toNs(double ms)
{
    return static_cast<std::int64_t>(ms * kNsPerMs);
}

std::string hexId(RandomSource &random, int words)
{
    std::string id;
    for (int i = 0; i < words; ++i) {
        char text[17];
        std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(random.next()));
        id += text;
    }
    return id;
}

class Run {
public:
    explicit Run(const LoadPlan &plan) : m_plan(plan), m_random(plan.seed * 2 + 1)
    {
        m_runLevel = m_random.logNormal(1, 0.006); // no two runs are quite alike
        double level = 0;
        for (int second = 0; second <= static_cast<int>(loadSeconds()) + 60; ++second) {
            level = 0.8 * level + std::log(m_random.logNormal(1, 0.02));
            m_levels.push_back(m_runLevel * std::exp(level));
        }
    }

    std::vector<LoadRequest> requests()
    {
        arrive();
        for (LoadRequest &request : m_requests)
            begin(request);
        queue();
        for (LoadRequest &request : m_requests)
            if (request.poolArrivedNs != 0)
                endPayment(request);
        return std::move(m_requests);
    }

private:
    /// How slow everything is then: neighboring requests are alike.
    double level(std::int64_t atNs) const
    {
        const auto second = static_cast<std::size_t>(std::max<std::int64_t>(atNs - m_plan.startNs, 0) / 1'000'000'000);
        return m_levels[std::min(second, m_levels.size() - 1)];
    }
    double work(double medianMs, double sigma, std::int64_t atNs)
    {
        return level(atNs) * m_random.logNormal(medianMs, sigma);
    }
    std::int64_t hopNs() { return toNs(m_random.logNormal(0.4, 0.3)); }

    void arrive();
    Call &addCall(LoadRequest &request, const Operation &operation, const std::string &parentId, std::int64_t startNs);
    static void finish(Call &call, std::int64_t endNs)
    {
        call.endNs = endNs;
        call.receivedNs = endNs + kReceivedLaterNs;
    }
    std::int64_t handle(LoadRequest &request, const Operation &operation, const std::string &parentId,
                        std::int64_t startNs);
    std::int64_t callOthers(LoadRequest &request, std::size_t caller, const std::vector<Callee> &callees,
                            std::int64_t startNs);
    void begin(LoadRequest &request);
    void queue();
    std::int64_t transact(LoadRequest &request);
    void endPayment(LoadRequest &request);
    void addDatabaseSpan(LoadRequest &request, std::size_t which, std::int64_t beginNs, std::int64_t endNs);

    const LoadPlan &m_plan;
    RandomSource m_random;
    double m_runLevel = 1;
    std::vector<double> m_levels; ///< By second.
    std::vector<LoadRequest> m_requests;
};

/// The k-th request of a stage begins when its rate, added up, reaches k.
void Run::arrive()
{
    double stageBeginS = 0;
    for (const LoadStage &stage : loadStages()) {
        double owed = 0;
        constexpr double kStepS = 0.001;
        for (double s = 0; s < stage.seconds; s += kStepS) {
            owed += kStepS * (stage.fromRps + (stage.toRps - stage.fromRps) * s / stage.seconds);
            if (owed < 1)
                continue;
            owed -= 1;
            LoadRequest request;
            request.stage = &stage;
            request.startNs = m_plan.startNs
                + static_cast<std::int64_t>((stageBeginS + s + kStepS * m_random.unit()) * 1e9);
            double left = m_random.unit();
            for (const EndpointShare &endpoint : kEndpoints) {
                request.endpoint = endpoint.name;
                if ((left -= endpoint.share) < 0)
                    break;
            }
            request.traceId = hexId(m_random, 2);
            m_requests.push_back(std::move(request));
        }
        stageBeginS += stage.seconds;
    }
}

Call &Run::addCall(LoadRequest &request, const Operation &operation, const std::string &parentId, std::int64_t startNs)
{
    Call call;
    call.operation = &operation;
    call.instance = &instanceAt(operation.service, 0, false);
    call.tenant = kLargeTenant;
    call.traceId = request.traceId;
    call.hiddenId = hexId(m_random, 1);
    call.storedId = call.hiddenId; // this collector keeps the ids that it is given
    call.parentHiddenId = parentId;
    call.startNs = startNs;
    request.calls.push_back(std::move(call));
    return request.calls.back();
}

std::int64_t Run::callOthers(LoadRequest &request, std::size_t caller, const std::vector<Callee> &callees,
                             std::int64_t startNs)
{
    std::int64_t atNs = startNs;
    const std::string callerId = request.calls[caller].hiddenId;
    for (const Callee &callee : callees) {
        std::vector<const char *> &neighbors = request.calls[caller].neighbors;
        const auto isSame = [&](const char *known) { return std::strcmp(known, callee.service) == 0; };
        if (std::none_of(neighbors.begin(), neighbors.end(), isSame))
            neighbors.push_back(callee.service);
        atNs = handle(request, findOperation(callee.service, callee.operation), callerId, atNs + hopNs()) + hopNs();
    }
    return atNs;
}

std::int64_t Run::handle(LoadRequest &request, const Operation &operation, const std::string &parentId,
                         std::int64_t startNs)
{
    const std::size_t self = request.calls.size();
    addCall(request, operation, parentId, startNs);
    const double ms = work(operation.medianMs, operation.sigma, startNs);
    request.calls[self].databaseMs = 0.4 * ms;
    const std::int64_t calledNs = callOthers(request, self, operation.calls, startNs + toNs(0.4 * ms));
    const std::int64_t endNs = calledNs + toNs(0.6 * ms);
    finish(request.calls[self], endNs);
    return endNs;
}

/// Up to the pool; what does not need it, to the end.
void Run::begin(LoadRequest &request)
{
    const auto *endpoint = std::find_if(kEndpoints.begin(), kEndpoints.end(), [&](const EndpointShare &each) {
        return std::strcmp(each.name, request.endpoint) == 0;
    });
    const Operation &operation = findOperation(endpoint->service, endpoint->operation);
    const std::int64_t startNs = request.startNs + toNs(kOutsideMs / 2);
    if (endpoint != kEndpoints.begin()) {
        request.endNs = handle(request, operation, {}, startNs) + toNs(kOutsideMs / 2);
        return;
    }
    addCall(request, operation, {}, startNs);
    const std::int64_t readNs = startNs + toNs(work(2, 0.3, startNs));
    request.poolArrivedNs = callOthers(request, 0, {{"auth", "GET /verify", 0, 1}}, readNs) + toNs(0.2);
}

void Run::addDatabaseSpan(LoadRequest &request, std::size_t which, std::int64_t beginNs, std::int64_t endNs)
{
    const std::string parentId = request.calls.front().hiddenId;
    Call &call = addCall(request, kDatabaseOperations.at(which), parentId, beginNs);
    call.databaseMs = static_cast<double>(endNs - beginNs) / kNsPerMs;
    finish(call, endNs);
}

/// What is done while it holds a connection; gives the time when it lets go.
std::int64_t Run::transact(LoadRequest &request)
{
    std::int64_t atNs = request.poolLeftNs;
    for (std::size_t i = 1; i < kDatabaseOperations.size(); ++i) {
        const double medianMs = i == 1 ? m_plan.ledgerQueryMs : kDatabaseOperations[i].medianMs;
        const std::int64_t endNs = atNs + toNs(work(medianMs, kDatabaseOperations[i].sigma, atNs));
        addDatabaseSpan(request, i, atNs, endNs);
        atNs = endNs + toNs(0.2);
    }
    return atNs;
}

/// First come, first served by kPaymentPoolMax connections; who has waited for too long leaves without one.
void Run::queue()
{
    std::vector<LoadRequest *> payments;
    for (LoadRequest &request : m_requests)
        if (request.poolArrivedNs != 0)
            payments.push_back(&request);
    std::sort(payments.begin(), payments.end(),
              [](const LoadRequest *a, const LoadRequest *b) { return a->poolArrivedNs < b->poolArrivedNs; });
    std::priority_queue<std::int64_t, std::vector<std::int64_t>, std::greater<>> freeAtNs;
    for (int i = 0; i < kPaymentPoolMax; ++i)
        freeAtNs.push(m_plan.startNs);
    for (LoadRequest *payment : payments) {
        const std::int64_t grantedNs = std::max(payment->poolArrivedNs + toNs(0.1), freeAtNs.top());
        payment->hasTimedOut = grantedNs - payment->poolArrivedNs > kPoolTimeoutNs;
        payment->poolLeftNs = payment->hasTimedOut ? payment->poolArrivedNs + kPoolTimeoutNs : grantedNs;
        addDatabaseSpan(*payment, 0, payment->poolArrivedNs, payment->poolLeftNs);
        if (payment->hasTimedOut)
            continue;
        payment->poolReleasedNs = transact(*payment);
        freeAtNs.pop();
        freeAtNs.push(payment->poolReleasedNs);
    }
}

void Run::endPayment(LoadRequest &request)
{
    Call &connect = *std::find_if(request.calls.begin(), request.calls.end(),
                                  [](const Call &call) { return call.operation == kDatabaseOperations.data(); });
    std::int64_t atNs = request.poolLeftNs;
    if (request.hasTimedOut) {
        connect.statusCode = 500;
        connect.error = "timeout exceeded when trying to connect";
        request.statusCode = 503;
        request.calls.front().statusCode = 503;
        request.calls.front().error = connect.error;
    } else {
        atNs = callOthers(request, 0, {{"azora-coin", "GET /balance", 1, 1}, {"blockchain", "GET /rpc/send", 2, 1}},
                          request.poolReleasedNs);
    }
    const std::int64_t endNs = atNs + toNs(work(2, 0.3, atNs));
    Call &self = request.calls.front();
    self.databaseMs = request.hasTimedOut ? 0
                                          : static_cast<double>(request.poolReleasedNs - request.poolLeftNs) / kNsPerMs;
    finish(self, endNs);
    request.endNs = endNs + toNs(kOutsideMs / 2);
}

} // namespace

const std::vector<LoadStage> &loadStages()
{
    static const std::vector<LoadStage> kStages{
        {"ramp", 30, 4, 20, 20}, {"steady", 150, 20, 20, 20}, {"spike", 45, 60, 60, 40}, {"recovery", 75, 20, 20, 20}};
    return kStages;
}

double loadSeconds()
{
    double seconds = 0;
    for (const LoadStage &stage : loadStages())
        seconds += stage.seconds;
    return seconds;
}

std::vector<LoadRequest> simulateLoad(const LoadPlan &plan)
{
    return Run(plan).requests();
}

bool isDatabaseSpan(const Call &call)
{
    return std::any_of(kDatabaseOperations.begin(), kDatabaseOperations.end(),
                       [&](const Operation &operation) { return &operation == call.operation; });
}

const char *statementOf(const Call &call)
{
    return isDatabaseSpan(call) ? kStatements.at(static_cast<std::size_t>(call.operation - kDatabaseOperations.data()))
                                : "";
}

} // namespace tailspan::sim
