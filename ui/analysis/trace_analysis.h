// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/jobs/latest_job.h"
#include "models/trace/call_tree.h"
#include "models/trace/trace_snapshot.h"

#include <QObject>
#include <QString>

#include <memory>
#include <optional>
#include <vector>

namespace tailspan::analysis {

/// What is looked at together: one trace or many, and the part of the time that the waterfall shows.
struct AnalysisScope {
    trace::TraceSnapshotPtr snapshot; ///< Null: nothing.
    std::vector<TraceRow> traces;     ///< In row order.
    std::optional<TimeRange> within;  ///< Of a single trace that is zoomed into.

    friend bool operator==(const AnalysisScope &, const AnalysisScope &) = default;
};

/// What the flame graph, the call tree and the statistics share. Immutable.
struct AnalysedTraces {
    AnalysisScope scope;
    trace::TraceSelection selection;
    trace::SpanTimes times;
    trace::CallTree tree;
};
using AnalysedTracesPtr = std::shared_ptr<const AnalysedTraces>;

/// Works the scope out on a worker, once for all views and only while one of them is seen.
/// Thread: GUI. Owner: the trace area.
class TraceAnalysis final : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    void setScope(AnalysisScope scope);
    [[nodiscard]] const AnalysisScope &scope() const { return m_scope; }
    /// Of the scope; null until it is worked out.
    [[nodiscard]] const AnalysedTracesPtr &result() const { return m_result; }
    [[nodiscard]] bool isRunning() const { return m_job.isRunning(); }
    /// Why there is no result although nothing runs; plain text, empty when all is well.
    [[nodiscard]] const QString &problem() const { return m_problem; }
    /// A view came into sight: asks for the result unless it is there or on its way.
    void want();
    /// That view is out of sight again.
    void rest();

Q_SIGNALS:
    /// With result() or problem().
    void resultChanged();

private:
    void start();

    AnalysisScope m_scope;
    AnalysedTracesPtr m_result;
    QString m_problem;
    int m_viewsInSight = 0;
    jobs::LatestJob<AnalysedTracesPtr> m_job; // last: it stops first
};

} // namespace tailspan::analysis
