// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/progress.h"
#include "models/base/result.h"
#include "models/trace/trace_snapshot.h"

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::graph {

/// What a node of the service map is.
enum class NodeKind : std::uint8_t {
    Service,  ///< Has spans of its own.
    Database, ///< Known from the spans of those who call it, as all below.
    Cache,
    Queue,
    External, ///< A peer without spans here: another company's API, a service nobody traces.
    Group,    ///< Several services of one namespace, folded.
};

/// Somebody who is called and records no spans.
struct Peer {
    std::string name; ///< "orders (postgresql)", "api.example.com"
    NodeKind kind = NodeKind::External;
    std::string term; ///< Finds the calls in the language of find: db.name="orders"; "" where nothing does.
    friend bool operator==(const Peer &, const Peer &) = default;
};

/// What the columns of a snapshot do not say about services: whom they call that records no spans, and the namespaces
/// they run in. Made once a snapshot, on a worker. A value: holds no snapshot.
struct ServiceFacts {
    static constexpr std::uint32_t kNone = 0xffffffff;
    static constexpr std::uint32_t kMostPeers = 10'000; ///< Further ones are one external peer, "others".

    std::uint64_t generation = 0;
    std::vector<Peer> peers;
    std::vector<std::uint32_t> peerOf;   ///< By SpanRow, into peers; kNone for most. Empty when nobody calls a peer.
    std::vector<std::string> namespaces; ///< By ServiceId; "" where none is recorded.
    std::uint64_t unknownCount = 0;      ///< Outgoing calls that say nothing of whom they call.
    std::uint64_t unreadCount = 0;       ///< Outgoing calls whose attributes are in a store or cannot be read.
    std::string problem;                 ///< Why, of the first of those.
};

/// Reads the attributes of outgoing calls (client or producer) under which nobody else has a span, in the order of the
/// files, on all cores; of calls around calls only the outer one counts. Where attributes cannot be read, a peer is known
/// only by an operation that leaves no doubt ("SELECT users", "redis GET"). Semantic conventions of OpenTelemetry, old
/// and new, of OpenTracing, and Zipkin's remote endpoint. Progress counts spans. Thread: any. Errors: Cancelled.
[[nodiscard]] Result<ServiceFacts> serviceFactsOf(const trace::TraceSnapshot &snapshot, const std::stop_token &stop,
                                                  Progress &progress);

/// Whom an operation calls, where its words leave no doubt: an SQL statement, or a system's name in front.
[[nodiscard]] std::optional<Peer> peerOfOperation(std::string_view operation);

/// "team" of "team/service" and "team.service"; "" without such a prefix or where the name is an address.
[[nodiscard]] std::string_view namePrefix(std::string_view service);

/// The node each service belongs to when namespaces are folded, by ServiceId: the recorded namespace, else the prefix of
/// its name; where only one service of the snapshot has it, the service's own name. Services of `opened` namespaces are
/// not folded.
[[nodiscard]] std::vector<std::string> foldedByNamespace(const trace::TraceSnapshot &snapshot,
                                                         const ServiceFacts &facts,
                                                         const std::vector<std::string> &opened);

} // namespace tailspan::graph
