// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/waterfall/span_colors.h"

#include "ui/style/theme.h"

#include <QCoreApplication>
#include <QIcon>
#include <QList>
#include <QPainter>
#include <QPixmap>

#include <array>
#include <tuple>

namespace tailspan::waterfall {

namespace {

/// The ranks from which the second and further colours are used. The slowest have one of their own.
constexpr std::array<std::uint8_t, 4> kRankSteps{25, 50, 75, 95};
static_assert(kRankSteps.size() + 1 == std::tuple_size_v<decltype(style::Theme::ranks)>);

QString translated(const char *text)
{
    return QCoreApplication::translate("tailspan::waterfall::ColorBy", text);
}

} // namespace

ColorBy following(ColorBy colorBy)
{
    switch (colorBy) {
    case ColorBy::Service: return ColorBy::DurationRank;
    case ColorBy::DurationRank: return ColorBy::Error;
    case ColorBy::Error: break;
    }
    return ColorBy::Service;
}

QString nameOf(ColorBy colorBy)
{
    switch (colorBy) {
    case ColorBy::Service: return translated("Service");
    case ColorBy::DurationRank: return translated("Fast to slow");
    case ColorBy::Error: break;
    }
    return translated("Errors");
}

QString explanationOf(ColorBy colorBy)
{
    switch (colorBy) {
    case ColorBy::Service: return translated("A colour for each service");
    case ColorBy::DurationRank:
        return translated(
            "How slow a span is among those of its service and operation in all loaded traces: the fastest "
            "quarter, the other quarters, the slowest 5 %. Grey: fewer than 20 of them, or a run of spans");
    case ColorBy::Error: break;
    }
    return translated("Failed spans in the colour of errors, all others grey");
}

QIcon swatchesOf(ColorBy colorBy)
{
    const style::Theme &theme = style::theme();
    QList<QColor> colors{theme.categories[0], theme.categories[1], theme.categories[2]};
    if (colorBy == ColorBy::DurationRank)
        colors = QList<QColor>(theme.ranks.begin(), theme.ranks.end());
    else if (colorBy == ColorBy::Error)
        colors = {theme.quiet, theme.bad};
    constexpr int kRatio = 2;
    QPixmap picture(style::metric::kIcon * kRatio, style::metric::kIcon * kRatio);
    picture.fill(Qt::transparent);
    QPainter painter(&picture);
    const double width = static_cast<double>(picture.width()) / static_cast<double>(colors.size());
    for (qsizetype i = 0; i < colors.size(); ++i)
        painter.fillRect(QRectF(static_cast<double>(i) * width, picture.height() / 4.0, width, picture.height() / 2.0),
                         colors[i]);
    painter.end();
    picture.setDevicePixelRatio(kRatio);
    return picture;
}

QColor barColor(ColorBy colorBy, const layout::WaterfallRow &row, const trace::TraceSnapshot &snapshot,
                const trace::DurationRanks *ranks)
{
    const style::Theme &theme = style::theme();
    if (colorBy == ColorBy::Service)
        return theme.category(row.service, snapshot.serviceName(ServiceId(row.service)));
    if (colorBy == ColorBy::Error)
        return row.isError || (row.isRun && row.hiddenErrors > 0) ? theme.bad : theme.quiet;
    if (row.isRun || ranks == nullptr || row.span.value() >= ranks->ofRow.size() || !ranks->hasRank(row.span))
        return theme.quiet;
    std::size_t step = 0;
    while (step < kRankSteps.size() && ranks->ofRow[row.span.value()] >= kRankSteps[step])
        ++step;
    return theme.ranks[step];
}

} // namespace tailspan::waterfall
