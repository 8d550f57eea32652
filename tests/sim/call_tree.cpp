// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/call_tree.h"

#include <algorithm>
#include <cstring>

namespace tailspan::sim {

namespace {

constexpr double kNsPerMs = 1e6;
constexpr double kNsPerS = 1e9;
/// A service takes twice as long when this much of its memory has leaked.
constexpr double kLeakedBytesThatDouble = 200e6;
constexpr double kFailRatio = 0.002;
/// Of the work of each service: it reads a row or two.
constexpr double kDatabaseShare = 0.4;
/// Where a bad instance stands.
constexpr std::size_t kBadSlot = 2;

std::int64_t toNs(double ms)
{
    return static_cast<std::int64_t>(ms * kNsPerMs);
}

void addNeighbor(Call &call, const char *service)
{
    const bool isKnown = std::any_of(call.neighbors.begin(), call.neighbors.end(),
                                     [&](const char *known) { return std::strcmp(known, service) == 0; });
    if (!isKnown)
        call.neighbors.push_back(service);
}

} // namespace

CallTree::CallTree(const std::vector<Fault> &faults, std::int64_t beginNs, std::uint64_t seed)
    : m_faults(faults), m_beginNs(beginNs), m_random(seed), m_placements(seed ^ 0x5bd1e995U)
{
    for (const Operation &operation : operations())
        m_entryWeights += operation.entryWeight;
}

const Operation &CallTree::chooseEntry()
{
    double left = m_random.unit() * m_entryWeights;
    for (const Operation &operation : operations()) {
        left -= operation.entryWeight;
        if (left < 0)
            return operation;
    }
    return operations().back();
}

const Fault *CallTree::active(FaultKind kind, const char *service, std::int64_t atNs) const
{
    const double seconds = static_cast<double>(atNs - m_beginNs) / kNsPerS;
    const auto found = std::find_if(m_faults.begin(), m_faults.end(), [&](const Fault &fault) {
        return fault.kind == kind && fault.service == service && fault.isActiveAt(seconds);
    });
    return found == m_faults.end() ? nullptr : &*found;
}

/// One way between two services.
std::int64_t CallTree::hopNs()
{
    return toNs(m_random.logNormal(0.4, 0.3));
}

/// Any of the service, all as often.
const Instance &CallTree::chooseInstance(const char *service, std::int64_t atNs)
{
    const auto slot = static_cast<std::size_t>(m_placements.unit() * kSlots);
    return instanceAt(service, slot, isRenewed(slot) && active(FaultKind::BadVersion, service, atNs) != nullptr);
}

CallTree::Work CallTree::ownWork(const Call &call)
{
    const Operation &operation = *call.operation;
    const std::int64_t atNs = call.startNs;
    double ms = m_random.logNormal(operation.medianMs, operation.sigma);
    if (const Fault *leak = active(FaultKind::Leak, operation.service, atNs)) {
        const double leakedS = static_cast<double>(atNs - m_beginNs) / kNsPerS - leak->fromS;
        ms *= 1 + leak->parameter * leakedS / kLeakedBytesThatDouble;
    }
    if (const Fault *bad = active(FaultKind::BadInstance, operation.service, atNs))
        ms *= call.instance == &instanceAt(operation.service, kBadSlot, false) ? bad->parameter : 1;
    double extraMs = 0; // in the database
    if (const Fault *wait = active(FaultKind::PoolWait, operation.service, atNs))
        extraMs += m_random.exponential(wait->parameter);
    const auto strikes = [&](const Fault *fault) {
        return fault != nullptr && std::strcmp(struckOperation(*fault), operation.name) == 0;
    };
    if (const Fault *slow = active(FaultKind::SlowQuery, operation.service, atNs); strikes(slow))
        extraMs += m_random.logNormal(slow->parameter, 0.2);
    const bool isLarge = std::strcmp(call.tenant, kLargeTenant) == 0;
    if (const Fault *bad = active(FaultKind::BadVersion, operation.service, atNs); strikes(bad))
        extraMs += call.instance->isNewVersion && isLarge ? kDatabaseShare * ms * (bad->parameter - 1) : 0;
    return {ms + extraMs, kDatabaseShare * ms + extraMs};
}

std::vector<Callee> CallTree::calleesOf(const Operation &operation, std::int64_t atNs)
{
    std::vector<Callee> callees = operation.calls;
    const auto append = [&](const char *service, const char *name) {
        callees.push_back({service, name, callees.back().step + 1});
    };
    const bool isStruck = &operation == &firstOperation(operation.service);
    if (const Fault *fault = active(FaultKind::NPlusOne, operation.service, atNs); fault != nullptr && isStruck)
        for (int i = 1; i < static_cast<int>(fault->parameter); ++i)
            append(operation.calls.front().service, operation.calls.front().operation);
    if (const Fault *fault = active(FaultKind::ChattyRpc, operation.service, atNs); fault != nullptr && isStruck) {
        const char *service = operation.calls.back().service;
        std::vector<const char *> names;
        for (const Operation &other : operations())
            if (std::strcmp(other.service, service) == 0)
                names.push_back(other.name);
        for (std::size_t i = 0; i < static_cast<std::size_t>(fault->parameter); ++i)
            append(service, names[i % names.size()]);
    }
    return callees;
}

/// Asks again while the callee is in a retry storm, as axios-retry would: a little later each time.
CallTree::Handled CallTree::callWithRetries(std::size_t caller, const Callee &callee, std::int64_t startNs)
{
    const std::string hiddenId = m_calls[caller].hiddenId;
    const Fault *storm = active(FaultKind::RetryStorm, callee.service, startNs);
    const int attempts = storm == nullptr ? 1 : std::max(1, static_cast<int>(storm->parameter));
    Handled handled{startNs};
    for (int attempt = 0; attempt < attempts; ++attempt) {
        const std::int64_t pauseNs = attempt == 0 ? 0 : toNs(20.0 * (1 << std::min(attempt, 6)));
        handled = handle(findOperation(callee.service, callee.operation), hiddenId, handled.endNs + pauseNs + hopNs());
        handled.endNs += hopNs();
        if (!handled.hasFailed)
            break;
    }
    return handled;
}

CallTree::Handled CallTree::makeCalls(std::size_t caller, const std::vector<Callee> &callees, std::int64_t startNs)
{
    Handled all{startNs};
    std::int64_t stepStartNs = startNs;
    int step = 0;
    for (const Callee &callee : callees) {
        if (callee.step != step) {
            step = callee.step;
            stepStartNs = all.endNs;
        }
        if (callee.probability < 1 && !m_random.chance(callee.probability))
            continue;
        addNeighbor(m_calls[caller], callee.service);
        const Handled handled = callWithRetries(caller, callee, stepStartNs);
        all.endNs = std::max(all.endNs, handled.endNs);
        all.hasFailed = all.hasFailed || handled.hasFailed;
    }
    return all;
}

void CallTree::finish(Call &call, std::int64_t endNs, bool calleeHasFailed)
{
    const char *service = call.operation->service;
    const Fault *burst = active(FaultKind::ErrorBurst, service, call.startNs);
    call.endNs = endNs;
    call.receivedNs = endNs + toNs(m_random.logNormal(1.5, 0.6));
    if (active(FaultKind::RetryStorm, service, call.startNs) != nullptr) {
        call.statusCode = 503;
        call.error = "Service overloaded, try again later";
    } else if (m_random.chance(burst != nullptr ? burst->parameter : kFailRatio)) {
        call.statusCode = 500;
        // The target's middleware writes the text only where a handler threw.
        call.error = m_random.chance(0.5) ? "Unhandled rejection in " + std::string(call.operation->name) : "";
    } else if (calleeHasFailed && m_random.chance(0.5)) {
        call.statusCode = 502;
        call.error = "Request failed with status code 500";
    }
}

CallTree::Handled CallTree::handle(const Operation &operation, const std::string &parentHiddenId, std::int64_t startNs)
{
    const std::size_t self = m_calls.size();
    Call call;
    call.operation = &operation;
    call.traceId = m_traceId;
    call.hiddenId = m_random.uuid();
    call.parentHiddenId = parentHiddenId;
    call.storedId = m_random.uuid();
    call.startNs = startNs;
    call.instance = &chooseInstance(operation.service, startNs);
    call.tenant = m_tenant;
    const Work work = ownWork(call);
    call.databaseMs = work.databaseMs;
    m_calls.push_back(std::move(call));
    const Handled calls = makeCalls(self, calleesOf(operation, startNs), startNs + toNs(0.4 * work.ms));
    finish(m_calls[self], calls.endNs + toNs(0.6 * work.ms), calls.hasFailed);
    return {m_calls[self].endNs, m_calls[self].statusCode >= 500};
}

std::vector<Call> CallTree::request(std::int64_t startNs)
{
    m_calls.clear();
    m_traceId = m_random.uuid();
    m_tenant = chooseTenant(m_placements);
    handle(chooseEntry(), {}, startNs);
    return std::move(m_calls);
}

} // namespace tailspan::sim
