// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/replay_picture.h"
#include "models/loadtest/load_test_report.h"
#include "models/metric/metric_series.h"

#include <string>
#include <vector>

namespace tailspan::layout {

/// Colours as CSS writes them; they come from the theme.
struct HtmlColors {
    std::string text;
    std::string muted;
    std::string line;   ///< Frames and grid.
    std::string ground; ///< Of the page.
    std::string users;
    std::string requests;
    std::string p50;
    std::string p95;
    std::string p99;
    std::string bad;
    std::string good;
};

/// A lane of what stores of metrics measured during the run.
struct HtmlMetricLane {
    struct Line {
        std::string name;
        std::string color; ///< As CSS.
        metric::MetricSeries series;
    };
    std::string title;
    metric::MetricUnit unit = metric::MetricUnit::None;
    std::vector<Line> lines;
};

/// What the window knows beside the report.
struct HtmlExtras {
    std::string alignment; ///< How a run without a clock came to its time; "" where the file says it.
    std::vector<HtmlMetricLane> metrics;
    TimeRange run; ///< Of the metrics' axis.
};

/// The report as one HTML file that stands alone: figures, verdicts, the lanes of `picture` as inline SVG, endpoints,
/// failures, notes. No script and nothing from outside; the file forbids both to its reader. All text of the report is
/// escaped. What the report does not hold is left out or called "no data". Pure, any thread.
[[nodiscard]] std::string reportHtml(const loadtest::LoadTestReport &report, const ReplayPicture &picture,
                                     const HtmlColors &colors, const HtmlExtras &extras = {});

} // namespace tailspan::layout
