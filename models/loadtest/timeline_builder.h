// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/string_pool.h"
#include "models/loadtest/endpoint_log.h"
#include "models/loadtest/load_test_report.h"
#include "models/loadtest/request_traces.h"
#include "models/loadtest/stalls.h"

#include <limits>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tailspan::loadtest {

/// Collects single requests into buckets of a second, endpoints and failure kinds; several builders that saw parts of
/// one file merge into the same report whatever the split was. Times are nanoseconds since the epoch (or since 0 for
/// files without a date). Thread: one each. Memory: about half a kilobyte a second plus the histograms,
/// and up to 32 bytes a request for the endpoints over time (endpoint_log.h), at most 256 MiB.
class TimelineBuilder {
public:
    /// More buckets than this are joined into steps of 2, 5, 10, ... seconds: two hours of seconds.
    static constexpr std::size_t kMaxBuckets = 7200;
    /// In place of a time: counts for the run and its endpoint, but for no bucket.
    static constexpr std::int64_t kNoTime = std::numeric_limits<std::int64_t>::min();

    [[nodiscard]] StringId endpoint(std::string_view name) { return m_names.intern(name); }
    [[nodiscard]] StringId failureKind(std::string_view name) { return m_names.intern(name); }

    /// One finished request, without its latency.
    void addRequest(std::int64_t endNs, RequestClass requestClass, StringId endpoint, std::uint64_t count = 1);
    void addLatency(std::int64_t endNs, RequestClass requestClass, StringId endpoint, std::int64_t latencyNs,
                    std::uint64_t count = 1);
    /// A request of which begin and end are known: all of the above, and LoadTestReport::stalls.
    void addWholeRequest(std::int64_t beginNs, std::int64_t endNs, RequestClass requestClass, StringId endpoint);
    void addFailure(std::int64_t endNs, StringId kind, std::uint64_t count = 1);
    void addUsers(std::int64_t timeNs, double users);
    /// The finished request belongs to that trace. Absent ids are nothing; `latencyNs` -1: not known.
    void addTrace(std::int64_t endNs, std::int64_t latencyNs, StringId endpoint, const trace::Id &id);
    /// The id in a tag or column, for addTrace().
    [[nodiscard]] trace::Id traceId(std::string_view value) { return m_traces.idOf(traceIdIn(value)); }
    /// A request began: for files whose stamps are finer than a tenth of a second. Fills LoadTestReport::stalls.
    void addStart(std::int64_t timeNs);
    void addBytes(std::int64_t timeNs, std::uint64_t received, std::uint64_t sent);
    /// Something happened at this instant: it belongs to the run.
    void touch(std::int64_t timeNs);

    void merge(const TimelineBuilder &other);
    /// For a report that is only looked at while the file is being read: its endpointTimeline stays empty, and it names
    /// no traces.
    void skipSingleRequests()
    {
        m_log.giveUp();
        m_traces.giveUp();
    }
    /// Fills requests, timeline, bucketWidth, endpoints, endpointTimeline, requestTraces, failureKinds, failures, peakUsers, startedAt, duration and
    /// contents.hasUsers of `report`.
    void finish(LoadTestReport &report) &&;

private:
    struct Second {
        RequestTallies requests;
        std::optional<double> users;
        std::optional<std::uint64_t> bytesReceived;
        std::optional<std::uint64_t> bytesSent;
        std::vector<FailureCount> failures; // kind is a StringId of m_names
        SecondOfStarts starts{};            // requests that began, by tenths of the second
        bool hasOnlyStarts = true;          // nothing happened in this second but that requests began
    };
    void mergeSecond(Second &to, const Second &from, const std::vector<StringId> &nameOf) const;
    [[nodiscard]] Second &secondOf(std::int64_t timeNs);
    [[nodiscard]] Second &anySecondOf(std::int64_t timeNs);
    [[nodiscard]] RequestTallies &endpointTallies(StringId endpoint);
    [[nodiscard]] std::vector<std::uint32_t> finishFailures(LoadTestReport &report) const;
    void finishEndpoints(LoadTestReport &report);
    void finishEndpointTimeline(LoadTestReport &report);
    void log(std::int64_t timeNs, RequestClass requestClass, StringId endpoint, std::uint32_t bin, std::uint64_t count);
    void finishTimeline(LoadTestReport &report, const std::vector<std::uint32_t> &kindOfName);
    void finishStalls(LoadTestReport &report, const std::vector<std::size_t> &order) const;

    StringPool m_names;
    std::unordered_map<std::int64_t, std::size_t> m_secondIndex;
    std::vector<std::int64_t> m_secondNumber; // floor(time / 1 s) of m_seconds, in order of appearance
    std::vector<Second> m_seconds;
    std::size_t m_lastIndex = 0;
    Second m_untimed;
    std::vector<RequestTallies> m_endpoints; // by StringId, grown on demand
    EndpointLog m_log;
    RequestTraceLog m_traces;
    std::optional<std::int64_t> m_beginNs;
    std::int64_t m_endNs = 0;
};

} // namespace tailspan::loadtest
