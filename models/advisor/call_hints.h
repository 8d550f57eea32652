// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/call_text.h"
#include "models/advisor/span_calls.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace tailspan::advisor {

/// What the name of a span says about what it calls.
struct NameFacts {
    CallType type = CallType::None; ///< None: the name says nothing.
    CallText text;                  ///< The name without ids.
    bool isCertain = false;         ///< The name alone makes it a call, whatever kind the span has.
};
/// Of "SELECT users", "pg.query:SELECT shop", "redis-GET", "GET /users/17", "HTTP GET", "eth_call", "pg-pool.connect".
[[nodiscard]] NameFacts nameFacts(std::string_view operation);

/// A call as its attributes describe it.
struct DescribedCall {
    CallType type = CallType::Other;
    CallText text;
    std::string target;
    std::uint8_t attempt = 0;
    bool isPrefetch = false;
    // Of the answer and of who asked, for caches:
    int status = 0;           ///< HTTP status; 0 where not told.
    std::uint64_t bytes = 0;  ///< Of the answer; 0 where not told.
    std::uint64_t answer = 0; ///< A hash of what was answered (ETag, hash of the body); 0 where not told.
    std::uint64_t tenant = 0; ///< A hash of the user or tenant; 0 where not told.
    std::optional<bool> isCacheHit;
    bool isOfUser = false;    ///< Says which user asked.
    std::string cacheControl; ///< Of the answer, as told.
};

/// The attributes of one call. Used again for the next; thread: one.
class CallHints {
public:
    void clear();
    /// Takes an attribute, whatever it is.
    void take(std::string_view key, std::string_view value);
    /// Empty where no attribute tells what is called; the name says what attributes leave open.
    [[nodiscard]] DescribedCall described(std::string_view operation, const NameFacts &name) const;

private:
    enum Slot : std::size_t {
        System,
        Statement,
        Parameters,
        BatchSize,
        Method,
        Url,
        Route,
        RpcSystem,
        RpcMethod,
        Peer,
        Messaging,
        Attempt,
        Prefetch,
        Status,
        Bytes,
        Answer,
        Tenant,
        CacheHit,
        CacheControl,
        SlotCount
    };
    struct Key {
        std::string_view name;
        Slot slot;
        int rank; ///< The lower one wins.
    };
    struct Value {
        std::string text;
        int rank = kUnset;
    };
    static constexpr int kUnset = 1000;
    static const std::array<Key, 80> kKeys;

    [[nodiscard]] bool has(Slot slot) const { return m_values[slot].rank != kUnset; }
    [[nodiscard]] std::string_view text(Slot slot) const { return m_values[slot].text; }
    [[nodiscard]] std::uint64_t number(Slot slot) const;
    /// What the route names, asked by what the address has in its places; the address where the route is only a part of it.
    [[nodiscard]] CallText ofRoute(CallText told) const;
    void describeCall(DescribedCall &call, std::string_view operation, const NameFacts &name) const;
    void describeStore(DescribedCall &call, const NameFacts &name) const;

    std::array<Value, SlotCount> m_values;
};

} // namespace tailspan::advisor
