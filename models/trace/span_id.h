// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/hash.h"
#include "models/base/string_pool.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace tailspan::trace {

/// How an id was written, so that it can be shown as it came.
enum class IdForm : std::uint8_t {
    None,  ///< Absent.
    Hex16, ///< 16 hexadecimal digits.
    Hex32, ///< 32 hexadecimal digits.
    Uuid,  ///< 8-4-4-4-12.
    Text,  ///< Anything else: `low` is the StringId of its text.
};

/// A span or trace id: 128 bits and the way they were written. Ids that are not plain hexadecimal are interned, so
/// comparing two ids of the same pool never compares text.
struct Id {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    IdForm form = IdForm::None;

    [[nodiscard]] bool isPresent() const { return form != IdForm::None; }
    friend bool operator==(const Id &, const Id &) = default;
    [[nodiscard]] std::uint64_t hash() const
    {
        return mixBits(low ^ mixBits(high + 0x9e3779b97f4a7c15ULL * (1 + static_cast<std::uint64_t>(form))));
    }
};

/// Reads an id. Upper and lower case mean the same; empty text and all zeros of the plain forms mean "absent"
/// (how OpenTelemetry and Jaeger write a missing parent).
[[nodiscard]] Id parseId(std::string_view text, StringPool &pool);
/// As parseId, but without adding to the pool: absent when the text of an odd id is not in it.
[[nodiscard]] Id findId(std::string_view text, const StringPool &pool);
[[nodiscard]] std::string idText(const Id &id, const StringPool &pool);

} // namespace tailspan::trace
