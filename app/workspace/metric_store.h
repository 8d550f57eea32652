// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sources/source_set.h"
#include "app/workspace/metric_questions.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

namespace tailspan::workspace {

/// One connected store of metrics or alerts with the questions that wait for it. A question with the key of another
/// takes its place, and stops it when it runs. Thread: any; questions run on the store's own. The destructor stops what
/// runs, within the 200 ms in which sources end, and forgets what waits.
class MetricStore {
public:
    /// Must not throw; runs on the queue's thread and asks through metrics() or alerts().
    using Question = std::function<void(MetricStore &, std::stop_token)>;

    explicit MetricStore(const sources::SourceToOpen &source);
    ~MetricStore();
    MetricStore(const MetricStore &) = delete;
    MetricStore &operator=(const MetricStore &) = delete;

    [[nodiscard]] const std::string &name() const { return m_name; }
    [[nodiscard]] const sources::SourceAddress &address() const { return m_address; }
    [[nodiscard]] bool hasMetrics() const { return m_metrics != nullptr; }

    void post(const std::string &key, Question question);
    void cancel(const std::string &key);
    [[nodiscard]] MetricSourceState state() const;

    /// Asks the store itself and waits; from a question only, and only what the store has.
    template <class T>
    [[nodiscard]] Result<T> ask(std::stop_token stop,
                                const std::function<Result<T>(sources::MetricSource &, sources::Ask)> &question)
    {
        return noted(m_metrics->ask<T>(std::move(stop), m_progress, question));
    }
    template <class T>
    [[nodiscard]] Result<T> askAlerts(std::stop_token stop,
                                      const std::function<Result<T>(sources::AlertSource &, sources::Ask)> &question)
    {
        return noted(m_alerts->ask<T>(std::move(stop), m_progress, question));
    }

private:
    struct Waiting {
        std::string key;
        Question question;
    };
    template <class T>
    Result<T> noted(Result<T> answer)
    {
        // An expression that the server refuses was answered all the same.
        if (answer.has_value() || answer.error().code == ErrorCode::Unsupported)
            m_goodAt.store(std::chrono::steady_clock::now().time_since_epoch().count());
        return answer;
    }
    void loop(const std::stop_token &stop);

    std::string m_name;
    sources::SourceAddress m_address;
    Progress m_progress;
    std::atomic<std::int64_t> m_goodAt{0}; ///< Of the steady clock; 0 before the first answer.
    std::unique_ptr<sources::MetricThread> m_metrics;
    std::unique_ptr<sources::AlertThread> m_alerts;
    std::mutex m_mutex; ///< Guards the rest.
    std::condition_variable_any m_changed;
    std::deque<Waiting> m_queue;
    std::string m_runningKey;
    std::stop_source m_running{std::nostopstate};
    std::jthread m_thread; // last: it uses the others
};

} // namespace tailspan::workspace
