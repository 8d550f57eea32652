// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/analysis/flame_pane.h"

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
    connect(m_view, &FlameView::nodeChosen, this, &FlamePane::chooseNode);
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
    m_view->setCurrent(shownNode());
}

} // namespace tailspan::analysis
