// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/trace_list_filter.h"
#include "ui/widgets/chip_row.h"

namespace tailspan::traces {

/// The conditions of a filter as chips, each with a cross to take it away. Thread: GUI.
class FilterChips final : public widgets::ChipRow {
    Q_OBJECT
public:
    using ChipRow::ChipRow;

    void setFilter(const items::TraceListFilter &filter);
    /// The filter without the last chip. Precondition: there is one.
    [[nodiscard]] items::TraceListFilter withoutLast() const;

Q_SIGNALS:
    /// A chip is to go: the filter that is left.
    void filterWanted(const tailspan::items::TraceListFilter &filter);

private:
    void addPart(const QString &text, const items::TraceListFilter &without);

    items::TraceListFilter m_filter;
};

} // namespace tailspan::traces
