// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/waiting_share.h"

#include "models/trace/critical_path.h"

#include <algorithm>
#include <map>
#include <vector>

namespace tailspan::advisor {

namespace {

constexpr std::size_t kMostTraces = 2'000;

std::optional<std::uint32_t> serviceNumber(const trace::TraceSnapshot &snapshot, std::string_view name)
{
    for (std::uint32_t i = 0; i < snapshot.serviceCount(); ++i) {
        if (snapshot.serviceName(ServiceId(i)) == name)
            return i;
    }
    return std::nullopt;
}

/// Adds up the critical time below the spans of one service.
class Adding {
public:
    Adding(const trace::TraceSnapshot &snapshot, std::uint32_t service)
        : m_snapshot(snapshot), m_spans(snapshot.spans()), m_service(service)
    {}

    void add(const trace::TraceSummary &summary)
    {
        std::int64_t waitedNs = 0;
        for (const trace::CriticalSegment &segment : trace::criticalPathOf(m_snapshot, summary).segments) {
            if (!isBelowService(segment.row))
                continue;
            const std::int64_t lengthNs = segment.endNs - segment.beginNs;
            m_allNs += static_cast<double>(lengthNs);
            if (isOwnWork(segment.row))
                continue;
            waitedNs += lengthNs;
            m_waited[nameOf(segment.row)] += static_cast<double>(lengthNs);
        }
        ++m_result.traces;
        if (waitedNs > m_result.slowestNs) {
            m_result.slowestNs = waitedNs;
            m_result.slowest = m_snapshot.traceIdText(summary);
        }
    }

    [[nodiscard]] WaitingShare result()
    {
        double waited = 0;
        double most = 0;
        for (const auto &[name, ns] : m_waited) {
            waited += ns;
            if (ns > most) {
                most = ns;
                m_result.where = name;
            }
        }
        m_result.share = m_allNs > 0 ? waited / m_allNs : 0;
        return m_result;
    }

private:
    [[nodiscard]] bool isOwnWork(std::uint32_t row) const
    {
        return m_spans.service[row] == m_service && m_spans.kind[row] != trace::SpanKind::Client;
    }
    [[nodiscard]] bool isBelowService(std::uint32_t row) const
    {
        for (std::uint32_t at = row; at != SpanRow::kNone; at = m_spans.parent[at]) {
            if (m_spans.service[at] == m_service)
                return true;
        }
        return false;
    }
    [[nodiscard]] std::string nameOf(std::uint32_t row) const
    {
        if (m_spans.service[row] != m_service)
            return std::string(m_snapshot.serviceName(ServiceId(m_spans.service[row])));
        return std::string(m_snapshot.operationName(OperationId(m_spans.operation[row])));
    }

    const trace::TraceSnapshot &m_snapshot;
    const trace::SpanTable &m_spans;
    const std::uint32_t m_service;
    WaitingShare m_result;
    double m_allNs = 0;
    std::map<std::string, double> m_waited;
};

} // namespace

std::optional<WaitingShare> waitingShareOf(const trace::TraceSnapshot &snapshot, std::string_view service,
                                           TimeRange range, std::uint32_t fewest, const std::stop_token &stop)
{
    const auto number = serviceNumber(snapshot, service);
    if (!number)
        return std::nullopt;
    std::vector<const trace::TraceSummary *> traces;
    for (const trace::TraceSummary &summary : snapshot.traces()) {
        if (range.contains(TimePoint(summary.startNs))
            && std::ranges::find(snapshot.servicesOf(summary), *number) != snapshot.servicesOf(summary).end())
            traces.push_back(&summary);
    }
    if (traces.size() < fewest)
        return std::nullopt;
    Adding adding(snapshot, *number);
    const std::size_t every = traces.size() / kMostTraces + 1;
    for (std::size_t i = 0; i < traces.size() && !stop.stop_requested(); i += every)
        adding.add(*traces[i]);
    return adding.result();
}

} // namespace tailspan::advisor
