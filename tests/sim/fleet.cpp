// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/fleet.h"

#include "tests/sim/mesh.h"

#include <cstdint>
#include <cstdio>
#include <map>

namespace tailspan::sim {

namespace {

/// The five characters that a cluster puts between the names of a service and of its instance: FNV-1a of both texts.
std::string mark(const std::string &service, const std::string &version)
{
    std::uint32_t hash = 2'166'136'261U;
    for (const char c : service + ' ' + version)
        hash = (hash ^ static_cast<unsigned char>(c)) * 16'777'619U;
    char text[16];
    std::snprintf(text, sizeof text, "%05x", hash & 0xfffffU);
    return text;
}

/// "2.14.0" to "2.14.1"
std::string nextVersion(std::string version)
{
    ++version.back();
    return version;
}

/// The slots with the old version, then those with the new one.
using Slots = std::array<Instance, 2 * kSlots>;

std::map<std::string, Slots, std::less<>> makeFleet()
{
    std::map<std::string, Slots, std::less<>> fleet;
    for (const Service &service : services()) {
        Slots &slots = fleet[service.name];
        for (std::size_t i = 0; i < slots.size(); ++i) {
            const bool isNew = i >= kSlots;
            const std::size_t slot = i % kSlots;
            Instance &instance = slots[i];
            instance.service = service.name;
            instance.version = isNew ? nextVersion(service.version) : service.version;
            instance.name = instance.service + '-' + mark(service.name, instance.version) + '-'
                + static_cast<char>('a' + static_cast<char>(slot));
            instance.region = slot < kSlots / 2 ? "eu-west-1" : "us-east-1";
            instance.isNewVersion = isNew;
        }
    }
    return fleet;
}

} // namespace

const Instance &instanceAt(std::string_view service, std::size_t slot, bool isNewVersion)
{
    static const auto kFleet = makeFleet();
    return kFleet.find(service)->second.at(slot + (isNewVersion ? kSlots : 0));
}

const char *chooseTenant(RandomSource &random)
{
    double left = random.unit();
    for (const Tenant &tenant : kTenants) {
        left -= tenant.share;
        if (left < 0)
            return tenant.name;
    }
    return kTenants.back().name;
}

} // namespace tailspan::sim
