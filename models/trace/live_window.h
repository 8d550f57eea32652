// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/trace_builder.h"

#include <cstdint>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <vector>

namespace tailspan::trace {

/// Spans that keep coming, as a snapshot that is renewed: the newest traces of one or more stores, at most `spanLimit`
/// different spans. A span that comes again from the same input counts once; copies from several inputs share a row, as the
/// builder has it. Renewing builds only the traces that have grown and copies the others, so that it costs as much as
/// what came, not as much as what is there.
///
/// Parents are inferred for the grown traces together with the traces that changed last before them, at least
/// kLearningSpans where there are as many: inference learns from its neighbourhood.
/// Thread: one at a time.
class LiveWindow {
public:
    static constexpr std::size_t kLearningSpans = 5'000;

    static constexpr std::size_t kMostInputs = 64;

    /// `inputs`: the stores, in order, at most kMostInputs; spans are added under their numbers.
    LiveWindow(std::vector<TraceInput> inputs, std::size_t spanLimit);

    /// Takes what was read of one input (the only one of `spans`, with its quality). Returns how many spans were new.
    std::uint64_t add(std::uint16_t input, CollectedSpans spans);
    [[nodiscard]] TraceInput &input(std::uint16_t number) { return m_inputs[number]; }
    /// Why an input gives nothing at the moment; "" when it does. Its snapshots are stamped incomplete meanwhile.
    void setOutage(std::uint16_t input, std::string why);
    /// What an input has lost for good, in a sentence; the same sentence counts once.
    void addLoss(std::uint16_t input, const std::string &what);

    /// Raises the limit: what was asked for by name is not to be let go at once because it is old.
    void makeRoom(std::size_t spans) { m_spanLimit += spans; }

    /// Different spans; copies in several inputs count once.
    [[nodiscard]] std::size_t spanCount() const { return m_holders.size(); }
    /// Traces that were let go to stay within the limit.
    [[nodiscard]] std::uint64_t droppedTraces() const { return m_droppedTraces; }
    /// Whether snapshot() would give something else than the last time.
    [[nodiscard]] bool hasChanged() const { return m_hasChanged; }
    /// The traces as they are now. Errors: Cancelled.
    [[nodiscard]] Result<TraceSnapshotPtr> snapshot(std::stop_token stop, Progress &progress);

private:
    struct IdHash {
        std::size_t operator()(const Id &id) const { return static_cast<std::size_t>(id.hash()); }
    };
    struct LiveSpan {
        SpanDraft draft;
        std::vector<StringId> neighbors;
        std::uint64_t contentKey = 0; ///< The same for copies in other inputs.
    };
    struct LiveTrace {
        std::vector<LiveSpan> spans;
        std::int64_t newestEndNs = 0;
        std::uint64_t changedAt = 0; ///< Number of the renewal that takes it.
    };
    using Entry = std::unordered_map<Id, LiveTrace, IdHash>::value_type;

    [[nodiscard]] std::vector<TraceInput> stampedInputs() const;
    std::uint64_t addBatch(std::uint16_t input, SpanBatch &batch);
    void dropOldest();
    [[nodiscard]] std::vector<const Entry *> tracesToBuild() const;
    [[nodiscard]] Result<TraceSnapshotPtr> built(const std::vector<const Entry *> &traces, std::stop_token stop,
                                                 Progress &progress) const;
    /// Marks the traces of a snapshot of ours for which `isTaken(their entry)` holds.
    template <class IsTaken>
    [[nodiscard]] std::vector<bool> chosen(const TraceSnapshot &snapshot, IsTaken isTaken) const;

    StringPool m_strings;
    std::vector<TraceInput> m_inputs;
    std::vector<std::string> m_outages; // by input
    std::size_t m_spanLimit;
    std::unordered_map<Id, LiveTrace, IdHash> m_traces;
    std::unordered_map<std::uint64_t, std::uint64_t> m_holders; // by content: one bit an input

    std::uint64_t m_droppedTraces = 0;
    std::uint64_t m_renewals = 1;
    bool m_hasChanged = false;
    TraceSnapshotPtr m_last;
};

} // namespace tailspan::trace
