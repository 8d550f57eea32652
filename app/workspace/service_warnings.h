// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <string>
#include <utility>
#include <vector>

namespace tailspan::workspace {

/// Something wrong with a service that its spans do not say: a target that is down, an alert that fires.
struct ServiceWarning {
    std::string service; ///< As spans name it.
    std::string text;    ///< Plain, one line: "down since 14:02 UTC", "HighLatency fires".
    bool isDown = false;
    friend bool operator==(const ServiceWarning &, const ServiceWarning &) = default;
};

/// The warnings in force, of all services; whoever watches metrics and alerts replaces them, the service map shows
/// them at their nodes. Thread: GUI. Owner: the workspace.
class ServiceWarnings final : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    [[nodiscard]] const std::vector<ServiceWarning> &all() const { return m_warnings; }
    void set(std::vector<ServiceWarning> warnings)
    {
        if (warnings == m_warnings)
            return;
        m_warnings = std::move(warnings);
        Q_EMIT changed();
    }

Q_SIGNALS:
    void changed();

private:
    std::vector<ServiceWarning> m_warnings;
};

} // namespace tailspan::workspace
