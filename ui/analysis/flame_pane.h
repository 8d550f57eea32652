// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/analysis/analysis_pane.h"

class QComboBox;
class QPushButton;

namespace tailspan::analysis {

class FlameView;

/// The flame graph with the choice of what widths mean and the way back from a focus. Thread: GUI.
class FlamePane final : public AnalysisPane {
    Q_OBJECT
public:
    FlamePane(TraceAnalysis &analysis, QWidget *parent);

    [[nodiscard]] FlameView &view() { return *m_view; }

protected:
    void showResult() override;
    void markSpan() override;

private:
    void showFocus();

    QComboBox *m_measure = nullptr;
    QPushButton *m_showAll = nullptr;
    FlameView *m_view = nullptr;
};

} // namespace tailspan::analysis
