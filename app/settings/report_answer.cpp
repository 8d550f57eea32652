// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/settings/report_answer.h"

#include <cmath>
#include <cstdlib>

namespace tailspan::settings {

using namespace Qt::StringLiterals;

namespace {

constexpr int kMostMinutes = 14 * 60;
constexpr qint64 kMostBeganNs = 4'000'000'000'000'000'000; // in 2096
constexpr double kMostLoad = 1e12;
constexpr double kMostNs = 1e18; // 30 years

/// Of a JSON number above 0 and at most `most`.
std::optional<double> numberIn(const QJsonObject &value, QLatin1StringView key, double most)
{
    const double number = value.value(key).toDouble();
    return number > 0 && number <= most ? std::optional(number) : std::nullopt;
}

std::optional<qint64> lengthIn(const QJsonObject &value, QLatin1StringView key)
{
    const auto number = numberIn(value, key, kMostNs);
    return number ? std::optional(std::llround(*number)) : std::nullopt;
}

ReportAnswer answerOf(const QJsonObject &value)
{
    ReportAnswer answer;
    const QJsonValue zone = value.value("zoneMinutes"_L1);
    if (zone.isDouble() && std::abs(zone.toDouble()) <= kMostMinutes)
        answer.zoneMinutes = zone.toInt();
    answer.zone = value.value("zone"_L1).toString().left(60);
    if (const auto unit = numberIn(value, "unitNs"_L1, 1e9); unit && *unit >= 1)
        answer.unitNs = static_cast<qint64>(*unit);
    bool isNumber = false;
    const qint64 began = value.value("beganNs"_L1).toString().toLongLong(&isNumber);
    if (isNumber && began >= 0 && began < kMostBeganNs) {
        answer.beganNs = began;
        answer.beganHow = value.value("beganHow"_L1).toString().left(20);
    }
    answer.warmUpNs = lengthIn(value, "warmUpNs"_L1);
    answer.leavesOutFailures = value.value("leavesOutFailures"_L1).toBool();
    answer.leavesOutSetup = value.value("leavesOutSetup"_L1).toBool();
    answer.peakUsers = numberIn(value, "peakUsers"_L1, kMostLoad);
    answer.peakRps = numberIn(value, "peakRps"_L1, kMostLoad);
    answer.targetRps = numberIn(value, "targetRps"_L1, kMostLoad);
    if (const auto replicas = numberIn(value, "replicas"_L1, 1e6); replicas && *replicas >= 1)
        answer.replicas = static_cast<int>(*replicas);
    answer.p95LimitNs = lengthIn(value, "p95LimitNs"_L1);
    return answer;
}

QJsonObject jsonOf(const ReportAnswer &answer)
{
    QJsonObject value;
    const auto add = [&value](QLatin1StringView key, const auto &member) {
        if (member)
            value.insert(key, *member);
    };
    add("zoneMinutes"_L1, answer.zoneMinutes);
    if (!answer.zone.isEmpty())
        value.insert("zone"_L1, answer.zone);
    add("unitNs"_L1, answer.unitNs);
    if (answer.beganNs) { // as text: a JSON number does not hold nanoseconds since 1970
        value.insert("beganNs"_L1, QString::number(*answer.beganNs));
        value.insert("beganHow"_L1, answer.beganHow);
    }
    add("warmUpNs"_L1, answer.warmUpNs);
    if (answer.leavesOutFailures)
        value.insert("leavesOutFailures"_L1, true);
    if (answer.leavesOutSetup)
        value.insert("leavesOutSetup"_L1, true);
    add("peakUsers"_L1, answer.peakUsers);
    add("peakRps"_L1, answer.peakRps);
    add("targetRps"_L1, answer.targetRps);
    add("replicas"_L1, answer.replicas);
    add("p95LimitNs"_L1, answer.p95LimitNs);
    return value;
}

} // namespace

QMap<QString, ReportAnswer> answersOf(const QJsonObject &json)
{
    QMap<QString, ReportAnswer> answers;
    for (auto it = json.begin(); it != json.end() && answers.size() < kReportAnswerLimit; ++it) {
        const ReportAnswer answer = answerOf(it.value().toObject());
        if (answer != ReportAnswer())
            answers.insert(it.key(), answer);
    }
    return answers;
}

QJsonObject jsonOf(const QMap<QString, ReportAnswer> &answers)
{
    QJsonObject json;
    for (auto it = answers.begin(); it != answers.end(); ++it)
        json.insert(it.key(), jsonOf(it.value()));
    return json;
}

} // namespace tailspan::settings
