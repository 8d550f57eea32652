// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/metric/alert_bands.h"

#include "models/metric/signal_rules.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace tailspan::metric {

namespace {

Labels withoutOwn(const Labels &labels)
{
    Labels kept = labels;
    std::erase_if(kept, [](const auto &label) { return label.first == "__name__" || label.first == "alertstate"; });
    return kept;
}

void sortBands(std::vector<AlertBand> &bands)
{
    std::sort(bands.begin(), bands.end(), [](const AlertBand &a, const AlertBand &b) {
        return std::tie(a.range.begin, a.name, a.service) < std::tie(b.range.begin, b.name, b.service);
    });
}

void addBandsOf(const MetricSeries &series, std::int64_t stepNs, TimePoint end, std::vector<AlertBand> &bands)
{
    AlertBand band;
    band.labels = withoutOwn(series.labels);
    band.name = labelValue(series.labels, "alertname");
    band.service = serviceOf(series.labels, true);
    bool isOpen = false;
    const auto finish = [&] {
        band.isOver = band.range.end < end;
        band.range.end = std::min(band.range.end, std::max(end, band.range.begin + Duration(1)));
        bands.push_back(band);
    };
    for (std::size_t i = 0; i < series.timesNs.size(); ++i) {
        if (std::isnan(series.values[i]))
            continue;
        const TimePoint time(series.timesNs[i]);
        if (isOpen && time > band.range.end + Duration(stepNs)) {
            finish();
            isOpen = false;
        }
        if (!isOpen)
            band.range.begin = time;
        band.range.end = time + Duration(std::max<std::int64_t>(stepNs, 1));
        isOpen = true;
    }
    if (isOpen)
        finish();
}

} // namespace

std::string serviceOf(const Labels &labels, bool isOfAlert)
{
    for (const std::string_view name : serviceLabels()) {
        if (isOfAlert && (name == "job" || name == "instance"))
            continue;
        const std::string_view value = labelValue(labels, name);
        if (!value.empty())
            return std::string(value);
    }
    return {};
}

std::vector<AlertBand> alertBands(const std::vector<MetricSeries> &series, std::int64_t stepNs, TimePoint end)
{
    std::vector<AlertBand> bands;
    for (const MetricSeries &one : series)
        addBandsOf(one, stepNs, end, bands);
    sortBands(bands);
    return bands;
}

std::vector<AlertBand> alertBands(const std::vector<MetricAlert> &alerts, TimePoint now)
{
    std::vector<AlertBand> bands;
    for (const MetricAlert &alert : alerts) {
        const bool isFiring = alert.state == MetricAlert::State::Firing
            || alert.state == MetricAlert::State::Suppressed;
        if (!isFiring || !alert.sinceNs || TimePoint(*alert.sinceNs) >= now)
            continue;
        bands.push_back({std::string(labelValue(alert.labels, "alertname")), serviceOf(alert.labels, true),
                         withoutOwn(alert.labels), TimeRange{TimePoint(*alert.sinceNs), now}, false});
    }
    sortBands(bands);
    return bands;
}

void addBands(std::vector<AlertBand> &bands, const std::vector<AlertBand> &more)
{
    const std::size_t known = bands.size();
    for (const AlertBand &band : more) {
        const bool isThere =
            std::any_of(bands.begin(), bands.begin() + static_cast<std::ptrdiff_t>(known), [&](const AlertBand &other) {
                return other.name == band.name && other.service == band.service && other.range.begin < band.range.end
                    && band.range.begin < other.range.end;
            });
        if (!isThere)
            bands.push_back(band);
    }
    sortBands(bands);
}

} // namespace tailspan::metric
