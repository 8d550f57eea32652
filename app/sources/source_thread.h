// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sources/metric_source.h"
#include "app/sources/trace_source.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace tailspan::sources {

/// How a source is doing, for the status line.
struct SourceStatus {
    enum class Phase : std::uint8_t { Idle, Asking, Answered, Failed };
    Phase phase = Phase::Idle;
    Error error; ///< Of the last answer, when Failed.
    std::chrono::steady_clock::time_point answeredAt;
};

/// SourceCost at one moment.
struct SourceCostSoFar {
    std::uint64_t queries = 0;
    std::uint64_t rows = 0;
    std::uint64_t bytes = 0;
    std::uint64_t waitedNs = 0;
};

/// An open source on a thread of its own, where it is made, asked and destroyed. One question at a time, in the order
/// in which they were asked: never more than one query is in flight in a store.
/// Thread: ask() and status() from any. The destructor stops what runs and waits.
template <class Source>
class SourceThreadOf {
public:
    using Make = std::function<std::unique_ptr<Source>()>;

    /// `name` is shown; `make` runs on the thread.
    SourceThreadOf(std::string name, Make make);
    ~SourceThreadOf();
    SourceThreadOf(const SourceThreadOf &) = delete;
    SourceThreadOf &operator=(const SourceThreadOf &) = delete;

    [[nodiscard]] const std::string &name() const { return m_name; }

    /// Asks and waits for the answer. On stop a question that waits is taken back at once, one that runs ends within
    /// the 200 ms that sources promise; both give Cancelled.
    template <class T>
    [[nodiscard]] Result<T> ask(std::stop_token stop, Progress &progress,
                                std::function<Result<T>(Source &, Ask)> question)
    {
        std::optional<Result<T>> answer;
        const bool wasAsked = run(stop, [&](Source &source, std::stop_token running) -> Error {
            answer.emplace(question(source, {std::move(running), progress}));
            return answer->has_value() ? Error{ErrorCode::Internal, {}, {}} : answer->error();
        });
        if (!wasAsked || !answer)
            return fail(ErrorCode::Cancelled, "cancelled", m_name);
        return std::move(*answer);
    }

    [[nodiscard]] SourceStatus status() const;
    using Cost = SourceCostSoFar;
    [[nodiscard]] Cost cost() const;

private:
    /// Gives the error the question ended with; one without a message means none.
    using Question = std::function<Error(Source &, std::stop_token)>;
    struct Waiting {
        Question question;
        std::stop_token asker; ///< A question nobody waits for any more is not asked.
        std::stop_source stop;
        bool isDone = false;
        bool wasAsked = false;
    };

    /// False when the question was not asked: stopped before its turn.
    bool run(const std::stop_token &stop, Question question);
    void loop(const std::stop_token &stop);

    std::string m_name;
    Make m_make;
    mutable std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::deque<Waiting *> m_queue;
    Waiting *m_running = nullptr;
    SourceStatus m_status;
    std::unique_ptr<Source> m_source; // made and destroyed by the thread
    std::jthread m_thread;
};

// The members stand in source_thread.cpp, which makes them for these three.
extern template class SourceThreadOf<TraceSource>;
extern template class SourceThreadOf<MetricSource>;
extern template class SourceThreadOf<AlertSource>;
using SourceThread = SourceThreadOf<TraceSource>;
using MetricThread = SourceThreadOf<MetricSource>;
using AlertThread = SourceThreadOf<AlertSource>;

} // namespace tailspan::sources
