// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/progress.h"
#include "models/base/result.h"
#include "models/items/trace_list_filter.h"
#include "models/layout/heat_layout.h"
#include "models/metric/latency_grid.h"
#include "models/trace/trace_snapshot.h"

#include <cstdint>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

namespace tailspan::workspace {

/// Which latencies a heatmap shows.
struct HeatSubject {
    enum class What : std::uint8_t {
        Requests, ///< Entry spans of traces: what a user waited for.
        AllSpans,
    };
    What what = What::Requests;
    std::string service;   ///< Empty: all.
    std::string operation; ///< Empty: all.
    bool onlyFailed = false;
    friend bool operator==(const HeatSubject &, const HeatSubject &) = default;
};

/// Which spans of a snapshot have a latency that counts, as columns beside those of the snapshot.
struct HeatSpans {
    std::vector<std::uint8_t> isFailed;
    std::vector<std::uint8_t> isLeftOut;
    TimeRange range;             ///< Of the ends of those that count.
    std::int64_t shortestNs = 0; ///< Of those that count.
    std::int64_t longestNs = 0;
    bool isWholeMilliseconds = true; ///< All that count: rows finer than that would stay empty.
    std::uint64_t unsearched = 0;    ///< Spans whose attributes would have decided and could not be read.
    std::string problem;             ///< Why.

    /// Rows of latency that hold all that count: `perDoubling` for each factor of 2, at the same bounds whatever is
    /// the shortest span.
    [[nodiscard]] metric::LatencyRows rows(int perDoubling) const;
    /// As many rows a doubling as leave each about 7 px: 1, 2, 4, 8 or 16; of whole milliseconds at most 4.
    [[nodiscard]] int fittingRows(double heightPx) const;
};

/// Spans without a meaningful latency never count; of the others those of the traces in `traces` (ascending) do.
[[nodiscard]] HeatSpans heatSpansOfTraces(const trace::TraceSnapshot &snapshot,
                                          const std::vector<std::uint32_t> &traces);
/// Spans that fit a filter's terms, each asked of the span itself, of the traces that were picked where some were.
/// Services and operations beside each other are alternatives. Service, operation and status are decided by the columns
/// alone; everything else reads records.
/// Errors: Cancelled; those of parseSpanQuery().
[[nodiscard]] Result<HeatSpans> heatSpansOf(const trace::TraceSnapshot &snapshot, HeatSubject::What what,
                                            const items::TraceListFilter &narrowed, const std::stop_token &stop,
                                            Progress &progress);

/// The filter by names. A name that no span has fits none.
[[nodiscard]] metric::LatencyFilter latencyFilterOf(const trace::TraceSnapshot &snapshot, const HeatSubject &subject);

/// Thread: any. Errors: those of latencyGridOf().
[[nodiscard]] Result<metric::LatencyGrid> heatGridOf(const trace::TraceSnapshot &snapshot, const HeatSpans &spans,
                                                     const metric::LatencyFilter &filter, TimeRange range,
                                                     std::uint32_t columns, const metric::LatencyRows &rows,
                                                     const std::stop_token &stop);

/// The spans of a grid's subject that lie in a box, or of a range of time without one; ascending.
[[nodiscard]] std::vector<std::uint32_t> spansIn(const trace::TraceSnapshot &snapshot, const HeatSpans &spans,
                                                 const metric::LatencyFilter &filter, TimeRange range,
                                                 const layout::HeatBox *box, const std::stop_token &stop);

/// Names to choose from, those with most spans first.
struct HeatNames {
    std::vector<std::string> services;
    std::vector<std::string> operations; ///< Of the service that was asked for, or of all.
    std::uint64_t moreServices = 0;      ///< That were left out.
    std::uint64_t moreOperations = 0;
    friend bool operator==(const HeatNames &, const HeatNames &) = default;
};
[[nodiscard]] HeatNames heatNamesOf(const trace::TraceSnapshot &snapshot, const std::string &service, std::size_t limit,
                                    const std::stop_token &stop);

/// The terms as one text of the query language.
[[nodiscard]] std::string joinedTerms(const std::vector<std::string> &terms);
/// The service that a filter asks for, when it asks for exactly one and nothing else of services.
[[nodiscard]] std::string onlyServiceOf(const std::vector<std::string> &terms);

/// Remembers the last few of heatSpansOf(): a zoom asks for the same spans again. Thread: any; the mutex guards the rest.
class HeatSpansCache {
public:
    [[nodiscard]] Result<std::shared_ptr<const HeatSpans>> get(const trace::TraceSnapshot &snapshot,
                                                               HeatSubject::What what,
                                                               const items::TraceListFilter &narrowed,
                                                               const std::stop_token &stop, Progress &progress);

private:
    struct Entry {
        std::uint64_t generation = 0;
        HeatSubject::What what = HeatSubject::What::Requests;
        items::TraceListFilter narrowed;
        std::shared_ptr<const HeatSpans> spans;
    };
    std::mutex m_mutex;
    std::vector<Entry> m_entries; // newest last
};

} // namespace tailspan::workspace
