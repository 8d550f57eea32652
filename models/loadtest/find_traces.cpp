// SPDX-License-Identifier: GPL-3.0-or-later
// The search behind traces_then.h: ids first, then time with names of operations, then with attributes.
#include "models/loadtest/endpoint_match.h"
#include "models/loadtest/traces_then.h"
#include "models/trace/row_attributes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace tailspan::loadtest {

namespace {

constexpr double kShorter = 0.7;       // a trace than its request, at most, where none is as long
constexpr std::size_t kMostRead = 500; // traces whose first spans are read
constexpr std::size_t kMostAsked = 50; // one by one, where a store answers for a single span only
constexpr std::array<std::string_view, 6> kPathKeys{"http.route", "http.target", "url.path",
                                                    "http.path",  "http.url",    "url.full"};
constexpr std::array<std::string_view, 2> kMethodKeys{"http.method", "http.request.method"};

template <std::size_t Count>
bool isOneOf(const std::array<std::string_view, Count> &keys, std::string_view key)
{
    return std::find(keys.begin(), keys.end(), key) != keys.end();
}

/// Of the snapshot, named like the host of a URL: "http://payment:3000/" is a call of the service payment.
ServiceId serviceNamed(const trace::TraceSnapshot &snapshot, const std::string &host)
{
    for (std::uint32_t i = 0; i < snapshot.serviceCount() && !host.empty(); ++i) {
        const std::string_view name = snapshot.serviceName(ServiceId(i));
        const bool isSame = std::equal(name.begin(), name.end(), host.begin(), host.end(), [](char a, char b) {
            return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
        });
        if (isSame)
            return ServiceId(i);
    }
    return {};
}

bool saysEndpoint(std::span<const trace::Attribute> attributes, const EndpointName &wanted)
{
    std::string method;
    for (const trace::Attribute &attribute : attributes) {
        if (isOneOf(kMethodKeys, attribute.key))
            method = attribute.value + " ";
    }
    return std::any_of(attributes.begin(), attributes.end(), [&](const trace::Attribute &attribute) {
        return isOneOf(kPathKeys, attribute.key) && wanted.fits(EndpointName(method + attribute.value));
    });
}

/// Keeps of the traces those of an endpoint.
class EndpointSearch {
public:
    EndpointSearch(const trace::TraceSnapshot &snapshot, const std::string &endpoint)
        : m_snapshot(snapshot), m_wanted(endpoint), m_service(serviceNamed(snapshot, m_wanted.host()))
    {}

    [[nodiscard]] std::string service() const
    {
        return m_service.isValid() ? std::string(m_snapshot.serviceName(m_service)) : std::string();
    }

    [[nodiscard]] std::vector<TraceRow> byOperation(const std::vector<TraceRow> &traces) const
    {
        std::vector<bool> fits(m_snapshot.operationCount());
        for (std::uint32_t i = 0; i < fits.size(); ++i)
            fits[i] = m_wanted.fits(EndpointName(m_snapshot.operationName(OperationId(i))));
        const trace::SpanTable &spans = m_snapshot.spans();
        std::vector<TraceRow> found;
        for (const TraceRow trace : traces) {
            const trace::TraceSummary &summary = m_snapshot.traces()[trace.value()];
            for (std::uint32_t row = summary.firstRow; row < summary.firstRow + summary.spanCount; ++row) {
                if (!fits[spans.operation[row]] || (m_service.isValid() && spans.service[row] != m_service.value()))
                    continue;
                found.push_back(trace);
                break;
            }
        }
        return found;
    }

