// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/metrics/text_table.h"

#include "models/items/text_table_model.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_tooltip.h"
#include "ui/widgets/sort_header.h"
#include "ui/widgets/table_text.h"

#include <QHelpEvent>
#include <QPainter>
#include <QSortFilterProxyModel>

namespace tailspan::metrics {

namespace {

constexpr int kMostColumnPx = 320;
constexpr int kRowsToMeasure = 200;
constexpr int kMarginPx = 8;
constexpr int kCellMarginPx = 24;

QColor colorOf(items::CellTone tone)
{
    const style::Theme &theme = style::theme();
    switch (tone) {
    case items::CellTone::Muted: return theme.muted;
    case items::CellTone::Good: return theme.good;
    case items::CellTone::Warning: return theme.warn;
    case items::CellTone::Bad: return theme.bad;
    case items::CellTone::Plain:
    case items::CellTone::Id: break;
    }
    return theme.text;
}

} // namespace

void ToneDelegate::initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const
{
    QStyledItemDelegate::initStyleOption(option, index);
    const auto tone = static_cast<items::CellTone>(index.data(items::ToneRole).toInt());
    option->palette.setColor(QPalette::Text, colorOf(tone));
    option->palette.setColor(QPalette::HighlightedText, colorOf(tone));
    option->font = tone == items::CellTone::Id ? style::monoFont() : style::tableFont();
    if (tone == items::CellTone::Id)
        option->font.setPixelSize(style::metric::kSmallTextPx);
}

void ToneDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QStyleOptionViewItem cell = option;
    initStyleOption(&cell, index);
    const QStyle *style = cell.widget->style();
    style->drawPrimitive(QStyle::PE_PanelItemViewItem, &cell, painter, cell.widget);
    painter->setFont(cell.font);
    painter->setPen(cell.palette.color(QPalette::Text));
    const QRect place = cell.rect.adjusted(kMarginPx, 0, -kMarginPx, 0);
    painter->drawText(place, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                      QFontMetrics(cell.font).elidedText(cell.text, Qt::ElideRight, place.width()));
}

bool ToneDelegate::helpEvent(QHelpEvent *event, QAbstractItemView *view, const QStyleOptionViewItem &,
                             const QModelIndex &index)
{
    if (event->type() != QEvent::ToolTip)
        return false;
    widgets::showPlainToolTip(event->globalPos(), index.data(items::FullTextRole).toString(), view);
    return true;
}

TextTable::TextTable(items::TextTableModel &model, int stretchColumn, QWidget *parent)
    : QTableView(parent), m_model(model), m_sorted(new QSortFilterProxyModel(this)), m_stretchColumn(stretchColumn)
{
    m_sorted->setSourceModel(&model);
    m_sorted->setSortRole(items::SortRole);
    m_sorted->setSortCaseSensitivity(Qt::CaseInsensitive);
    m_sorted->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_sorted->setFilterKeyColumn(-1);
    setModel(m_sorted);
    setItemDelegate(new ToneDelegate(this));
    setHorizontalHeader(new widgets::SortHeader(this));
    setFrameShape(QFrame::NoFrame);
    setShowGrid(false);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setTabKeyNavigation(false);
    setWordWrap(false);
    setAlternatingRowColors(false);
    verticalHeader()->hide();
    verticalHeader()->setMinimumSectionSize(style::metric::kTableRow);
    verticalHeader()->setDefaultSectionSize(style::metric::kTableRow);
    horizontalHeader()->setResizeContentsPrecision(kRowsToMeasure);
    horizontalHeader()->setSectionResizeMode(m_stretchColumn, QHeaderView::Stretch);
    horizontalHeader()->setMinimumSectionSize(64);
    horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    horizontalHeader()->setSortIndicatorClearable(true);
    horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
    setSortingEnabled(true);
    widgets::addCopyAction(*this, items::FullTextRole);
    connect(selectionModel(), &QItemSelectionModel::currentChanged, this, &TextTable::currentRowChanged);
}

void TextTable::fitColumns()
{
    for (int column = 0; column < model()->columnCount(); ++column) {
        if (column == m_stretchColumn)
            continue;
        const int wanted =
            std::max(sizeHintForColumn(column) + kCellMarginPx, horizontalHeader()->sectionSizeHint(column));
        setColumnWidth(column, std::min(wanted, kMostColumnPx));
    }
}

int TextTable::currentRow() const
{
    const QModelIndex current = currentIndex();
    return current.isValid() ? m_sorted->mapToSource(current).row() : -1;
}

void TextTable::setFilter(const QString &text)
{
    m_sorted->setFilterFixedString(text);
}

} // namespace tailspan::metrics
