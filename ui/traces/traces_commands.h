// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/row_order.h"
#include "ui/traces/traces_page.h"

#include <QUndoCommand>

#include <string>

namespace tailspan::traces {

/// A step of zooming or panning in one trace, which may have grown since. It has happened when it is pushed, so the first redo does nothing.
class WindowCommand final : public QUndoCommand {
public:
    WindowCommand(TracesPage &page, std::string traceId, TimeRange before, TimeRange after);
    void undo() override;
    void redo() override;

private:
    QPointer<TracesPage> m_page;
    std::string m_traceId;
    TimeRange m_before;
    TimeRange m_after;
    bool m_hasHappened = true;
};

/// Rows folded or opened in one step. When the trace has grown since, its rows are others: the step is left out.
class FoldCommand final : public QUndoCommand {
public:
    FoldCommand(TracesPage &page, std::string traceId, std::uint32_t spanCount, layout::FoldChange change);
    void undo() override;
    void redo() override;

private:
    void restore(bool isFolded);

    QPointer<TracesPage> m_page;
    std::string m_traceId;
    std::uint32_t m_spanCount;
    layout::FoldChange m_change;
    bool m_hasHappened = true;
};

} // namespace tailspan::traces
