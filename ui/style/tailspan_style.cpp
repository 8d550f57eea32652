// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/style/tailspan_style.h"

#include "ui/style/contrast.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"

#include <QPainter>
#include <QPainterPath>
#include <QStyleOption>

#include <algorithm>

namespace tailspan::style {

using namespace Qt::StringLiterals;

namespace {

void box(QPainter &painter, const QRect &rect, const QColor &fill, const QColor &border)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(border.isValid() ? QPen(border, 1) : QPen(Qt::NoPen));
    painter.setBrush(fill.isValid() ? QBrush(fill) : QBrush(Qt::NoBrush));
    const double inset = border.isValid() ? 0.5 : 0.0;
    painter.drawRoundedRect(QRectF(rect).adjusted(inset, inset, -inset, -inset), metric::kRadius, metric::kRadius);
    painter.restore();
}

/// A chevron of 8 x 4 px that points up or down.
void chevron(QPainter &painter, const QPointF &center, bool isDown, const QColor &color)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(color, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    const double dy = isDown ? 2.0 : -2.0;
    painter.drawPolyline(QPolygonF({center + QPointF(-4, -dy), center + QPointF(0, dy), center + QPointF(4, -dy)}));
    painter.restore();
}

bool has(const QStyleOption *option, QStyle::StateFlag flag)
{
    return option->state.testFlag(flag);
}

bool isDefaultButton(const QStyleOption *option)
{
    const auto *button = qstyleoption_cast<const QStyleOptionButton *>(option);
    return button != nullptr && button->features.testFlag(QStyleOptionButton::DefaultButton)
        && has(option, QStyle::State_Enabled);
}

void drawPushButton(QPainter &painter, const QStyleOption *option)
{
    const Theme &t = theme();
    const bool isPressed = has(option, QStyle::State_Sunken) || has(option, QStyle::State_On);
    const bool isHovered = has(option, QStyle::State_MouseOver) && has(option, QStyle::State_Enabled);
    if (isDefaultButton(option)) {
        const double shade = isPressed ? 0.16 : (isHovered ? 0.08 : 0.0);
        box(painter, option->rect, mixed(t.text, t.accent, shade), QColor());
        return;
    }
    QColor fill = t.raised;
    if (isPressed)
        fill = mixed(t.text, t.raised, 0.12);
    else if (isHovered)
        fill = mixed(t.text, t.raised, 0.06);
    box(painter, option->rect, fill, t.line);
}

void drawToolButton(QPainter &painter, const QStyleOption *option)
{
    const Theme &t = theme();
    const bool isHovered = has(option, QStyle::State_MouseOver) && has(option, QStyle::State_Enabled);
    if (has(option, QStyle::State_On))
        box(painter, option->rect, t.tint(t.accent), QColor());
    else if (has(option, QStyle::State_Sunken))
        box(painter, option->rect, mixed(t.text, t.panel, 0.14), QColor());
    else if (isHovered)
        box(painter, option->rect, mixed(t.text, t.panel, 0.08), QColor());
}

void drawCheckBox(QPainter &painter, const QStyleOption *option)
{
    const Theme &t = theme();
    const QRect square(option->rect.left(), option->rect.center().y() - 7, 15, 15);
    const bool isOn = has(option, QStyle::State_On);
    const QColor hue = has(option, QStyle::State_Enabled) ? t.accent : t.disabled;
    box(painter, square, isOn ? hue : t.raised, isOn ? hue : t.muted);
    if (!isOn)
        return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(t.onAccent, 1.75, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    const QPointF o = square.topLeft();
    painter.drawPolyline(QPolygonF({o + QPointF(4, 7.5), o + QPointF(6.75, 10.25), o + QPointF(11, 5)}));
    painter.restore();
}

void drawHeaderLabel(QPainter &painter, const QStyleOption *option)
{
    const auto *header = qstyleoption_cast<const QStyleOptionHeader *>(option);
    if (header == nullptr)
        return;
    painter.save();
    painter.setFont(semiBold(smallFont()));
    painter.setPen(header->sortIndicator == QStyleOptionHeader::None ? theme().muted : theme().text);
    const Qt::Alignment align = (header->textAlignment & Qt::AlignHorizontal_Mask) | Qt::AlignVCenter;
    painter.drawText(header->rect, static_cast<int>(align) | Qt::TextSingleLine,
                     painter.fontMetrics().elidedText(header->text, Qt::ElideRight, header->rect.width()));
    painter.restore();
}

void drawFocusRing(QPainter &painter, const QRect &rect)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme().accent, 1.5));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(QRectF(rect).adjusted(0.75, 0.75, -0.75, -0.75), metric::kRadius, metric::kRadius);
    painter.restore();
}

} // namespace

TailspanStyle::TailspanStyle() : QProxyStyle(u"Fusion"_s) {}

