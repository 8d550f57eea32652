// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/heat_spans.h"

#include "models/trace/span_query.h"
#include "models/trace/span_search.h"
#include "models/trace/time_bounds.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <optional>

namespace tailspan::workspace {

namespace {

using metric::LatencyFilter;
using metric::LatencyGrid;
using metric::LatencyRows;
using trace::SpanCondition;
using trace::SpanQuery;
using trace::SpanTable;
using trace::TraceSnapshot;

constexpr std::uint32_t kNoName = ~std::uint32_t{0};
constexpr std::size_t kRemembered = 4;
constexpr double kRowPx = 7;
constexpr std::uint32_t kStopEvery = 4096;
constexpr std::int64_t kMillisecondNs = 1'000'000;
constexpr double kMostRows = 16; // for each factor of 2
constexpr double kMostOfWhole = 4;

constexpr trace::SpanMarks kNoLatency = trace::kMarkTimeOutOfRange | trace::kMarkMissingDuration
    | trace::kMarkNegativeDuration;

/// A name that no span has stands for a number that none has.
std::uint32_t numberOf(std::string_view name, std::size_t count, const auto &nameOf)
{
    for (std::uint32_t id = 0; id < count; ++id) {
        if (nameOf(id) == name)
            return id;
    }
    return kNoName;
}

std::uint32_t serviceNumber(const TraceSnapshot &snapshot, std::string_view name)
{
    return numberOf(name, snapshot.serviceCount(),
                    [&](std::uint32_t id) { return snapshot.serviceName(ServiceId(id)); });
}

std::uint32_t operationNumber(const TraceSnapshot &snapshot, std::string_view name)
{
    return numberOf(name, snapshot.operationCount(),
                    [&](std::uint32_t id) { return snapshot.operationName(OperationId(id)); });
}

/// Takes spans in as ones that count.
class Marking {
public:
    explicit Marking(const TraceSnapshot &snapshot) : m_spans(snapshot.spans())
    {
        m_made.isFailed.resize(m_spans.size());
        m_made.isLeftOut.assign(m_spans.size(), 1);
    }

    void take(std::uint32_t row)
    {
        if ((m_spans.marks[row] & kNoLatency) != 0)
            return;
        m_made.isLeftOut[row] = 0;
        m_made.isFailed[row] = m_spans.isError(SpanRow(row)) ? 1 : 0;
        m_ends.add(m_spans.end(SpanRow(row)).ns(), 1);
        m_lengths.add(m_spans.durationNs[row], 0);
        m_made.isWholeMilliseconds = m_made.isWholeMilliseconds && m_spans.durationNs[row] % kMillisecondNs == 0;
    }

    HeatSpans finish() &&
    {
        if (!m_ends.isEmpty()) {
            m_made.range = {TimePoint(m_ends.beginNs), TimePoint(m_ends.endNs)};
            m_made.shortestNs = m_lengths.beginNs;
            m_made.longestNs = m_lengths.endNs;
        }
        return std::move(m_made);
    }

private:
    const SpanTable &m_spans;
    HeatSpans m_made;
    trace::TimeBounds m_ends;
    trace::TimeBounds m_lengths;
};

/// A query that is a service, an operation and a status joined by AND: what columns decide in one pass.
struct PlainQuery {
    std::optional<std::uint32_t> service;
    std::optional<std::uint32_t> operation;
    bool onlyFailed = false;
};

std::optional<PlainQuery> plainQueryOf(const TraceSnapshot &snapshot, const SpanQuery &query)
{
    PlainQuery plain;
    for (const SpanQuery::Node &node : query.nodes) {
        if (node.step == SpanQuery::Step::And)
            continue;
        if (node.step != SpanQuery::Step::Condition)
            return std::nullopt;
        const SpanCondition &condition = query.conditions[node.condition];
        if (condition.isPattern)
            return std::nullopt;
        if (condition.field == SpanCondition::Field::Service && !plain.service)
            plain.service = serviceNumber(snapshot, condition.value);
        else if (condition.field == SpanCondition::Field::Operation && !plain.operation)
            plain.operation = operationNumber(snapshot, condition.value);
        else if (condition.field == SpanCondition::Field::Status && condition.status == trace::SpanStatus::Error)
            plain.onlyFailed = true;
        else
            return std::nullopt;
    }
    return plain;
}

/// Spans of the kind that is looked at, in traces that were picked.
class Wanted {
public:
    Wanted(const TraceSnapshot &snapshot, HeatSubject::What what, const items::TraceListFilter &narrowed)
        : m_spans(snapshot.spans()), m_takesAll(what == HeatSubject::What::AllSpans)
    {
        if (!narrowed.hasPick())
            return;
        m_isPicked.assign(snapshot.traces().size(), true);
        narrowed.keepPicked(snapshot, m_isPicked);
    }

