// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sources/aggregate.h"
#include "app/sources/source_address.h"
#include "models/base/progress.h"
#include "models/trace/span_details.h"
#include "models/trace/trace_builder.h"
#include "models/trace/trace_query.h"

#include <atomic>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace tailspan::sources {

/// An option of a source beyond address and secrets; the dialog and the help text are built from these.
struct OptionInfo {
    enum class Kind : std::uint8_t { Text, Number, Choice, File, Flag };
    const char *id = "";    ///< "sslmode"; also the query parameter of the URL
    const char *title = ""; ///< "TLS"
    const char *help = "";  ///< One sentence
    Kind kind = Kind::Text;
    const char *choices = ""; ///< Of a Choice: "verify-full|verify-ca|require|disable"
    const char *fallback = "";
    bool isFolded = false; ///< Rarely needed: forms fold it away.
};

/// What a source says about itself.
struct SourceInfo {
    const char *kind = "";        ///< "postgresql", stable
    const char *title = "";       ///< "PostgreSQL"
    const char *description = ""; ///< One sentence
    std::vector<const char *> schemes;
    std::uint16_t defaultPort = 0;
    const char *databaseTitle = ""; ///< "Database", "Database number"
    std::vector<OptionInfo> options;
    bool canAggregate = false;
};

/// What every call carries: when to give up, and where to say how far it is.
struct Ask {
    std::stop_token stop;
    Progress &progress;
};

/// One step of a connection test, in order: "name resolved", "connected", "TLS verified", ...
struct ProbeStep {
    enum class State : std::uint8_t { Done, Warning, Failed, Skipped };
    State state = State::Done;
    std::string title; ///< "TLS verified"
    std::string text;  ///< "TLSv1.3, certificate of cache.example, 80 days left"; may be empty
};
using OnProbeStep = std::function<void(const ProbeStep &)>;

/// A trace that fits a query, with what the spans that fit say about it.
struct TraceHit {
    std::string traceId;
    std::uint64_t fittingSpans = 0;
    std::int64_t newestEndNs = 0;
    std::int64_t longestNs = 0;
};

struct SearchPage {
    std::vector<TraceHit> hits;         ///< In the query's order; the same search gives the same order.
    std::optional<trace::PageEnd> next; ///< Present: there is more.
    bool isComplete = true;             ///< False: a limit of the store or of this program stopped the search.
    std::string note;                   ///< Why, in words; "" when complete.
};

/// Which spans to read: whole traces by their ids, or, without ids, the spans for which the query holds.
struct FetchRequest {
    std::vector<std::string> traceIds;
    trace::TraceQuery query;
    std::size_t spanLimit = 100'000;
};

struct FetchOutcome {
    std::uint64_t spans = 0;
    bool isComplete = true; ///< False: there is more than the limit, or the store has forgotten a part.
    std::string note;       ///< "first 100,000 of more", "Redis has forgotten older spans of 3 services"
};

/// How far a tail has come; kept by whoever tails, so that it survives a reconnect. Empty: begin `backNs` before now.
struct TailPosition {
    std::int64_t backNs = 60'000'000'000;
    std::map<std::string, std::string> marks; ///< The source's own business.
};

/// What the source has asked of its store so far. Thread: any.
struct SourceCost {
    std::atomic<std::uint64_t> queries{0};
    std::atomic<std::uint64_t> rows{0};
    std::atomic<std::uint64_t> bytes{0};
    std::atomic<std::uint64_t> waitedNs{0};
};

/// Takes the number of a span that was asked for and what the store holds of it.
using OnDetails = std::function<void(std::size_t, trace::SpanDetails)>;

/// A store of spans that is read and never written. To add one: a `.cpp` in this folder with a subclass and
/// `make<Name>Source(address, secrets)` and `info<Name>Source()`, and one line in source_list.h; the connection
/// dialog, the command line and the contract tests find it there.
///
/// All calls block. They connect when they have to, keep the connection for the next call, and end at the latest when
/// their own time limits are over; on stop they end within 200 ms with Cancelled. After an error the next call connects
/// again. What was read before an error stays in the builder.
/// Errors: Unreachable, Timeout, Auth, NotFound (table, key or trace), Malformed, Unsupported, LimitReached, Cancelled.
/// Thread: made, used and destroyed on one thread. Cost may be read from any.
class TraceSource {
public:
    virtual ~TraceSource() = default;
    /// Tests the connection step by step; ends with the first failed step, whose words are the error's.
    [[nodiscard]] virtual Result<> probe(const OnProbeStep &onStep, Ask ask) = 0;
    [[nodiscard]] virtual Result<SearchPage> search(const trace::TraceQuery &query, Ask ask) = 0;
    /// Adds spans to an input of the builder, without bodies; counts odd records in the input's quality.
    [[nodiscard]] virtual Result<FetchOutcome> fetch(const FetchRequest &request, trace::TraceBuilder &builder,
                                                     std::uint16_t input, Ask ask) = 0;
    /// Adds the spans that came since `position` and moves it. A span may come twice.
    [[nodiscard]] virtual Result<FetchOutcome> tail(TailPosition &position, trace::TraceBuilder &builder,
                                                    std::uint16_t input, Ask ask) = 0;
    /// Everything about one span. Nothing is masked here.
    [[nodiscard]] virtual Result<trace::SpanDetails> details(const trace::SpanAddress &span, Ask ask) = 0;
    /// The attributes of many spans with few questions, without bodies where the store can leave them out. Nothing is
    /// masked here. Spans that are not there are left out. Adds to progress.done a span at a time. Unsupported where
    /// each span would be a question.
    [[nodiscard]] virtual Result<> manyDetails(std::span<const trace::SpanAddress> spans, const OnDetails &onDetails,
                                               Ask ask);
    /// Counts inside the store; Unsupported where it cannot.
    [[nodiscard]] virtual Result<Aggregate> aggregate(AggregateKind kind, const trace::TraceQuery &query,
                                                      std::size_t columns, Ask ask);
    [[nodiscard]] const SourceCost &cost() const { return m_cost; }

protected:
    SourceCost m_cost;
};

/// The entries of source_list.h.
[[nodiscard]] const std::vector<SourceInfo> &allSourceInfos();
[[nodiscard]] const SourceInfo *sourceInfo(std::string_view kind);
[[nodiscard]] std::unique_ptr<TraceSource> makeSource(const SourceAddress &address, const SourceSecrets &secrets);

} // namespace tailspan::sources
