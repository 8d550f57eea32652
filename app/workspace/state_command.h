// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QUndoCommand>

#include <chrono>
#include <functional>
#include <utility>

namespace tailspan::workspace {

/// A step from one state to another, which `apply` brings about. Steps that follow each other within a second and have
/// the same `mergeId` are one, such as walking down a list with an arrow key; -1: each is its own.
template <class State>
class StateCommand final : public QUndoCommand {
public:
    using Apply = std::function<void(const State &)>;

    StateCommand(const QString &text, State from, State to, Apply apply, int mergeId = -1)
        : QUndoCommand(text), m_from(std::move(from)), m_to(std::move(to)), m_apply(std::move(apply)),
          m_mergeId(mergeId), m_when(Clock::now())
    {}
    void undo() override { m_apply(m_from); }
    void redo() override { m_apply(m_to); }
    [[nodiscard]] int id() const override { return m_mergeId; }

    bool mergeWith(const QUndoCommand *next) override
    {
        const auto *other = dynamic_cast<const StateCommand *>(next);
        if (other == nullptr || other->m_when - m_when > std::chrono::seconds(1))
            return false;
        m_to = other->m_to;
        m_when = other->m_when;
        return true;
    }

private:
    using Clock = std::chrono::steady_clock;

    State m_from;
    State m_to;
    Apply m_apply;
    int m_mergeId;
    Clock::time_point m_when;
};

} // namespace tailspan::workspace
