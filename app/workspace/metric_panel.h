// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/live_metrics.h"

#include <QObject>
#include <QTimer>

#include <chrono>
#include <optional>
#include <string>

namespace tailspan::workspace {

/// One panel's question and its last good answer. Asked again by its own budget: not before a step has passed, nor more
/// than a quarter of the time if answers take long; after a failure at growing distances, also while paused, so that a
/// store that comes back is seen. What was answered last stays through all of it. Thread: GUI.
class MetricPanel : public QObject {
    Q_OBJECT
public:
    explicit MetricPanel(LiveMetrics &metrics, QObject *parent = nullptr);
    ~MetricPanel() override;

    /// Asks at once. `isRenewal`: the same for a time that went on; asked when the budget allows.
    void show(const MetricQuestion &question, bool isRenewal = false);
    /// Forgets question and answer.
    void clear();
    /// A panel that is not seen asks nothing; back again it asks what it missed.
    void setActive(bool active);

    [[nodiscard]] const MetricQuestion &question() const { return m_question; }
    [[nodiscard]] const MetricResultPtr &result() const { return m_result; } ///< The last good one; may be null.
    /// Of the newest question; what result() holds is older then.
    [[nodiscard]] const std::optional<Error> &error() const { return m_error; }
    [[nodiscard]] bool isAsking() const { return m_isAsking; }

Q_SIGNALS:
    void changed();

private:
    void ask();
    void take(Result<MetricResultPtr> result);
    [[nodiscard]] std::chrono::milliseconds pause() const;

    LiveMetrics &m_metrics;
    std::string m_name;
    MetricQuestion m_question;
    MetricResultPtr m_result;
    std::optional<Error> m_error;
    int m_failures = 0;
    bool m_hasQuestion = false;
    bool m_isAsking = false;
    bool m_isActive = true;
    bool m_isBehind = false; ///< The question is newer than what was asked last.
    QTimer m_timer;          ///< Runs while it is too early to ask again.
};

} // namespace tailspan::workspace
