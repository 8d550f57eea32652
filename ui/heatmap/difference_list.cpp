// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/heatmap/difference_list.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_tooltip.h"
#include "ui/widgets/table_text.h"

#include <QMouseEvent>
#include <QPainter>
#include <QStyledItemDelegate>

#include <algorithm>
#include <cmath>

namespace tailspan::heatmap {

using namespace Qt::StringLiterals;
using items::toQString;
using workspace::NumberShape;

namespace {

constexpr int kRowPx = 46;
constexpr int kBarPx = 13;
constexpr int kFilterPx = 44;
constexpr int kWordsPx = 176;
constexpr int kShapePx = 96;
constexpr int kPercentPx = 52;

QString liftText(double lift)
{
    if (!std::isfinite(lift))
        return DifferenceModel::tr("only here");
    return u"%1\u00d7"_s.arg(lift, 0, 'f', lift < 20 ? 1 : 0);
}

QString percent(double share)
{
    return toQString(percentText(share));
}

/// Paints a row, and knows where its link is.
class DifferenceDelegate final : public QStyledItemDelegate {
public:
    DifferenceDelegate(DifferenceList &list) : QStyledItemDelegate(&list), m_list(list) {}

    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override { return {200, kRowPx}; }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const style::Theme &theme = style::theme();
        const QRect rect = option.rect;
        const bool isCurrent = option.state.testFlag(QStyle::State_Selected);
        painter->save();
        if (isCurrent || option.state.testFlag(QStyle::State_MouseOver))
            painter->fillRect(rect, isCurrent && m_list.hasFocus() ? theme.selection : theme.hover);
        painter->fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.grid);
        const explain::Difference &difference = m_list.differences().difference(index.row());
        const int nameWidth = std::clamp(rect.width() / 4, 150, 330);
        paintNames(*painter, QRect(rect.left(), rect.top(), nameWidth - 8, rect.height()), difference);
        const int barsEnd = rect.right() - kFilterPx - kWordsPx;
        paintBars(*painter,
                  QRect(rect.left() + nameWidth, rect.top(), barsEnd - rect.left() - nameWidth, rect.height()),
                  difference, m_list.differences().shape(index.row()));
        paintWords(*painter, QRect(barsEnd, rect.top(), kWordsPx, rect.height()), difference);
        if (!difference.condition.empty()) {
            painter->setFont(style::tableFont());
            painter->setPen(theme.accent);
            painter->drawText(linkRect(rect), Qt::AlignRight | Qt::AlignVCenter, DifferenceList::tr("filter"));
        }
        painter->restore();
    }

    bool editorEvent(QEvent *event, QAbstractItemModel *, const QStyleOptionViewItem &option,
                     const QModelIndex &index) override
    {
        if (event->type() != QEvent::MouseButtonRelease)
            return false;
        const auto *mouse = static_cast<QMouseEvent *>(event);
        const explain::Difference &difference = m_list.differences().difference(index.row());
        if (mouse->button() != Qt::LeftButton || difference.condition.empty()
            || !linkRect(option.rect).contains(mouse->position().toPoint()))
            return false;
        Q_EMIT m_list.filterWanted(std::string(difference.condition)); // a copy: the row may go
        return true;
    }

private:
    static QRect linkRect(const QRect &rect)
    {
        return {rect.right() - kFilterPx, rect.top(), kFilterPx - 8, rect.height()};
    }

    static void paintNames(QPainter &painter, const QRect &rect, const explain::Difference &difference)
    {
        painter.setFont(style::semiBold(style::tableFont()));
        painter.setPen(style::theme().text);
        painter.drawText(
            QRect(rect.left(), rect.top() + 5, rect.width(), 17), Qt::AlignLeft | Qt::AlignVCenter,
            painter.fontMetrics().elidedText(toQString(difference.subject), Qt::ElideMiddle, rect.width()));
        painter.setFont(style::monoFont());
        painter.setPen(style::theme().muted);
        painter.drawText(QRect(rect.left(), rect.top() + 23, rect.width(), 17), Qt::AlignLeft | Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(toQString(difference.value), Qt::ElideRight, rect.width()));
    }

    static void paintBar(QPainter &painter, const QRect &room, double share, const QColor &color, bool isStrong)
    {
        const double width = std::max(share * (room.width() - kPercentPx), share > 0 ? 2.0 : 0.0);
        painter.setRenderHint(QPainter::Antialiasing, true);
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        painter.drawRoundedRect(QRectF(room.left(), room.top(), width, kBarPx), 2, 2);
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.setPen(isStrong ? style::theme().text : style::theme().muted);
        painter.setFont(isStrong ? style::semiBold(style::smallFont()) : style::smallFont());
        style::drawTabular(painter, QRectF(room.left() + width + 8, room.top() - 2, kPercentPx, kBarPx + 4),
                           Qt::AlignLeft | Qt::AlignVCenter, percent(share));
    }

