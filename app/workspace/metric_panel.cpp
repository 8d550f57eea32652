// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/metric_panel.h"

#include <algorithm>

namespace tailspan::workspace {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kShortestPause = 1s;
constexpr std::chrono::milliseconds kLongestPause = 60s;
constexpr int kAnswersOfPause = 4; ///< Longer than the answer took, so that a slow store rests.

std::string nextName()
{
    static std::uint64_t count = 0; // of the GUI thread
    return "panel " + std::to_string(++count);
}

} // namespace

MetricPanel::MetricPanel(LiveMetrics &metrics, QObject *parent)
    : QObject(parent), m_metrics(metrics), m_name(nextName())
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        if (m_isBehind || m_error)
            ask();
    });
    connect(&m_metrics, &LiveMetrics::connectedChanged, this, [this] {
        m_isAsking = false; // what was asked of the stores before never comes
        if (m_hasQuestion)
            ask();
    });
}

MetricPanel::~MetricPanel()
{
    m_metrics.cancel(m_name);
}

void MetricPanel::show(const MetricQuestion &question, bool isRenewal)
{
    m_question = question;
    m_hasQuestion = true;
    m_isBehind = true;
    if (isRenewal && (m_isAsking || m_timer.isActive() || m_metrics.isHidden()))
        return;
    if (!isRenewal)
        m_failures = 0;
    ask();
}

void MetricPanel::clear()
{
    m_metrics.cancel(m_name);
    m_timer.stop();
    m_hasQuestion = false;
    m_isAsking = false;
    m_isBehind = false;
    m_result.reset();
    m_error.reset();
    Q_EMIT changed();
}

void MetricPanel::setActive(bool active)
{
    m_isActive = active;
    if (active && m_isBehind && !m_isAsking && !m_timer.isActive())
        ask();
}

void MetricPanel::ask()
{
    m_timer.stop();
    if (!m_hasQuestion || !m_isActive)
        return;
    if (!m_metrics.hasMetrics()) {
        m_metrics.cancel(m_name);
        m_isAsking = false;
        return;
    }
    m_isBehind = false;
    m_isAsking = true;
    m_metrics.ask(m_name, m_question, [this](Result<MetricResultPtr> result) { take(std::move(result)); });
    Q_EMIT changed();
}

void MetricPanel::take(Result<MetricResultPtr> result)
{
    m_isAsking = false;
    if (result) {
        m_result = std::move(*result);
        m_error.reset();
        m_failures = 0;
    } else if (result.error().code != ErrorCode::Cancelled) {
        m_error = result.error();
        ++m_failures;
    }
    m_timer.start(pause());
    Q_EMIT changed();
}

std::chrono::milliseconds MetricPanel::pause() const
{
    if (m_error && m_error->code == ErrorCode::Unsupported)
        return kLongestPause; // an expression that is refused stays refused
    if (m_error)
        return std::min<std::chrono::milliseconds>(kLongestPause, kShortestPause * (1 << std::min(m_failures, 6)));
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(m_result ? m_result->took : 0ns);
    const std::chrono::milliseconds step(m_result ? m_result->answer.stepNs / 1'000'000 : 0);
    return std::clamp(std::max(step, took * kAnswersOfPause), kShortestPause, kLongestPause);
}

} // namespace tailspan::workspace
