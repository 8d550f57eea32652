// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/clock_layer.h"

#include <utility>

namespace tailspan::workspace {

namespace {

constexpr int kRestMs = 5000; // clocks do not drift faster than that

} // namespace

ClockLayer::ClockLayer(QObject *parent) : QObject(parent)
{
    m_rest.setSingleShot(true);
    m_rest.setInterval(kRestMs);
    connect(&m_rest, &QTimer::timeout, this, &ClockLayer::start);
}

void ClockLayer::begin(const trace::TraceSnapshotPtr &recorded)
{
    m_job.cancel();
    m_rest.stop();
    m_correction = {};
    m_finding.reset();
    m_next.reset();
    m_recorded = recorded;
    Q_EMIT findingChanged();
    if (m_recorded != nullptr)
        start();
}

bool ClockLayer::renew(const trace::TraceSnapshotPtr &recorded)
{
    if (!m_correction.isOn) {
        m_recorded = recorded;
        if (!m_rest.isActive())
            m_rest.start();
        return true;
    }
    if (m_job.isRunning()) {
        m_next = recorded;
    } else {
        m_recorded = recorded;
        start();
    }
    return false;
}

void ClockLayer::setCorrection(const trace::ClockCorrection &correction)
{
    if (correction == m_correction || m_recorded == nullptr)
        return;
    const bool wasOn = m_correction.isOn;
    m_correction = correction;
    if (m_next != nullptr)
        m_recorded = std::exchange(m_next, nullptr);
    // What was recorded is at hand: it is shown at once.
    if (wasOn && !m_correction.isOn)
        Q_EMIT shown(m_recorded);
    start();
}

void ClockLayer::start()
{
    m_rest.stop();
    m_job.start([recorded = m_recorded, correction = m_correction](
                    std::stop_token stop, Progress &) { return trace::correctClocks(recorded, correction, stop); },
                [this](Result<trace::ClockFinding> finding) { finish(std::move(finding)); });
    Q_EMIT findingChanged();
}

void ClockLayer::finish(Result<trace::ClockFinding> finding)
{
    if (!finding) {
        // Only a lack of memory gets here: a newer start or begin() is told of no stop.
        const bool wasOn = std::exchange(m_correction.isOn, false);
        if (m_next != nullptr)
            m_recorded = std::exchange(m_next, nullptr);
        if (wasOn)
            Q_EMIT shown(m_recorded);
        Q_EMIT failed(tr("The clocks are shown as recorded: %1").arg(QString::fromStdString(finding.error().text())));
        return;
    }
    const bool wasShown = m_finding && m_finding->shown == finding->shown;
    m_finding = std::move(*finding);
    if (m_correction.isOn && !wasShown)
        Q_EMIT shown(m_finding->shown);
    if (m_next != nullptr) {
        m_recorded = std::exchange(m_next, nullptr);
        start();
        return;
    }
    Q_EMIT findingChanged();
}

bool ClockLayer::isMoved(std::string_view service) const
{
    if (!m_finding)
        return false;
    const std::vector<std::int64_t> &offsets = m_finding->offsets.offsetNs;
    for (std::uint32_t id = 0; id < offsets.size(); ++id) {
        if (offsets[id] != 0 && m_finding->recorded->serviceName(ServiceId(id)) == service)
            return true;
    }
    return false;
}

} // namespace tailspan::workspace