    /// By the first span of each, and where the service is known by the first span of that one.
    [[nodiscard]] std::vector<TraceRow> byAttribute(const std::vector<TraceRow> &traces, const std::stop_token &stop,
                                                    bool &isCut) const
    {
        std::map<std::uint16_t, std::vector<std::uint32_t>> rowsOfFile;
        for (std::size_t i = 0; i < std::min(traces.size(), kMostRead); ++i) {
            const std::uint32_t row = spanToRead(m_snapshot.traces()[traces[i].value()]);
            rowsOfFile[m_snapshot.spans().file[row]].push_back(row);
        }
        isCut = traces.size() > kMostRead;
        std::vector<TraceRow> found;
        for (auto &entry : rowsOfFile) { // named, because clang 14 lets no lambda use a structured binding
            std::vector<std::uint32_t> &rows = entry.second;
            std::sort(rows.begin(), rows.end(), [this](std::uint32_t a, std::uint32_t b) {
                return m_snapshot.spans().recordOffset[a] < m_snapshot.spans().recordOffset[b];
            });
            const auto take = [&](std::size_t place, std::span<const trace::Attribute> own, const auto &) {
                if (saysEndpoint(own, m_wanted))
                    found.emplace_back(m_snapshot.spans().trace[rows[place]]);
            };
            visit(entry.first, rows, stop, take);
        }
        std::sort(found.begin(), found.end());
        found.erase(std::unique(found.begin(), found.end()), found.end());
        return found;
    }

private:
    /// What cannot be read does not fit.
    template <class Take>
    void visit(std::uint16_t file, const std::vector<std::uint32_t> &rows, const std::stop_token &stop,
               const Take &take) const
    {
        if (trace::hasStoredRecords(m_snapshot.inputs()[file]))
            return trace::visitRowAttributes(m_snapshot, rows, stop, take, [](std::uint64_t, const Error &) {});
        bool canManyAtOnce = true;
        Progress progress;
        trace::visitStoreAttributes(m_snapshot, rows, stop, progress, take, [&](std::uint64_t, const Error &error) {
            canManyAtOnce = error.code != ErrorCode::Unsupported;
        });
        for (std::size_t i = 0; !canManyAtOnce && i < std::min(rows.size(), kMostAsked); ++i) {
            const Result<trace::SpanDetails> details = m_snapshot.details(SpanRow(rows[i]));
            if (details.has_value() && !stop.stop_requested())
                take(i, details->attributes, details->resource);
        }
    }

    [[nodiscard]] std::uint32_t spanToRead(const trace::TraceSummary &trace) const
    {
        for (std::uint32_t row = trace.firstRow; m_service.isValid() && row < trace.firstRow + trace.spanCount; ++row) {
            if (m_snapshot.spans().service[row] == m_service.value())
                return row;
        }
        return trace.rootRow;
    }

    const trace::TraceSnapshot &m_snapshot;
    EndpointName m_wanted;
    ServiceId m_service;
};

/// Those that the report names. False when it names none.
bool takeNamed(const LoadTestReport &report, const TraceTimes *times, const TracesWanted &wanted, FoundTraces &found)
{
    const std::vector<std::string> ids = traceIdsThen(report, wanted);
    for (const std::string &id : ids) {
        if (const auto row = times == nullptr ? std::nullopt : times->find(id))
            found.rows.push_back(*row);
        else
            found.missingIds.push_back(id);
    }
    std::sort(found.rows.begin(), found.rows.end());
    found.by = ids.empty() ? FoundBy::Time : FoundBy::TraceId;
    return !ids.empty();
}

/// Those of the wanted endpoint among those of that time and duration. False when there are none.
bool takeOfEndpoint(const TraceTimes &times, const std::stop_token &stop, FoundTraces &found)
{
    found.rows = tracesThen(times, found.band);
    if (found.rows.empty() || found.band.endpoint.empty())
        return !found.rows.empty();
    const EndpointSearch search(*times.snapshot(), found.band.endpoint);
    found.service = search.service();
    found.by = FoundBy::Operation;
    std::vector<TraceRow> named = search.byOperation(found.rows);
    if (named.empty()) {
        found.by = FoundBy::Attribute;
        named = search.byAttribute(found.rows, stop, found.isCut);
    }
    found.rows = std::move(named);
    return !found.rows.empty();
}

/// A request takes longer than its trace: what the network and the load generator take is added.
TracesWanted widened(TracesWanted wanted)
{
    if (wanted.lowNs)
        wanted.lowNs = std::llround(static_cast<double>(*wanted.lowNs) * kShorter);
    return wanted;
}

} // namespace

FoundTraces findTraces(const LoadTestReport &report, const TraceTimes *times, const TracesWanted &wanted,
                       const std::stop_token &stop)
{
    FoundTraces found;
    found.band = wanted;
    if (takeNamed(report, times, wanted, found) || times == nullptr)
        return found;
    if (takeOfEndpoint(*times, stop, found))
        return found;
    if (wanted.hasBand()) {
        found.band = widened(wanted);
        found.isWidened = true;
        if (takeOfEndpoint(*times, stop, found))
            return found;
    }
    // Nothing is named like the endpoint: what ran then, whatever it was.
    found = {};
    found.band = wanted;
    found.band.endpoint.clear();
    found.isEndpointUnknown = !wanted.endpoint.empty();
    if (!takeOfEndpoint(*times, stop, found) && wanted.hasBand()) {
        found.band = widened(found.band);
        found.isWidened = true;
        (void)takeOfEndpoint(*times, stop, found);
    }
    return found;
}

} // namespace tailspan::loadtest
