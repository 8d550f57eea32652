// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sources/source_thread.h"
#include "models/trace/live_window.h"

#include <memory>
#include <string>
#include <vector>

namespace tailspan::sources {

/// A trace source to open: where it is and what opens the door.
struct SourceToOpen {
    std::string name; ///< The profile's, or the address as text.
    SourceAddress address;
    SourceSecrets secrets;
};

/// What one source of a set answered, when it is worth saying.
struct SourceNote {
    std::string source;
    std::string text;
    bool isError = false;
};

struct SetSearch {
    std::vector<TraceHit> hits;         ///< Of all sources, each trace once, in the query's order.
    std::optional<trace::PageEnd> next; ///< Present: there is more.
    bool isComplete = true;
    std::vector<SourceNote> notes;
};

/// Spans that were read of each store, on their way into a window.
struct SetFetch {
    struct Part {
        trace::CollectedSpans spans;
        bool isComplete = true;
        std::string note;
    };
    std::vector<Part> parts; ///< In the set's order.
    std::vector<SourceNote> notes;
    std::optional<Error> error; ///< Of the first store, when none answered; what was read before it is in the parts.

    /// Adds the parts to a window over SourceSet::inputs() and says in its inputs what is missing.
    void addTo(trace::LiveWindow &window) &&;
};

/// Several stores as one: asked at the same time, each on its own thread, their spans merged by id into one window, each
/// span marked with the store it came from. A store that does not answer is noted; the others go on.
/// Thread: any, also several at once; each store answers one question after the other.
class SourceSet {
public:
    explicit SourceSet(const std::vector<SourceToOpen> &sources);
    /// Stores that exist already, one a kind and address of input.
    SourceSet(std::vector<std::shared_ptr<SourceThread>> threads, std::vector<std::string> formats);

    [[nodiscard]] std::size_t size() const { return m_threads.size(); }
    [[nodiscard]] SourceThread &thread(std::size_t index) { return *m_threads[index]; }
    /// What the spans of each store come from, in the set's order; their details are read from the store.
    [[nodiscard]] std::vector<trace::TraceInput> inputs() const;

    /// Errors: Cancelled; the first source's when none answered.
    [[nodiscard]] Result<SetSearch> search(const trace::TraceQuery &query, std::stop_token stop, Progress &progress);
    /// Reads what the stores hold. Cancelled is an error as well.
    [[nodiscard]] SetFetch fetch(const FetchRequest &request, std::stop_token stop, Progress &progress);
    /// Adds what is new in one store to input 0 of the builder. Errors: that store's.
    [[nodiscard]] Result<FetchOutcome> tail(std::size_t index, TailPosition &position, trace::TraceBuilder &builder,
                                            std::stop_token stop, Progress &progress);
    /// Whether that store counts by itself.
    [[nodiscard]] bool canAggregate(std::size_t index) const { return m_canAggregate[index]; }
    /// Counts inside one store. Errors: that store's; Unsupported where it cannot.
    [[nodiscard]] Result<Aggregate> aggregate(std::size_t index, AggregateKind kind, const trace::TraceQuery &query,
                                              std::size_t columns, std::stop_token stop, Progress &progress);

private:
    std::vector<bool> m_canAggregate;
    std::vector<std::shared_ptr<SourceThread>> m_threads;
    std::vector<std::string> m_formats;
};

} // namespace tailspan::sources
