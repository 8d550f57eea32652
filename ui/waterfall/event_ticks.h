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
    /// Gives the events of a span rows of their own, once they are read, or takes the rows away. Asks a store for those
    /// of a span that came from one.
    void toggleRows(SpanRow span);
    [[nodiscard]] bool isSettled() const { return !m_job.isRunning() && !m_rowsJob.isRunning(); }

Q_SIGNALS:
    void changed();
    /// Why no rows came, in words.
    void noRows(SpanRow span, const QString &reason);

private:
    using Marks = std::vector<std::vector<trace::EventMark>>;
    [[nodiscard]] const std::vector<trace::EventMark> *marksOf(const layout::WaterfallRow &row) const;
    void takeRows(SpanRow span, Result<std::vector<trace::EventMark>> events);
    void take(const std::vector<std::uint32_t> &rows, Result<Marks> marks);

    WaterfallState &m_state;
    std::unordered_map<std::uint32_t, std::vector<trace::EventMark>> m_known; // by row
    jobs::LatestJob<Marks> m_job;                                             // the jobs last: they stop first
    jobs::LatestJob<std::vector<trace::EventMark>> m_rowsJob;
};

/// What a row or a tool tip calls an event, and when it was: "+12 ms" after the start of its span.
[[nodiscard]] QString eventName(const trace::EventMark &event);
[[nodiscard]] QString sinceText(Duration since);

} // namespace tailspan::waterfall
