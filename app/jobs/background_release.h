// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <future>
#include <utility>
#include <vector>

namespace tailspan::jobs {

/// Lets go of things whose destructors wait (for a thread that ends, for a socket that closes) on a thread beside, so
/// that the window does not wait with them. The destructor waits for all.
/// Thread: one, in the product the GUI's. What is released must not need that thread to end.
class BackgroundRelease {
public:
    template <class T>
    void release(T thing)
    {
        std::erase_if(m_endings, [](const std::future<void> &ending) {
            return ending.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
        });
        m_endings.push_back(std::async(std::launch::async, [thing = std::move(thing)]() mutable {
            [[maybe_unused]] const T ending = std::move(thing);
        }));
    }

private:
    std::vector<std::future<void>> m_endings;
};

} // namespace tailspan::jobs
