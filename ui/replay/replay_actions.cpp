// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/replay_actions.h"

#include "ui/replay/replay_state.h"
#include "ui/style/icon.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QActionGroup>
#include <QKeyEvent>

#include <array>

namespace tailspan::replay {

namespace {

constexpr double kZoomFactor = 1.5;
constexpr double kPanShare = 0.1;
constexpr std::array kSpeeds{0.25, 1.0, 10.0, 60.0}; // with the keys 0 to 3

} // namespace

ReplayActions::ReplayActions(ReplayState &state, QWidget &page) : QObject(&page), m_state(state), m_page(page)
{
    addPlaying();
    addSpeeds();
    addZooming();
    connect(&m_state, &ReplayState::reportChanged, this, &ReplayActions::showState);
    connect(&m_state, &ReplayState::speedChanged, this, &ReplayActions::showState);
    showState();
}

QAction *ReplayActions::add(const QString &text, const QList<QKeySequence> &keys, const std::function<void()> &run)
{
    auto *action = new QAction(text, this);
    action->setShortcuts(keys);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(action, &QAction::triggered, this, [run] { run(); });
    m_page.addAction(action);
    m_all.append(action);
    return action;
}

void ReplayActions::addPlaying()
{
    m_play = add(tr("Play or pause"), {Qt::Key_Space}, [this] { m_state.setPlaying(!m_state.isPlaying()); });
    m_play->setAutoRepeat(false);
    m_stepBack = add(tr("One step back"), {Qt::Key_Left}, [this] { m_state.stepBy(-1); });
    m_stepForward = add(tr("One step forward"), {Qt::Key_Right}, [this] { m_state.stepBy(1); });
    m_toStart = add(tr("To the start of the run"), {Qt::Key_Home}, [this] { m_state.setHead(m_state.run().begin); });
    add(tr("To the end of the run"), {Qt::Key_End}, [this] {
        m_state.setPlaying(false);
        m_state.setHead(m_state.run().end);
    });
    add(tr("Loop from the play head"), {Qt::Key_BracketLeft}, [this] { m_state.setLoopBegin(m_state.head()); });
    add(tr("Loop up to the play head"), {Qt::Key_BracketRight}, [this] { m_state.setLoopEnd(m_state.head()); });
    add(tr("Do not loop"), {Qt::Key_Backslash}, [this] { m_state.clearLoop(); });
    add(tr("Show the traces of this step"), {Qt::Key_T}, [this] { m_state.requestTraces({m_state.shownStep()}); });
    m_stepBack->setIcon(style::icon(QStringLiteral("step-back")));
    m_stepForward->setIcon(style::icon(QStringLiteral("step-forward")));
    m_toStart->setIcon(style::icon(QStringLiteral("to-start")));
}

void ReplayActions::addSpeeds()
{
    auto *group = new QActionGroup(this);
    for (std::size_t i = 0; i < kSpeeds.size(); ++i) {
        const double speed = kSpeeds[i];
        QAction *action = add(tr("Play at %1x").arg(speed), {QKeySequence(Qt::Key_0 + static_cast<int>(i))},
                              [this, speed] { m_state.setSpeed(speed); });
        action->setIconText(QStringLiteral("%1×").arg(speed));
        action->setCheckable(true);
        action->setData(speed);
        group->addAction(action);
        m_speeds.append(action);
    }
}

void ReplayActions::addZooming()
{
    const auto pan = [this](double share) { m_state.panBy(m_state.scale().widthPx() * share); };
    m_fit = add(tr("Show the whole run"), {Qt::Key_F}, [this] { m_state.showAll(); });
    m_fit->setIcon(style::icon(QStringLiteral("zoom-fit")));
    add(tr("Zoom in at the play head"), {Qt::Key_W, Qt::Key_Plus}, [this] { m_state.zoomAtHead(kZoomFactor); });
    add(tr("Zoom out at the play head"), {Qt::Key_S, Qt::Key_Minus}, [this] { m_state.zoomAtHead(1 / kZoomFactor); });
    add(tr("Show earlier"), {Qt::Key_A}, [pan] { pan(-kPanShare); });
    add(tr("Show later"), {Qt::Key_D}, [pan] { pan(kPanShare); });
}

void ReplayActions::showState()
{
    for (QAction *action : std::as_const(m_all))
        action->setEnabled(m_state.hasTimeline());
    for (QAction *action : std::as_const(m_speeds))
        action->setChecked(action->data().toDouble() == m_state.speed());
}

void ReplayActions::leaveKeysTo(QWidget *widget)
{
    widget->installEventFilter(this);
}

bool ReplayActions::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() != QEvent::ShortcutOverride)
        return QObject::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent *>(event)->key();
    const bool isMoving = key == Qt::Key_Left || key == Qt::Key_Right || key == Qt::Key_Home || key == Qt::Key_End;
    const auto *button = qobject_cast<QAbstractButton *>(watched);
    const bool movesInside = button != nullptr ? button->group() != nullptr
                                               : qobject_cast<QAbstractItemView *>(watched) != nullptr;
    const bool isOwn = key == Qt::Key_Space || (isMoving && movesInside);
    if (!isOwn)
        return false;
    event->accept(); // comes back as an ordinary key press
    return true;
}

} // namespace tailspan::replay
