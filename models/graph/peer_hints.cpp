// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/graph/peer_hints.h"

#include <algorithm>

namespace tailspan::graph {

// Newer names of the conventions first; an address is the last resort of a service.
const std::array<PeerHints::Key, 33> PeerHints::kKeys{{
    {"db.system.name", System, 0},
    {"db.system", System, 1},
    {"db.type", System, 2},
    {"db.namespace", Database, 0},
    {"db.name", Database, 1},
    {"db.instance", Database, 2},
    {"messaging.system", Messaging, 0},
    {"messaging.destination.name", Destination, 0},
    {"messaging.destination", Destination, 1},
    {"messaging.destination_name", Destination, 2},
    {"message_bus.destination", Destination, 3},
    {"messaging.kafka.topic", Destination, 4},
    {"peer.service", Service, 0},
    {"remote.serviceName", Service, 1},
    {"rpc.service", Service, 2},
    {"server.address", Host, 0},
    {"net.peer.name", Host, 1},
    {"peer.hostname", Host, 2},
    {"peer.host", Host, 3},
    {"http.host", Host, 4},
    {"out.host", Host, 5},
    {"network.peer.address", Host, 6},
    {"net.peer.ip", Host, 7},
    {"net.sock.peer.addr", Host, 8},
    {"peer.ipv4", Host, 9},
    {"peer.address", Host, 10},
    {"remote.ipv4", Host, 11},
    {"remote.ipv6", Host, 12},
    {"upstream_cluster", Host, 13},
    {"url.full", Url, 0},
    {"http.url", Url, 1},
    {"http.request.url", Url, 2},
    {"url", Url, 3},
}};

namespace {

constexpr std::size_t kMostNameBytes = 200;

/// Without the port, so that two ports of one host are one peer.
std::string_view withoutPort(std::string_view host)
{
    const std::size_t colon = host.rfind(':');
    const bool isAddressOf6 = host.find(':') != colon && !host.ends_with(']') && !host.starts_with('[');
    if (colon == std::string_view::npos || isAddressOf6)
        return host;
    const std::string_view port = host.substr(colon + 1);
    const bool isPort = !port.empty() && std::ranges::all_of(port, [](char c) { return c >= '0' && c <= '9'; });
    return isPort ? host.substr(0, colon) : host;
}

bool isUnsafe(char c)
{
    return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\' || c == 0x7f;
}

} // namespace

std::string_view hostOfUrl(std::string_view url)
{
    const std::size_t scheme = url.find("://");
    if (scheme == std::string_view::npos)
        return {};
    std::string_view host = url.substr(scheme + 3);
    host = host.substr(0, host.find_first_of("/?#"));
    if (const std::size_t user = host.rfind('@'); user != std::string_view::npos)
        host.remove_prefix(user + 1);
    return host;
}

bool isCacheSystem(std::string_view system)
{
    return system == "redis" || system == "memcached" || system == "valkey" || system == "hazelcast"
        || system == "dragonfly" || system == "couchbase-cache" || system == "ehcache";
}

void PeerHints::clear()
{
    for (Value &value : m_values) {
        value.text.clear();
        value.key = {};
        value.rank = 1000;
    }
}

void PeerHints::take(std::string_view key, std::string_view value)
{
    if (value.empty())
        return;
    value = value.substr(0, 4 * kMostNameBytes); // of an address only the beginning matters
    for (const Key &known : kKeys) {
        if (known.name.size() != key.size() || known.name != key)
            continue;
        Value &kept = m_values[known.slot];
        if (known.rank < kept.rank) {
            kept.text = value;
            kept.key = known.name;
            kept.rank = known.rank;
        }
        return;
    }
}

/// A condition that finds the calls; values that the language of find cannot hold give none.
std::string PeerHints::termOf(Slot slot) const
{
    const Value &value = m_values[slot];
    if (value.text.empty() || std::ranges::any_of(value.text, isUnsafe))
        return {};
    return "attr." + std::string(value.key) + "=\"" + value.text + '"';
}

std::optional<Peer> PeerHints::store() const
{
    if (!has(System))
        return std::nullopt;
    const std::string &system = m_values[System].text;
    Peer peer;
    peer.kind = isCacheSystem(system) ? NodeKind::Cache : NodeKind::Database;
    // The number of a Redis database says less than where it is.
    const bool isNumber = std::ranges::all_of(m_values[Database].text, [](char c) { return c >= '0' && c <= '9'; });
    const Slot order[] = {Service, isNumber ? Host : Database, isNumber ? Database : Host};
    for (const Slot slot : order) {
        if (!has(slot) || m_values[slot].key == "rpc.service")
            continue;
        peer.name = withoutPort(m_values[slot].text);
        if (peer.name.find(system) == std::string::npos) // "orders-postgresql" says it already
            peer.name += " (" + system + ")";
        peer.term = termOf(slot);
        return peer;
    }
    peer.name = system;
    peer.term = termOf(System);
    return peer;
}

std::optional<Peer> PeerHints::queue() const
{
    if (!has(Messaging) && !has(Destination))
        return std::nullopt;
    Peer peer;
    peer.kind = NodeKind::Queue;
    if (has(Destination)) {
        peer.name = m_values[Destination].text;
        if (has(Messaging))
            peer.name += " (" + m_values[Messaging].text + ")";
        peer.term = termOf(Destination);
    } else {
        peer.name = m_values[Messaging].text;
        peer.term = termOf(Messaging);
    }
    return peer;
}

std::optional<Peer> PeerHints::other() const
{
    Peer peer;
    const bool hasPlainService = has(Service) && m_values[Service].key != "rpc.service";
    const std::string_view fromUrl = withoutPort(hostOfUrl(m_values[Url].text));
    if (hasPlainService) {
        peer.name = m_values[Service].text;
        peer.term = termOf(Service);
    } else if (has(Host)) {
        peer.name = withoutPort(m_values[Host].text);
        peer.term = termOf(Host);
    } else if (!fromUrl.empty()) {
        peer.name = fromUrl;
    } else if (has(Service)) {
        peer.name = m_values[Service].text;
        peer.term = termOf(Service);
    } else {
        return std::nullopt;
    }
    return peer;
}

std::optional<Peer> PeerHints::peer() const
{
    std::optional<Peer> peer = store();
    if (!peer)
        peer = queue();
    if (!peer)
        peer = other();
    if (!peer || peer->name.empty())
        return std::nullopt;
    if (peer->name.size() > kMostNameBytes)
        peer->name.resize(kMostNameBytes);
    return peer;
}

} // namespace tailspan::graph
