// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/fault.h"

#include "tests/sim/mesh.h"

#include <algorithm>
#include <charconv>

namespace tailspan::sim {

namespace {

bool readNumber(std::string_view text, double &number)
{
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() && number >= 0;
}

tl::unexpected<Error> wrong(std::string_view text, const std::string &why)
{
    std::string kinds;
    for (const FaultInfo &info : faultInfos())
        kinds += std::string(kinds.empty() ? "" : ", ") + info.id;
    return fail(ErrorCode::Malformed, why + "; expected KIND:SERVICE[:PARAM][@FROM-TO] with KIND one of " + kinds,
                "--fault " + std::string(text));
}

bool readTimes(std::string_view text, Fault &fault)
{
    const std::size_t dash = text.find('-');
    if (!readNumber(text.substr(0, dash), fault.fromS))
        return false;
    if (dash == std::string_view::npos || dash + 1 == text.size())
        return true;
    return readNumber(text.substr(dash + 1), fault.toS) && fault.fromS < fault.toS;
}

} // namespace

const std::vector<FaultInfo> &faultInfos()
{
    static const std::vector<FaultInfo> kInfos{
        {FaultKind::SlowQuery, "slow-query", "extraMs", 400, "the first operation of the service takes longer"},
        {FaultKind::NPlusOne, "n-plus-one", "calls", 12, "its first call is made again and again, one after another"},
        {FaultKind::RetryStorm, "retry-storm", "attempts", 4, "its answers are 503 and its callers ask again"},
        {FaultKind::ErrorBurst, "error-burst", "ratio", 0.5, "that share of its answers is 500"},
        {FaultKind::Leak, "leak", "bytesPerSecond", 2e6, "its memory grows, and with it the time for its work"},
        {FaultKind::PoolWait, "pool-wait", "meanWaitMs", 150, "its work waits for a connection of the pool"},
        {FaultKind::ChattyRpc, "chatty-rpc", "calls", 8, "it makes many small calls to the service it calls last"},
        {FaultKind::BadVersion, "bad-version", "factor", 50,
         "half of its instances get a new version, whose database calls for the largest tenant take that many times as "
         "long"},
        {FaultKind::BadInstance, "bad-instance", "factor", 8, "one of its instances takes that many times as long"},
    };
    return kInfos;
}

const FaultInfo &faultInfo(FaultKind kind)
{
    return *std::find_if(faultInfos().begin(), faultInfos().end(),
                         [&](const FaultInfo &info) { return info.kind == kind; });
}

const char *struckOperation(const Fault &fault)
{
    const bool strikesOne = fault.kind == FaultKind::SlowQuery || fault.kind == FaultKind::NPlusOne
        || fault.kind == FaultKind::ChattyRpc || fault.kind == FaultKind::BadVersion;
    return strikesOne ? firstOperation(fault.service).name : nullptr;
}

Result<Fault> parseFault(std::string_view text)
{
    Fault fault;
    const std::size_t at = text.find('@');
    std::string_view what = text.substr(0, at);
    const std::size_t colon = what.find(':');
    const auto info = std::find_if(faultInfos().begin(), faultInfos().end(),
                                   [&](const FaultInfo &known) { return known.id == what.substr(0, colon); });
    if (info == faultInfos().end() || colon == std::string_view::npos)
        return wrong(text, "No such kind of fault");
    fault.kind = info->kind;
    fault.parameter = info->fallback;
    what.remove_prefix(colon + 1);
    const std::size_t second = what.find(':');
    fault.service = what.substr(0, second);
    if (findService(fault.service) == nullptr)
        return wrong(text, "No such service");
    if (second != std::string_view::npos && !readNumber(what.substr(second + 1), fault.parameter))
        return wrong(text, "PARAM is no number");
    if (at != std::string_view::npos && !readTimes(text.substr(at + 1), fault))
        return wrong(text, "FROM and TO are seconds since the start");
    const bool needsCalls = fault.kind == FaultKind::NPlusOne || fault.kind == FaultKind::ChattyRpc;
    if (needsCalls && firstOperation(fault.service).calls.empty())
        return wrong(text, "That service calls nobody");
    return fault;
}

} // namespace tailspan::sim
