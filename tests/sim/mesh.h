// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::sim {

/// A service and whom it declares to talk to.
struct Service {
    const char *name = "";
    std::uint16_t port = 0;
    const char *version = ""; ///< That runs when nothing is deployed
    std::vector<const char *> neighbors;
};

/// A call that an operation makes. Calls with the same step run side by side, steps one after another.
struct Callee {
    const char *service = "";
    const char *operation = ""; ///< "GET /verify"
    int step = 0;
    double probability = 1;
};

/// What a service does on one route.
struct Operation {
    const char *service = "";
    const char *name = "";     ///< "GET /verify", as it is stored
    double medianMs = 1;       ///< Of its own work, without its calls
    double sigma = 0.4;        ///< Of the log-normal distribution of that work
    double entryWeight = 0;    ///< How often clients from outside ask for it, relative to the others
    const char *body = "{}";   ///< Of the request, JSON
    const char *answer = "{}"; ///< Of a successful response, JSON
    std::vector<Callee> calls;
};

/// The twelve services and what they do. The first operation of a service is the one that faults strike.
[[nodiscard]] const std::vector<Service> &services();
[[nodiscard]] const std::vector<Operation> &operations();
[[nodiscard]] const Service *findService(std::string_view name);
[[nodiscard]] const Operation &findOperation(std::string_view service, std::string_view name);
[[nodiscard]] const Operation &firstOperation(std::string_view service);

/// Planted secrets, one in each place where real ones stand. None may be seen outside a revealed span.
inline constexpr const char *kSecrets[] = {"canary-bearer-7f3a",   "canary-cookie-91c2", "canary-apikey-5d08",
                                           "canary-password-c4e6", "canary-token-2b9f",  "canary-query-e810"};

} // namespace tailspan::sim