    static void paintBars(QPainter &painter, QRect rect, const explain::Difference &difference,
                          const NumberShape *shape)
    {
        const style::Theme &theme = style::theme();
        const bool hasShape = shape != nullptr && rect.width() > 2 * kShapePx + kPercentPx;
        const QRect right(rect.right() - kShapePx - 8, rect.top() + 6, kShapePx, rect.height() - 12);
        if (rect.width() > 2 * kShapePx + kPercentPx) // all rows have bars of one scale
            rect.setRight(right.left() - 8);
        const int top = rect.top() + (rect.height() - 2 * kBarPx - 4) / 2;
        paintBar(painter, QRect(rect.left(), top, rect.width(), kBarPx), difference.selectedShare, theme.warn, true);
        paintBar(painter, QRect(rect.left(), top + kBarPx + 4, rect.width(), kBarPx), difference.baselineShare,
                 theme.categories[0], false);
        if (hasShape)
            paintShape(painter, right, *shape);
    }

    /// Both distributions on one axis: the selection upwards, the baseline downwards.
    static void paintShape(QPainter &painter, const QRect &rect, const NumberShape &shape)
    {
        const style::Theme &theme = style::theme();
        const float most =
            std::max(*std::ranges::max_element(shape.selected), *std::ranges::max_element(shape.baseline));
        const int middle = rect.top() + rect.height() / 2;
        painter.fillRect(QRect(rect.left(), middle, rect.width(), 1), theme.line);
        if (most <= 0)
            return;
        const double step = static_cast<double>(rect.width()) / NumberShape::kSteps;
        const double room = rect.height() / 2.0 - 1;
        for (std::size_t i = 0; i < NumberShape::kSteps; ++i) {
            const double x = rect.left() + step * static_cast<double>(i);
            const double up = room * static_cast<double>(shape.selected[i] / most);
            const double down = room * static_cast<double>(shape.baseline[i] / most);
            painter.fillRect(QRectF(x, middle - up, step - 0.5, up), theme.warn);
            painter.fillRect(QRectF(x, middle + 1, step - 0.5, down), theme.categories[0]);
        }
    }

    static void paintWords(QPainter &painter, const QRect &rect, const explain::Difference &difference)
    {
        painter.setPen(style::theme().text);
        painter.setFont(style::semiBold(style::tableFont()));
        const QString lift = liftText(difference.lift);
        const int width = std::max(painter.fontMetrics().horizontalAdvance(lift) + 6, 42);
        painter.drawText(QRect(rect.left(), rect.top(), width, rect.height()), Qt::AlignLeft | Qt::AlignVCenter, lift);
        painter.setPen(style::theme().muted);
        painter.setFont(style::smallFont());
        painter.drawText(QRect(rect.left() + width, rect.top(), rect.width() - width, rect.height()),
                         Qt::AlignLeft | Qt::AlignVCenter,
                         DifferenceList::tr("explains %1 of it").arg(percent(difference.explained)));
    }

    DifferenceList &m_list;
};

} // namespace

void DifferenceModel::setExplanation(std::shared_ptr<const workspace::HeatExplanation> explanation)
{
    beginResetModel();
    m_explanation = std::move(explanation);
    endResetModel();
}

int DifferenceModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() || m_explanation == nullptr ? 0 : static_cast<int>(m_explanation->found.differences.size());
}

const explain::Difference &DifferenceModel::difference(int row) const
{
    return m_explanation->found.differences[static_cast<std::size_t>(row)];
}

const NumberShape *DifferenceModel::shape(int row) const
{
    const auto &shape = m_explanation->shapes[static_cast<std::size_t>(row)];
    return shape ? &*shape : nullptr;
}

QVariant DifferenceModel::headerData(int, Qt::Orientation, int role) const
{
    return role == Qt::DisplayRole || role == FullTextRole ? tr("Difference") : QVariant();
}

QVariant DifferenceModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const explain::Difference &row = difference(index.row());
    QString text = tr("%1: %2 in %3 of the selection and %4 of the baseline, %5, explains %6 of it")
                       .arg(toQString(row.subject), toQString(row.value), percent(row.selectedShare),
                            percent(row.baselineShare), liftText(row.lift), percent(row.explained));
    if (role == Qt::DisplayRole || role == Qt::AccessibleTextRole || role == FullTextRole)
        return text;
    if (role != Qt::ToolTipRole)
        return {};
    text += tr("\n%1 and %2 spans · q = %3")
                .arg(toQString(countText(row.selectedCount)), toQString(countText(row.baselineCount)),
                     toQString(decimalText(row.falseDiscoveryRate)));
    for (const explain::SameSplit &same : row.sameAs)
        text += tr("\nthe same spans: %1 %2").arg(toQString(same.subject), toQString(same.value));
    if (row.condition.empty())
        text += tr("\nThe filter has no words for this.");
    return widgets::plainToolTip(text);
}

DifferenceList::DifferenceList(QWidget *parent) : QListView(parent), m_model(new DifferenceModel(this))
{
    setObjectName(u"differences"_s);
    setAccessibleName(tr("What is different about the selection"));
    setModel(m_model);
    setItemDelegate(new DifferenceDelegate(*this));
    setMouseTracking(true);
    setFrameShape(QFrame::NoFrame);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setResizeMode(Adjust);
    setUniformItemSizes(true);
    setEditTriggers(NoEditTriggers);
    viewport()->setAutoFillBackground(false);
    widgets::addCopyAction(*this, DifferenceModel::FullTextRole);
    connect(this, &QListView::activated, this, [this](const QModelIndex &index) {
        const std::string condition = m_model->difference(index.row()).condition;
        if (!condition.empty())
            Q_EMIT filterWanted(condition);
    });
}

} // namespace tailspan::heatmap
