// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/analysis/analysis_pane.h"

namespace tailspan::items {
class CallTreeModel;
}

namespace tailspan::analysis {

class SpanTreeView;

/// The aggregate tree of the chosen traces, merged by call path. Thread: GUI.
class CallTreePane final : public AnalysisPane {
    Q_OBJECT
public:
    CallTreePane(TraceAnalysis &analysis, QWidget *parent);

    [[nodiscard]] SpanTreeView &view() { return *m_view; }
    [[nodiscard]] items::CallTreeModel &model() { return *m_model; }

protected:
    void showResult() override;
    void markSpan() override;

private:
    items::CallTreeModel *m_model = nullptr;
    SpanTreeView *m_view = nullptr;
};

} // namespace tailspan::analysis
