// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/waterfall/kinetic_pan.h"

#include "ui/style/motion.h"
#include "ui/style/theme.h"

#include <algorithm>

namespace tailspan::waterfall {

namespace {

constexpr int kStepMs = 12;
constexpr qint64 kRecentMs = 60;        // the speed is that of the last moments: who stops before letting go stays
constexpr double kSlowestPxPerMs = 0.3; // slower is not a flick

} // namespace

KineticPan::KineticPan(QObject *parent) : QObject(parent)
{
    m_clock.start();
    m_timer.setInterval(kStepMs);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &KineticPan::step);
}

void KineticPan::begin()
{
    stop();
    m_count = 0;
}

void KineticPan::follow(const QPoint &position)
{
    m_samples[m_count++ % m_samples.size()] = {position, m_clock.elapsed()};
}

void KineticPan::release()
{
    const qint64 now = m_clock.elapsed();
    const std::size_t known = std::min(m_count, m_samples.size());
    const Sample *oldest = nullptr;
    for (std::size_t i = 1; i <= known; ++i) {
        const Sample &sample = m_samples[(m_count - i) % m_samples.size()];
        if (now - sample.atMs > kRecentMs)
            break;
        oldest = &sample;
    }
    if (oldest != nullptr) {
        const Sample &newest = m_samples[(m_count - 1) % m_samples.size()];
        m_pxPerMs = QPointF(newest.position - oldest->position)
            / static_cast<double>(std::max<qint64>(now - oldest->atMs, 1));
    }
    if (oldest == nullptr || m_pxPerMs.manhattanLength() < kSlowestPxPerMs || style::isMotionReduced()) {
        Q_EMIT finished();
        return;
    }
    m_startMs = now;
    m_doneRatio = 0;
    m_timer.start();
}

void KineticPan::stop()
{
    if (!m_timer.isActive())
        return;
    m_timer.stop();
    Q_EMIT finished();
}

void KineticPan::step()
{
    // The speed falls evenly to nothing, so the way done after a part t of the time is t (2 - t) of the whole.
    const double t = std::min(static_cast<double>(m_clock.elapsed() - m_startMs) / style::metric::kMotionMs, 1.0);
    const double doneRatio = t * (2 - t);
    Q_EMIT moved(m_pxPerMs * (doneRatio - m_doneRatio) * (style::metric::kMotionMs / 2.0));
    m_doneRatio = doneRatio;
    if (t >= 1)
        stop();
}

} // namespace tailspan::waterfall
