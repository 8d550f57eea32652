// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/mainwindow/range_label.h"

#include "app/workspace/shown_time.h"
#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "ui/style/fonts.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/plain_tooltip.h"

#include <QVBoxLayout>

namespace tailspan::mainwindow {

using namespace Qt::StringLiterals;
using items::toQString;
using widgets::PlainLabel;
using workspace::ShownTime;

namespace {

constexpr std::int64_t kShortRangeNs = 20'000'000'000;

QString rangeText(TimeRange range, Duration offset, const QString &zone)
{
    const TimePoint begin = range.begin + offset;
    const TimePoint end = range.end + offset;
    const bool isShort = range.length().ns() < kShortRangeNs;
    const QString day = toQString(isoText(begin)).left(10);
    const QString lastDay = toQString(isoText(end)).left(10);
    const QString first = toQString(clockText(begin, isShort));
    const QString last = toQString(clockText(end, isShort));
    if (day == lastDay)
        return u"%1  %2 – %3 %4"_s.arg(day, first, last, zone);
    // Over days the seconds say nothing, the days do.
    return u"%1 %2 – %3 %4 %5"_s.arg(day, first.left(5), lastDay, last.left(5), zone);
}

} // namespace

RangeLabel::RangeLabel(QWidget *parent) : QWidget(parent), m_first(new PlainLabel(this)), m_second(new PlainLabel(this))
{
    setObjectName(u"rangeLabel"_s);
    m_second->setFont(style::smallFont());
    m_second->setTone(PlainLabel::Tone::Muted);
    m_second->hide();
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(0);
    rows->addStretch(1);
    rows->addWidget(m_first);
    rows->addWidget(m_second);
    rows->addStretch(1);
}

void RangeLabel::setRange(TimeRange range, const settings::Settings &settings)
{
    const ShownTime shown(settings);
    const QString local = ShownTime::localName(range.begin);
    const Duration offset = ShownTime::localOffset(range.begin);
    const QString inUtc = rangeText(range, {}, u"UTC"_s);
    const QString inLocal = rangeText(range, offset, local);
    m_first->setText(shown.isLocal() ? inLocal : inUtc);
    m_second->setText(shown.isLocal() ? inUtc : inLocal);
    m_second->setVisible(offset.ns() != 0);
    widgets::setPlainToolTip(this,
                             ShownTime::both(range.begin) + u'\n' + ShownTime::both(range.end) + u'\n'
                                 + toQString(durationText(range.length())));
}

void RangeLabel::setText(const QString &text)
{
    m_first->setText(text);
    m_second->hide();
    widgets::setPlainToolTip(this, {});
}

QString RangeLabel::text() const
{
    return m_first->text();
}

} // namespace tailspan::mainwindow
