// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/advisor/finding_list.h"

#include "ui/advisor/severity_look.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_tooltip.h"

#include <QHelpEvent>
#include <QPainter>
#include <QStyledItemDelegate>

namespace tailspan::advisorpage {

using items::FindingListModel;

namespace {

constexpr int kCardPx = 66;
constexpr int kGapPx = 8;
constexpr int kBarPx = 4;
constexpr int kPadPx = 14;
constexpr int kChipPadPx = 8;
constexpr int kChipPx = 19;

class CardDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override { return {200, kCardPx + kGapPx}; }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const QRectF card = QRectF(option.rect).adjusted(0.5, 0.5, -1.5, -kGapPx - 0.5);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        paintGround(*painter, option, card,
                    static_cast<advisor::Severity>(index.data(FindingListModel::SeverityRole).toInt()));
        const QRectF inner = card.adjusted(kPadPx, 10, -kPadPx + 2, -10);
        paintFirstLine(*painter, inner, index);
        paintSecondLine(*painter, inner, index);
        painter->restore();
    }

    bool helpEvent(QHelpEvent *event, QAbstractItemView *view, const QStyleOptionViewItem &,
                   const QModelIndex &index) override
    {
        if (event->type() != QEvent::ToolTip)
            return false;
        const QString text = index.data().toString() + u'\n' + index.data(FindingListModel::SubjectRole).toString();
        widgets::showPlainToolTip(event->globalPos(), index.isValid() ? text : QString(), view);
        return true;
    }

private:
    static void paintGround(QPainter &painter, const QStyleOptionViewItem &option, const QRectF &card,
                            advisor::Severity severity)
    {
        const style::Theme &theme = style::theme();
        const bool isChosen = option.state.testFlag(QStyle::State_Selected);
        const bool isUnder = option.state.testFlag(QStyle::State_MouseOver);
        painter.setPen(QPen(isChosen ? theme.accent : theme.line, 1));
        painter.setBrush(isChosen ? theme.selection : (isUnder ? theme.hover : theme.raised));
        painter.drawRoundedRect(card, style::metric::kRadius, style::metric::kRadius);
        painter.setPen(Qt::NoPen);
        painter.setBrush(severityColor(severity));
        painter.drawRoundedRect(QRectF(card.left() + 1, card.top() + 7, kBarPx, card.height() - 14), 2, 2);
    }

    static void paintFirstLine(QPainter &painter, const QRectF &room, const QModelIndex &index)
    {
        const style::Theme &theme = style::theme();
        const bool isSetAside = index.data(FindingListModel::SetAsideRole).toBool();
        painter.setFont(style::semiBold(style::tableFont()));
        const QString impact = index.data(FindingListModel::ImpactRole).toString();
        const double impactWidth = std::min(style::tabularWidth(painter.font(), impact), room.width() * 0.45);
        painter.setPen(isSetAside ? theme.muted : theme.text);
        const QRectF line(room.left(), room.top(), room.width(), 18);
        style::drawTabular(
            painter, line, Qt::AlignRight | Qt::AlignVCenter,
            painter.fontMetrics().elidedText(impact.simplified(), Qt::ElideRight, static_cast<int>(impactWidth) + 2));
        painter.setFont(style::semiBold(style::uiFont()));
        const double titleWidth = room.width() - impactWidth - 12;
        painter.drawText(QRectF(room.left(), room.top(), titleWidth, 18), Qt::AlignLeft | Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(index.data().toString().simplified(), Qt::ElideRight,
                                                          static_cast<int>(titleWidth)));
    }

    static void paintSecondLine(QPainter &painter, const QRectF &room, const QModelIndex &index)
    {
        const style::Theme &theme = style::theme();
        const QString state = index.data(FindingListModel::StateRole).toString();
        const QColor color = stateColor(state);
        painter.setFont(style::smallFont());
        const int chipWidth = painter.fontMetrics().horizontalAdvance(state) + 2 * kChipPadPx;
        const QRectF chip(room.right() - chipWidth, room.bottom() - kChipPx + 1, chipWidth, kChipPx);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.tint(color));
        painter.drawRoundedRect(chip, kChipPx / 2.0, kChipPx / 2.0);
        painter.setPen(theme.onTint(color));
        painter.drawText(chip, Qt::AlignCenter, state);
        painter.setPen(theme.muted);
        painter.setFont(style::tableFont());
        const double width = room.width() - chipWidth - 12;
        painter.drawText(
            QRectF(room.left(), chip.top(), width, kChipPx), Qt::AlignLeft | Qt::AlignVCenter,
            painter.fontMetrics().elidedText(index.data(FindingListModel::SubjectRole).toString().simplified(),
                                             Qt::ElideMiddle, static_cast<int>(width)));
    }
};

} // namespace

FindingList::FindingList(QWidget *parent) : QListView(parent), m_model(new FindingListModel(this))
{
    setObjectName(QStringLiteral("findings"));
    setAccessibleName(tr("Findings, ranked"));
    setModel(m_model);
    setItemDelegate(new CardDelegate(this));
    setFrameShape(QFrame::NoFrame);
    setMouseTracking(true);
    setUniformItemSizes(true);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSelectionMode(QAbstractItemView::SingleSelection);
    viewport()->setAutoFillBackground(false);
    connect(selectionModel(), &QItemSelectionModel::currentChanged, this, &FindingList::chosen);
    connect(m_model, &QAbstractItemModel::modelReset, this, &FindingList::chosen);
}

const items::FindingRow *FindingList::current() const
{
    const QModelIndex index = currentIndex();
    return index.isValid() ? &m_model->row(index.row()) : nullptr;
}

void FindingList::choose(const QString &id)
{
    const int row = m_model->rowOf(id);
    if (row >= 0)
        setCurrentIndex(m_model->index(row));
}

} // namespace tailspan::advisorpage
