// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QMap>
#include <QString>
#include <QStringList>

#include <optional>

namespace tailspan::settings {

/// How a lane of the Replay page looks.
struct LaneChoice {
    static constexpr double kLeastHeight = 0.4;
    static constexpr double kMostHeight = 6;

    bool isHidden = false;
    double height = 1;          ///< Times the usual one, from kLeastHeight to kMostHeight.
    bool isLogarithmic = false; ///< Its axis.
    bool isFitted = false;      ///< Its axis begins at the lowest value, not at 0.
    friend bool operator==(const LaneChoice &, const LaneChoice &) = default;
};

/// Of all lanes, by the id of their kind ("users", "metric.cpu"): the same for every run.
struct LaneChoices {
    QStringList order;               ///< Ids as far as the user moved any; others keep their usual places.
    QMap<QString, LaneChoice> lanes; ///< Those that differ from the usual.
    friend bool operator==(const LaneChoices &, const LaneChoices &) = default;
};

/// What of the connected stores of metrics is shown below a run.
struct RunMetrics {
    std::optional<QStringList> signalIds; ///< metric::signalId(); nullopt: the usual ones.
    std::optional<QStringList> services;  ///< nullopt: those that changed most.
    friend bool operator==(const RunMetrics &, const RunMetrics &) = default;
};

// As JSON for the settings file. What cannot be understood is left out.
[[nodiscard]] LaneChoices laneChoicesOf(const QJsonObject &json);
[[nodiscard]] QJsonObject jsonOf(const LaneChoices &choices);
/// By absolute path of the report, at most `limit` of them.
[[nodiscard]] QMap<QString, RunMetrics> runMetricsOf(const QJsonObject &json, qsizetype limit);
[[nodiscard]] QJsonObject jsonOf(const QMap<QString, RunMetrics> &metrics);

} // namespace tailspan::settings
