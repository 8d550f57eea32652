// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/advisor/picture_view.h"

#include "models/items/qt_text.h"
#include "ui/advisor/calls_view.h"
#include "ui/advisor/curve_view.h"
#include "ui/advisor/plan_view.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_label.h"

#include <QCoreApplication>
#include <QGridLayout>

#include <algorithm>

namespace tailspan::advisorpage {

using items::toQString;
using widgets::PlainLabel;

namespace {

QString say(const char *text)
{
    return QCoreApplication::translate("advisorpage", text);
}

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
        label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
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

QWidget *makePictureView(const advisor::Picture &picture, QWidget *parent)
{
    if (const auto *plan = std::get_if<advisor::PlanPicture>(&picture))
        return new PlanView(*plan, parent);
    if (const auto *curve = std::get_if<advisor::CurvePicture>(&picture))
        return new CurveView(*curve, parent);
    if (const auto *calls = std::get_if<advisor::CallsPicture>(&picture))
        return new CallsView(*calls, parent);
    if (const auto *table = std::get_if<advisor::TablePicture>(&picture))
        return makeTable(*table, parent);
    return nullptr;
}

QString pictureTitle(const advisor::Picture &picture)
{
    if (std::holds_alternative<advisor::PlanPicture>(picture))
        return say("Plan");
    if (const auto *curve = std::get_if<advisor::CurvePicture>(&picture))
        return toQString(curve->yName);
    if (std::holds_alternative<advisor::CallsPicture>(picture))
        return say("Calls of one trace, today and with the fix");
    if (std::holds_alternative<advisor::TablePicture>(picture))
        return say("Figures");
    return {};
}

} // namespace tailspan::advisorpage
