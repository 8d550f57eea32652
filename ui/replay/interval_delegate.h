// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/replay/report_table_delegate.h"

namespace tailspan::replay {

/// Cells of RunComparisonModel's interval: a bar around 1 with the changes that are too small to count shaded, and the
/// figures beside it. Thread: GUI.
class IntervalDelegate final : public ReportTableDelegate {
    Q_OBJECT
public:
    explicit IntervalDelegate(QObject *parent = nullptr) : ReportTableDelegate(parent) {}

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
};

} // namespace tailspan::replay
