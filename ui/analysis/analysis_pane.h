// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/analysis/trace_analysis.h"

#include <QWidget>

class QHBoxLayout;
class QStackedLayout;

namespace tailspan::widgets {
class PlainLabel;
}

namespace tailspan::analysis {

/// A view of what the chosen traces have in common: a line that says what is looked at and holds the controls, and
/// below it the picture or table. Until the result is there it says that work is going on; nothing is computed while
/// the pane is out of sight. Thread: GUI.
class AnalysisPane : public QWidget {
    Q_OBJECT
public:
    AnalysisPane(TraceAnalysis &analysis, QWidget *parent);

    /// Marks what stands for that span, in step with the waterfall. Of the snapshot of the scope; may be invalid.
    void showSpan(SpanRow span);
    [[nodiscard]] virtual bool isSettled() const { return !isVisible() || !m_analysis.isRunning(); }
    /// What the line above says.
    [[nodiscard]] QString summaryText() const;

Q_SIGNALS:
    /// The user chose what stands for this span and others like it.
    void spanChosen(SpanRow span);

protected:
    /// The picture or table. Called once, by the derived constructor.
    void setBody(QWidget *body);
    [[nodiscard]] QHBoxLayout &controls() { return *m_controls; }
    [[nodiscard]] TraceAnalysis &analysis() { return m_analysis; }
    [[nodiscard]] const TraceAnalysis &analysis() const { return m_analysis; }
    [[nodiscard]] SpanRow shownSpan() const { return m_span; }
    /// Of the shown span in the selection of `traces`; SpanRow::kNone when it is not of them.
    [[nodiscard]] std::uint32_t shownPosition(const AnalysedTraces &traces) const;
    /// The path of the shown span in the call tree of the result; CallTree::kNone when there is none.
    [[nodiscard]] std::uint32_t shownNode() const;
    /// The user chose a path: its longest span, unless the shown one stands for it already. So walking with the arrows
    /// in one view does not jump about in another.
    void chooseNode(std::uint32_t node);
    void setSummary(const QString &text);
    /// Instead of the body, such as why there is nothing; empty shows the body.
    void setNotice(const QString &text);

    /// The result changed, to nothing as well.
    virtual void showResult() = 0;
    virtual void markSpan() = 0;
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void takeResult();

    TraceAnalysis &m_analysis;
    SpanRow m_span;
    QHBoxLayout *m_controls = nullptr;
    widgets::PlainLabel *m_summary = nullptr;
    widgets::PlainLabel *m_notice = nullptr;
    QStackedLayout *m_stack = nullptr;
};

/// "1 trace · 842 ms · 17 spans", "37 traces · 12,394 spans", and which part of the time when it is not all.
[[nodiscard]] QString scopeText(const AnalysisScope &scope);

} // namespace tailspan::analysis
