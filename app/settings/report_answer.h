// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QMap>
#include <QString>

#include <optional>

namespace tailspan::settings {

/// What the user said about a load-test report: what its file leaves open, what of it counts, and what its capacity is
/// held against. A value; what is absent was never said.
struct ReportAnswer {
    std::optional<int> zoneMinutes{};  ///< Local time of the load generator minus UTC.
    QString zone{};                    ///< The same by name, "Europe/Berlin"; goes first.
    std::optional<qint64> unitNs{};    ///< Length of one unit of its latencies.
    std::optional<qint64> beganNs{};   ///< When its run began, ns since 1970: the file has no clock.
    QString beganHow{};                ///< How that was said: loadtest::alignmentId().
    std::optional<qint64> warmUpNs{};  ///< So much of its begin is left out of all figures.
    bool leavesOutFailures = false;    ///< Latencies of failed requests.
    bool leavesOutSetup = false;       ///< Requests of setup and teardown.
    std::optional<double> peakUsers{}; ///< Today's peak load of the system,
    std::optional<double> peakRps{};   ///< or that.
    std::optional<double> targetRps{}; ///< The load for which replicas are wanted,
    std::optional<int> replicas{};     ///< and how many were tested.
    std::optional<qint64> p95LimitNs{};
    friend bool operator==(const ReportAnswer &, const ReportAnswer &) = default;
};
inline constexpr qsizetype kReportAnswerLimit = 500;

/// By absolute path; values that cannot be are left out.
[[nodiscard]] QMap<QString, ReportAnswer> answersOf(const QJsonObject &json);
[[nodiscard]] QJsonObject jsonOf(const QMap<QString, ReportAnswer> &answers);

} // namespace tailspan::settings
