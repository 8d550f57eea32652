// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/mesh.h"

#include <algorithm>
#include <cstdlib>

namespace tailspan::sim {

namespace {

constexpr const char *kPlain = R"({"ok":true})";
constexpr const char *kLogin = R"({"email":"maria@example.org","password":"canary-password-c4e6"})";
constexpr const char *kToken = R"({"ok":true,"token":"eyJhbGciOiJIUzI1NiJ9.canary-token-2b9f.c2lnbmF0dXJl"})";
constexpr const char *kPayment = R"({"amount":1250,"currency":"EUR","card":"4111111111111111"})";

} // namespace

const std::vector<Service> &services()
{
    static const std::vector<Service> kServices{
        {"auth", 4004, "5.2.3", {"ai-orchestrator", "onboarding", "security-core"}},
        {"ai-orchestrator", 4001, "3.8.1", {"auth", "conversation", "hr-ai-deputy", "analytics"}},
        {"onboarding", 4070, "1.9.4", {"auth", "compliance", "ai-orchestrator"}},
        {"compliance", 4081, "4.0.2", {"onboarding", "document-vault", "security-core"}},
        {"hr-ai-deputy", 4091, "0.17.5", {"ai-orchestrator", "auth", "onboarding"}},
        {"azora-coin", 4092, "2.14.0", {"auth", "blockchain", "payment"}},
        {"conversation", 4011, "2.3.6", {"ai-orchestrator", "auth"}},
        {"security-core", 4022, "6.1.0", {"auth", "compliance", "document-vault"}},
        {"document-vault", 4087, "3.3.2", {"compliance", "security-core"}},
        {"analytics", 4080, "1.12.7", {"ai-orchestrator", "all-services"}},
        {"blockchain", 8545, "8.5.4", {"azora-coin", "payment"}},
        {"payment", 4050, "7.4.2", {"azora-coin", "blockchain", "auth"}},
    };
    return kServices;
}

const std::vector<Operation> &operations()
{
    static const std::vector<Operation> kOperations{
        {"auth", "GET /verify", 3, 0.4, 0, "{}", kToken, {}},
        {"auth", "POST /login", 24, 0.3, 3, kLogin, kToken, {}},
        {"ai-orchestrator",
         "GET /fan",
         8,
         0.4,
         4,
         "{}",
         kPlain,
         {{"conversation", "GET /ctx", 0},
          {"analytics", "GET /agg", 0},
          {"hr-ai-deputy", "GET /rank", 0},
          {"auth", "GET /verify", 1}}},
        {"ai-orchestrator",
         "GET /score",
         12,
         0.5,
         0,
         "{}",
         R"({"score":0.82})",
         {{"conversation", "GET /ctx", 0, 0.3}}},
        {"onboarding",
         "POST /onboard/42",
         15,
         0.4,
         3,
         kLogin,
         kPlain,
         {{"auth", "GET /verify", 0}, {"compliance", "GET /check/42", 1}, {"ai-orchestrator", "GET /score", 2}}},
        {"compliance",
         "GET /check/42",
         10,
         0.4,
         0,
         "{}",
         R"({"compliant":true})",
         {{"document-vault", "GET /doc/42", 0}}},
        {"hr-ai-deputy",
         "GET /rank",
         18,
         0.5,
         0,
         "{}",
         R"({"rank":[3,1,2]})",
         {{"auth", "GET /verify", 0}, {"ai-orchestrator", "GET /score", 1}}},
        {"azora-coin",
         "GET /balance",
         7,
         0.4,
         2,
         "{}",
         R"({"balance":"17.25"})",
         {{"blockchain", "GET /rpc/eth_call", 0}}},
        {"conversation", "GET /ctx", 5, 0.4, 0, "{}", R"({"messages":[]})", {{"auth", "GET /verify", 0}}},
        {"security-core", "GET /scan/42", 6, 0.6, 0, "{}", R"({"clean":true})", {}},
        {"document-vault",
         "GET /doc/42",
         14,
         0.5,
         2,
         "{}",
         R"({"document":"passport","owner":"Maria Example"})",
         {{"security-core", "GET /scan/42", 0}}},
        {"analytics", "GET /agg", 20, 0.6, 0, "{}", R"({"rows":48})", {}},
        {"blockchain", "GET /rpc/eth_call", 4, 0.4, 0, "{}", R"({"result":"0x0"})", {}},
        {"blockchain", "GET /rpc/gas", 3, 0.4, 0, "{}", R"({"result":"0x5208"})", {}},
        {"blockchain", "GET /rpc/nonce", 3, 0.4, 0, "{}", R"({"result":"0x1a"})", {}},
        {"blockchain", "GET /rpc/send", 9, 0.5, 0, "{}", R"({"result":"0xfeed"})", {}},
        {"payment",
         "POST /pay",
         11,
         0.4,
         3,
         kPayment,
         R"({"paid":true})",
         {{"auth", "GET /verify", 0},
          {"azora-coin", "GET /balance", 1},
          {"blockchain", "GET /rpc/gas", 2},
          {"blockchain", "GET /rpc/nonce", 3},
          {"blockchain", "GET /rpc/send", 4}}},
    };
    return kOperations;
}

const Service *findService(std::string_view name)
{
    const auto found = std::find_if(services().begin(), services().end(),
                                    [&](const Service &service) { return service.name == name; });
    return found == services().end() ? nullptr : &*found;
}

const Operation &findOperation(std::string_view service, std::string_view name)
{
    const auto found = std::find_if(operations().begin(), operations().end(), [&](const Operation &operation) {
        return operation.service == service && operation.name == name;
    });
    if (found == operations().end())
        std::abort(); // the table above names a call that it does not hold
    return *found;
}

const Operation &firstOperation(std::string_view service)
{
    const auto found = std::find_if(operations().begin(), operations().end(),
                                    [&](const Operation &operation) { return operation.service == service; });
    if (found == operations().end())
        std::abort(); // every service of the table has one
    return *found;
}

} // namespace tailspan::sim
