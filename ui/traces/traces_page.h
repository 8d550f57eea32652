// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/waterfall/waterfall_view.h"
#include "ui/widgets/page.h"

#include "app/workspace/workspace.h"

#include <QPointer>

class QSplitter;
class QStackedWidget;

namespace tailspan::layout {
struct FoldChange;
}
namespace tailspan::widgets {
class EmptyState;
}

namespace tailspan::traces {

class StoreBar;
class TraceArea;
class TraceDetails;
class TraceListPane;

/// The traces that are open: a list to sort and filter, and below it the chosen ones. What is chosen lives in the
/// workspace; the page follows it and changes it, so every page agrees.
/// Thread: GUI. Owner: the window.
class TracesPage final : public widgets::Page {
    Q_OBJECT
public:
    explicit TracesPage(workspace::Workspace &workspace, QWidget *parent = nullptr);
    ~TracesPage() override;

    [[nodiscard]] widgets::PageInfo info() const override;
    [[nodiscard]] QWidget *detailsWidget() override;
    [[nodiscard]] bool isSettled() const override;
    bool showView(const QString &id) override;

    /// Opens the repair ledger in the details.
    void showRepairs();
    /// And how far the clocks of the services are apart.
    void showClocks();
    /// A link to the selected span as it is zoomed to, and the span as Markdown with that link, for the clipboard.
    [[nodiscard]] QString linkToSelection() const;
    void copyLink();
    void copyMarkdown();
    /// For the commands of undo: nothing of the step is recorded again.
    void restoreWindow(const std::string &traceId, TimeRange window);
    /// False when the trace is gone or has not that many spans any more: nothing was done.
    bool restoreFolds(const std::string &traceId, std::uint32_t spanCount, const layout::FoldChange &change,
                      bool isFolded);

private:
    /// A trace as it was shown.
    struct ShownTrace {
        std::string traceId;
        std::string spanId; ///< Selected; empty: the root.
        waterfall::WaterfallPlace place;
    };
    void restoreTrace(const ShownTrace &shown);
    void askWhatIf();
    void buildCommands();
    void connectWorkspace();
    void connectList();
    void connectArea();
    void showSnapshot(bool isRenewal);
    void renewSnapshot();
    void showSelection();
    void showClockState();
    bool showTraceOf(const std::string &traceId);
    void chooseFirst();
    void chooseTrace(TraceRow trace);
    void select(TraceRow trace, SpanRow span);
    void fitListHeight();

    workspace::Workspace &m_workspace;
    QStackedWidget *m_stack = nullptr;
    widgets::EmptyState *m_empty = nullptr;
    QSplitter *m_splitter = nullptr;
    StoreBar *m_storeBar = nullptr;
    TraceListPane *m_list = nullptr;
    TraceArea *m_area = nullptr;
    bool m_isChoosingFirst = false;   // not by the user: the stores were asked for it a moment ago
    QPointer<TraceDetails> m_details; // the dock owns it once it was asked for
};

} // namespace tailspan::traces
