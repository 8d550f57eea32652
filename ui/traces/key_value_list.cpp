// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/traces/key_value_list.h"

#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_tooltip.h"
#include "ui/widgets/table_text.h"

#include <QFontMetricsF>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QTextLayout>

#include <cmath>

namespace tailspan::traces {

using items::AttributeListModel;

namespace {

constexpr int kRowPx = 22;
constexpr int kGapPx = 12;
constexpr int kMaxLines = 8;
constexpr qsizetype kMaxPaintedChars = 2000; // the rest is in the tooltip's and the copy's reach

QFont valueFont()
{
    QFont font = style::monoFont();
    font.setPixelSize(style::metric::kSmallTextPx);
    return font;
}

bool fitsBeside(const QString &key, const QString &value, double width)
{
    const QFontMetricsF metrics(valueFont());
    return value.size() < kMaxPaintedChars && !value.contains(u'\n')
        && metrics.horizontalAdvance(key) + kGapPx + metrics.horizontalAdvance(value) <= width;
}

/// Breaks the value into at most kMaxLines lines; the last one ends in an ellipsis when there is more.
QStringList wrapped(const QString &value, double width)
{
    QStringList lines;
    const QFontMetricsF metrics(valueFont());
    const QString text = value.left(kMaxPaintedChars);
    for (const QString &paragraph : text.split(u'\n')) {
        QTextLayout layout(paragraph, valueFont());
        QTextOption option;
        option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
        layout.setTextOption(option);
        layout.beginLayout();
        for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
            line.setLineWidth(width);
            if (lines.size() == kMaxLines) {
                lines.last() = metrics.elidedText(lines.last() + QChar(0x2026), Qt::ElideRight, width);
                layout.endLayout();
                return lines;
            }
            lines.append(paragraph.mid(line.textStart(), line.textLength()));
        }
        layout.endLayout();
    }
    return lines;
}

/// Where the value of a row is painted.
QRectF valueRect(const QRectF &row, const QString &key, const QString &value)
{
    if (!fitsBeside(key, value, row.width()))
        return row.adjusted(0, kRowPx - 3, 0, 0);
    return {row.right() - QFontMetricsF(valueFont()).horizontalAdvance(value), row.top(), row.width(), kRowPx - 1.0};
}

class KeyValueDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const style::Theme &theme = style::theme();
        const QRectF row(option.rect);
        const QModelIndex valueIndex = index.siblingAtColumn(AttributeListModel::ValueColumn);
        const QString key = index.data().toString();
        const QString value = valueIndex.data().toString();
        const bool isRedacted = index.data(AttributeListModel::IsRedactedRole).toBool();
        painter->save();
        if (option.state.testFlag(QStyle::State_Selected))
            painter->fillRect(row, theme.selection);
        painter->fillRect(QRectF(row.left(), row.bottom() - 1, row.width(), 1), theme.grid);
        painter->setFont(valueFont());
        const QFontMetricsF metrics(valueFont());
        const QRectF keyLine(row.left(), row.top(), row.width(), kRowPx - 1);
        painter->setPen(theme.muted);
        painter->drawText(keyLine, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                          metrics.elidedText(key, Qt::ElideRight, keyLine.width()));
        const bool isLink = !index.data(AttributeListModel::TargetRole).toString().isEmpty();
        painter->setPen(isLink ? theme.accent : isRedacted ? theme.muted : theme.text);
        if (isLink) {
            QFont underlined = valueFont();
            underlined.setUnderline(true);
            painter->setFont(underlined);
        }
        if (fitsBeside(key, value, row.width())) {
            painter->drawText(keyLine, Qt::AlignRight | Qt::AlignVCenter | Qt::TextSingleLine, value);
        } else {
            double y = row.top() + kRowPx - 3;
            for (const QString &line : wrapped(value, row.width())) {
                painter->drawText(QRectF(row.left(), y, row.width(), metrics.lineSpacing()),
                                  Qt::AlignLeft | Qt::AlignTop | Qt::TextSingleLine, line);
                y += metrics.lineSpacing();
            }
        }
        painter->restore();
    }

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const auto *view = qobject_cast<const QListView *>(option.widget);
        const double width = view == nullptr ? 280 : view->viewport()->width();
        const QString value = index.siblingAtColumn(AttributeListModel::ValueColumn).data().toString();
        if (fitsBeside(index.data().toString(), value, width))
            return {60, kRowPx};
        const double lines = static_cast<double>(wrapped(value, width).size());
        return {60, static_cast<int>(std::ceil(kRowPx + 1 + lines * QFontMetricsF(valueFont()).lineSpacing()))};
    }

    bool helpEvent(QHelpEvent *event, QAbstractItemView *view, const QStyleOptionViewItem &,
                   const QModelIndex &index) override
    {
        if (event->type() != QEvent::ToolTip || !index.isValid())
            return false;
        const QModelIndex value = index.siblingAtColumn(AttributeListModel::ValueColumn);
        widgets::showPlainToolTip(event->globalPos(), index.data().toString() + u'\n' + value.data().toString(), view);
        return true;
    }
};

} // namespace

