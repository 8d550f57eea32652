// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/replay_state.h"

#include "models/layout/replay_position.h"
#include "models/loadtest/alignment.h"

#include <utility>

namespace tailspan::replay {

namespace {

constexpr int kTickMs = 16;
constexpr std::int64_t kStepsUnmeasured = 100; // of a run whose file has no steps
constexpr int kCommitMs = 300;                 // a burst of wheel steps is one step for undo

} // namespace

ReplayState::ReplayState(QObject *parent) : QObject(parent)
{
    m_ticks.setInterval(kTickMs);
    m_ticks.setTimerType(Qt::PreciseTimer);
    m_commit.setInterval(kCommitMs);
    m_commit.setSingleShot(true);
    connect(&m_ticks, &QTimer::timeout, this, &ReplayState::tick);
    connect(&m_commit, &QTimer::timeout, this,
            [this] { Q_EMIT windowCommitted(m_scale.showsAll() ? m_run : m_scale.visible()); });
}

void ReplayState::setReport(loadtest::LoadTestReportPtr report)
{
    setPlaying(false);
    // A report that grows while it is read, the whole one behind it, and the same one with other requests counted leave
    // the user where they are.
    const bool isSame = m_report && report && m_report->fileName == report->fileName
        && (m_report->isPartial || m_run == loadtest::runRangeOf(*report));
    const TimeRange window = isSame && !m_scale.showsAll() ? m_scale.visible() : TimeRange();
    const TimePoint head = m_head;
    if (!m_report || !report || m_report->fileName != report->fileName)
        setWhatIf(std::nullopt);
    m_commit.stop();
    m_report = std::move(report);
    m_run = m_report ? loadtest::runRangeOf(*m_report) : TimeRange();
    m_scale = layout::TimeScale(m_run, m_scale.widthPx());
    if (!window.isEmpty())
        m_scale = m_scale.showing(window);
    m_head = isSame && hasTimeline() ? layout::clampedTo(m_run, head) : m_run.begin;
    m_hover.reset();
    m_loop = {};
    Q_EMIT reportChanged();
    Q_EMIT loopChanged();
    Q_EMIT scaleChanged();
    Q_EMIT hoverChanged();
    Q_EMIT headChanged();
}

void ReplayState::setScale(const layout::TimeScale &scale, bool isByUser)
{
    if (scale == m_scale)
        return;
    m_scale = scale;
    if (isByUser)
        m_commit.start();
    Q_EMIT scaleChanged();
}

void ReplayState::setWidthPx(double widthPx)
{
    setScale(m_scale.withWidth(widthPx), false);
}

void ReplayState::zoomAt(double factor, double xPx)
{
    if (hasTimeline())
        setScale(m_scale.zoomed(factor, xPx), true);
}

void ReplayState::zoomAtHead(double factor)
{
    const bool isInView = m_scale.visible().contains(m_head);
    zoomAt(factor, isInView ? m_scale.xOf(m_head) : m_scale.widthPx() / 2);
}

void ReplayState::panBy(double deltaPx)
{
    if (hasTimeline())
        setScale(m_scale.panned(deltaPx), true);
}

void ReplayState::showAll()
{
    if (hasTimeline())
        setScale(m_scale.showing(m_run), true);
}

void ReplayState::restoreWindow(TimeRange window)
{
    m_commit.stop();
    setScale(m_scale.showing(window), false);
}

void ReplayState::setHead(TimePoint time)
{
    if (!hasTimeline())
        return;
    const TimePoint head = layout::clampedTo(m_run, time);
    if (m_isPlaying)
        m_sinceTick.restart();
    if (head == m_head)
        return;
    m_head = head;
    Q_EMIT headChanged();
    setHover(std::nullopt); // a pointer that rests somewhere does not hold the numbers back
}

void ReplayState::stepBy(int direction)
{
    if (!hasTimeline())
        return;
    setPlaying(false);
    if (!isMeasured())
        setHead(m_head + Duration(direction * std::max<std::int64_t>(m_run.length().ns() / kStepsUnmeasured, 1)));
    else
        setHead(direction > 0 ? layout::nextStepAfter(m_report->timeline, m_head)
                              : layout::previousStepBefore(m_report->timeline, m_head));
    followHead();
}

void ReplayState::setHover(std::optional<TimePoint> time)
{
    if (time && !m_run.contains(*time))
        time.reset();
    if (time == m_hover)
        return;
    m_hover = time;
    Q_EMIT hoverChanged();
}

TimePoint ReplayState::shownMoment() const
{
    return m_isPlaying ? m_head : m_hover.value_or(m_head);
}

void ReplayState::setPlaying(bool isPlaying)
{
    if (isPlaying == m_isPlaying || (isPlaying && !hasTimeline()))
        return;
    if (isPlaying && m_head >= layout::lastMomentOf(m_run))
        setHead(m_run.begin); // play at the end starts over
    m_isPlaying = isPlaying;
    if (isPlaying) {
        m_sinceTick.start();
        m_ticks.start();
    } else {
        m_ticks.stop();
    }
    Q_EMIT playingChanged();
}

void ReplayState::setSpeed(double speed)
{
    if (speed == m_speed)
        return;
    m_speed = speed;
    Q_EMIT speedChanged();
}

void ReplayState::tick()
{
    const Duration elapsed(m_sinceTick.nsecsElapsed());
    const TimePoint before = m_head;
    const TimePoint next = layout::playedFrom(m_head, m_run, elapsed, m_speed);
    // A head that is beyond the loop plays on; one that comes to its end goes round.
    const bool isRound = !m_loop.isEmpty() && before < m_loop.end && next >= m_loop.end;
    setHead(isRound ? m_loop.begin : next);
    followHead();
    if (m_head >= layout::lastMomentOf(m_run))
        setPlaying(false);
}

void ReplayState::setLoopBegin(TimePoint begin)
{
    if (!hasTimeline())
        return;
    const TimePoint from = layout::clampedTo(m_run, begin);
    m_loop = {from, !m_loop.isEmpty() && m_loop.end > from ? m_loop.end : layout::lastMomentOf(m_run)};
    Q_EMIT loopChanged();
}

void ReplayState::setLoopEnd(TimePoint end)
{
    if (!hasTimeline())
        return;
    const TimePoint to = layout::clampedTo(m_run, end);
    m_loop = {!m_loop.isEmpty() && m_loop.begin < to ? m_loop.begin : m_run.begin, to};
    Q_EMIT loopChanged();
}

void ReplayState::setWhatIf(std::optional<Duration> interval)
{
    if (interval == m_whatIf)
        return;
    m_whatIf = interval;
    Q_EMIT whatIfChanged();
}

void ReplayState::clearLoop()
{
    if (m_loop.isEmpty())
        return;
    m_loop = {};
    Q_EMIT loopChanged();
}

TimeRange ReplayState::shownStep() const
{
    const TimePoint at = shownMoment();
    const std::int64_t widthNs = std::max<std::int64_t>(m_run.length().ns() / kStepsUnmeasured, 1);
    if (!isMeasured())
        return {at, at + Duration(widthNs)};
    const TimeRange step = layout::momentAt(*m_report, at).step;
    return step.isEmpty() ? TimeRange{at, at + Duration(1)} : step;
}

/// Brings a window that the head has left to where the head is.
void ReplayState::followHead()
{
    const TimeRange visible = m_scale.visible();
    if (visible.contains(m_head) || m_scale.showsAll())
        return;
    const bool isAhead = m_head >= visible.end;
    const TimePoint begin = isAhead ? m_head : m_head - visible.length() + Duration(1);
    setScale(m_scale.showing({begin, begin + visible.length()}), false);
}

} // namespace tailspan::replay
