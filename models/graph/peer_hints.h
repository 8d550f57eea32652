// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/graph/service_facts.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace tailspan::graph {

/// The attributes of one outgoing call that say whom it calls. Used again for the next call; thread: one.
class PeerHints {
public:
    void clear();
    /// Takes an attribute, whatever it is.
    void take(std::string_view key, std::string_view value);
    /// Nothing when no attribute says anything.
    [[nodiscard]] std::optional<Peer> peer() const;

private:
    enum Slot : std::size_t { System, Database, Messaging, Destination, Service, Host, Url, SlotCount };
    struct Key {
        std::string_view name;
        Slot slot;
        int rank; ///< The lower one wins.
    };
    struct Value {
        std::string text;
        std::string_view key;
        int rank = 1000;
    };

    static const std::array<Key, 33> kKeys;

    [[nodiscard]] std::optional<Peer> store() const;
    [[nodiscard]] std::optional<Peer> queue() const;
    [[nodiscard]] std::optional<Peer> other() const;
    [[nodiscard]] std::string termOf(Slot slot) const;
    [[nodiscard]] bool has(Slot slot) const { return !m_values[slot].text.empty(); }

    std::array<Value, SlotCount> m_values;
};

/// "api.example.com:8443" of "https://user:secret@api.example.com:8443/pay"; "" when there is no host.
[[nodiscard]] std::string_view hostOfUrl(std::string_view url);

/// Whether a system named so keeps copies for speed: "redis", "memcached".
[[nodiscard]] bool isCacheSystem(std::string_view system);

} // namespace tailspan::graph
