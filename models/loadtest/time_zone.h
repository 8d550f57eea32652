// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
#include "models/base/time.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::loadtest {

/// "UTC", "Z", "+02:00", "-0530", "+2": local time minus UTC. Errors: Malformed with what may be written.
[[nodiscard]] Result<Duration> parseZone(std::string_view text);
/// "UTC", "UTC+02:00"
[[nodiscard]] std::string zoneText(Duration zone);

/// The local time of a place: one offset, or a named zone with the moments at which its clocks were set. A value.
/// Named ones are made from the system's tables (app/workspace/named_zone.h).
class ZoneRule {
public:
    struct Change {
        TimePoint at;    ///< From then on
        Duration offset; ///< local time minus UTC is this.
    };
    ZoneRule() = default;
    explicit ZoneRule(Duration offset) : m_first(offset) {}
    /// `changes` ascending; `first` holds before the first of them.
    ZoneRule(std::string name, Duration first, std::vector<Change> changes)
        : m_name(std::move(name)), m_first(first), m_changes(std::move(changes))
    {}

    /// A local clock's reading, as if it were UTC, to the moment it means. An hour that the clock shows twice is taken
    /// the first time; one that it skips is taken as if it had not been set.
    [[nodiscard]] TimePoint toUtc(TimePoint local) const;
    /// Whether the clock showed this twice.
    [[nodiscard]] bool isAmbiguous(TimePoint local) const;
    /// "UTC+02:00", "Europe/Berlin"
    [[nodiscard]] std::string text() const { return m_name.empty() ? zoneText(m_first) : m_name; }

private:
    [[nodiscard]] Duration offsetAt(TimePoint utc) const;

    std::string m_name;
    Duration m_first;
    std::vector<Change> m_changes;
};

} // namespace tailspan::loadtest
