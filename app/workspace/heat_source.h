// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/jobs/latest_job.h"
#include "app/workspace/heat_spans.h"
#include "models/base/result.h"
#include "models/loadtest/load_test_report.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tailspan::workspace {

class Workspace;

/// Where a heatmap's counts come from.
struct HeatOrigin {
    enum class Kind : std::uint8_t {
        Spans,   ///< The spans that are loaded.
        Store,   ///< All that a store has, counted there.
        Metrics, ///< A service's latency histogram in a store of metrics.
        Report,  ///< The timeline of the load test.
    };
    Kind kind = Kind::Spans;
    std::string name; ///< Of the store.
    friend bool operator==(const HeatOrigin &, const HeatOrigin &) = default;
};

/// An origin that is there now, and why it cannot show what it cannot: plain sentences, empty when it can.
struct HeatOriginInfo {
    HeatOrigin origin;
    std::string title; ///< "spans in postgres prod"
    std::string noRequests;
    std::string noSpans;
    std::string noNames; ///< One service or operation.
    std::string noOperations;
    std::string noFailed;
    std::string needsService;          ///< Why all services at once are not there.
    std::vector<std::string> services; ///< That can be chosen, where the loaded spans do not tell.
    std::string noEarlier;             ///< Times before what is loaded.
    friend bool operator==(const HeatOriginInfo &, const HeatOriginInfo &) = default;
};

/// A heatmap to be made.
struct HeatQuestion {
    HeatOrigin origin;
    HeatSubject subject;
    items::TraceListFilter narrowed;
    TimeRange range; ///< Empty: whatever the origin has.
    std::uint32_t columns = 160;
    double heightPx = 400;
    std::optional<metric::LatencyRows> rows;      ///< Those of the map that it is compared with.
    std::optional<Duration> column = {};          ///< Of a report: its columns, as those of that map.
    loadtest::LoadTestReportPtr report = nullptr; ///< In place of the open one.
};

/// A heatmap and what it was made of.
struct HeatMap {
    metric::LatencyGrid grid;
    std::optional<metric::LatencyGrid> failed; ///< Of the same shape; absent where the origin cannot tell.
    HeatOrigin origin;
    std::string source;             ///< "spans in postgres prod", for titles and exports.
    std::vector<std::string> notes; ///< What is missing or approximate, a sentence each.
    bool isElapsed = false;         ///< Times count from the start of the run: nobody knows when it was.
    // Of loaded spans, so that a box finds its spans again:
    trace::TraceSnapshotPtr snapshot;
    std::shared_ptr<const HeatSpans> spans;
    metric::LatencyFilter filter;
};
using HeatMapPtr = std::shared_ptr<const HeatMap>;

/// Makes heatmaps off the window's thread; of several asked for the newest is delivered. Thread: GUI.
class HeatSource {
public:
    using Done = std::function<void(Result<HeatMapPtr>)>;

    /// `panel` names who asks, for stores that keep questions apart.
    HeatSource(Workspace &workspace, std::string panel, std::shared_ptr<HeatSpansCache> cache);
    ~HeatSource();

    /// What could be asked now, the usual choice first.
    [[nodiscard]] static std::vector<HeatOriginInfo> origins(Workspace &workspace);
    /// The time that an origin can show: of loaded spans their range, of stores as far back as the user looks.
    [[nodiscard]] static TimeRange wholeRange(Workspace &workspace, const HeatOrigin &origin);

    /// Errors: NotFound where the origin is gone or has no latencies; Unsupported with the words of HeatOriginInfo or
    /// for a filter that the origin does not know; those of stores; Cancelled never arrives.
    void ask(const HeatQuestion &question, Done done);
    void cancel();
    [[nodiscard]] bool isAsking() const { return m_isWaiting || m_job.isRunning(); }
    [[nodiscard]] std::shared_ptr<const Progress> progress() const { return m_job.progress(); }

private:
    void askMetrics(const HeatQuestion &question, Done done);

    Workspace &m_workspace;
    std::string m_panel;
    bool m_isWaiting = false; ///< For a store of metrics.
    std::shared_ptr<HeatSpansCache> m_cache;
    jobs::LatestJob<HeatMapPtr> m_job;
};

// What the origins do, on any thread.

[[nodiscard]] Result<HeatMapPtr> heatOfSpans(const trace::TraceSnapshotPtr &snapshot, const HeatQuestion &question,
                                             HeatSpansCache &cache, const std::stop_token &stop, Progress &progress);
[[nodiscard]] Result<HeatMapPtr> heatOfReport(const loadtest::LoadTestReport &report, const HeatQuestion &question);

/// "spans in a.json and 2 more"
[[nodiscard]] std::string inputNames(const trace::TraceSnapshot &snapshot);

} // namespace tailspan::workspace
