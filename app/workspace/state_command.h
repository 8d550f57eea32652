// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QUndoCommand>

#include <functional>
#include <utility>

namespace tailspan::workspace {

/// A step from one state to another, which `apply` brings about.
template <class State>
class StateCommand final : public QUndoCommand {
public:
    using Apply = std::function<void(const State &)>;

    StateCommand(const QString &text, State from, State to, Apply apply)
        : QUndoCommand(text), m_from(std::move(from)), m_to(std::move(to)), m_apply(std::move(apply))
    {}
    void undo() override { m_apply(m_from); }
    void redo() override { m_apply(m_to); }

private:
    State m_from;
    State m_to;
    Apply m_apply;
};

} // namespace tailspan::workspace
