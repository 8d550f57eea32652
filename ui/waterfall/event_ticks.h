// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/jobs/latest_job.h"
#include "models/layout/waterfall_layout.h"
#include "models/trace/event_marks.h"
#include "ui/waterfall/waterfall_state.h"

#include <QObject>
#include <QString>

#include <unordered_map>
#include <vector>

class QPainter;

namespace tailspan::waterfall {

/// The events of the spans on screen, read from their files on a worker when they come into sight and kept while the
/// trace is open. Thread: GUI. Owner: WaterfallCanvas.
class EventTicks final : public QObject {
    Q_OBJECT
public:
    explicit EventTicks(WaterfallState &state, QObject *parent);

    /// Asks for those of these rows that are not known yet.
    void want(const std::vector<layout::WaterfallRow> &rows);
    /// On the bar of that row, at most one tick a pixel. `timelineLeftPx` and `topPx` in the widget.
    void paint(QPainter &painter, const layout::WaterfallRow &row, double timelineLeftPx, double topPx) const;
    /// The events within a few pixels of that place in the timeline, a line each; empty when there is none.
    [[nodiscard]] QString textAt(const layout::WaterfallRow &row, double timelineX) const;
    [[nodiscard]] bool isSettled() const { return !m_job.isRunning(); }

Q_SIGNALS:
    void changed();

private:
    using Marks = std::vector<std::vector<trace::EventMark>>;
    [[nodiscard]] const std::vector<trace::EventMark> *marksOf(const layout::WaterfallRow &row) const;
    void take(const std::vector<std::uint32_t> &rows, Result<Marks> marks);

    WaterfallState &m_state;
    std::unordered_map<std::uint32_t, std::vector<trace::EventMark>> m_known; // by row
    jobs::LatestJob<Marks> m_job;                                             // last: it stops first
};

} // namespace tailspan::waterfall
