// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/analysis/call_tree_pane.h"

#include "models/items/call_tree_model.h"
#include "ui/analysis/span_tree_view.h"

#include <QHeaderView>

namespace tailspan::analysis {

CallTreePane::CallTreePane(TraceAnalysis &analysis, QWidget *parent)
    : AnalysisPane(analysis, parent), m_model(new items::CallTreeModel(this))
{
    m_view = new SpanTreeView(*m_model, {76, 100, 90, 90, 110, 110, 80},
                              {items::CallTreeModel::CallsColumn, items::CallTreeModel::FailedColumn,
                               items::CallTreeModel::P50Column, items::CallTreeModel::SelfColumn},
                              this);
    m_view->setObjectName(QStringLiteral("callTree"));
    m_view->setAccessibleName(tr("Call tree"));
    // The numbers of the nodes are their order by total duration: that is how the tree starts.
    m_view->header()->setSortIndicator(-1, Qt::DescendingOrder);
    m_view->setSortingEnabled(true);
    setBody(m_view);
    setFocusProxy(m_view);
    connect(m_view, &SpanTreeView::nodeChosen, this, &CallTreePane::chooseNode);
}

void CallTreePane::showResult()
{
    const AnalysedTracesPtr &result = analysis().result();
    if (result == nullptr) {
        m_model->setTree(nullptr, nullptr);
    } else {
        m_model->setTree(result->scope.snapshot, std::shared_ptr<const trace::CallTree>(result, &result->tree));
        m_view->expandWhatFits();
    }
}

void CallTreePane::markSpan()
{
    m_view->showNode(shownNode());
}

} // namespace tailspan::analysis
