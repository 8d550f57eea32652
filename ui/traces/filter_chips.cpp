// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/traces/filter_chips.h"

#include "models/items/qt_text.h"

namespace tailspan::traces {

using items::TraceListFilter;

namespace {

TraceListFilter withoutTerm(TraceListFilter filter, std::size_t place)
{
    filter.terms.erase(filter.terms.begin() + static_cast<std::ptrdiff_t>(place));
    return filter;
}

TraceListFilter withoutPick(TraceListFilter filter)
{
    filter.pickTitle.clear();
    filter.pickedTraces.clear();
    return filter;
}

} // namespace

void FilterChips::setFilter(const TraceListFilter &filter)
{
    clear();
    m_filter = filter;
    for (std::size_t i = 0; i < filter.terms.size(); ++i)
        addPart(items::toQString(filter.terms[i]), withoutTerm(filter, i));
    if (filter.hasPick())
        addPart(items::toQString(filter.pickTitle), withoutPick(filter));
}

TraceListFilter FilterChips::withoutLast() const
{
    return m_filter.hasPick() ? withoutPick(m_filter) : withoutTerm(m_filter, m_filter.terms.size() - 1);
}

void FilterChips::addPart(const QString &text, const TraceListFilter &without)
{
    widgets::Chip *chip = addChip(text, widgets::Chip::Kind::Accent);
    chip->setRemovable(true);
    connect(chip, &widgets::Chip::removed, this, [this, without] { Q_EMIT filterWanted(without); });
}

} // namespace tailspan::traces
