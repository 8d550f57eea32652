// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/analysis/flame_pane.h"

#include "models/items/qt_text.h"
#include "ui/analysis/flame_view.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QPushButton>

namespace tailspan::analysis {

using trace::CallTree;

FlamePane::FlamePane(TraceAnalysis &analysis, QWidget *parent) : AnalysisPane(analysis, parent)
{
    m_view = new FlameView(this);
    setBody(m_view);
    setFocusProxy(m_view);
    m_showAll = new QPushButton(tr("Show all"), this);
    m_measure = new QComboBox(this);
    m_measure->setAccessibleName(tr("What the widths stand for"));
    m_measure->addItems({tr("Width: work (self time)"), tr("Width: critical path")});
    controls().addWidget(m_showAll);
    controls().addWidget(m_measure);
    connect(m_measure, &QComboBox::currentIndexChanged, this, [this](int index) {
        m_view->setMeasure(index == 0 ? layout::FlameMeasure::Self : layout::FlameMeasure::Critical);
    });
    connect(m_showAll, &QPushButton::clicked, this, [this] { m_view->setFocusNode(CallTree::kNone); });
    connect(m_view, &FlameView::focusChanged, this, &FlamePane::showFocus);
    connect(m_view, &FlameView::nodeChosen, this, [this](std::uint32_t node) {
        const AnalysedTracesPtr &result = this->analysis().result();
        // A span that stands for this path already stays: walking with arrows in the waterfall must not jump back.
        const std::uint32_t position = shownPosition(*result);
        if (position == SpanRow::kNone || result->tree.nodeOf[position] != node)
            Q_EMIT spanChosen(SpanRow(result->tree.nodes[node].totals.longestRow));
    });
}

void FlamePane::showResult()
{
    m_view->setResult(analysis().result());
    showFocus();
}

void FlamePane::showFocus()
{
    m_showAll->setVisible(m_view->focusNode() != CallTree::kNone);
}

void FlamePane::markSpan()
{
    const AnalysedTraces &result = *analysis().result();
    const std::uint32_t position = shownPosition(result);
    m_view->setCurrent(position == SpanRow::kNone ? CallTree::kNone : result.tree.nodeOf[position]);
}

} // namespace tailspan::analysis
