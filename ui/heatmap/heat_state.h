// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/jobs/latest_job.h"
#include "app/workspace/heat_source.h"
#include "app/workspace/open_files.h"
#include "app/workspace/workspace.h"
#include "models/layout/heat_layout.h"
#include "models/metric/latency_grid_difference.h"
#include "ui/heatmap/heat_map_view.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <memory>
#include <optional>
#include <vector>

namespace tailspan::heatmap {

/// What a map is compared with.
enum class Baseline : std::uint8_t { None, Previous, Yesterday, LastWeek, KeptBox, OtherReport };

/// What the page shows: where counts come from, of what, over which time, against what; and the maps themselves, made
/// off the window's thread, the newest wins. While one is being made the one before stays.
/// Thread: GUI. Owner: the page.
class HeatState final : public QObject {
    Q_OBJECT
public:
    explicit HeatState(workspace::Workspace &workspace, QObject *parent = nullptr);
    ~HeatState() override;

    [[nodiscard]] const std::vector<workspace::HeatOriginInfo> &origins() const { return m_origins; }
    /// Null when nothing that has latencies is open.
    [[nodiscard]] const workspace::HeatOriginInfo *origin() const;
    void setOrigin(const workspace::HeatOrigin &origin);
    /// As it is asked: what the origin cannot tell is left out.
    [[nodiscard]] workspace::HeatSubject subject() const;
    void setWhat(workspace::HeatSubject::What what);
    void setService(const std::string &service);
    void setOperation(const std::string &operation);
    void setOnlyFailed(bool onlyFailed);
    [[nodiscard]] const HeatLook &look() const { return m_look; }
    void setLook(const HeatLook &look);

    [[nodiscard]] Baseline baseline() const { return m_baseline; }
    void setBaseline(Baseline baseline);
    /// Why that one cannot be had, in words; empty when it can.
    [[nodiscard]] QString noBaseline(Baseline baseline) const;
    /// Reads another load test to compare with; it does not replace what is open.
    void openBaselineReport(const QString &path);

    /// In pixels; the number of rows and columns follows.
    void setPlotSize(QSizeF size);
    void setHidden(bool hidden);
    [[nodiscard]] TimeRange whole() const;
    [[nodiscard]] TimeRange shown() const { return m_shown; }
    /// By the user: asked for at once, a step of the history once the gesture is over.
    void show(TimeRange range);

    [[nodiscard]] const std::optional<layout::HeatBox> &box() const { return m_box; }
    void setBox(std::optional<layout::HeatBox> box);
    [[nodiscard]] const std::optional<layout::HeatBox> &keptBox() const { return m_keptBox; }
    void keepBox();
    void forgetKeptBox();

    [[nodiscard]] const workspace::HeatMapPtr &map() const { return m_map; } ///< May be null.
    [[nodiscard]] const workspace::HeatMapPtr &before() const { return m_before; }
    /// Set when a baseline was compared with.
    [[nodiscard]] const std::optional<metric::LatencyGridDifference> &difference() const { return m_difference; }
    [[nodiscard]] layout::HeatPicture picture() const;
    [[nodiscard]] bool isAsking() const;
    [[nodiscard]] std::shared_ptr<const Progress> progress() const;
    void cancel();
    [[nodiscard]] const QString &error() const { return m_error; } ///< Of the newest question; plain text.

    /// "Latency of payment · from spans in postgres prod", and what follows it in a quieter tone.
    [[nodiscard]] QString title() const;
    [[nodiscard]] QString subtitle() const;
    /// What the map is of: "payment", "requests", "all spans".
    [[nodiscard]] QString subjectName() const;
    [[nodiscard]] const char *noun(bool isOne) const;
    [[nodiscard]] workspace::Workspace &workspace() { return m_workspace; }
    [[nodiscard]] const std::shared_ptr<workspace::HeatSpansCache> &cache() const { return m_cache; }

Q_SIGNALS:
    void choicesChanged();
    void mapChanged();
    void askingChanged();
    void boxChanged();
    void timeChanged(); ///< The whole or the shown range.

private:
    void connectWorkspace();
    void updateOrigins();
    void takeWorkspaceRange();
    void refresh();
    void renew();
    void askBefore();
    void compare();
    void publish(workspace::HeatMapPtr map, workspace::HeatMapPtr before,
                 std::optional<metric::LatencyGridDifference> difference);
    void giveUp(const Error &error);
    [[nodiscard]] workspace::HeatQuestion question() const;
    [[nodiscard]] std::optional<TimeRange> baselineRange(Baseline baseline) const;
    [[nodiscard]] QString differenceText() const;
    [[nodiscard]] bool isLocalTime() const;

    workspace::Workspace &m_workspace;
    std::shared_ptr<workspace::HeatSpansCache> m_cache;
    std::vector<workspace::HeatOriginInfo> m_origins;
    std::optional<workspace::HeatOrigin> m_chosenOrigin;
    std::optional<workspace::HeatSubject::What> m_chosenWhat;
    workspace::HeatSubject m_subject;
    HeatLook m_look;
    Baseline m_baseline = Baseline::None;
    loadtest::LoadTestReportPtr m_baselineReport;
    QSizeF m_plotSize{900, 400};
    TimeRange m_shown;
    std::optional<TimeRange> m_localRange; ///< Zoomed to where the workspace's range means nothing.
    std::optional<layout::HeatBox> m_box;
    std::optional<layout::HeatBox> m_keptBox;
    workspace::HeatMapPtr m_map;
    workspace::HeatMapPtr m_before;
    workspace::HeatMapPtr m_fresh; ///< Of a comparison that is being made.
    std::optional<metric::LatencyGridDifference> m_difference;
    QString m_error;
    bool m_isHidden = true;
    bool m_isStale = false; ///< Something changed while hidden.
    QElapsedTimer m_sinceAsked;
    QTimer m_commit;
    QTimer m_renewal;
    jobs::LatestJob<metric::LatencyGridDifference> m_comparing;
    jobs::LatestJob<workspace::Opened> m_opening;
    workspace::HeatSource m_nowSource;
    workspace::HeatSource m_beforeSource;
};

} // namespace tailspan::heatmap
