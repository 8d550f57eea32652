// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/waterfall/span_badges.h"

#include "models/items/qt_text.h"

#include <algorithm>

namespace tailspan::waterfall {

using namespace Qt::StringLiterals;

QStringList badgesOf(trace::SpanMarks marks)
{
    struct Badge {
        trace::SpanMark mark;
        const char *text;
    };
    static constexpr std::array<Badge, 8> kBadges{{
        {trace::kMarkCycleCut, "cycle cut here"},
        {trace::kMarkCycle, "in a cycle"},
        {trace::kMarkSelfParent, "own parent"},
        {trace::kMarkUnresolvedParent, "parent missing"},
        {trace::kMarkDuplicateId, "duplicate id"},
        {trace::kMarkNegativeDuration, "negative duration"},
        {trace::kMarkMissingDuration, "no end recorded"},
        {trace::kMarkTimeOutOfRange, "time out of range"},
    }};
    QStringList texts;
    for (const Badge &badge : kBadges) {
        const bool isSaidAlready = badge.mark == trace::kMarkCycle && (marks & trace::kMarkCycleCut) != 0;
        if ((marks & badge.mark) != 0 && !isSaidAlready)
            texts.append(QString::fromLatin1(badge.text));
    }
    return texts;
}

QString repairLines(const trace::TraceSnapshot &snapshot, SpanRow row)
{
    const std::vector<trace::Repair> &entries = snapshot.ledger().entries();
    auto entry = std::lower_bound(entries.begin(), entries.end(), row,
                                  [](const trace::Repair &repair, SpanRow wanted) { return repair.row < wanted; });
    QString lines;
    for (; entry != entries.end() && entry->row == row; ++entry)
        lines += (lines.isEmpty() ? QString() : u"\n"_s) + items::toQString(trace::repairText(snapshot, *entry));
    return lines;
}

} // namespace tailspan::waterfall
