// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/traces/repair_ledger_view.h"

#include "models/items/repair_ledger_model.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/widgets/grouped_list.h"
#include "ui/widgets/plain_label.h"

#include <QComboBox>
#include <QVBoxLayout>

namespace tailspan::traces {

using items::RepairLedgerModel;
using widgets::PlainLabel;

RepairLedgerView::RepairLedgerView(QWidget *parent) : QWidget(parent), m_model(new RepairLedgerModel(this))
{
    m_scope = new QComboBox(this);
    m_scope->addItems({tr("This trace"), tr("All traces")});
    m_scope->setAccessibleName(tr("Which repairs to list"));
    m_tree = new widgets::GroupedList(m_model, RepairLedgerModel::FullTextRole, this);
    m_tree->setObjectName(QStringLiteral("repairLedger"));
    m_tree->setAccessibleName(tr("Repairs"));
    m_explanation = new PlainLabel(this);
    m_explanation->setTone(PlainLabel::Tone::Muted);
    m_explanation->setWordWrap(true);
    m_nothing = new PlainLabel(this);
    m_nothing->setTone(PlainLabel::Tone::Muted);
    m_nothing->setWordWrap(true);
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(style::metric::kMargin, 12, style::metric::kMargin, style::metric::kMargin);
    rows->setSpacing(style::metric::kGap);
    rows->addWidget(m_scope);
    rows->addWidget(m_nothing);
    rows->addWidget(m_tree, 1);
    rows->addWidget(m_explanation);
    connect(m_scope, &QComboBox::currentIndexChanged, this, &RepairLedgerView::refill);
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex &current) {
        showExplanation();
        const QVariant span = current.data(RepairLedgerModel::SpanRole);
        if (span.isValid())
            Q_EMIT spanChosen(SpanRow(span.toUInt()));
    });
    refill();
}

void RepairLedgerView::setSnapshot(trace::TraceSnapshotPtr snapshot)
{
    m_snapshot = std::move(snapshot);
    m_trace = {};
    refill();
}

void RepairLedgerView::setTrace(TraceRow trace)
{
    if (trace == m_trace)
        return;
    m_trace = trace;
    if (m_scope->currentIndex() == 0)
        refill();
}

void RepairLedgerView::refill()
{
    const bool onlyThis = m_scope->currentIndex() == 0;
    m_model->setSnapshot(onlyThis && !m_trace.isValid() ? nullptr : m_snapshot, onlyThis ? m_trace : TraceRow());
    const bool isEmpty = m_model->rowCount() == 0;
    m_tree->setVisible(!isEmpty);
    m_nothing->setVisible(isEmpty);
    m_nothing->setText(onlyThis ? tr("Nothing had to be repaired in this trace: every parent, id and time fits.")
                                : tr("Nothing had to be repaired: every parent, id and time fits."));
    showExplanation();
}

void RepairLedgerView::showExplanation()
{
    const QModelIndex current = m_tree->currentIndex().siblingAtColumn(RepairLedgerModel::TextColumn);
    const QModelIndex heading = current.parent().isValid() ? current.parent() : current;
    QString text = heading.data(RepairLedgerModel::ExplanationRole).toString();
    if (current != heading) // the row has room for its beginning only
        text = current.data(RepairLedgerModel::FullTextRole).toString() + QStringLiteral("\n\n") + text;
    m_explanation->setText(text);
    m_explanation->setVisible(heading.isValid());
}

} // namespace tailspan::traces
