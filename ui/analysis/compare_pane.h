// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/jobs/latest_job.h"
#include "models/items/comparison_model.h"
#include "ui/analysis/analysis_pane.h"

#include <optional>

class QPushButton;

namespace tailspan::widgets {
class PlainLabel;
}

namespace tailspan::analysis {

class SpanTreeView;

/// The chosen traces (B) against a baseline (A): what explains that they took longer or shorter. The baseline is what the
/// user declared to be one, also of another file; else the first of two chosen traces, else the other traces of the list
/// with the same root operations. Thread: GUI; compared on a worker.
class ComparePane final : public AnalysisPane {
    Q_OBJECT
public:
    ComparePane(TraceAnalysis &analysis, QWidget *parent);

    [[nodiscard]] bool isSettled() const override;
    /// What the filter of the list leaves.
    void setListed(std::vector<TraceRow> traces);
    /// The chosen traces are A from now on.
    void useAsBaseline();
    void forgetBaseline();
    [[nodiscard]] bool hasBaseline() const { return m_baseline.has_value(); }
    [[nodiscard]] items::ComparisonModel &model() { return *m_model; }
    [[nodiscard]] SpanTreeView &view() { return *m_view; }
    /// What is compared and how it differs, in words.
    [[nodiscard]] QString verdictText() const;

Q_SIGNALS:
    /// These traces are to be chosen in the list.
    void tracesWanted(const std::vector<TraceRow> &traces);

protected:
    void showResult() override;
    void markSpan() override {}

private:
    struct Sets {
        AnalysisScope a;
        AnalysisScope b;
        QString nameOfA; ///< "the other 63 traces like these"
    };
    [[nodiscard]] Sets setsToCompare() const;
    [[nodiscard]] std::vector<TraceRow> othersLike(const AnalysisScope &chosen) const;
    void buildControls();
    void compare();
    void take(const Sets &sets, Result<std::shared_ptr<const items::ComparisonModel::Compared>> compared);
    void swap();

    items::ComparisonModel *m_model = nullptr;
    SpanTreeView *m_view = nullptr;
    widgets::PlainLabel *m_verdict = nullptr;
    QPushButton *m_useAsBaseline = nullptr;
    QPushButton *m_forget = nullptr;
    QPushButton *m_swap = nullptr;
    std::vector<TraceRow> m_listed;
    std::optional<AnalysisScope> m_baseline;
    jobs::LatestJob<std::shared_ptr<const items::ComparisonModel::Compared>> m_job; // last: it stops first
};

} // namespace tailspan::analysis
