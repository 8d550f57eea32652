// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/sim/fault.h"
#include "tests/sim/fleet.h"
#include "tests/sim/mesh.h"
#include "tests/sim/random_source.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tailspan::sim {

/// One handling of a request by a service: what the service itself knows. Times are ns since 1970.
struct Call {
    const Operation *operation = nullptr;
    const Instance *instance = nullptr; ///< That handled it
    const char *tenant = "";            ///< Of the request from outside that led to it
    std::string traceId;
    std::string hiddenId;       ///< The id the service gave its callees; the collector loses it.
    std::string parentHiddenId; ///< "" for a request from outside
    std::string storedId;       ///< The fresh id that the collector gives the record.
    std::int64_t startNs = 0;
    std::int64_t endNs = 0;
    std::int64_t receivedNs = 0; ///< When the collector got the record: the end and a transit delay.
    double databaseMs = 0;       ///< Of its own work, waiting for a connection included
    int statusCode = 200;
    std::string error;                   ///< "" where the record holds null, which failed calls may do too.
    std::vector<const char *> neighbors; ///< Services called, each once, in order of the first call.
};

/// Makes the calls that follow from one request, with the faults that are active when it comes.
class CallTree {
public:
    CallTree(const std::vector<Fault> &faults, std::int64_t beginNs, std::uint64_t seed);

    /// A request from outside at that time, with all calls it leads to; the first is the request itself.
    [[nodiscard]] std::vector<Call> request(std::int64_t startNs);

private:
    /// Of one handling, without the calls it makes.
    struct Work {
        double ms = 0;
        double databaseMs = 0;
    };
    struct Handled {
        std::int64_t endNs = 0;
        bool hasFailed = false;
    };

    const Operation &chooseEntry();
    const Fault *active(FaultKind kind, const char *service, std::int64_t atNs) const;
    Handled handle(const Operation &operation, const std::string &parentHiddenId, std::int64_t startNs);
    Handled makeCalls(std::size_t caller, const std::vector<Callee> &callees, std::int64_t startNs);
    Handled callWithRetries(std::size_t caller, const Callee &callee, std::int64_t startNs);
    std::vector<Callee> calleesOf(const Operation &operation, std::int64_t atNs);
    const Instance &chooseInstance(const char *service, std::int64_t atNs);
    Work ownWork(const Call &call);
    void finish(Call &call, std::int64_t endNs, bool calleeHasFailed);
    std::int64_t hopNs();

    const std::vector<Fault> &m_faults;
    std::int64_t m_beginNs;
    RandomSource m_random;
    RandomSource m_placements; ///< Of its own, so that where a call is handled does not change what it does.
    double m_entryWeights = 0;
    std::vector<Call> m_calls; ///< Of the request at hand.
    std::string m_traceId;
    const char *m_tenant = "";
};

} // namespace tailspan::sim
