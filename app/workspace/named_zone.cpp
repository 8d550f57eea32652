// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/named_zone.h"

#include <QDateTime>
#include <QTimeZone>

namespace tailspan::workspace {

namespace {

constexpr qint64 kLastYear = 2100; // rules go on for ever, stamps do not

TimePoint timeOf(const QDateTime &time)
{
    return TimePoint(time.toMSecsSinceEpoch() * 1'000'000);
}

} // namespace

Result<loadtest::ZoneRule> zoneNamed(const QString &text)
{
    const QString name = text.trimmed();
    if (const auto offset = loadtest::parseZone(name.toStdString()))
        return loadtest::ZoneRule(*offset);
    const QTimeZone zone(name.toLatin1());
    if (!zone.isValid() || !name.contains(u'/'))
        return fail(ErrorCode::Malformed,
                    "\"" + name.left(40).toStdString()
                        + "\" is no time zone: write UTC, an offset such as +02:00, or a name such as Europe/Berlin",
                    "time zone");
    const QDateTime begin(QDate(1970, 1, 1), QTime(0, 0), Qt::UTC);
    const QDateTime end(QDate(kLastYear, 1, 1), QTime(0, 0), Qt::UTC);
    std::vector<loadtest::ZoneRule::Change> changes;
    for (const QTimeZone::OffsetData &change : zone.transitions(begin, end))
        changes.push_back({timeOf(change.atUtc), Duration::seconds(change.offsetFromUtc)});
    return loadtest::ZoneRule(QString::fromLatin1(zone.id()).toStdString(),
                              Duration::seconds(zone.offsetFromUtc(begin)), std::move(changes));
}

QStringList zoneNames()
{
    QStringList names;
    for (const QByteArray &id : QTimeZone::availableTimeZoneIds()) {
        if (id.contains('/') && !id.startsWith("Etc/"))
            names << QString::fromLatin1(id);
    }
    names.sort();
    return names;
}

} // namespace tailspan::workspace
