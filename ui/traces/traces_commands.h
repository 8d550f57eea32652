// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/traces/traces_page.h"

#include <QUndoCommand>

namespace tailspan::traces {

/// A step of zooming or panning in one trace. It has happened when it is pushed, so the first redo does nothing.
class WindowCommand final : public QUndoCommand {
public:
    WindowCommand(TracesPage &page, std::uint64_t generation, TraceRow trace, TimeRange before, TimeRange after);
    void undo() override;
    void redo() override;

private:
    QPointer<TracesPage> m_page;
    std::uint64_t m_generation;
    TraceRow m_trace;
    TimeRange m_before;
    TimeRange m_after;
    bool m_hasHappened = true;
};

/// A condition more or less in the trace list.
class FilterCommand final : public QUndoCommand {
public:
    FilterCommand(TracesPage &page, items::TraceListFilter before, items::TraceListFilter after);
    void undo() override;
    void redo() override;

private:
    QPointer<TracesPage> m_page;
    items::TraceListFilter m_before;
    items::TraceListFilter m_after;
    bool m_hasHappened = true;
};

} // namespace tailspan::traces
