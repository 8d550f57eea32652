// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/settings/settings.h"
#include "models/base/time.h"

#include <QString>

namespace tailspan::workspace {

/// Times as the user wants to see them: in UTC or in the zone of this machine. Thread: any.
class ShownTime {
public:
    explicit ShownTime(const settings::Settings &settings) : m_isLocal(settings.timeZone == QStringLiteral("local")) {}

    [[nodiscard]] bool isLocal() const { return m_isLocal; }
    /// What is added to UTC at that moment, in the zone of the settings; and in the machine's.
    [[nodiscard]] Duration offset(TimePoint at) const;
    [[nodiscard]] static Duration localOffset(TimePoint at);
    /// "UTC", "CET".
    [[nodiscard]] QString zoneName(TimePoint at) const;
    [[nodiscard]] static QString localName(TimePoint at);
    /// "14:02:10 UTC"
    [[nodiscard]] QString clock(TimePoint at) const;
    /// Both zones, a line each: "2026-11-23 14:02:10 UTC", "2026-11-23 15:02:10 CET".
    [[nodiscard]] static QString both(TimePoint at);

private:
    bool m_isLocal;
};

} // namespace tailspan::workspace