    [[nodiscard]] bool holds(std::uint32_t row) const
    {
        return (m_takesAll || m_spans.parent[row] == SpanRow::kNone)
            && (m_isPicked.empty() || m_isPicked[m_spans.trace[row]]);
    }

private:
    const SpanTable &m_spans;
    bool m_takesAll;
    std::vector<bool> m_isPicked; // by TraceRow; empty: all are
};

Result<HeatSpans> markedByColumns(const TraceSnapshot &snapshot, const Wanted &wanted, const PlainQuery &plain,
                                  const std::stop_token &stop)
{
    const SpanTable &spans = snapshot.spans();
    Marking marking(snapshot);
    for (std::uint32_t row = 0; row < spans.size(); ++row) {
        if (row % kStopEvery == 0 && stop.stop_requested())
            return fail(ErrorCode::Cancelled, "cancelled");
        if (wanted.holds(row) && (!plain.service || spans.service[row] == *plain.service)
            && (!plain.operation || spans.operation[row] == *plain.operation)
            && (!plain.onlyFailed || spans.isError(SpanRow(row))))
            marking.take(row);
    }
    return std::move(marking).finish();
}

Result<HeatSpans> markedBySearch(const TraceSnapshot &snapshot, const Wanted &wanted, const SpanQuery &query,
                                 const std::stop_token &stop, Progress &progress)
{
    progress.begin("looking for the spans of the filter", snapshot.spans().size());
    const trace::SpanHits hits =
        searchSpans(snapshot, query, 0, static_cast<std::uint32_t>(snapshot.spans().size()), stop, progress);
    if (!hits.isComplete)
        return fail(ErrorCode::Cancelled, "cancelled");
    Marking marking(snapshot);
    for (const std::uint32_t row : hits.rows) {
        if (wanted.holds(row))
            marking.take(row);
    }
    HeatSpans made = std::move(marking).finish();
    made.unsearched = hits.unsearched;
    made.problem = hits.problem;
    return made;
}

/// Fills `names` and gives how many were left out.
std::uint64_t mostFrequent(const std::vector<std::uint64_t> &counts, std::size_t limit, std::vector<std::string> &names,
                           const auto &nameOf)
{
    std::vector<std::uint32_t> ids;
    for (std::uint32_t id = 0; id < counts.size(); ++id) {
        if (counts[id] > 0)
            ids.push_back(id);
    }
    const std::size_t kept = std::min(limit, ids.size());
    std::ranges::partial_sort(
        ids, ids.begin() + static_cast<std::ptrdiff_t>(kept),
        [&](std::uint32_t a, std::uint32_t b) { return counts[a] != counts[b] ? counts[a] > counts[b] : a < b; });
    for (std::size_t i = 0; i < kept; ++i)
        names.push_back(nameOf(ids[i]));
    return ids.size() - kept;
}

bool needsParentheses(const std::string &term)
{
    const Result<SpanQuery> query = trace::parseSpanQuery(term);
    return query.has_value() && query->nodes.size() > 1;
}

} // namespace

LatencyRows HeatSpans::rows(int perDoubling) const
{
    constexpr std::int64_t kShortestNs = 1'000;
    std::int64_t lowNs = kShortestNs; // microseconds times powers of two, so that bounds stay where they are
    while (lowNs * 2 <= shortestNs)
        lowNs *= 2;
    return LatencyRows::between(lowNs, std::max(longestNs, 2 * lowNs), perDoubling);
}

int HeatSpans::fittingRows(double heightPx) const
{
    const double doublings = std::log2(static_cast<double>(std::max<std::int64_t>(longestNs, 2'000))
                                       / static_cast<double>(std::max<std::int64_t>(shortestNs, 1'000)));
    const double wanted = heightPx / kRowPx / std::max(doublings, 1.0);
    return static_cast<int>(
        std::bit_floor(static_cast<unsigned>(std::clamp(wanted, 1.0, isWholeMilliseconds ? kMostOfWhole : kMostRows))));
}

HeatSpans heatSpansOfTraces(const TraceSnapshot &snapshot, const std::vector<std::uint32_t> &traces)
{
    Marking marking(snapshot);
    for (const std::uint32_t t : traces) {
        const trace::TraceSummary &trace = snapshot.traces()[t];
        for (std::uint32_t row = trace.firstRow; row < trace.firstRow + trace.spanCount; ++row)
            marking.take(row);
    }
    return std::move(marking).finish();
}

Result<HeatSpans> heatSpansOf(const TraceSnapshot &snapshot, HeatSubject::What what,
                              const items::TraceListFilter &narrowed, const std::stop_token &stop, Progress &progress)
{
    TS_TRY(SpanQuery query, trace::parseSpanQuery(joinedTerms(narrowed.terms)));
    const Wanted wanted(snapshot, what, narrowed);
    if (const auto plain = plainQueryOf(snapshot, query))
        return markedByColumns(snapshot, wanted, *plain, stop);
    return markedBySearch(snapshot, wanted, query, stop, progress);
}

LatencyFilter latencyFilterOf(const TraceSnapshot &snapshot, const HeatSubject &subject)
{
    LatencyFilter filter;
    filter.onlyFailed = subject.onlyFailed;
    if (!subject.service.empty())
        filter.service = serviceNumber(snapshot, subject.service);
    if (!subject.operation.empty())
        filter.operation = operationNumber(snapshot, subject.operation);
    return filter;
}

Result<LatencyGrid> heatGridOf(const TraceSnapshot &snapshot, const HeatSpans &spans, const LatencyFilter &filter,
                               TimeRange range, std::uint32_t columns, const LatencyRows &rows,
                               const std::stop_token &stop)
{
    const SpanTable &table = snapshot.spans();
    const metric::SpanLatencies latencies{table.startNs,   table.durationNs, table.service,
                                          table.operation, spans.isFailed,   spans.isLeftOut};
    return latencyGridOf(latencies, filter, range, columns, rows, stop);
}

std::vector<std::uint32_t> spansIn(const TraceSnapshot &snapshot, const HeatSpans &spans, const LatencyFilter &filter,
                                   TimeRange range, const layout::HeatBox *box, const std::stop_token &stop)
{
    const SpanTable &table = snapshot.spans();
    std::vector<std::uint32_t> rows;
    for (std::uint32_t row = 0; row < table.size(); ++row) {
        if (row % kStopEvery == 0 && stop.stop_requested())
            break;
        if (spans.isLeftOut[row] != 0 || (filter.onlyFailed && spans.isFailed[row] == 0)
            || (filter.service && table.service[row] != *filter.service)
            || (filter.operation && table.operation[row] != *filter.operation))
            continue;
        const TimePoint end = table.end(SpanRow(row));
        if (range.contains(end)
            && (box == nullptr || (box->time.contains(end) && box->band.contains(table.durationNs[row]))))
            rows.push_back(row);
    }
    return rows;
}

HeatNames heatNamesOf(const TraceSnapshot &snapshot, const std::string &service, std::size_t limit,
                      const std::stop_token &stop)
{
    const SpanTable &spans = snapshot.spans();
    std::vector<std::uint64_t> byService(snapshot.serviceCount());
    std::vector<std::uint64_t> byOperation(snapshot.operationCount());
    const bool isAny = service.empty();
    const std::uint32_t only = isAny ? kNoName : serviceNumber(snapshot, service);
    for (std::uint32_t row = 0; row < spans.size(); ++row) {
        if (row % kStopEvery == 0 && stop.stop_requested())
            break;
        ++byService[spans.service[row]];
        if (isAny || spans.service[row] == only)
            ++byOperation[spans.operation[row]];
    }
    HeatNames names;
    names.moreServices = mostFrequent(byService, limit, names.services, [&](std::uint32_t id) {
        return std::string(snapshot.serviceName(ServiceId(id)));
    });
    names.moreOperations = mostFrequent(byOperation, limit, names.operations, [&](std::uint32_t id) {
        return std::string(snapshot.operationName(OperationId(id)));
    });
    return names;
}

std::string joinedTerms(const std::vector<std::string> &terms)
{
    std::string text;
    for (const std::string &term : terms)
        text += (text.empty() ? "" : " ") + (terms.size() > 1 && needsParentheses(term) ? "(" + term + ")" : term);
    return text;
}

std::string onlyServiceOf(const std::vector<std::string> &terms)
{
    std::string only;
    const Result<SpanQuery> query = trace::parseSpanQuery(joinedTerms(terms));
    for (const SpanQuery::Node &node : query.has_value() ? query->nodes : std::vector<SpanQuery::Node>()) {
        if (node.step == SpanQuery::Step::And)
            continue;
        if (node.step != SpanQuery::Step::Condition)
            return {};
        const SpanCondition &condition = query->conditions[node.condition];
        if (condition.field != SpanCondition::Field::Service)
            continue;
        if (condition.isPattern || !only.empty())
            return {};
        only = condition.value;
    }
    return only;
}

Result<std::shared_ptr<const HeatSpans>> HeatSpansCache::get(const TraceSnapshot &snapshot, HeatSubject::What what,
                                                             const items::TraceListFilter &narrowed,
                                                             const std::stop_token &stop, Progress &progress)
{
    {
        const std::lock_guard lock(m_mutex);
        for (const Entry &entry : m_entries) {
            if (entry.generation == snapshot.generation() && entry.what == what && entry.narrowed == narrowed)
                return entry.spans;
        }
    }
    TS_TRY(HeatSpans made, heatSpansOf(snapshot, what, narrowed, stop, progress));
    auto spans = std::make_shared<const HeatSpans>(std::move(made));
    const std::lock_guard lock(m_mutex);
    if (m_entries.size() == kRemembered)
        m_entries.erase(m_entries.begin());
    m_entries.push_back({snapshot.generation(), what, narrowed, spans});
    return spans;
}

} // namespace tailspan::workspace
