// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/jobs/background_release.h"
#include "app/jobs/gui_mailbox.h"
#include "app/sources/source_set.h"
#include "app/workspace/metric_questions.h"
#include "models/metric/metric_catalog.h"

#include <QObject>
#include <QString>
#include <QTimer>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace tailspan::workspace {

class MetricStore;

/// A query of the mapping and where it is asked.
struct MappedSignal {
    metric::SignalQuery query;
    std::string source; ///< Name of the store that has the metric.
    friend bool operator==(const MappedSignal &, const MappedSignal &) = default;
};

/// The stores of metrics and alerts that are connected: asked for panels, for what they measure, for histograms. They
/// belong to a time range and not to traces: opening a file leaves them connected. Each store answers one question
/// after the other on its own thread, where answers are read as well; callbacks and signals come on the GUI thread.
/// Of each panel only the newest question counts. Thread: GUI. Owner: the workspace.
class LiveMetrics : public QObject {
    Q_OBJECT
public:
    using OnResult = std::function<void(Result<MetricResultPtr>)>;
    using OnHistogram = std::function<void(Result<HistogramResultPtr>)>;
    using OnNames = std::function<void(Result<sources::NameList>)>;

    explicit LiveMetrics(QObject *parent = nullptr);
    ~LiveMetrics() override;

    /// Whether that source keeps metrics or alerts and not traces.
    [[nodiscard]] static bool isForMetrics(const sources::SourceToOpen &source);
    /// Replaces what is connected and looks at what is measured; an empty list disconnects.
    void connectTo(const std::vector<sources::SourceToOpen> &stores);
    [[nodiscard]] bool isConnected() const { return !m_stores.empty(); }
    /// Whether one of them answers questions about metrics; Alertmanager does not.
    [[nodiscard]] bool hasMetrics() const;
    [[nodiscard]] std::vector<MetricSourceState> states() const;
    [[nodiscard]] const std::vector<std::shared_ptr<MetricStore>> &stores() const { return m_stores; }
    /// The option of a connection, such as "grafana"; "" where it is not set. Of the first store where `source` is "".
    [[nodiscard]] std::string option(const std::string &source, const std::string &id) const;

    /// Looks at what is measured at a moment; where something was found already it stays until the answer is there.
    void discover(TimePoint at);
    [[nodiscard]] bool isDiscovering() const { return m_discovering > 0; }
    /// Why there may be no mapping: of each store that could not be looked at, a line.
    [[nodiscard]] const std::vector<std::string> &discoveryErrors() const { return m_discoveryErrors; }
    /// What is asked for each service and signal: what was found, and what the user chose in its place.
    [[nodiscard]] const std::vector<MappedSignal> &mapping() const { return m_mapping; }
    [[nodiscard]] const std::vector<MappedSignal> &found() const { return m_found; }
    [[nodiscard]] const MappedSignal *find(const std::string &service, metric::Signal signal) const;
    [[nodiscard]] std::vector<std::string> services() const;
    /// The user's choices of each store, kept in its profile by the workspace.
    void setChosen(const std::string &source, std::vector<metric::SignalQuery> chosen);
    [[nodiscard]] std::vector<metric::SignalQuery> chosen(const std::string &source) const;

    /// `panel` names who asks: a newer question of it takes the place of the one before, whose callback never comes.
    /// "$window" in the expression is filled in by the source. Errors: those of the source; NotFound when none is
    /// connected.
    void ask(const std::string &panel, const MetricQuestion &question, OnResult done);
    /// Buckets of the latency histogram of a service. Errors: NotFound where it has none.
    void askHistogram(const std::string &panel, const HistogramQuestion &question, OnHistogram done);
    [[nodiscard]] std::vector<std::string> servicesWithHistograms() const;
    void askNames(const std::string &panel, const sources::NameQuestion &question, OnNames done);
    /// The callback of what that panel asked never comes.
    void cancel(const std::string &panel);
    /// Whether questions are under way: of panels, or about what is measured.
    [[nodiscard]] bool isAsking() const { return !m_waitingPanels.empty() || isDiscovering(); }

    /// Whether panels ask again by themselves. Off: they show the range they have.
    void setLive(bool live);
    [[nodiscard]] bool isLive() const { return m_isLive && isConnected(); }
    /// Nothing is asked by itself while the window is hidden.
    void setHidden(bool hidden);
    [[nodiscard]] bool isHidden() const { return m_isHidden; }

    /// Runs on the GUI thread.
    template <class Letter>
    void post(Letter letter)
    {
        m_mailbox.post(std::move(letter));
    }

Q_SIGNALS:
    void connectedChanged();
    void statesChanged();
    void mappingChanged(); ///< Or whether it is being looked for.
    void chosenChanged(const std::string &source);
    void liveChanged();

private:
    [[nodiscard]] bool isCurrent(const std::string &panel, std::uint64_t round);
    void deliver(const std::string &panel, std::uint64_t round, Result<MetricResultPtr> result, const OnResult &done);
    void takeFound(std::uint64_t round, const std::string &source, Result<metric::MetricMapping> found);
    void mapAgain();
    [[nodiscard]] std::uint64_t begin(const std::string &panel);

    jobs::GuiMailbox m_mailbox;
    jobs::BackgroundRelease m_release;
    std::vector<std::shared_ptr<MetricStore>> m_stores;
    std::map<std::string, std::uint64_t> m_rounds; ///< By panel: the newest question.
    std::set<std::string> m_waitingPanels;
    std::uint64_t m_nextRound = 0;
    std::map<std::string, metric::MetricMapping> m_foundBySource;
    std::map<std::string, std::vector<metric::SignalQuery>> m_chosen;
    std::vector<MappedSignal> m_found;
    std::vector<MappedSignal> m_mapping;
    std::vector<std::string> m_discoveryErrors;
    std::uint64_t m_discoveryRound = 0;
    int m_discovering = 0;
    bool m_isLive = false;
    bool m_isHidden = false;
    QTimer m_statesTimer;
};

} // namespace tailspan::workspace
