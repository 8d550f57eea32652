// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sources/trace_source.h"
#include "models/metric/metric_alert.h"
#include "models/metric/metric_facts.h"
#include "models/metric/metric_series.h"
#include "models/metric/scrape_target.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tailspan::sources {

inline constexpr std::size_t kMostPoints = 11'000; ///< Of one series; Prometheus refuses more.

/// An expression over a range of time.
struct RangeQuestion {
    /// PromQL; "$window" in it becomes the length of time for rates that fits the step (metric::windowFor).
    std::string expression;
    TimeRange range;
    int widthPx = 1'000;     ///< Of the plot: more points than pixels are not asked for.
    std::int64_t stepNs = 0; ///< 0: chosen from the width and the scrape interval.
    std::size_t seriesLimit = 100;
};

/// Names of labels, values of one label, or series.
struct NameQuestion {
    enum class Kind : std::uint8_t { LabelNames, LabelValues, Series };
    Kind kind = Kind::LabelNames;
    std::string label = {};                 ///< Of LabelValues; "__name__" gives the names of metrics.
    std::vector<std::string> matchers = {}; ///< Only of series that one of these selects: `{job="api"}`.
    TimeRange range = {};                   ///< Empty: whatever the server thinks fit.
    std::size_t limit = 10'000;
};

struct NameList {
    std::vector<std::string> names;     ///< Sorted; of label names and values.
    std::vector<metric::Labels> series; ///< Of Series.
    std::uint64_t total = 0;            ///< How many there are; more than were kept when the limit cut them.
    std::vector<std::string> warnings;
};

/// A store of metrics that is read and never written: Prometheus or what speaks its HTTP API. To add one: a `.cpp` here
/// with a subclass, `info<Name>Source()` and `make<Name>Source(address, secrets)`, and a line in source_list.h.
///
/// Calls block, connect by themselves, end at their own time limit, and within 200 ms of a stop with Cancelled.
/// Errors: Unreachable, Timeout, Auth, NotFound, Malformed, Unsupported (the expression), LimitReached, Cancelled.
/// Thread: made, used and destroyed on one thread (SourceThread). Cost may be read from any.
class MetricSource {
public:
    virtual ~MetricSource() = default;
    [[nodiscard]] virtual Result<> probe(const OnProbeStep &onStep, Ask ask) = 0;
    [[nodiscard]] virtual Result<metric::MetricAnswer> query(const std::string &expression, TimePoint at,
                                                             std::size_t seriesLimit, Ask ask) = 0;
    [[nodiscard]] virtual Result<metric::MetricAnswer> queryRange(const RangeQuestion &question, Ask ask) = 0;
    [[nodiscard]] virtual Result<NameList> names(const NameQuestion &question, Ask ask) = 0;
    /// Without labels; by name, each once; the first of several that servers of different versions give.
    [[nodiscard]] virtual Result<std::vector<metric::MetricFacts>> metadata(Ask ask) = 0;
    [[nodiscard]] virtual Result<std::vector<metric::ScrapeTarget>> targets(Ask ask) = 0;
    [[nodiscard]] virtual Result<std::vector<metric::MetricRule>> rules(Ask ask) = 0;
    [[nodiscard]] virtual Result<std::vector<metric::MetricAlert>> alerts(Ask ask) = 0;
    [[nodiscard]] const SourceCost &cost() const { return m_cost; }

protected:
    SourceCost m_cost;
};

/// What tells of alerts and silences only: Alertmanager. As MetricSource in everything else.
class AlertSource {
public:
    virtual ~AlertSource() = default;
    [[nodiscard]] virtual Result<> probe(const OnProbeStep &onStep, Ask ask) = 0;
    [[nodiscard]] virtual Result<std::vector<metric::MetricAlert>> alerts(Ask ask) = 0;
    [[nodiscard]] virtual Result<std::vector<metric::Silence>> silences(Ask ask) = 0;
    [[nodiscard]] const SourceCost &cost() const { return m_cost; }

protected:
    SourceCost m_cost;
};

/// Nothing where the kind of the address keeps something else.
[[nodiscard]] std::unique_ptr<MetricSource> makeMetricSource(const SourceAddress &address,
                                                             const SourceSecrets &secrets);
[[nodiscard]] std::unique_ptr<AlertSource> makeAlertSource(const SourceAddress &address, const SourceSecrets &secrets);

} // namespace tailspan::sources
