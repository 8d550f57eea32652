// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/time.h"
#include "models/metric/metric_series.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::metric {

/// One expression of a panel.
struct DashboardTarget {
    std::string expression; ///< PromQL with Grafana's variables in it.
    std::string legend;     ///< "{{service}} p95"; "" for the labels.
};

/// One panel that can be drawn as a lane.
struct DashboardPanel {
    std::string title;
    std::string row;           ///< The title of the row it stands in; "" for none.
    std::string unitName;      ///< As Grafana names it: "reqps".
    std::string datasourceUid; ///< For links; may be a variable.
    MetricUnit unit = MetricUnit::None;
    std::vector<DashboardTarget> targets; ///< At least one.
};

/// What an expression leaves open.
struct DashboardVariable {
    std::string name;
    std::string title;
    std::string labelName;            ///< Its values are those of this label; "" where they are `options` or typed.
    std::string selector;             ///< Of the series whose label that is; "" for all.
    std::vector<std::string> options; ///< Of a list that the dashboard holds itself.
    std::vector<std::string> current; ///< What was chosen when it was saved; may be empty.
    std::string everything;           ///< What "all" means; "" is ".*".
    bool isMany = false;              ///< Several may be chosen.
};

/// A dashboard of Grafana, as far as it asks for metrics.
struct Dashboard {
    std::string title;
    std::vector<DashboardPanel> panels; ///< From the top to the bottom of the file.
    std::vector<DashboardVariable> variables;
    std::vector<std::string> leftOut; ///< What is not drawn and why, one line each.
};

/// What the variables stand for. More than one value, or Grafana's "All", becomes an alternative of a regular
/// expression.
struct DashboardValues {
    std::map<std::string, std::vector<std::string>> chosen; ///< By the variable's name.
    std::int64_t stepNs = 0;
    std::int64_t scrapeIntervalNs = 0;
    std::int64_t rangeNs = 0;
};

/// PromQL without variables: $name, ${name}, ${name:format}, [[name]] and Grafana's own $__interval,
/// $__rate_interval, $__range. Names in `missing` have no value and stay as they were.
[[nodiscard]] std::string expanded(std::string_view expression, const DashboardValues &values,
                                   std::vector<std::string> &missing);
/// The legend of a series: {{label}} replaced by its value; the labels themselves without a legend.
[[nodiscard]] std::string legendText(std::string_view legend, const Labels &labels);
/// What Grafana's name of a unit means here; None where it is not known.
[[nodiscard]] MetricUnit unitOfGrafana(std::string_view name);
/// The address that shows an expression as a graph of Prometheus itself. `base`: "http://127.0.0.1:9090".
[[nodiscard]] std::string prometheusGraphUrl(std::string_view base, std::string_view expression, TimeRange range);
/// The address that shows an expression in Grafana's Explore. `base`: "https://grafana.example".
[[nodiscard]] std::string exploreUrl(std::string_view base, std::string_view datasourceUid, std::string_view expression,
                                     TimeRange range);

} // namespace tailspan::metric
