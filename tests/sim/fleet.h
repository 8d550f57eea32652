// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/sim/random_source.h"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace tailspan::sim {

/// A process that runs one version of a service, as the middleware names it in the metadata of each record and as
/// its metrics are labelled.
struct Instance {
    std::string service;
    std::string name;    ///< "azora-coin-5d41c-b", new with each version
    std::string version; ///< "2.14.0"
    const char *region = "";
    bool isNewVersion = false;
};

/// How many of a service run at a time, each in a slot. Every second slot gets the new version when one comes, so that
/// neither a single instance nor a region tells what is new.
inline constexpr std::size_t kSlots = 4;
[[nodiscard]] constexpr bool isRenewed(std::size_t slot)
{
    return slot % 2 == 1;
}
/// Lives as long as the program.
[[nodiscard]] const Instance &instanceAt(std::string_view service, std::size_t slot, bool isNewVersion);

/// For whom a request is made; it is handed on from service to service.
struct Tenant {
    const char *name = "";
    double share = 0; ///< Of all requests
};
inline constexpr std::array kTenants{Tenant{"acme", 0.4}, Tenant{"birch", 0.25}, Tenant{"cedar", 0.2},
                                     Tenant{"dune", 0.15}};
/// The one with so many rows that a query without an index takes long.
inline constexpr const char *kLargeTenant = kTenants[0].name;
[[nodiscard]] const char *chooseTenant(RandomSource &random);

} // namespace tailspan::sim
