// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/strong_id.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::trace {

class TraceSnapshot;

/// What was done about a span that does not fit, or what is odd about it.
enum class RepairKind : std::uint8_t {
    UnresolvedParent,
    SeveralRoots,
    SelfParent,
    Cycle,
    DuplicateSpanId,
    MergedDuplicate,
    InferredParent,
    OutsideParent,
    NegativeDuration,
    MissingDuration,
    ZeroDuration,
    TimeOutOfRange,
};
inline constexpr std::size_t kRepairKindCount = 12;

/// The stable name used in JSON ("unresolved-parent").
[[nodiscard]] std::string_view repairKindId(RepairKind kind);
/// The heading in the window ("Parent not in the data").
[[nodiscard]] std::string_view repairKindTitle(RepairKind kind);
/// What Tailspan does about it, one sentence.
[[nodiscard]] std::string_view repairKindExplanation(RepairKind kind);
/// False for what is only worth knowing (a zero duration), true for what changed the picture or may mislead.
[[nodiscard]] bool isRepair(RepairKind kind);

/// One entry. `other` and `value` depend on the kind: the duplicate's twin, the negative duration in ns, ...
struct Repair {
    RepairKind kind = RepairKind::UnresolvedParent;
    SpanRow row;
    SpanRow other;
    std::int64_t value = 0;
};

/// Every repair of a snapshot, by trace and row. Immutable inside the snapshot.
class RepairLedger {
public:
    void add(const Repair &repair);
    void sortByRow();

    [[nodiscard]] const std::vector<Repair> &entries() const { return m_entries; }
    [[nodiscard]] std::uint64_t count(RepairKind kind) const { return m_counts[static_cast<std::size_t>(kind)]; }
    /// Entries that are repairs, without the notes.
    [[nodiscard]] std::uint64_t repairCount() const;

private:
    std::vector<Repair> m_entries;
    std::array<std::uint64_t, kRepairKindCount> m_counts{};
};

/// What happened to that span, as plain text: "names parent 7cd8..., which is not in the data; shown as a root".
[[nodiscard]] std::string repairText(const TraceSnapshot &snapshot, const Repair &repair);

} // namespace tailspan::trace
