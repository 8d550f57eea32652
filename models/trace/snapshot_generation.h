// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstdint>

namespace tailspan::trace {

/// A number no other snapshot of this run has. Thread: any.
[[nodiscard]] inline std::uint64_t nextGeneration()
{
    static std::atomic<std::uint64_t> generation{0};
    return ++generation;
}

} // namespace tailspan::trace
