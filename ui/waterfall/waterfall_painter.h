// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/row_set.h"
#include "models/layout/waterfall_layout.h"
#include "ui/waterfall/span_colors.h"
#include "ui/waterfall/waterfall_columns.h"

#include <QRectF>
#include <QString>

#include <span>

class QPainter;

namespace tailspan::waterfall {

/// What the rows look like at one moment, apart from the layout.
struct RowLook {
    const trace::TraceSnapshot *snapshot = nullptr;
    WaterfallColumns columns;
    int widthPx = 0;
    layout::RowEntry selected;
    layout::RowEntry hovered;
    bool hasFocus = false;
    ColorBy colorBy = ColorBy::Service;
    const trace::DurationRanks *ranks = nullptr; ///< May be null.
    const layout::RowSet *hits = nullptr;        ///< Of find; may be null.
    std::uint32_t firstRow = 0;                  ///< Of the trace.
    const layout::RowSet *advised = nullptr;     ///< That the advisor speaks of; may be null.
};

/// Where the parts of a row are; painter and mouse ask the same function.
struct RowGeometry {
    QRectF row;
    QRectF foldBox; ///< Empty when the row has no children.
    QRectF square;  ///< The service's colour.
    QRectF text;    ///< Service and operation.
    QRectF count;   ///< Hidden spans of a folded span; else empty.
    QRectF bar;     ///< In the timeline; empty when off screen.
    QRectF advice;  ///< The mark of a span that the advisor speaks of; else empty.
};

inline constexpr int kIndentPx = 14;
inline constexpr int kNameLeftPx = 8;

/// How many levels the name column can indent before rows stand in line.
[[nodiscard]] std::uint32_t maxIndentFor(const WaterfallColumns &columns);
/// `top`: the row's y in the widget.
[[nodiscard]] RowGeometry geometryOf(const layout::WaterfallRow &row, double top, const RowLook &look);

void paintRowBackground(QPainter &painter, const layout::WaterfallRow &row, const QRectF &rect, const RowLook &look);
/// Tree lines, fold box, square, service and operation, hidden counts, duration.
void paintNameAndDuration(QPainter &painter, const layout::WaterfallRow &row, const RowGeometry &geometry,
                          const RowLook &look);
/// Bar, error notch and icon, badges, marks for bars off screen.
void paintBar(QPainter &painter, const layout::WaterfallRow &row, const RowGeometry &geometry, const RowLook &look);
void paintPathLine(QPainter &painter, const layout::PathLine &line, double rowTop, const RowLook &look);

/// The parts of a run's bar in which a member ran.
void paintRunPieces(QPainter &painter, std::span<const layout::RunPiece> pieces, const layout::WaterfallRow &row,
                    double rowTop, const RowLook &look);

/// How the members of a run follow each other, in words.
[[nodiscard]] QString runWay(bool isSideBySide);

/// "postgresql SELECT users" and "12 ms, starts at 340 ms, failed, 3 spans below": a row for a screen reader. Of a run
/// "postgresql 237 × SELECT users" and "1.9 s, one after another".
[[nodiscard]] QString rowName(const trace::TraceSnapshot &snapshot, const layout::RowOrder &order,
                              const layout::RowEntry &entry);
[[nodiscard]] QString rowValue(const trace::TraceSnapshot &snapshot, const layout::RowOrder &order,
                               const layout::RowEntry &entry);

} // namespace tailspan::waterfall
