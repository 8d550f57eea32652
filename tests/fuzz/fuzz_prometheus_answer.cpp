// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as the answer of a Prometheus, a Grafana dashboard or a kept choice of metrics: an answer or an error, and
// what comes out keeps its promises.
#include "app/sources/grafana_dashboard.h"
#include "app/sources/metric_mapping_json.h"
#include "app/sources/prometheus_lists.h"
#include "models/metric/prometheus_histogram.h"

#include <cstdlib>

using namespace tailspan;

namespace {

void require(bool condition)
{
    if (!condition)
        std::abort();
}

void checkMetrics(const sources::PrometheusEnvelope &envelope)
{
    const auto answer = sources::readMetrics(envelope, 1'000'000'000, 2, "fuzz");
    if (!answer)
        return;
    require(answer->series.size() <= 2);
    for (const metric::MetricSeries &series : answer->series) {
        require(series.timesNs.size() == series.values.size());
        for (std::size_t i = 1; i < series.timesNs.size(); ++i)
            require(series.timesNs[i] > series.timesNs[i - 1]);
    }
    for (const metric::BucketTable &table : metric::bucketTables(answer->series).tables) {
        for (std::size_t row = 0; row < table.timesNs.size(); ++row)
            (void)metric::quantile(table, row, 0.5);
        (void)metric::cellsOf(table);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const net::HttpClient kClient{net::HttpTarget{}};
    const std::string text(reinterpret_cast<const char *>(data), size);
    const sources::ApiAnswer answer(net::HttpAnswer{200, "application/json", text, {}});
    if (const auto envelope = sources::openEnvelope(answer, kClient); answer.isWhole() && envelope) {
        checkMetrics(*envelope);
        (void)sources::readNames(*envelope, {});
        (void)sources::readMetadata(*envelope);
        (void)sources::readTargets(*envelope);
        (void)sources::readRules(*envelope);
        (void)sources::readAlerts(*envelope);
    }
    if (const auto dashboard = sources::readDashboard(text)) {
        std::vector<std::string> missing;
        for (const metric::DashboardPanel &panel : dashboard->panels)
            for (const metric::DashboardTarget &target : panel.targets)
                (void)metric::expanded(target.expression, {}, missing);
    }
    std::uint64_t leftOut = 0;
    (void)sources::chosenQueries(text, leftOut);
    return 0;
}