KeyValueList::KeyValueList(const QString &accessibleName, QWidget *parent)
    : QListView(parent), m_model(new AttributeListModel(this))
{
    setModel(m_model);
    setItemDelegate(new KeyValueDelegate(this));
    setAccessibleName(accessibleName);
    setFrameShape(QFrame::NoFrame);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setResizeMode(QListView::Adjust);
    setTextElideMode(Qt::ElideNone);
    setTabKeyNavigation(false);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    viewport()->setAutoFillBackground(false);
    viewport()->setMouseTracking(true);
    widgets::addCopyAction(*this, AttributeListModel::CopyRole);
    connect(m_model, &QAbstractItemModel::modelReset, this, &QWidget::updateGeometry);
}

QString KeyValueList::targetAt(const QPoint &position) const
{
    const QModelIndex index = indexAt(position);
    if (!index.isValid())
        return {};
    const QString value = index.siblingAtColumn(AttributeListModel::ValueColumn).data().toString();
    const bool isOverValue = valueRect(QRectF(visualRect(index)), index.data().toString(), value).contains(position);
    return isOverValue ? index.data(AttributeListModel::TargetRole).toString() : QString();
}

void KeyValueList::mouseReleaseEvent(QMouseEvent *event)
{
    QListView::mouseReleaseEvent(event);
    const QString target = targetAt(event->position().toPoint());
    const bool isPlainClick = event->button() == Qt::LeftButton && event->modifiers() == Qt::NoModifier
        && selectionModel()->selectedRows().size() <= 1;
    if (isPlainClick && !target.isEmpty())
        Q_EMIT targetActivated(target);
}

void KeyValueList::mouseMoveEvent(QMouseEvent *event)
{
    QListView::mouseMoveEvent(event);
    const bool isOverLink = !targetAt(event->position().toPoint()).isEmpty();
    viewport()->setCursor(isOverLink ? Qt::PointingHandCursor : Qt::ArrowCursor);
}

void KeyValueList::keyPressEvent(QKeyEvent *event)
{
    const bool isEnter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    const QString target = currentIndex().data(AttributeListModel::TargetRole).toString();
    if (isEnter && !target.isEmpty())
        Q_EMIT targetActivated(target);
    else
        QListView::keyPressEvent(event);
}

QSize KeyValueList::sizeHint() const
{
    int height = 0;
    QStyleOptionViewItem option;
    initViewItemOption(&option);
    for (int row = 0; row < m_model->rowCount() && height < kMaxHeightPx; ++row)
        height += itemDelegate()->sizeHint(option, m_model->index(row, 0)).height();
    return {200, std::min(height, kMaxHeightPx)};
}

void KeyValueList::resizeEvent(QResizeEvent *event)
{
    QListView::resizeEvent(event);
    if (event->oldSize().width() != event->size().width())
        updateGeometry(); // values wrap differently
}

} // namespace tailspan::traces
