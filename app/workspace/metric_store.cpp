// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/metric_store.h"

#include <algorithm>

namespace tailspan::workspace {

MetricStore::MetricStore(const sources::SourceToOpen &source) : m_name(source.name), m_address(source.address)
{
    const sources::SourceAddress &address = source.address;
    if (address.kind == "alertmanager")
        m_alerts = std::make_unique<sources::AlertThread>(
            m_name, [address, secrets = source.secrets] { return sources::makeAlertSource(address, secrets); });
    else
        m_metrics = std::make_unique<sources::MetricThread>(
            m_name, [address, secrets = source.secrets] { return sources::makeMetricSource(address, secrets); });
    m_thread = std::jthread([this](const std::stop_token &stop) { loop(stop); });
}

MetricStore::~MetricStore()
{
    {
        const std::lock_guard lock(m_mutex);
        m_thread.request_stop();
        m_queue.clear();
        m_running.request_stop();
    }
    m_changed.notify_all();
    m_thread.join();
}

void MetricStore::post(const std::string &key, Question question)
{
    const std::lock_guard lock(m_mutex);
    if (m_runningKey == key)
        m_running.request_stop();
    const auto known =
        std::find_if(m_queue.begin(), m_queue.end(), [&](const Waiting &each) { return each.key == key; });
    if (known != m_queue.end())
        known->question = std::move(question);
    else
        m_queue.push_back({key, std::move(question)});
    m_changed.notify_all();
}

void MetricStore::cancel(const std::string &key)
{
    const std::lock_guard lock(m_mutex);
    std::erase_if(m_queue, [&](const Waiting &each) { return each.key == key; });
    if (m_runningKey == key)
        m_running.request_stop();
}

void MetricStore::loop(const std::stop_token &stop)
{
    std::unique_lock lock(m_mutex);
    while (m_changed.wait(lock, stop, [this] { return !m_queue.empty(); })) {
        if (stop.stop_requested())
            return;
        const Waiting next = std::move(m_queue.front());
        m_queue.pop_front();
        m_runningKey = next.key;
        m_running = std::stop_source();
        const std::stop_token token = m_running.get_token();
        lock.unlock();
        next.question(*this, token);
        lock.lock();
        m_runningKey.clear();
    }
}

MetricSourceState MetricStore::state() const
{
    const sources::SourceStatus status = m_metrics ? m_metrics->status() : m_alerts->status();
    const sources::SourceCostSoFar cost = m_metrics ? m_metrics->cost() : m_alerts->cost();
    MetricSourceState state;
    state.name = m_name;
    state.kind = m_address.kind;
    state.queries = cost.queries;
    state.bytes = cost.bytes;
    state.waitedNs = cost.waitedNs;
    const std::int64_t goodAt = m_goodAt.load();
    if (goodAt != 0) {
        const auto now = std::chrono::steady_clock::now().time_since_epoch();
        state.age = std::chrono::duration_cast<std::chrono::seconds>(now - std::chrono::steady_clock::duration(goodAt));
        state.phase = MetricSourceState::Phase::Connected;
    }
    // A refused expression says nothing about the store.
    if (status.phase == sources::SourceStatus::Phase::Failed && status.error.code != ErrorCode::Unsupported) {
        state.phase = MetricSourceState::Phase::Failed;
        state.error = status.error.text();
    }
    return state;
}

} // namespace tailspan::workspace
