// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/shown_time.h"

#include "models/base/number_text.h"

#include <QDateTime>

namespace tailspan::workspace {

namespace {

QDateTime localTime(TimePoint at)
{
    return QDateTime::fromMSecsSinceEpoch(at.ns() / 1'000'000, Qt::LocalTime);
}

QString dayAndClock(TimePoint shifted)
{
    return QString::fromStdString(isoText(shifted)).left(19).replace(u'T', u' ');
}

} // namespace

Duration ShownTime::localOffset(TimePoint at)
{
    return Duration::seconds(localTime(at).offsetFromUtc());
}

Duration ShownTime::offset(TimePoint at) const
{
    return m_isLocal ? localOffset(at) : Duration();
}

QString ShownTime::localName(TimePoint at)
{
    const QString name = localTime(at).timeZoneAbbreviation();
    return name.isEmpty() ? QStringLiteral("local time") : name;
}

QString ShownTime::zoneName(TimePoint at) const
{
    return m_isLocal ? localName(at) : QStringLiteral("UTC");
}

QString ShownTime::clock(TimePoint at) const
{
    return QString::fromStdString(clockText(at + offset(at))) + u' ' + zoneName(at);
}

QString ShownTime::both(TimePoint at)
{
    const QString utc = dayAndClock(at) + QStringLiteral(" UTC");
    const QString name = localName(at);
    return name == QStringLiteral("UTC") ? utc : utc + u'\n' + dayAndClock(at + localOffset(at)) + u' ' + name;
}

} // namespace tailspan::workspace
