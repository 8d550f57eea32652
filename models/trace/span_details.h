// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/progress.h"
#include "models/base/result.h"
#include "models/base/time.h"
#include "models/trace/span_table.h"

#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::trace {

/// One attribute (tag) as text. Plain text from outside: escape or show as plain text only.
struct Attribute {
    std::string key;
    std::string value;
    bool isRedacted = false; ///< The value was hidden because it looks like a secret; `value` holds the mask.
    bool isSecret = false;   ///< Shown because it was asked for; a copy holds the mask unless that was asked for too.
};

struct SpanEvent {
    TimePoint time;
    std::string name;
    std::vector<Attribute> attributes;
};

struct SpanLink {
    std::string traceId;
    std::string spanId;
    std::string kind; ///< "FOLLOWS_FROM", "link", ...
    std::vector<Attribute> attributes;
};

/// What is read only when a span is opened. Secrets are masked unless they were asked for.
struct SpanDetails {
    std::vector<Attribute> attributes;
    std::vector<Attribute> resource; ///< Process tags, resource attributes, local endpoint.
    std::vector<SpanEvent> events;
    std::vector<SpanLink> links;
    std::string rawRecord; ///< The record as text, secrets masked, at most kRawRecordLimit bytes.
};
inline constexpr std::size_t kRawRecordLimit = 256 * 1024;

enum class Secrets { Masked, Revealed };

/// Which span details are asked for: its place in a file, its ids for a store.
struct SpanAddress {
    RecordRef record;
    RecordRef resource; ///< The record of the process or resource, of length 0 when there is none.
    std::string traceId;
    std::string spanId;
    std::string service;
    std::int64_t startNs = 0;
};

/// What a text of a span belongs to.
enum class TextKind : std::uint8_t { Attribute, Resource, EventAttribute, EventName };
/// Takes the name and the value of an attribute; the name of an event comes as a value without a key.
using TextVisitor = std::function<void(TextKind kind, std::string_view key, std::string_view value)>;
/// Which of the two records of a span.
enum class RecordPart : std::uint8_t { Span, Resource };

/// Where the details of the spans of one input come from.
/// Thread: any, also several at once. Owner: the snapshot. Errors: NotFound and Malformed when the file changed or
/// went away since it was read.
class SpanDetailSource {
public:
    virtual ~SpanDetailSource() = default;
    [[nodiscard]] virtual Result<SpanDetails> details(const SpanAddress &span, Secrets secrets) const = 0;

    /// Takes the number of a record and its bytes, valid during the call.
    using RecordVisitor = std::function<void(std::size_t, std::string_view)>;
    /// Reads many records as they are stored, secrets and all: to look for something in them, never to show them.
    /// Unsupported where each record would be a question to a server.
    [[nodiscard]] virtual Result<> visitRecords(std::span<const RecordRef> records, const RecordVisitor &visit) const
    {
        (void)records;
        (void)visit;
        return fail(ErrorCode::Unsupported, "the records are in a store");
    }
    /// The texts of one record that visitRecords handed over, in no order, as read() would give them with nothing masked,
    /// without building the details. False when only read() can give them; what was visited until then does not count.
    [[nodiscard]] virtual bool visitTexts(std::string_view record, RecordPart part, const TextVisitor &visit) const
    {
        (void)record;
        (void)part;
        (void)visit;
        return false;
    }
    /// The details of a record that visitRecords handed over, with its resource's record. Nothing is masked; the raw
    /// record may be left out.
    [[nodiscard]] virtual Result<SpanDetails> read(std::string_view record, std::string_view resource) const
    {
        (void)record;
        (void)resource;
        return fail(ErrorCode::Unsupported, "the records are in a store");
    }

    /// Takes the number of a span that was asked for and its attributes, valid during the call.
    using DetailsVisitor = std::function<void(std::size_t, const SpanDetails &)>;
    /// The attributes of many spans of a store with few questions, where visitRecords is Unsupported. Masked always;
    /// what is masked whole, bodies and raw records are left out. Spans that the store does not hold any more are not
    /// visited. Adds to progress.done a span at a time. Blocks. Errors: Unsupported, Cancelled, those of the store; what
    /// was visited before counts.
    [[nodiscard]] virtual Result<> visitDetails(std::span<const SpanAddress> spans, const DetailsVisitor &visit,
                                                const std::stop_token &stop, Progress &progress) const
    {
        (void)spans;
        (void)visit;
        (void)stop;
        (void)progress;
        return fail(ErrorCode::Unsupported, "the attributes of many spans cannot be read at once");
    }
};

} // namespace tailspan::trace
