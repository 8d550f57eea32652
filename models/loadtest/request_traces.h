// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/string_pool.h"
#include "models/base/time.h"
#include "models/trace/span_id.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tailspan::loadtest {

struct LoadTestReport;

/// A request whose trace the report names.
struct TracedRequest {
    std::int64_t endNs = 0;      ///< On the clock of the report's buckets.
    std::int64_t latencyNs = -1; ///< -1 where the file does not say.
    trace::Id id;
    std::uint32_t endpoint = 0; ///< A row of LoadTestReport::endpoints.
};

/// Which requests of a load test belong to which traces, as far as its file says so: a script that sends trace context
/// can write the id beside each sample. A value. Memory: 48 bytes a request, at most kMost of them.
struct RequestTraces {
    static constexpr std::size_t kMost = 2'000'000;

    std::vector<TracedRequest> requests;            ///< Ascending by end.
    std::shared_ptr<const StringPool> strings = {}; ///< Of ids that are not hexadecimal; never null in a report.
    std::uint64_t leftOut = 0;                      ///< Requests beyond kMost.

    [[nodiscard]] std::string textOf(const TracedRequest &request) const { return idText(request.id, *strings); }
};
using RequestTracesPtr = std::shared_ptr<const RequestTraces>;

/// True for the name of a tag, variable or column that holds a trace id or a whole trace context: "trace_id", "traceId",
/// "traceparent", "uber-trace-id".
[[nodiscard]] bool isTraceIdName(std::string_view name);
/// The id in the value of such a one: W3C "00-ID-SPAN-01" and Jaeger's "ID:SPAN:0:1" are taken apart, all else is the id
/// itself. Empty for what is longer than an id can be.
[[nodiscard]] std::string_view traceIdIn(std::string_view value);

/// Collects them while a file is read. Thread: one each.
class RequestTraceLog {
public:
    /// `id`: as traceIdIn() gave it; absent when the log is full.
    [[nodiscard]] trace::Id idOf(std::string_view id);
    /// `endpoint` is the caller's number of the name. An absent id is a request without a trace.
    void add(std::int64_t endNs, std::int64_t latencyNs, StringId endpoint, const trace::Id &id);
    /// Forgets everything and takes nothing more.
    void giveUp();
    /// `nameIn`: the numbers here of the other's names.
    void merge(const RequestTraceLog &other, const std::vector<StringId> &nameIn);
    /// Null where no request named its trace. `rowOfName`: the endpoint's row of each name.
    [[nodiscard]] RequestTracesPtr finish(const std::vector<std::uint32_t> &rowOfName) &&;

private:
    void addKept(const TracedRequest &request);

    std::vector<TracedRequest> m_requests; // endpoint is the number of a name
    std::shared_ptr<StringPool> m_strings; // made when it is needed
    std::uint64_t m_leftOut = 0;
    bool m_isGivenUp = false;
};

/// Those of several parts of one run together, their endpoints found by name in `report`. Null where no part has any.
[[nodiscard]] RequestTracesPtr joinedTraces(const std::vector<const LoadTestReport *> &parts,
                                            const LoadTestReport &report);
/// The same on a clock that is `by` later; null for null.
[[nodiscard]] RequestTracesPtr movedTraces(const RequestTracesPtr &traces, Duration by);
/// What there is to say about them in the notes of a report; "" for null.
[[nodiscard]] std::string tracesNote(const RequestTracesPtr &traces);

} // namespace tailspan::loadtest
