// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/advisor/picture_view.h"

#include "models/items/qt_text.h"
#include "ui/advisor/picture_painting.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/plain_tooltip.h"

#include <QGridLayout>
#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace tailspan::advisorpage {

using items::toQString;
using widgets::PlainLabel;

namespace {

constexpr int kUsualPx = 620;
constexpr int kMostCellPx = 360;

QWidget *makeTable(const advisor::TablePicture &table, QWidget *parent)
{
    auto *view = new QWidget(parent);
    auto *grid = new QGridLayout(view);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(style::metric::kMargin + style::metric::kGap);
    grid->setVerticalSpacing(style::metric::kGrid);
    const auto add = [&](const std::string &text, int row, std::size_t column, PlainLabel::Tone tone) {
        auto *label = new PlainLabel(toQString(text), view);
        label->setTone(tone);
        label->setFont(style::tableFont());
        label->setMaximumWidth(kMostCellPx);
        label->setElideMode(Qt::ElideRight); // a column gets what room there is; the rest is in the tooltip
        grid->addWidget(label, row, static_cast<int>(column));
    };
    for (std::size_t column = 0; column < table.columns.size(); ++column)
        add(table.columns[column], 0, column, PlainLabel::Tone::Muted);
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
        const bool isBad = std::ranges::find(table.badRows, row) != table.badRows.end();
        for (std::size_t column = 0; column < table.rows[row].size(); ++column)
            add(table.rows[row][column], static_cast<int>(row) + 1, column,
                isBad ? PlainLabel::Tone::Bad : PlainLabel::Tone::Text);
    }
    grid->setColumnStretch(static_cast<int>(table.columns.size()), 1);
    return view;
}

} // namespace

PictureView::PictureView(advisor::Picture picture, const QString &name, QWidget *parent)
    : QWidget(parent), m_picture(std::move(picture))
{
    constexpr qsizetype kMostSpoken = 2000;
    setObjectName(name);
    setAccessibleName(toQString(layout::pictureInWords(m_picture)).left(kMostSpoken));
    setMouseTracking(true);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

layout::FindingPicture PictureView::laidFor(int widthPx) const
{
    return layout::findingPicture(m_picture, widthPx, pictureTextWidth);
}

int PictureView::heightForWidth(int widthPx) const
{
    return static_cast<int>(std::ceil(laidFor(widthPx).heightPx));
}

QSize PictureView::sizeHint() const
{
    return {kUsualPx, heightForWidth(kUsualPx)};
}

void PictureView::resizeEvent(QResizeEvent *)
{
    m_laid = laidFor(width());
}

void PictureView::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    paintPicture(painter, m_laid, style::theme());
    if (m_laid.plot)
        paintReading(painter);
}

void PictureView::paintReading(QPainter &painter) const
{
    const layout::PictureBox &area = m_laid.plot->area;
    const auto *curves = std::get_if<advisor::CurvePicture>(&m_picture);
    if (curves == nullptr || m_hoverPx < area.xPx || m_hoverPx > area.xPx + area.widthPx)
        return;
    const style::Theme &theme = style::theme();
    painter.setPen(QPen(theme.muted, 1));
    painter.drawLine(QPointF(m_hoverPx, area.yPx), QPointF(m_hoverPx, area.yPx + area.heightPx));
    painter.setFont(style::smallFont());
    const QString text = painter.fontMetrics().elidedText(
        toQString(layout::curveReading(*curves, *m_laid.plot, m_hoverPx)).simplified(), Qt::ElideRight, width() - 12);
    const double textWidth = painter.fontMetrics().horizontalAdvance(text) + 12;
    const double left = std::clamp(m_hoverPx - textWidth / 2, 0.0, std::max(0.0, width() - textWidth));
    const QRectF box(left, area.yPx + 2, textWidth, 18);
    painter.setPen(theme.line);
    painter.setBrush(theme.raised);
    painter.drawRoundedRect(box, 3, 3);
    painter.setPen(theme.text);
    painter.drawText(box, Qt::AlignCenter | Qt::TextSingleLine, text);
}

void PictureView::mouseMoveEvent(QMouseEvent *event)
{
    m_hoverPx = event->position().x();
    if (m_laid.plot)
        update();
}

void PictureView::leaveEvent(QEvent *)
{
    m_hoverPx = -1;
    update();
}

bool PictureView::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    const auto hint = std::ranges::find_if(
        m_laid.hints, [help](const auto &each) { return each.box.contains(help->pos().x(), help->pos().y()); });
    widgets::showPlainToolTip(help->globalPos(), hint == m_laid.hints.end() ? QString() : toQString(hint->text), this);
    return true;
}

QWidget *makePictureView(const advisor::Picture &picture, QWidget *parent)
{
    if (std::holds_alternative<advisor::PlanPicture>(picture))
        return new PictureView(picture, QStringLiteral("planView"), parent);
    if (std::holds_alternative<advisor::CurvePicture>(picture))
        return new PictureView(picture, QStringLiteral("curveView"), parent);
    if (std::holds_alternative<advisor::CallsPicture>(picture))
        return new PictureView(picture, QStringLiteral("callsView"), parent);
    if (const auto *table = std::get_if<advisor::TablePicture>(&picture))
        return makeTable(*table, parent);
    return nullptr;
}

} // namespace tailspan::advisorpage