void TailspanStyle::drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                                  const QWidget *widget) const
{
    const Theme &t = theme();
    switch (element) {
    case PE_PanelButtonCommand: return drawPushButton(*painter, option);
    case PE_PanelButtonTool: return drawToolButton(*painter, option);
    case PE_IndicatorCheckBox: return drawCheckBox(*painter, option);
    case PE_FrameFocusRect: return drawFocusRing(*painter, option->rect);
    case PE_PanelLineEdit:
    case PE_FrameLineEdit:
        if (const auto *frame = qstyleoption_cast<const QStyleOptionFrame *>(option);
            frame != nullptr && frame->lineWidth == 0)
            return;
        return box(*painter, option->rect, t.raised, has(option, State_HasFocus) ? t.accent : t.line);
    case PE_IndicatorHeaderArrow:
        if (const auto *header = qstyleoption_cast<const QStyleOptionHeader *>(option);
            header != nullptr && header->sortIndicator != QStyleOptionHeader::None)
            // Qt says SortUp for a descending order; the chevron points to where the values go.
            chevron(*painter, QRectF(option->rect).center(), header->sortIndicator == QStyleOptionHeader::SortUp,
                    t.text);
        return;
    case PE_FrameTabBarBase:
    case PE_FrameStatusBarItem: return;
    default: QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void TailspanStyle::drawControl(ControlElement element, const QStyleOption *option, QPainter *painter,
                                const QWidget *widget) const
{
    const Theme &t = theme();
    if (element == CE_PushButtonLabel && isDefaultButton(option)) {
        QStyleOptionButton copy = *qstyleoption_cast<const QStyleOptionButton *>(option);
        copy.palette.setColor(QPalette::ButtonText, t.onAccent);
        QProxyStyle::drawControl(element, &copy, painter, widget);
        return;
    }
    if (element == CE_HeaderSection || element == CE_HeaderEmptyArea) {
        painter->fillRect(option->rect, t.panel);
        painter->fillRect(QRect(option->rect.left(), option->rect.bottom(), option->rect.width(), 1), t.line);
        return;
    }
    if (element == CE_HeaderLabel) {
        drawHeaderLabel(*painter, option);
        return;
    }
    if (element == CE_ProgressBarGroove) {
        box(*painter, option->rect, mixed(t.text, t.panel, 0.1), QColor());
        return;
    }
    if (element == CE_ProgressBarContents) {
        const auto *bar = qstyleoption_cast<const QStyleOptionProgressBar *>(option);
        if (bar != nullptr && bar->maximum > bar->minimum) {
            QRect done = option->rect;
            const double ratio = static_cast<double>(bar->progress - bar->minimum)
                / static_cast<double>(bar->maximum - bar->minimum);
            done.setWidth(static_cast<int>(done.width() * std::clamp(ratio, 0.0, 1.0)));
            if (done.width() > 0)
                box(*painter, done, t.accent, QColor());
            return;
        }
    }
    QProxyStyle::drawControl(element, option, painter, widget);
}

void TailspanStyle::drawComplexControl(ComplexControl control, const QStyleOptionComplex *option, QPainter *painter,
                                       const QWidget *widget) const
{
    if (control != CC_ComboBox) {
        QProxyStyle::drawComplexControl(control, option, painter, widget);
        return;
    }
    const Theme &t = theme();
    const bool isFocused = has(option, State_HasFocus) && has(option, State_KeyboardFocusChange);
    const bool isHovered = has(option, State_MouseOver) && has(option, State_Enabled);
    box(*painter, option->rect, isHovered ? mixed(t.text, t.raised, 0.06) : t.raised, isFocused ? t.accent : t.line);
    const QRect arrow = subControlRect(CC_ComboBox, option, SC_ComboBoxArrow, widget);
    chevron(*painter, QRectF(arrow).center(), true, has(option, State_Enabled) ? t.muted : t.disabled);
}

QRect TailspanStyle::subElementRect(SubElement element, const QStyleOption *option, const QWidget *widget) const
{
    const QRect rect = QProxyStyle::subElementRect(element, option, widget);
    if (element == SE_LineEditContents)
        return rect.adjusted(metric::kGrid, 0, -metric::kGrid, 0);
    if (element == SE_HeaderLabel)
        return rect.adjusted(metric::kGrid, 0, -metric::kGrid, 0);
    return rect;
}

int TailspanStyle::pixelMetric(PixelMetric which, const QStyleOption *option, const QWidget *widget) const
{
    switch (which) {
    case PM_ButtonShiftHorizontal:
    case PM_ButtonShiftVertical:
    case PM_DockWidgetFrameWidth: return 0;
    case PM_DefaultFrameWidth:
    case PM_SplitterWidth:
    case PM_DockWidgetSeparatorExtent: return 1;
    case PM_SmallIconSize:
    case PM_ButtonIconSize:
    case PM_ToolBarIconSize: return metric::kIcon;
    case PM_IndicatorWidth:
    case PM_IndicatorHeight: return 16;
    default: return QProxyStyle::pixelMetric(which, option, widget);
    }
}

int TailspanStyle::styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget,
                             QStyleHintReturn *returnData) const
{
    switch (hint) {
    case SH_EtchDisabledText:
    case SH_DitherDisabledText:
    case SH_ComboBox_Popup:
    case SH_Widget_Animation_Duration: return 0;
    case SH_ToolTip_WakeUpDelay: return 400;
    default: return QProxyStyle::styleHint(hint, option, widget, returnData);
    }
}

QSize TailspanStyle::sizeFromContents(ContentsType type, const QStyleOption *option, const QSize &size,
                                      const QWidget *widget) const
{
    QSize result = QProxyStyle::sizeFromContents(type, option, size, widget);
    if (type == CT_PushButton || type == CT_ComboBox || type == CT_LineEdit)
        result.setHeight(std::max(result.height(), metric::kControlHeight));
    if (type == CT_HeaderSection)
        result.setHeight(std::max(result.height(), metric::kTableRow));
    if (type == CT_PushButton)
        result.rwidth() += 2 * metric::kGap;
    return result;
}

} // namespace tailspan::style
