// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/settings/advice_marks.h"

#include <QJsonArray>

#include <algorithm>
#include <cmath>

namespace tailspan::settings {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kMostQuantiles = 1001;
constexpr int kMostSeverity = 4;

QList<double> numbersOf(const QJsonArray &array)
{
    QList<double> numbers;
    for (const QJsonValue &entry : array) {
        if (!entry.isDouble() || entry.toDouble() < 0 || numbers.size() >= kMostQuantiles)
            return {};
        numbers.append(entry.toDouble());
    }
    return std::is_sorted(numbers.begin(), numbers.end()) ? numbers : QList<double>();
}

} // namespace

QMap<QString, AdviceMark> adviceMarksOf(const QJsonObject &json)
{
    QMap<QString, AdviceMark> marks;
    for (auto it = json.begin(); it != json.end() && marks.size() < kAdviceMarkLimit; ++it) {
        const QJsonObject value = it.value().toObject();
        AdviceMark mark;
        mark.title = value.value("title"_L1).toString();
        mark.service = value.value("service"_L1).toString();
        mark.operation = value.value("operation"_L1).toString();
        mark.dismissedWhy = value.value("dismissedWhy"_L1).toString();
        mark.impactThen = std::max(0.0, value.value("impactThen"_L1).toDouble());
        mark.severityThen = std::clamp(value.value("severityThen"_L1).toInt(), 0, kMostSeverity);
        mark.appliedNs = std::max<qint64>(0, value.value("appliedNs"_L1).toString().toLongLong());
        mark.beforeCount = value.value("beforeCount"_L1).toString().toULongLong();
        mark.beforeMs = numbersOf(value.value("beforeMs"_L1).toArray());
        if (!mark.dismissedWhy.isEmpty() || mark.appliedNs > 0)
            marks.insert(it.key(), mark);
    }
    return marks;
}

QJsonObject jsonOf(const QMap<QString, AdviceMark> &marks)
{
    QJsonObject json;
    for (auto it = marks.begin(); it != marks.end(); ++it) {
        QJsonArray before;
        for (const double value : it->beforeMs)
            before.append(value);
        json.insert(it.key(),
                    QJsonObject{{u"title"_s, it->title},
                                {u"service"_s, it->service},
                                {u"operation"_s, it->operation},
                                {u"dismissedWhy"_s, it->dismissedWhy},
                                {u"impactThen"_s, it->impactThen},
                                {u"severityThen"_s, it->severityThen},
                                {u"appliedNs"_s, QString::number(it->appliedNs)},
                                {u"beforeCount"_s, QString::number(it->beforeCount)},
                                {u"beforeMs"_s, before}});
    }
    return json;
}

} // namespace tailspan::settings
