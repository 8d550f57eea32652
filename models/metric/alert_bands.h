// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/time.h"
#include "models/metric/metric_alert.h"
#include "models/metric/metric_series.h"

#include <string>
#include <string_view>
#include <vector>

namespace tailspan::metric {

/// A time during which an alert fired.
struct AlertBand {
    std::string name;    ///< alertname
    std::string service; ///< "" where its labels name none.
    Labels labels;       ///< Without __name__ and alertstate.
    TimeRange range;
    bool isOver = true; ///< False: it fires at the end of what was looked at.
    friend bool operator==(const AlertBand &, const AlertBand &) = default;
};

/// What the labels of an alert, a target or a series say about whose they are: the first of the known labels, such as
/// "service", but neither "job" nor "instance" where `isOfAlert`: those tell who was scraped, often the monitoring.
[[nodiscard]] std::string serviceOf(const Labels &labels, bool isOfAlert = false);

/// Bands of `ALERTS{alertstate="firing"}` asked over a range: samples at most two steps apart are one band, each sample
/// stands for the step behind it. By begin, then by name.
[[nodiscard]] std::vector<AlertBand> alertBands(const std::vector<MetricSeries> &series, std::int64_t stepNs,
                                                TimePoint end);
/// The same of alerts that fire now, of Alertmanager for example; those without a time are left out.
[[nodiscard]] std::vector<AlertBand> alertBands(const std::vector<MetricAlert> &alerts, TimePoint now);
/// Adds those that are not there yet: of the same name and service and at the same time.
void addBands(std::vector<AlertBand> &bands, const std::vector<AlertBand> &more);

} // namespace tailspan::metric
