// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/jobs/latest_job.h"
#include "models/layout/row_set.h"
#include "models/trace/span_search.h"
#include "ui/waterfall/waterfall_state.h"

#include <QObject>
#include <QString>
#include <QTimer>

#include <memory>
#include <mutex>
#include <vector>

namespace tailspan::waterfall {

/// Looks for spans of the open trace. Hits arrive while the search runs: the first can be gone to long before all are
/// counted. Another trace is searched for the same; without a query there are no hits.
/// Thread: GUI; the search runs on a worker. Owner: WaterfallView.
class FindSession final : public QObject {
    Q_OBJECT
public:
    explicit FindSession(WaterfallState &state, QObject *parent = nullptr);

    /// In the language of parseSpanQuery().
    void setText(const QString &text);
    [[nodiscard]] const QString &text() const { return m_text; }
    void clear() { setText({}); }

    [[nodiscard]] bool isRunning() const { return m_job.isRunning(); }
    [[nodiscard]] std::uint32_t hitCount() const { return m_hitCount; }
    /// The place of the selected span among the hits, from 1; 0 when it is none of them.
    [[nodiscard]] std::uint32_t currentHit() const;
    /// What is wrong with the text, or what could not be searched; plain text.
    [[nodiscard]] const QString &problem() const { return m_problem; }
    /// From the selected span on; past the last it goes on at the first.
    void goNext();
    void goPrevious();

    /// Only the hits and their ancestors, and with `withBelow` what is below them, stay on the page.
    void setHiding(bool isHiding, bool withBelow);
    [[nodiscard]] bool isHiding() const { return m_isHiding; }

Q_SIGNALS:
    /// Hits, problem, or whether it still runs.
    void changed();

private:
    /// Where the worker puts hits until the window takes them.
    struct Found {
        std::mutex mutex;
        std::vector<std::uint32_t> rows;
    };
    void start();
    void takeFound();
    void finish(const Result<trace::SpanHits> &hits);
    void applyHiding();
    void select(std::uint32_t relativeRow);

    WaterfallState &m_state;
    QString m_text;
    QString m_problem;
    std::shared_ptr<Found> m_found;
    std::shared_ptr<layout::RowSet> m_hits;
    std::uint32_t m_hitCount = 0;
    bool m_isHiding = false;
    bool m_withBelow = false;
    QTimer m_poll;
    jobs::LatestJob<trace::SpanHits> m_job; // last: it stops first
};

} // namespace tailspan::waterfall
