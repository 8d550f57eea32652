// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/jobs/latest_job.h"
#include "models/items/trace_list_filter.h"
#include "models/trace/trace_search.h"

#include <QWidget>

#include <vector>

class QStackedWidget;
class QTableView;
class QToolButton;

namespace tailspan::items {
class TraceListModel;
}
namespace tailspan::workspace {
class Workspace;
}

namespace tailspan::traces {

class TraceFilterBar;
class TraceScatterView;

/// The traces that are open, to filter, sort and choose from. One is current; several can be chosen, to be looked at
/// together. While the pointer is over the list or it is scrolled back, live traces wait: nothing jumps away.
/// Thread: GUI. Owner: the page.
class TraceListPane final : public QWidget {
    Q_OBJECT
public:
    TraceListPane(workspace::Workspace &workspace, QWidget *parent);

    /// `isRenewal`: the same traces, grown: filter, order, place and choice stay.
    void setSnapshot(const trace::TraceSnapshotPtr &snapshot, bool isRenewal);
    /// Marks it as the current one, if the filter lists it.
    void setCurrent(TraceRow trace);
    /// The first of the list; invalid when it is empty.
    [[nodiscard]] TraceRow first() const;
    /// All chosen traces, in row order. With a current trace at least that one.
    [[nodiscard]] std::vector<TraceRow> chosen() const;
    /// All that the filter leaves, in row order.
    [[nodiscard]] std::vector<TraceRow> listed() const;
    /// Those traces and no others; the first of them becomes current.
    void choose(const std::vector<TraceRow> &traces);
    void chooseAll();

    /// As points by start and duration instead of rows.
    void setScatter(bool isScatter);
    [[nodiscard]] bool isScatter() const;

    void focusFilter();
    /// False while the filter looks through the traces.
    [[nodiscard]] bool isSettled() const { return !m_search.isRunning(); }
    /// What the rows need, up to a few.
    [[nodiscard]] int fittingHeight() const;

Q_SIGNALS:
    void currentChosen(TraceRow trace);
    void chosenChanged();
    void listedChanged();
    /// Enter or a double click.
    void activated();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    void buildList();
    QWidget *buildNoMatch();
    void connectList();
    QWidget *buildTop();
    /// `old`: the snapshot that m_fits is of, when a newer one with the same traces took its place.
    void applyFilter(const trace::TraceSnapshot *old = nullptr);
    void takeHits(const Result<trace::TraceHits> &hits);
    void showListed();
    [[nodiscard]] std::shared_ptr<std::vector<bool>> fittingSoFar(const trace::TraceSnapshot &old) const;
    void showWhatIsThere();
    void marksChosen();
    void chooseAgain(const std::vector<TraceRow> &traces, const trace::TraceSnapshot &old);
    void holdWhileRead();
    void markMoment();

    workspace::Workspace &m_workspace;
    items::TraceListModel *m_model = nullptr;
    TraceFilterBar *m_filterBar = nullptr;
    QStackedWidget *m_stack = nullptr;
    QTableView *m_list = nullptr;
    QWidget *m_noMatch = nullptr;
    TraceScatterView *m_scatter = nullptr;
    QToolButton *m_asScatter = nullptr;
    bool m_isChanging = false; // by the program: one signal at the end
    std::shared_ptr<const std::vector<bool>> m_fits;
    jobs::LatestJob<trace::TraceHits> m_search; // last: it stops first
};

} // namespace tailspan::traces
