// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/jobs/gui_mailbox.h"

#include <QCoreApplication>
#include <QEvent>
#include <QPointer>

namespace tailspan::jobs {

namespace {

QEvent::Type wakeUpType()
{
    static const auto type = static_cast<QEvent::Type>(QEvent::registerEventType());
    return type;
}

} // namespace

void GuiMailbox::add(std::unique_ptr<AnyLetter> letter)
{
    bool isFirst = false;
    {
        const std::lock_guard lock(m_mutex);
        isFirst = m_letters.empty();
        m_letters.push_back(std::move(letter));
    }
    if (isFirst)
        QCoreApplication::postEvent(this, new QEvent(wakeUpType()));
}

bool GuiMailbox::event(QEvent *event)
{
    if (event->type() != wakeUpType())
        return QObject::event(event);
    std::vector<std::unique_ptr<AnyLetter>> letters;
    {
        const std::lock_guard lock(m_mutex);
        letters.swap(m_letters);
    }
    // A letter may delete its receiver and this mailbox with it; the rest is then of no interest to anyone.
    const QPointer<GuiMailbox> self(this);
    for (const std::unique_ptr<AnyLetter> &letter : letters) {
        letter->open();
        if (self.isNull())
            break;
    }
    return true;
}

} // namespace tailspan::jobs
