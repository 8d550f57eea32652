// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QPoint>
#include <QPointF>
#include <QTimer>

#include <array>

namespace tailspan::waterfall {

/// The way a drag goes on when it is let go in motion: slower with each step, and at rest after metric::kMotionMs.
/// None when the desktop asks for no motion.
/// Thread: GUI. Owner: the widget that is dragged.
class KineticPan : public QObject {
    Q_OBJECT
public:
    explicit KineticPan(QObject *parent = nullptr);

    /// The pointer is here now. The first call of a drag comes after begin().
    void begin();
    void follow(const QPoint &position);
    /// Let go: finished() follows, at once when the pointer was at rest.
    void release();
    /// Ends a running motion where it is; finished() follows if there was one.
    void stop();
    [[nodiscard]] bool isRunning() const { return m_timer.isActive(); }

Q_SIGNALS:
    /// Go on by so many pixels, in the direction of the pointer.
    void moved(QPointF byPx);
    void finished();

private:
    struct Sample {
        QPoint position;
        qint64 atMs = 0;
    };
    void step();

    QElapsedTimer m_clock;
    QTimer m_timer;
    std::array<Sample, 8> m_samples; // the newest at m_count - 1, modulo their number
    std::size_t m_count = 0;
    QPointF m_pxPerMs;
    qint64 m_startMs = 0;
    double m_doneRatio = 0;
};

} // namespace tailspan::waterfall
