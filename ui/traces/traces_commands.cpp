// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/traces/traces_commands.h"

#include <utility>

namespace tailspan::traces {

WindowCommand::WindowCommand(TracesPage &page, std::string traceId, TimeRange before, TimeRange after)
    : QUndoCommand(QObject::tr("Zoom")), m_page(&page), m_traceId(std::move(traceId)), m_before(before), m_after(after)
{}

void WindowCommand::undo()
{
    if (m_page != nullptr)
        m_page->restoreWindow(m_traceId, m_before);
}

void WindowCommand::redo()
{
    if (!std::exchange(m_hasHappened, false) && m_page != nullptr)
        m_page->restoreWindow(m_traceId, m_after);
}

FoldCommand::FoldCommand(TracesPage &page, std::string traceId, std::uint32_t spanCount, layout::FoldChange change)
    : QUndoCommand(change.isFolded ? QObject::tr("Fold rows") : QObject::tr("Open rows")), m_page(&page),
      m_traceId(std::move(traceId)), m_spanCount(spanCount), m_change(std::move(change))
{}

void FoldCommand::undo()
{
    restore(!m_change.isFolded);
}

void FoldCommand::redo()
{
    if (!std::exchange(m_hasHappened, false))
        restore(m_change.isFolded);
}

void FoldCommand::restore(bool isFolded)
{
    if (m_page == nullptr || !m_page->restoreFolds(m_traceId, m_spanCount, m_change, isFolded))
        setObsolete(true);
}

} // namespace tailspan::traces
