// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/waterfall/event_ticks.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "ui/style/theme.h"

#include <QPainter>

#include <cmath>

namespace tailspan::waterfall {

using items::toQString;

namespace {

constexpr double kNearPx = 4;
constexpr int kMostLines = 8;

} // namespace

QString eventName(const trace::EventMark &event)
{
    constexpr int kMostLetters = 200;
    return event.name.empty() ? EventTicks::tr("event") : toQString(event.name).left(kMostLetters);
}

QString sinceText(Duration since)
{
    const QString text = toQString(durationText(since));
    return since.ns() >= 0 ? QStringLiteral("+") + text : text;
}

EventTicks::EventTicks(WaterfallState &state, QObject *parent) : QObject(parent), m_state(state)
{
    connect(&m_state, &WaterfallState::traceChanged, this, [this] {
        m_job.cancel();
        m_rowsJob.cancel();
        m_known.clear();
    });
}

void EventTicks::want(const std::vector<layout::WaterfallRow> &rows)
{
    std::vector<std::uint32_t> unknown;
    for (const layout::WaterfallRow &row : rows) {
        const bool hasEvents = !row.isRun && (row.marks & trace::kMarkHasEvents) != 0;
        if (hasEvents && !m_known.contains(row.span.value()))
            unknown.push_back(row.span.value());
    }
    if (unknown.empty())
        return;
    m_job.start([snapshot = m_state.snapshot(), unknown](
                    std::stop_token stop, Progress &) { return Result<Marks>(eventMarksOf(*snapshot, unknown, stop)); },
                [this, unknown](Result<Marks> marks) { take(unknown, std::move(marks)); });
}

void EventTicks::take(const std::vector<std::uint32_t> &rows, Result<Marks> marks)
{
    if (!marks.has_value())
        return; // the details panel says why a record cannot be read
    for (std::size_t i = 0; i < rows.size(); ++i)
        m_known[rows[i]] = std::move((*marks)[i]);
    Q_EMIT changed();
}

void EventTicks::toggleRows(SpanRow span)
{
    if (m_state.isEmpty() || !span.isValid())
        return;
    if (m_state.order().eventsOf(span) != nullptr)
        return m_state.setEvents(span, nullptr);
    m_rowsJob.start(
        [snapshot = m_state.snapshot(), span](std::stop_token, Progress &) { return trace::eventsOf(*snapshot, span); },
        [this, span](Result<std::vector<trace::EventMark>> events) { takeRows(span, std::move(events)); });
}

void EventTicks::takeRows(SpanRow span, Result<std::vector<trace::EventMark>> events)
{
    if (!events.has_value())
        Q_EMIT noRows(span, toQString(events.error().text()));
    else if (events->empty())
        Q_EMIT noRows(span, tr("This span has no events."));
    else
        m_state.setEvents(span, std::make_shared<const std::vector<trace::EventMark>>(std::move(*events)));
}

const std::vector<trace::EventMark> *EventTicks::marksOf(const layout::WaterfallRow &row) const
{
    const auto known = row.isRun || row.isEvent() ? m_known.end() : m_known.find(row.span.value());
    return known == m_known.end() ? nullptr : &known->second;
}

void EventTicks::paint(QPainter &painter, const layout::WaterfallRow &row, double timelineLeftPx, double topPx) const
{
    const std::vector<trace::EventMark> *marks = marksOf(row);
    if (marks == nullptr)
        return;
    const style::Theme &theme = style::theme();
    double lastPx = -1;
    for (const trace::EventMark &mark : *marks) {
        const double x = std::floor(m_state.scale().xOf(mark.time));
        if (x < 0 || x > m_state.scale().widthPx() || x == lastPx)
            continue;
        lastPx = x;
        // A line across the bar, which reads on its colour, and its head above it, which reads on the background.
        painter.fillRect(QRectF(timelineLeftPx + x, topPx + 5, 1, 11), theme.panel);
        painter.fillRect(QRectF(timelineLeftPx + x - 1, topPx + 1, 3, 3), theme.text);
    }
}

QString EventTicks::textAt(const layout::WaterfallRow &row, double timelineX) const
{
    const std::vector<trace::EventMark> *marks = marksOf(row);
    QStringList lines;
    if (marks == nullptr || m_state.isEmpty())
        return {};
    for (const trace::EventMark &mark : *marks) {
        if (std::abs(m_state.scale().xOf(mark.time) - timelineX) > kNearPx)
            continue;
        if (lines.size() == kMostLines) {
            lines.append(tr("and more"));
            break;
        }
        lines.append(sinceText(mark.time - m_state.spans().start(row.span)) + QStringLiteral("  ") + eventName(mark));
    }
    return lines.join(QLatin1Char('\n'));
}

} // namespace tailspan::waterfall
