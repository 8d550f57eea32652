// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/waterfall/find_bar.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "ui/style/icon.h"
#include "ui/style/theme.h"
#include "ui/waterfall/find_session.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/plain_tooltip.h"

#include <QAction>
#include <QCheckBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>

namespace tailspan::waterfall {

using items::toQString;
using widgets::PlainLabel;

namespace {

constexpr int kTypingMs = 120;

} // namespace

FindBar::FindBar(FindSession &session, QWidget *parent) : QWidget(parent), m_session(session)
{
    build();
    m_typing.setSingleShot(true);
    m_typing.setInterval(kTypingMs);
    connect(&m_typing, &QTimer::timeout, this, &FindBar::search);
    connect(m_field, &QLineEdit::textChanged, &m_typing, qOverload<>(&QTimer::start));
    connect(m_next, &QToolButton::clicked, this, [this] { go(true); });
    connect(m_previous, &QToolButton::clicked, this, [this] { go(false); });
    connect(m_close, &QToolButton::clicked, this, &FindBar::close);
    const auto hide = [this] { m_session.setHiding(m_hide->isChecked(), m_withBelow->isChecked()); };
    connect(m_hide, &QCheckBox::toggled, this, hide);
    connect(m_withBelow, &QCheckBox::toggled, this, hide);
    connect(&m_session, &FindSession::changed, this, &FindBar::showState);
    showState();
    QWidget::hide();
}

void FindBar::build()
{
    m_field = new QLineEdit(this);
    m_field->setObjectName(QStringLiteral("findField"));
    m_field->setAccessibleName(tr("Find spans in this trace"));
    m_field->setPlaceholderText(
        tr("Find: text, ~pattern, service=db duration>50ms, status=error OR http.status_code=500"));
    m_field->addAction(style::icon(QStringLiteral("search"), style::IconColor::Muted), QLineEdit::LeadingPosition);
    m_field->installEventFilter(this);
    m_count = new PlainLabel(this);
    m_count->setTone(PlainLabel::Tone::Muted);
    m_count->setMinimumWidth(110);
    m_problem = new PlainLabel(this);
    m_problem->setTone(PlainLabel::Tone::Bad);
    m_problem->setElideMode(Qt::ElideRight);
    m_previous = makeButton(QStringLiteral("chevron-up"), tr("Previous hit  Shift+Enter"));
    m_next = makeButton(QStringLiteral("chevron-down"), tr("Next hit  Enter"));
    m_close = makeButton(QStringLiteral("close"), tr("Close  Esc"));
    m_hide = new QCheckBox(tr("Hide the rest"), this);
    m_withBelow = new QCheckBox(tr("keep what is below"), this);
    auto *line = new QHBoxLayout;
    line->setSpacing(style::metric::kGap);
    line->addWidget(m_field, 1);
    for (QWidget *widget : std::initializer_list<QWidget *>{m_count, m_previous, m_next, m_hide, m_withBelow, m_close})
        line->addWidget(widget);
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, style::metric::kGrid, 0, style::metric::kGrid);
    rows->setSpacing(2);
    rows->addLayout(line);
    rows->addWidget(m_problem);
}

QToolButton *FindBar::makeButton(const QString &icon, const QString &text)
{
    auto *button = new QToolButton(this);
    button->setIcon(style::icon(icon));
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::NoFocus);
    button->setAccessibleName(text);
    widgets::setPlainToolTip(button, text);
    return button;
}

void FindBar::open()
{
    Q_EMIT opening();
    show();
    m_field->setFocus(Qt::ShortcutFocusReason);
    m_field->selectAll();
    search();
}

void FindBar::close()
{
    m_typing.stop();
    const QSignalBlocker blocker(m_hide);
    m_hide->setChecked(false);
    m_session.setHiding(false, m_withBelow->isChecked());
    m_session.clear();
    QWidget::hide();
    Q_EMIT closed();
}

void FindBar::toggleHiding()
{
    if (isVisible())
        m_hide->toggle();
}

void FindBar::search()
{
    m_typing.stop();
    m_session.setText(m_field->text());
}

void FindBar::go(bool isForward)
{
    if (m_typing.isActive())
        search();
    isForward ? m_session.goNext() : m_session.goPrevious();
}

QString FindBar::countText() const
{
    return m_count->text();
}

void FindBar::showState()
{
    const std::uint32_t hits = m_session.hitCount();
    QString text;
    if (!m_session.text().trimmed().isEmpty() && (hits > 0 || m_session.problem().isEmpty())) {
        const QString all = toQString(tailspan::countText(hits))
            + (m_session.isRunning() ? QStringLiteral("\u2026") : QString());
        const std::uint32_t current = m_session.currentHit();
        text = hits == 0 && !m_session.isRunning() ? tr("no hits")
            : current > 0                          ? tr("%1 of %2").arg(toQString(tailspan::countText(current)), all)
            : hits == 1                            ? tr("%1 hit").arg(all)
                                                   : tr("%1 hits").arg(all);
    }
    m_count->setText(text);
    m_problem->setText(m_session.problem());
    m_problem->setVisible(!m_session.problem().isEmpty());
    m_next->setEnabled(hits > 0);
    m_previous->setEnabled(hits > 0);
    const QSignalBlocker blocker(m_hide);
    m_hide->setChecked(m_session.isHiding());
    m_withBelow->setEnabled(m_session.isHiding());
}

bool FindBar::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    const auto *key = static_cast<QKeyEvent *>(event);
    switch (key->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter: go(!key->modifiers().testFlag(Qt::ShiftModifier)); return true;
    case Qt::Key_Escape: close(); return true;
    default: return QWidget::eventFilter(watched, event);
    }
}

} // namespace tailspan::waterfall
