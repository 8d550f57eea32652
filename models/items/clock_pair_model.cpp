// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/clock_pair_model.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"

#include <QStringList>

#include <algorithm>
#include <utility>

namespace tailspan::items {

namespace {

QString count(std::uint64_t number, const char *one, const char *many)
{
    return toQString(pluralText(number, one, many));
}

QString intervalText(const ClockPairModel::Pair &pair, const QString &service)
{
    const trace::ClockPair &found = pair.found;
    const QString fit =
        QStringLiteral("%1 of %2 fit").arg(toQString(countText(found.agreeing)), count(found.calls, "call", "calls"));
    if (found.lowestNs == found.highestNs)
        return QStringLiteral("%1 when %2 is moved by %3.").arg(fit, service, offsetText(found.lowestNs));
    return QStringLiteral("%1 when %2 is moved by %3 to %4.")
        .arg(fit, service, offsetText(found.lowestNs), offsetText(found.highestNs));
}

QString evidenceOf(const ClockPairModel::Pair &pair)
{
    const trace::ClockPair &found = pair.found;
    const QString service = toQString(pair.names.second);
    QStringList lines;
    if (pair.overrideNs)
        lines.append(found.isEstimated ? QStringLiteral("Set by you; found was %1.").arg(offsetText(found.offsetNs))
                                       : QStringLiteral("Set by you; the calls gave no reason to correct."));
    if (found.stickingOut > 0)
        lines.append(QStringLiteral("%1 of %2 outside the caller, as recorded.")
                         .arg(toQString(countText(found.stickingOut)), count(found.calls, "call", "calls")));
    else
        lines.append(QStringLiteral("%1, all inside their callers, as recorded.")
                         .arg(count(found.calls - found.tooLong, "call", "calls")));
    if (found.agreeing > 0)
        lines.append(intervalText(pair, service));
    if (found.stickingOut > 0 && !found.isEstimated)
        lines.append(QStringLiteral("Too few agree to estimate an offset."));
    if (found.tooLong > 0)
        lines.append(QStringLiteral("%1 longer than the caller: no evidence.")
                         .arg(count(found.tooLong, "call is", "calls are")));
    return lines.join(u'\n');
}

/// The same the other way round.
void turn(ClockPairModel::Pair &pair)
{
    trace::ClockPair &found = pair.found;
    std::swap(pair.names.first, pair.names.second);
    std::swap(found.serviceA, found.serviceB);
    std::swap(found.lowestNs, found.highestNs);
    for (std::int64_t *offset : {&found.lowestNs, &found.highestNs, &found.offsetNs})
        *offset = saturatingSubtract(0, *offset);
    if (pair.overrideNs)
        pair.overrideNs = saturatingSubtract(0, *pair.overrideNs);
}

/// Whether A is the one to speak of: what the user has set keeps its direction.
bool isToBeTurned(const ClockPairModel::Pair &pair, const trace::ClockOffsets &offsets,
                  const trace::ClockCorrection &correction)
{
    if (pair.overrideNs)
        return !correction.overrides.contains(pair.names);
    return offsets.offsetNs[pair.found.serviceA] != 0 && offsets.offsetNs[pair.found.serviceB] == 0;
}

} // namespace

QString offsetText(std::int64_t offsetNs)
{
    if (offsetNs == 0)
        return QStringLiteral("0");
    const QString text = toQString(durationText(Duration(offsetNs)));
    return offsetNs > 0 ? QStringLiteral("+") + text : text;
}

ClockPairModel::ClockPairModel(QObject *parent) : QAbstractTableModel(parent) {}

void ClockPairModel::setFinding(const trace::ClockFinding *finding, const trace::ClockCorrection &correction)
{
    beginResetModel();
    m_pairs.clear();
    if (finding != nullptr) {
        const std::vector<trace::ClockPair> used = trace::withOverrides(*finding->recorded, finding->pairs, correction);
        for (std::size_t i = 0; i < used.size(); ++i) {
            Pair pair{trace::namesOf(*finding->recorded, used[i]), finding->pairs[i], {}};
            if (used[i].isOverridden)
                pair.overrideNs = used[i].offsetNs;
            if (isToBeTurned(pair, finding->offsets, correction))
                turn(pair);
            m_pairs.push_back(std::move(pair));
        }
        std::ranges::stable_sort(m_pairs, {}, [](const Pair &pair) {
            return pair.overrideNs || pair.offsetNs() != 0 ? 0 : pair.found.stickingOut > 0 ? 1 : 2;
        });
    }
    endResetModel();
}

int ClockPairModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_pairs.size());
}

int ClockPairModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant ClockPairModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Pair &shown = pair(index.row());
    const QString name = toQString(shown.names.first + " \u2194 " + shown.names.second);
    switch (role) {
    case Qt::DisplayRole: return index.column() == TextColumn ? name : offsetText(shown.offsetNs());
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(Qt::Alignment(index.column() == OffsetColumn ? Qt::AlignRight : Qt::AlignLeft)
                                   | Qt::AlignVCenter);
    case EvidenceRole: return evidenceOf(shown);
    case FullTextRole:
        return QString(name + QStringLiteral(": ") + offsetText(shown.offsetNs()) + QStringLiteral("\n")
                       + evidenceOf(shown));
    default: return {};
    }
}

} // namespace tailspan::items
