// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/waterfall/find_session.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "models/layout/kept_rows.h"

namespace tailspan::waterfall {

using items::toQString;

namespace {

constexpr int kPollMs = 25; // the first hit is to be seen within 50 ms

} // namespace

FindSession::FindSession(WaterfallState &state, QObject *parent) : QObject(parent), m_state(state)
{
    m_poll.setInterval(kPollMs);
    connect(&m_poll, &QTimer::timeout, this, &FindSession::takeFound);
    connect(&m_state, &WaterfallState::traceChanged, this, &FindSession::start);
    connect(&m_state, &WaterfallState::selectionChanged, this, &FindSession::changed);
    connect(&m_state, &WaterfallState::rowsChanged, this, [this] {
        // Going to a span that is hidden shows all rows again.
        if (m_isHiding && !m_state.isEmpty() && !m_state.isNarrowed() && m_hitCount > 0 && !m_job.isRunning()) {
            m_isHiding = false;
            Q_EMIT changed();
        }
    });
}

void FindSession::setText(const QString &text)
{
    if (text == m_text)
        return;
    m_text = text;
    start();
}

void FindSession::start()
{
    m_job.cancel();
    m_poll.stop();
    m_found.reset();
    m_hits.reset();
    m_hitCount = 0;
    m_problem.clear();
    m_state.setHits(nullptr);
    const Result<trace::SpanQuery> query = trace::parseSpanQuery(m_text.toStdString());
    if (!query.has_value())
        m_problem = toQString(query.error().message);
    if (m_state.isEmpty() || !query.has_value() || query->isEmpty()) {
        if (m_isHiding && !m_state.isEmpty())
            m_state.setKept(std::nullopt);
        Q_EMIT changed();
        return;
    }
    m_found = std::make_shared<Found>();
    m_hits = std::make_shared<layout::RowSet>(m_state.summary().spanCount);
    m_job.start(
        [query = *query, found = m_found, snapshot = m_state.snapshot(), trace = m_state.trace()](std::stop_token stop,
                                                                                                  Progress &progress) {
            const trace::TraceSummary &summary = snapshot->traces()[trace.value()];
            const auto keep = [&](std::span<const std::uint32_t> rows) {
                const std::lock_guard lock(found->mutex);
                found->rows.insert(found->rows.end(), rows.begin(), rows.end());
            };
            return Result<trace::SpanHits>(
                searchSpans(*snapshot, query, summary.firstRow, summary.spanCount, stop, progress, keep));
        },
        [this](const Result<trace::SpanHits> &hits) { finish(hits); });
    m_poll.start();
    Q_EMIT changed();
}

void FindSession::takeFound()
{
    std::vector<std::uint32_t> rows;
    {
        const std::lock_guard lock(m_found->mutex);
        rows.swap(m_found->rows);
    }
    if (rows.empty())
        return;
    for (const std::uint32_t row : rows)
        m_hits->set(row - m_state.summary().firstRow, true);
    m_hitCount += static_cast<std::uint32_t>(rows.size());
    m_state.setHits(m_hits);
    Q_EMIT changed();
}

void FindSession::finish(const Result<trace::SpanHits> &hits)
{
    takeFound();
    m_poll.stop();
    if (!hits.has_value())
        m_problem = toQString(hits.error().text());
    else if (hits->unsearched > 0)
        m_problem = tr("%1 could not be looked through: %2")
                        .arg(toQString(pluralText(hits->unsearched, "span", "spans")), toQString(hits->problem));
    if (m_isHiding)
        applyHiding();
    Q_EMIT changed();
}

std::uint32_t FindSession::currentHit() const
{
    if (m_hits == nullptr || m_state.isEmpty() || !m_state.selected().isValid())
        return 0;
    const std::uint32_t row = m_state.selected().value() - m_state.summary().firstRow;
    return row < m_hits->size() && m_hits->contains(row) ? m_hits->countBefore(row) + 1 : 0;
}

void FindSession::select(std::uint32_t relativeRow)
{
    m_state.select(SpanRow(m_state.summary().firstRow + relativeRow));
    m_state.bringSelectionIntoView();
}

void FindSession::goNext()
{
    if (m_hitCount == 0)
        return;
    const SpanRow selected = m_state.selected();
    const std::uint32_t from = selected.isValid() ? selected.value() - m_state.summary().firstRow + 1 : 0;
    const std::uint32_t next = m_hits->nextIn(from);
    select(next < m_hits->size() ? next : m_hits->nextIn(0));
}

void FindSession::goPrevious()
{
    if (m_hitCount == 0)
        return;
    const SpanRow selected = m_state.selected();
    const std::uint32_t from = selected.isValid() ? selected.value() - m_state.summary().firstRow : 0;
    const std::uint32_t previous = m_hits->previousIn(from);
    select(previous < m_hits->size() ? previous : m_hits->previousIn(m_hits->size()));
}

void FindSession::setHiding(bool isHiding, bool withBelow)
{
    m_isHiding = isHiding;
    m_withBelow = withBelow;
    if (m_state.isEmpty())
        return;
    if (!isHiding)
        m_state.setKept(std::nullopt);
    else if (!m_job.isRunning())
        applyHiding();
    Q_EMIT changed();
}

/// Without a hit everything stays: an empty page would say less.
void FindSession::applyHiding()
{
    if (m_hitCount == 0)
        return m_state.setKept(std::nullopt);
    std::vector<std::uint32_t> rows;
    rows.reserve(m_hitCount);
    for (std::uint32_t row = m_hits->nextIn(0); row < m_hits->size(); row = m_hits->nextIn(row + 1))
        rows.push_back(m_state.summary().firstRow + row);
    m_state.setKept(layout::keptRows(*m_state.snapshot(), m_state.trace(), rows, m_withBelow));
}

} // namespace tailspan::waterfall
