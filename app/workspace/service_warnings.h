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

    /// Of targets and alerts, then what the advisor found.
    [[nodiscard]] std::vector<ServiceWarning> all() const
    {
        std::vector<ServiceWarning> all = m_warnings;
        all.insert(all.end(), m_advice.begin(), m_advice.end());
        return all;
    }
    void set(std::vector<ServiceWarning> warnings) { replace(m_warnings, std::move(warnings)); }
    void setAdvice(std::vector<ServiceWarning> advice) { replace(m_advice, std::move(advice)); }

Q_SIGNALS:
    void changed();

private:
    void replace(std::vector<ServiceWarning> &known, std::vector<ServiceWarning> warnings)
    {
        if (warnings == known)
            return;
        known = std::move(warnings);
        Q_EMIT changed();
    }

    std::vector<ServiceWarning> m_warnings;
    std::vector<ServiceWarning> m_advice;
};

} // namespace tailspan::workspace
