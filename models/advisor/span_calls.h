// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/progress.h"
#include "models/base/result.h"
#include "models/trace/trace_snapshot.h"

#include <cstdint>
#include <limits>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::advisor {

/// What a span waits for outside its own work.
enum class CallType : std::uint8_t {
    None, ///< No call.
    Sql,
    Redis,
    Http,
    JsonRpc,
    PoolConnect, ///< Getting a connection: from a pool, by TCP or TLS, or looking up its address.
    Message,     ///< Handing a message to a queue.
    Other,       ///< An outgoing call that says nothing of its kind.
};
inline constexpr std::size_t kCallTypeCount = 8;
[[nodiscard]] std::string_view callTypeText(CallType type); ///< "SQL", "Redis", "JSON-RPC"

/// Calls that differ in their values only.
struct CallSignature {
    CallType type = CallType::None;
    std::uint32_t service = 0;   ///< ServiceId of who calls.
    std::uint32_t operation = 0; ///< OperationId of the first such call.
    std::string text;            ///< "SELECT * FROM users WHERE id = ?", "GET shop/users/:id", "eth_call"; never empty.
    std::string target;          ///< Whom it calls, as far as that is told.
    bool isReading = false;      ///< Changes nothing, as far as its words say.
    bool isBatch = false;        ///< Asks for many things at once already.
    bool isPrefetch = false;     ///< Asks ahead of need: nobody waits for it.
    bool isFromName = false;     ///< No attributes of it were read: `text` is the operation without ids.
    std::uint64_t count = 0;
};

/// Calls of one signature under one parent.
struct SiblingCalls {
    std::uint32_t parent = 0;    ///< SpanRow
    std::uint32_t signature = 0; ///< Into SpanCalls::signatures.
    std::uint32_t begin = 0;     ///< Into SpanCalls::siblingRows.
    std::uint32_t count = 0;     ///< At least 2.
};

/// What the spans of a snapshot call: from their names and, where names do not say all, from their attributes. Made once
/// a snapshot. A value: holds no snapshot. Conventions of OpenTelemetry (old and new), OpenTracing and Jaeger, Zipkin, and
/// names as the target's services write them.
///
/// The attributes of a million spans need not all be read: those of calls that repeat under one parent are, up to
/// Limits, and those of some parents of each kind. Where all read spans of a name turn out to be one signature, spans
/// of it that were not read are taken for it too.
struct SpanCalls {
    static constexpr std::uint32_t kNone = 0xffffffff;
    struct Limits {
        std::uint32_t rows = 300'000;       ///< Attributes of so many spans of files are read;
        std::uint32_t storeRows = 20'000;   ///< and of a store.
        std::uint32_t rowsPerPair = 6'000;  ///< Of one name under one kind of parent.
        std::uint32_t parentsPerKind = 200; ///< Read whole, whatever repeats under them.
    };

    std::uint64_t generation = 0;
    std::vector<CallSignature> signatures;
    // By SpanRow:
    std::vector<std::uint32_t> signatureOf;  ///< Into signatures; kNone where the span is no call.
    std::vector<std::uint64_t> parametersOf; ///< A hash of the values; 0 where they are not told.
    std::vector<std::uint8_t> attemptOf;     ///< Its number as recorded: 1 is the first repetition; 0 mostly.

    std::vector<SiblingCalls> siblings; ///< By parent.
    std::vector<std::uint32_t> siblingRows;
    std::uint64_t callCount = 0;
    std::uint64_t readCount = 0;   ///< Calls whose attributes were read.
    std::uint64_t unreadCount = 0; ///< Calls whose attributes should have been read and could not be.
    std::string problem;           ///< Why, of the first of those.

    [[nodiscard]] std::span<const std::uint32_t> rowsOf(const SiblingCalls &calls) const
    {
        return std::span(siblingRows).subspan(calls.begin, calls.count);
    }
    [[nodiscard]] const CallSignature *signature(std::uint32_t row) const
    {
        return signatureOf[row] == kNone ? nullptr : &signatures[signatureOf[row]];
    }
    [[nodiscard]] CallType type(std::uint32_t row) const
    {
        return signatureOf[row] == kNone ? CallType::None : signatures[signatureOf[row]].type;
    }
};

/// Uses all cores; blocks while a store answers. Progress counts spans whose attributes are read. Thread: any.
/// Errors: Cancelled.
[[nodiscard]] Result<SpanCalls> spanCallsOf(const trace::TraceSnapshot &snapshot, const std::stop_token &stop,
                                            Progress &progress, const SpanCalls::Limits &limits);
[[nodiscard]] Result<SpanCalls> spanCallsOf(const trace::TraceSnapshot &snapshot, const std::stop_token &stop,
                                            Progress &progress);

} // namespace tailspan::advisor
