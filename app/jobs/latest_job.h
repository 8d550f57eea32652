// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/jobs/gui_mailbox.h"
#include "app/jobs/worker.h"
#include "models/base/progress.h"
#include "models/base/result.h"

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <new>
#include <stop_token>
#include <utility>

namespace tailspan::jobs {

/// Work off the GUI thread of which only the newest matters (opening, a layout while the user drags).
///
/// Each start asks the one before to stop; a result that still arrives is dropped on the GUI thread because its
/// generation is old. So `done` runs for the last start only, and never after cancel() or destruction.
/// The destructor asks for a stop and waits.
/// Thread: GUI. `work` runs on the job's own thread, polls its stop token and must not touch QObjects.
template <class T>
class LatestJob {
public:
    using Work = std::function<Result<T>(std::stop_token, Progress &)>;
    using Done = std::function<void(Result<T>)>;

    void start(Work work, Done done)
    {
        const std::uint64_t generation = ++m_generation;
        m_progress = std::make_shared<Progress>();
        m_isRunning = true;
        m_worker.run([this, generation, progress = m_progress, work = std::move(work),
                      done = std::move(done)](std::stop_token stop) {
            m_mailbox.post([this, generation, result = guarded(work, stop, *progress), done]() mutable {
                deliver(generation, std::move(result), done);
            });
        });
    }

    /// The result of the running work will not be delivered.
    void cancel()
    {
        ++m_generation;
        m_worker.stop();
        forget();
    }

    [[nodiscard]] bool isRunning() const { return m_isRunning; }
    /// Of the running work; null when none runs.
    [[nodiscard]] std::shared_ptr<const Progress> progress() const { return m_progress; }

private:
    static Result<T> guarded(const Work &work, std::stop_token stop, Progress &progress)
    {
        try {
            return work(stop, progress);
        } catch (const std::bad_alloc &) {
            return fail(ErrorCode::LimitReached,
                        "There is not enough memory for this. Close other programs or open "
                        "a smaller part of the data.");
        } catch (const std::exception &error) {
            return fail(ErrorCode::Internal, std::string("Stopped by an unexpected error: ") + error.what());
        }
    }

    void deliver(std::uint64_t generation, Result<T> result, const Done &done)
    {
        if (generation != m_generation)
            return;
        forget();
        done(std::move(result)); // may start the next work or destroy this
    }

    void forget()
    {
        m_isRunning = false;
        m_progress.reset();
    }

    std::uint64_t m_generation = 0;
    bool m_isRunning = false;
    std::shared_ptr<Progress> m_progress;
    GuiMailbox m_mailbox;
    Worker m_worker; // last: it is stopped first, while the mailbox still takes letters
};

} // namespace tailspan::jobs
