// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/live_metrics.h"
#include "models/metric/alert_bands.h"
#include "models/metric/time_marks.h"

#include <QObject>
#include <QTimer>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace tailspan::workspace {

class ServiceWarnings;

/// What a store says of now: who is scraped, what fires, what is silenced. What it did not answer keeps the last answer,
/// with the error beside it.
struct WatchedStore {
    std::string name;
    bool isOfAlerts = false; ///< An Alertmanager: no targets, no rules.
    std::vector<metric::ScrapeTarget> targets;
    std::vector<metric::MetricRule> rules;
    std::vector<metric::MetricAlert> alerts;
    std::vector<metric::Silence> silences;
    std::vector<std::string> errors; ///< "targets: ...", one line each.
    TimePoint askedAt;               ///< Of the last answer; 0 before the first.
};

/// Watches targets and alerts of the connected stores, and what is laid over the time axis: alerts that fired, as bands,
/// and marks. Down targets and firing alerts become warnings of their services. Thread: GUI. Owner: the workspace.
class AlertWatch : public QObject {
    Q_OBJECT
public:
    AlertWatch(LiveMetrics &metrics, ServiceWarnings &warnings, QObject *parent = nullptr);

    [[nodiscard]] const std::vector<WatchedStore> &stores() const { return m_watched; }
    [[nodiscard]] const std::vector<metric::AlertBand> &bands() const { return m_bands; }
    [[nodiscard]] const std::vector<metric::TimeMark> &marks() const { return m_marks; }
    /// Why bands or marks may be missing; one line each.
    [[nodiscard]] const std::vector<std::string> &notes() const { return m_notes; }
    /// What of time bands and marks are wanted for. `isRenewal`: time went on, no haste.
    void setRange(TimeRange range, bool isRenewal);
    /// Reads marks from a file, in place of those of the file before; "" takes them away. The text of an error, "" when
    /// all went well.
    [[nodiscard]] QString openMarks(const QString &path);
    [[nodiscard]] bool isSettled() const { return m_waiting.empty() && !m_isAskingOverlays; }

Q_SIGNALS:
    void changed();         ///< Targets, rules, alerts or silences.
    void overlaysChanged(); ///< Bands or marks.

private:
    void begin();
    void watch();
    void take(std::uint64_t round, WatchedStore seen);
    void askOverlays();
    void takeBands(const Result<MetricResultPtr> &result);
    void takeMarks(const Result<MetricResultPtr> &result);
    void join();
    void warn();

    LiveMetrics &m_metrics;
    ServiceWarnings &m_warnings;
    std::vector<WatchedStore> m_watched;
    std::vector<metric::AlertBand> m_askedBands;
    std::vector<metric::TimeMark> m_askedMarks;
    std::vector<metric::TimeMark> m_fileMarks;
    std::vector<metric::AlertBand> m_bands;
    std::vector<metric::TimeMark> m_marks;
    std::vector<std::string> m_notes;
    std::string m_bandsNote;
    std::string m_marksNote;
    TimeRange m_range;
    std::uint64_t m_round = 0;
    std::set<std::string> m_waiting; ///< Stores that have not told of now yet.
    int m_overlaysAsked = 0;
    bool m_isAskingOverlays = false;
    QTimer m_timer;
    QTimer m_overlayTimer;
};

} // namespace tailspan::workspace
