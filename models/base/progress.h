// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstdint>

namespace tailspan {

/// How far a piece of work is. The worker writes, the window reads ten times a second; neither waits.
/// `total` 0 means "not known". `stage` points to a literal ("reading", "building the tree").
struct Progress {
    std::atomic<std::uint64_t> done{0};
    std::atomic<std::uint64_t> total{0};
    std::atomic<const char *> stage{""};

    void begin(const char *name, std::uint64_t totalUnits)
    {
        done.store(0, std::memory_order_relaxed);
        total.store(totalUnits, std::memory_order_relaxed);
        stage.store(name, std::memory_order_relaxed);
    }
};

} // namespace tailspan
