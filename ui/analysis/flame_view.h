// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/flame_layout.h"
#include "ui/analysis/trace_analysis.h"

#include <QAbstractScrollArea>

#include <string>
#include <utility>
#include <vector>

#include <vector>

namespace tailspan::analysis {

/// Service and operation of each step of a call path, from its root. Empty: all of it.
using FlamePath = std::vector<std::pair<std::string, std::string>>;

/// The flame graph of the chosen traces, callers above. A click chooses a call path, a double click or Enter shows it
/// over the full width, Backspace or Escape goes back to its caller; arrows walk.
/// Thread: GUI. What it paints was laid out when the result, the focus or the width changed.
class FlameView final : public QAbstractScrollArea {
    Q_OBJECT
public:
    static constexpr int kRowPx = 22;

    explicit FlameView(QWidget *parent = nullptr);

    /// Null empties it. The focus stays where the new result has the same path.
    void setResult(AnalysedTracesPtr result);
    void setMeasure(layout::FlameMeasure measure);
    /// CallTree::kNone shows all.
    /// A step of the user's.
    void setFocusNode(std::uint32_t node);
    /// For undo: nothing of it is told by focusCommitted(). A path that is not there shows all.
    void restoreFocus(const FlamePath &path);
    [[nodiscard]] std::uint32_t focusNode() const { return m_focus; }
    void setCurrent(std::uint32_t node);
    [[nodiscard]] std::uint32_t current() const { return m_current; }
    [[nodiscard]] const layout::FlameLayout &picture() const { return m_layout; }
    /// Where a cell is, in the viewport.
    [[nodiscard]] QRectF rectOf(const layout::FlameCell &cell) const;
    /// All there is to say of a path, in lines: the tooltip, and what screen readers are told.
    [[nodiscard]] QString textOf(const layout::FlameCell &cell) const;

Q_SIGNALS:
    /// The user chose a path.
    void nodeChosen(std::uint32_t node);
    void focusChanged();
    void focusCommitted(const tailspan::analysis::FlamePath &before, const tailspan::analysis::FlamePath &after);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    bool viewportEvent(QEvent *event) override;

private:
    void relayout();
    void paintCell(QPainter &painter, const layout::FlameCell &cell) const;
    [[nodiscard]] const layout::FlameCell *cellAt(const QPointF &position) const;
    [[nodiscard]] const layout::FlameCell *cellOf(std::uint32_t node) const;
    /// The cell that an arrow key leads to.
    [[nodiscard]] const layout::FlameCell *neighbour(int key) const;
    void choose(std::uint32_t node);
    void applyFocus(std::uint32_t node);
    void focusCaller();

    AnalysedTracesPtr m_result;
    layout::FlameMeasure m_measure = layout::FlameMeasure::Self;
    std::vector<std::int64_t> m_weights;
    layout::FlameLayout m_layout;
    std::uint32_t m_focus = trace::CallTree::kNone;
    std::uint32_t m_current = trace::CallTree::kNone;
    std::uint32_t m_hovered = trace::CallTree::kNone;
};

} // namespace tailspan::analysis
