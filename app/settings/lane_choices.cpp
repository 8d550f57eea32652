// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/settings/lane_choices.h"

#include <QJsonArray>

#include <algorithm>

namespace tailspan::settings {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kMostLanes = 200;
constexpr qsizetype kMostNames = 2000;

QStringList namesOf(const QJsonValue &value, qsizetype limit)
{
    QStringList names;
    const QJsonArray array = value.toArray();
    for (const QJsonValue &entry : array) {
        if (entry.isString() && names.size() < limit && !names.contains(entry.toString()))
            names.append(entry.toString());
    }
    return names;
}

std::optional<QStringList> someNamesOf(const QJsonValue &value)
{
    return value.isArray() ? std::optional(namesOf(value, kMostNames)) : std::nullopt;
}

} // namespace

LaneChoices laneChoicesOf(const QJsonObject &json)
{
    LaneChoices choices;
    choices.order = namesOf(json.value("order"_L1), kMostLanes);
    const QJsonObject lanes = json.value("lanes"_L1).toObject();
    for (auto it = lanes.begin(); it != lanes.end() && choices.lanes.size() < kMostLanes; ++it) {
        const QJsonObject value = it.value().toObject();
        LaneChoice choice;
        choice.isHidden = value.value("hidden"_L1).toBool();
        choice.height =
            std::clamp(value.value("height"_L1).toDouble(1), LaneChoice::kLeastHeight, LaneChoice::kMostHeight);
        choice.isLogarithmic = value.value("logarithmic"_L1).toBool();
        choice.isFitted = value.value("fitted"_L1).toBool();
        if (choice != LaneChoice())
            choices.lanes.insert(it.key(), choice);
    }
    return choices;
}

QJsonObject jsonOf(const LaneChoices &choices)
{
    QJsonObject lanes;
    for (auto it = choices.lanes.begin(); it != choices.lanes.end(); ++it)
        lanes.insert(it.key(),
                     QJsonObject{{u"hidden"_s, it->isHidden},
                                 {u"height"_s, it->height},
                                 {u"logarithmic"_s, it->isLogarithmic},
                                 {u"fitted"_s, it->isFitted}});
    return {{u"order"_s, QJsonArray::fromStringList(choices.order)}, {u"lanes"_s, lanes}};
}

QMap<QString, RunMetrics> runMetricsOf(const QJsonObject &json, qsizetype limit)
{
    QMap<QString, RunMetrics> metrics;
    for (auto it = json.begin(); it != json.end() && metrics.size() < limit; ++it) {
        const QJsonObject value = it.value().toObject();
        const RunMetrics run{someNamesOf(value.value("signals"_L1)), someNamesOf(value.value("services"_L1))};
        if (run != RunMetrics())
            metrics.insert(it.key(), run);
    }
    return metrics;
}

QJsonObject jsonOf(const QMap<QString, RunMetrics> &metrics)
{
    QJsonObject json;
    for (auto it = metrics.begin(); it != metrics.end(); ++it) {
        QJsonObject value;
        if (it->signalIds)
            value.insert(u"signals"_s, QJsonArray::fromStringList(*it->signalIds));
        if (it->services)
            value.insert(u"services"_s, QJsonArray::fromStringList(*it->services));
        json.insert(it.key(), value);
    }
    return json;
}

} // namespace tailspan::settings
