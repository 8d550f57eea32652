// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/jobs/latest_job.h"
#include "models/items/statistics_model.h"
#include "ui/analysis/analysis_pane.h"

class QComboBox;
class QPushButton;

namespace tailspan::analysis {

class PathBar;
class SpanTreeView;

/// Spans by service, operation or any attribute: where the time of the chosen traces went. Thread: GUI; groups are made
/// on a worker.
class StatisticsPane final : public AnalysisPane {
    Q_OBJECT
public:
    StatisticsPane(TraceAnalysis &analysis, QWidget *parent);

    [[nodiscard]] bool isSettled() const override;
    /// "service", "operation" or the name of an attribute.
    void setGroupedBy(const QString &key);
    [[nodiscard]] SpanTreeView &view() { return *m_view; }
    [[nodiscard]] items::StatisticsModel &model() { return *m_model; }
    [[nodiscard]] PathBar &pathBar() { return *m_pathBar; }

protected:
    void showResult() override;
    void markSpan() override;

private:
    struct Grouped {
        std::shared_ptr<const items::GroupedStatistics> statistics;
        std::vector<std::uint32_t> groupOf; ///< By position in the selection.
        QString note;                       ///< What is missing; plain text.
    };
    static Result<Grouped> group(const AnalysedTracesPtr &traces, const QString &key, const std::stop_token &stop,
                                 Progress &progress);

    void buildControls();
    void regroup();
    void take(const AnalysedTracesPtr &traces, Result<Grouped> grouped);
    void offerAttributes();

    items::StatisticsModel *m_model = nullptr;
    SpanTreeView *m_view = nullptr;
    PathBar *m_pathBar = nullptr;
    QComboBox *m_key = nullptr;
    QPushButton *m_cancel = nullptr;
    AnalysedTracesPtr m_shown; // what the table was made from
    std::vector<std::uint32_t> m_groupOf;
    std::uint64_t m_keysOfGeneration = 0;
    jobs::LatestJob<std::vector<std::string>> m_keysJob;
    jobs::LatestJob<Grouped> m_job; // last: it stops first
};

} // namespace tailspan::analysis
