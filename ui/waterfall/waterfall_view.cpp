// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/waterfall/waterfall_view.h"

#include "models/layout/carried_folds.h"
#include "ui/waterfall/find_bar.h"
#include "ui/waterfall/find_session.h"
#include "ui/waterfall/minimap_widget.h"
#include "ui/waterfall/waterfall_canvas.h"
#include "ui/waterfall/waterfall_header.h"
#include "ui/waterfall/waterfall_moves.h"
#include "ui/widgets/command.h"

#include <QVBoxLayout>

#include <utility>

namespace tailspan::waterfall {

namespace {

constexpr std::uint32_t kSynchronousSpans = 20'000; // a millisecond of work: no need for a worker
constexpr double kKeyZoom = 1.5;
constexpr double kKeyPanRatio = 0.2; // of the window

} // namespace

WaterfallView::WaterfallView(QWidget *parent) : QWidget(parent)
{
    m_minimap = new MinimapWidget(m_state, this);
    m_header = new WaterfallHeader(m_state, m_columns, this);
    m_canvas = new WaterfallCanvas(m_state, m_columns, this);
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(0);
    rows->addWidget(m_minimap);
    rows->addSpacing(style::metric::kGrid);
    rows->addWidget(m_header);
    rows->addWidget(m_canvas, 1);
    m_findSession = new FindSession(m_state, this);
    m_findBar = new FindBar(*m_findSession, this);
    rows->addWidget(m_findBar);
    connect(m_findBar, &FindBar::closed, m_canvas, qOverload<>(&QWidget::setFocus));
    setFocusProxy(m_canvas);
    connect(m_minimap, &MinimapWidget::stripOutdated, this, &WaterfallView::remakeOverview);
    connect(m_header, &WaterfallHeader::nameWidthRequested, this, &WaterfallView::setNameWidth);
    connect(&m_state, &WaterfallState::colorsChanged, this, &WaterfallView::makeRanks);
    connect(m_canvas, &WaterfallCanvas::activated, this, &WaterfallView::spanActivated);
    buildCommands();
}

bool WaterfallView::isSettled() const
{
    return !m_job.isRunning() && !m_rankJob.isRunning() && !m_findSession->isRunning()
        && m_canvas->events().isSettled();
}

void WaterfallView::setTrace(trace::TraceSnapshotPtr snapshot, TraceRow trace)
{
    m_job.cancel();
    m_overview = {};
    m_hasRuns = false;
    m_foldsToKeep = {};
    const bool isNew = snapshot != m_state.snapshot();
    m_state.setTrace(std::move(snapshot), trace);
    remakeOverview();
    if (isNew) {
        m_rankJob.cancel();
        makeRanks();
    }
}

void WaterfallView::renewTrace(trace::TraceSnapshotPtr snapshot, TraceRow trace)
{
    WaterfallPlace before = place();
    std::optional<layout::RowSet> kept;
    if (!m_state.isEmpty()) {
        const layout::TraceOf shown{*m_state.snapshot(), m_state.trace()};
        if (hasSameRows(shown, {*snapshot, trace}))
            kept = m_state.order().kept();
        else
            before.folds = carriedFolds(shown, {*snapshot, trace}, before.folds);
        before.spanCount = snapshot->traces()[trace.value()].spanCount;
    }
    setTrace(std::move(snapshot), trace);
    restorePlace(before);
    if (kept)
        m_state.setKept(std::move(kept));
}

WaterfallPlace WaterfallView::place() const
{
    WaterfallPlace place;
    if (m_state.isEmpty())
        return place;
    if (!m_state.scale().showsAll())
        place.window = m_state.scale().visible();
    place.spanCount = m_state.summary().spanCount;
    place.folds = m_state.order().folds();
    if (!m_hasRuns) {
        place.folds.folded.runs = m_foldsToKeep.folded.runs;
        place.folds.opened.runs = m_foldsToKeep.opened.runs;
    }
    return place;
}

void WaterfallView::restorePlace(const WaterfallPlace &place)
{
    if (m_state.isEmpty())
        return;
    if (place.spanCount == m_state.summary().spanCount)
        restoreFolds(place.folds);
    if (place.window)
        m_state.restoreRange(*place.window);
}

/// Those of runs wait until the worker knows the runs.
void WaterfallView::restoreFolds(layout::RowFolds folds)
{
    m_state.restoreFolds(folds.folded, true);
    m_state.restoreFolds(folds.opened, false);
    if (m_hasRuns)
        return;
    folds.folded.spans.clear();
    m_foldsToKeep = std::move(folds);
}

void WaterfallView::remakeOverview()
{
    if (m_state.isEmpty())
        return;
    const int widthPx = m_minimap->stripWidth();
    const std::uint16_t lanes = MinimapWidget::stripLanes();
    if (m_state.summary().spanCount <= kSynchronousSpans) {
        takeOverview(makeTraceOverview(*m_state.snapshot(), m_state.trace(), widthPx, lanes));
        return;
    }
    m_job.start(
        [snapshot = m_state.snapshot(), trace = m_state.trace(), widthPx, lanes](std::stop_token stop, Progress &) {
            return Result<TraceOverview>(makeTraceOverview(*snapshot, trace, widthPx, lanes, stop));
        },
        [this](Result<TraceOverview> result) {
            if (result.has_value())
                takeOverview(std::move(*result));
        });
}

void WaterfallView::takeOverview(TraceOverview overview)
{
    m_overview = std::move(overview);
    m_minimap->setStrip(m_overview.strip);
    m_state.setErrors(m_overview.errors);
    m_state.setPath(m_overview.path);
    if (!std::exchange(m_hasRuns, true)) { // a strip of another width brings the same runs again
        m_state.setRuns(m_overview.runs);
        restoreFolds(std::exchange(m_foldsToKeep, {}));
    }
    Q_EMIT overviewChanged();
}

/// Once they are asked for: ranks look at every span of the snapshot.
void WaterfallView::makeRanks()
{
    if (m_state.isEmpty() || m_state.colorBy() != ColorBy::DurationRank || m_state.ranks() != nullptr
        || m_rankJob.isRunning())
        return;
    m_rankJob.start([snapshot = m_state.snapshot()](std::stop_token stop,
                                                    Progress &) { return trace::durationRanksOf(*snapshot, stop); },
                    [this](Result<trace::DurationRanks> ranks) {
                        if (ranks.has_value())
                            m_state.setRanks(std::make_shared<trace::DurationRanks>(std::move(*ranks)));
                    });
}

void WaterfallView::setNameWidth(int widthPx)
{
    m_columns.namePx = m_columns.clampedName(widthPx, m_canvas->viewport()->width());
    m_state.setTimelineWidth(m_columns.timelineWidth(m_canvas->viewport()->width()));
    m_header->fitColumns();
    m_canvas->relayout();
}

void WaterfallView::go(const layout::RowEntry &entry)
{
    m_state.selectEntry(entry);
    m_state.bringSelectionIntoView();
}

QAction *WaterfallView::addCommand(const QString &text, const QList<QKeySequence> &keys,
                                   const std::function<void()> &run)
{
    QAction *action = widgets::makeCommand(text, keys, this, [this, run] {
        if (!m_state.isEmpty())
            run();
    });
    addAction(action);
    m_commands.append(action);
    return action;
}

void WaterfallView::buildCommands()
{
    addCommand(tr("Zoom in at the pointer"), {Qt::Key_W}, [this] { m_state.zoomAt(kKeyZoom, m_canvas->pivotPx()); });
    addCommand(tr("Zoom out at the pointer"), {Qt::Key_S},
               [this] { m_state.zoomAt(1 / kKeyZoom, m_canvas->pivotPx()); });
    addCommand(tr("Earlier"), {Qt::Key_A}, [this] { m_state.panBy(-kKeyPanRatio * m_state.scale().widthPx()); });
    addCommand(tr("Later"), {Qt::Key_D}, [this] { m_state.panBy(kKeyPanRatio * m_state.scale().widthPx()); });
    addCommand(tr("Fit the selected span, then the whole trace"), {Qt::Key_F}, [this] { m_state.fitSelection(); });
    addCommand(tr("Find in this trace"), {QKeySequence::Find}, [this] { m_findBar->open(); });
    addCommand(tr("Next hit"), {Qt::Key_N, Qt::Key_F3}, [this] { m_findSession->goNext(); });
    addCommand(tr("Previous hit"), {QKeySequence(Qt::SHIFT | Qt::Key_N), QKeySequence(Qt::SHIFT | Qt::Key_F3)},
               [this] { m_findSession->goPrevious(); });
    addCommand(tr("Hide what find did not find, or show it"), {Qt::Key_H}, [this] { m_findBar->toggleHiding(); });
    addCommand(tr("Previous span"), {Qt::Key_Comma}, [this] { go(rowAbove(m_state, 1)); });
    addCommand(tr("Next span"), {Qt::Key_Period}, [this] { go(rowBelow(m_state, 1)); });
    addCommand(tr("Parent span"), {Qt::Key_BracketLeft}, [this] { go(parentRow(m_state)); });
    addCommand(tr("First child span"), {Qt::Key_BracketRight}, [this] { go(firstChildRow(m_state)); });
    addCommand(tr("Show the events of the selected span as rows, or hide them"), {Qt::Key_E},
               [this] { m_canvas->events().toggleRows(m_state.selected()); });
    addCommand(tr("Colour by service, by how slow, by error"), {Qt::Key_C},
               [this] { m_state.setColorBy(following(m_state.colorBy())); });
    addCommand(tr("Fold everything below the selected span"), {QKeySequence(Qt::ALT | Qt::Key_Up)},
               [this] { m_state.setSubtreeFolded(m_state.selectedEntry(), true); });
    addCommand(tr("Open everything below the selected span"), {QKeySequence(Qt::ALT | Qt::Key_Down)},
               [this] { m_state.setSubtreeFolded(m_state.selectedEntry(), false); });
}

} // namespace tailspan::waterfall
