// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/time.h"

#include <QObject>
#include <QTimer>

#include <optional>

namespace tailspan::workspace {

class LiveMetrics;
class LiveStores;

/// Which time the connected stores are asked for: the last part up to now, or a range that was typed; and whether they
/// are followed. Files know their time themselves. Thread: GUI. Owner: the workspace.
class TimeChoice : public QObject {
    Q_OBJECT
public:
    TimeChoice(LiveStores &stores, LiveMetrics &metrics, QObject *parent = nullptr);

    [[nodiscard]] bool isConnected() const;
    /// How far back; 0: everything.
    void chooseLast(Duration last);
    [[nodiscard]] Duration last() const { return m_last; }
    /// From then to then; ends following.
    void chooseRange(TimeRange range);
    [[nodiscard]] std::optional<TimeRange> chosenRange() const { return m_range; }

    /// Following a range that was typed goes back to the last part of time.
    void setLive(bool live);
    [[nodiscard]] bool isLive() const;

    /// What the stores of metrics are looked at: moves on while live. Empty where none is connected.
    [[nodiscard]] TimeRange window() const { return m_window; }

Q_SIGNALS:
    void chosen();        ///< By the user: zooms of the time before are over.
    void windowChanged(); ///< Time went on, too.
    void liveChanged();

private:
    void renewWindow();
    void followClock();

    LiveStores &m_stores;
    LiveMetrics &m_metrics;
    Duration m_last{900'000'000'000};
    std::optional<TimeRange> m_range;
    TimeRange m_window;
    QTimer m_clock;
};

} // namespace tailspan::workspace
