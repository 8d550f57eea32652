// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/jobs/latest_job.h"
#include "app/workspace/workspace.h"
#include "models/graph/service_map.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tailspan::servicemap {

/// What a map is compared with.
enum class Baseline : std::uint8_t { None, FirstHalf, Range };

/// What the user chose on the map's bar that changes what is counted.
struct MapChoices {
    bool isFolded = false;
    std::vector<std::string> opened; ///< Namespaces that stay open.
    Baseline baseline = Baseline::None;
    TimeRange baselineRange; ///< Of Baseline::Range.
    std::shared_ptr<const graph::DeclaredMesh> mesh;
    bool isFromStore = false; ///< A store counts all it holds, not only the loaded spans.
};

/// Keeps the service map of what the workspace shows: its snapshot, time range and filter. Counts on a worker, at once
/// when the user asked for something else, and about once a second while new spans come in; nothing while the page is
/// not in front. A map that could not be renewed stays, with the reason.
/// Thread: GUI. Owner: the page.
class MapSource final : public QObject {
    Q_OBJECT
public:
    static constexpr int kRenewalMs = 1000;

    explicit MapSource(workspace::Workspace &workspace, QObject *parent = nullptr);

    void setChoices(MapChoices choices);
    [[nodiscard]] const MapChoices &choices() const { return m_choices; }
    /// Whether the page is in front.
    void setActive(bool isActive);
    /// Reads a declaration of who calls whom; errors through meshFailed().
    void openMesh(const QString &path);

    [[nodiscard]] const std::shared_ptr<const graph::ServiceMap> &map() const { return m_map; } ///< May be null.
    [[nodiscard]] const QString &problem() const { return m_problem; } ///< Why it is not newer; "" when it is.
    [[nodiscard]] bool hasSpans() const;
    [[nodiscard]] bool canCountInStore() const;
    [[nodiscard]] bool isCounting() const { return m_job.isRunning(); }
    /// Since the map was counted; 0 before.
    [[nodiscard]] qint64 ageMs() const { return m_sinceCounted.isValid() ? m_sinceCounted.elapsed() : 0; }
    [[nodiscard]] TimeRange shownRange() const { return m_workspace.shownRange(); }
    /// The two ranges of a comparison; the whole and nothing without one.
    [[nodiscard]] TimeRange nowRange() const;
    [[nodiscard]] std::optional<TimeRange> baselineRange() const;

Q_SIGNALS:
    /// `isRenewal`: the same traces and the same questions, a moment later.
    void mapChanged(bool isRenewal);
    void stateChanged(); ///< Counting began or ended, or the map grew older.
    void meshFailed(const QString &text);
    void meshOpened(const QString &notes); ///< "" when there is nothing to note.

private:
    void ask();
    void renew();
    void start(bool isRenewal);
    void startStore(bool isRenewal);
    void take(Result<graph::ServiceMap> map, bool isRenewal);
    void clear();
    [[nodiscard]] std::optional<TimeRange> narrowed() const;

    workspace::Workspace &m_workspace;
    MapChoices m_choices;
    std::shared_ptr<const graph::ServiceMap> m_map;
    std::shared_ptr<const graph::ServiceFacts> m_facts;
    QString m_problem;
    bool m_isActive = false;
    bool m_isStale = false;                     ///< Something new came since the last start.
    bool m_isRenewal = false;                   ///< And all of it only renewed what was there.
    std::optional<TimeRange> m_countedNarrowed; ///< What the user had narrowed to at the last start.
    QElapsedTimer m_sinceCounted;
    QTimer m_renewal;
    QTimer m_ages;
    jobs::LatestJob<graph::DeclaredMesh> m_meshJob;
    jobs::LatestJob<graph::ServiceMap> m_job; // last: it stops before the rest goes
};

} // namespace tailspan::servicemap
