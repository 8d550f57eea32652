// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/retimer.h"
#include "models/advisor/span_calls.h"

#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace tailspan::advisor {

/// One question with what identifies it.
struct KeyedRequest {
    std::int64_t startNs = 0;
    std::int64_t durationNs = 0;
    std::uint64_t key = 0;    ///< Hash of the operation, its values and the tenant.
    std::uint64_t answer = 0; ///< Hash of what was answered; 0: not told.
    std::uint32_t row = 0;    ///< SpanRow
    std::uint32_t bytes = 0;  ///< Of the answer; 0: not told.
    std::int8_t hit = -1;     ///< 1 hit, 0 miss, -1: not told.
    bool isError = false;
};

/// Questions of one form that only read: "GET /users/:id", "SELECT * FROM items WHERE id = ?", "GET cart:*".
struct KeyedOperation {
    CallType type = CallType::Http;
    EndpointKey spans;   ///< Operation of the first such span.
    std::string service; ///< Who asks; of a request to a service, who answers.
    std::string text;
    std::string target;
    bool isServed = false;             ///< The span is that of who answers.
    bool isOfUser = false;             ///< Some say which user asked, or the words speak of one.
    bool tellsKeys = false;            ///< Its values are told, or there are none to tell.
    std::string cacheControl;          ///< Of an answer, as told last; empty: not told.
    std::vector<std::uint64_t> tables; ///< Hashes of the names of tables a statement reads.
    std::uint32_t begin = 0;           ///< Into KeyedRequests::requests; those of the operation by start.
    std::uint32_t count = 0;
    double sumNs = 0;
};

/// A statement that changes a table.
struct TableWrite {
    std::int64_t atNs = 0; ///< Its end.
    std::uint64_t table = 0;
};

/// Who asked for what when, and what the answer was: what a cache would have seen. Made once a snapshot. A value.
struct KeyedRequests {
    struct Limits {
        std::uint32_t rows = 400'000; ///< Of more, the operations that take the most time, each whole.
        std::uint32_t storeRows = 20'000;
    };
    std::vector<KeyedOperation> operations; ///< The most time first.
    std::vector<KeyedRequest> requests;
    std::vector<TableWrite> writes; ///< By time.
    TimeRange range;                ///< Of the snapshot.
    double rootNs = 0;              ///< What all traces took together.
    std::vector<std::string> notes; ///< What was left out or could not be read.

    [[nodiscard]] std::span<const KeyedRequest> of(const KeyedOperation &operation) const
    {
        return std::span(requests).subspan(operation.begin, operation.count);
    }
    [[nodiscard]] bool isEmpty() const { return requests.empty(); }
};

/// Reads the attributes of reading calls (SQL, Redis, HTTP, JSON-RPC) and of reading requests that services answer; of a
/// call with its answer the answer counts. Uses all cores. Progress counts spans. Thread: any. Errors: Cancelled.
[[nodiscard]] Result<KeyedRequests> keyedRequestsOf(const trace::TraceSnapshot &snapshot, const SpanCalls &calls,
                                                    const KeyedRequests::Limits &limits, const std::stop_token &stop,
                                                    Progress &progress);

/// Hashes of the names of tables behind FROM, JOIN, INTO and UPDATE.
[[nodiscard]] std::vector<std::uint64_t> tablesOf(std::string_view statement);

} // namespace tailspan::advisor
