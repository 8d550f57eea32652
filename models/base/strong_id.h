// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#ifndef Q_MOC_RUN // moc of Qt 6.4 takes GCC's <compare> for a parse error when it comes first
#include <compare>
#endif
#include <cstdint>
#include <functional>
#include <limits>

namespace tailspan {

/// An index that cannot be mixed up with an index of another kind: the tag makes each kind a type of its own.
/// Costs nothing over the bare integer. The highest value means "none".
template <class Tag, class Rep = std::uint32_t>
class StrongId {
public:
    using rep = Rep;
    static constexpr Rep kNone = std::numeric_limits<Rep>::max();

    constexpr StrongId() = default;
    constexpr explicit StrongId(Rep value) : m_value(value) {}

    [[nodiscard]] constexpr Rep value() const { return m_value; }
    [[nodiscard]] constexpr bool isValid() const { return m_value != kNone; }
    friend constexpr auto operator<=>(StrongId, StrongId) = default;

private:
    Rep m_value = kNone;
};

using StringId = StrongId<struct StringIdTag>;       ///< A string of one StringPool.
using ServiceId = StrongId<struct ServiceIdTag>;     ///< A row of TraceSnapshot::services().
using OperationId = StrongId<struct OperationIdTag>; ///< A row of TraceSnapshot::operations().
using SpanRow = StrongId<struct SpanRowTag>;         ///< A row of one SpanTable.
using TraceRow = StrongId<struct TraceRowTag>;       ///< A row of TraceSnapshot::traces().

} // namespace tailspan

template <class Tag, class Rep>
struct std::hash<tailspan::StrongId<Tag, Rep>> {
    std::size_t operator()(tailspan::StrongId<Tag, Rep> id) const noexcept { return std::hash<Rep>{}(id.value()); }
};
