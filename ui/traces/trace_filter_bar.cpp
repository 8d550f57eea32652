// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/traces/trace_filter_bar.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "ui/style/icon.h"
#include "ui/style/theme.h"
#include "ui/traces/filter_chips.h"
#include "ui/widgets/plain_label.h"

#include <QAction>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QVBoxLayout>

namespace tailspan::traces {

using items::toQString;
using items::TraceListFilter;
using widgets::PlainLabel;

namespace {

constexpr int kTypingMs = 120;

} // namespace

TraceFilterBar::TraceFilterBar(QWidget *parent) : QWidget(parent)
{
    m_field = new QLineEdit(this);
    m_field->setObjectName(QStringLiteral("traceFilter"));
    m_field->setPlaceholderText(tr("Filter traces: text, service=name, duration>500ms, status=error, NOT region=eu"));
    m_field->setAccessibleName(tr("Filter traces"));
    m_field->setClearButtonEnabled(true);
    m_field->addAction(style::icon(QStringLiteral("search"), style::IconColor::Muted), QLineEdit::LeadingPosition);
    m_field->installEventFilter(this);
    m_field->setMinimumWidth(240);
    m_counts = new PlainLabel(this);
    m_counts->setTone(PlainLabel::Tone::Muted);
    m_note = new PlainLabel(this);
    m_note->setTone(PlainLabel::Tone::Warn);
    m_note->setElideMode(Qt::ElideRight);
    m_note->hide();
    m_problem = new PlainLabel(this);
    m_problem->setTone(PlainLabel::Tone::Bad);
    m_problem->hide();
    m_chips = new FilterChips(this);
    auto *line = new QHBoxLayout;
    line->setSpacing(style::metric::kGap);
    line->addWidget(m_field, 1);
    line->addWidget(m_counts);
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(6);
    rows->addLayout(line);
    rows->addWidget(m_problem);
    rows->addWidget(m_note);
    rows->addWidget(m_chips);
    m_typingTimer.setSingleShot(true);
    m_typingTimer.setInterval(kTypingMs);
    connect(&m_typingTimer, &QTimer::timeout, this, &TraceFilterBar::readField);
    connect(m_field, &QLineEdit::textChanged, &m_typingTimer, qOverload<>(&QTimer::start));
    connect(m_field, &QLineEdit::returnPressed, this, &TraceFilterBar::commitField);
    connect(m_chips, &FilterChips::filterWanted, this, &TraceFilterBar::take);
}

void TraceFilterBar::focusField()
{
    m_field->setFocus(Qt::ShortcutFocusReason);
    m_field->selectAll();
}

void TraceFilterBar::setCounts(std::size_t shown, std::size_t total)
{
    const QString all = toQString(pluralText(total, "trace", "traces"));
    m_counts->setText(shown == total ? all : tr("%1 of %2").arg(toQString(countText(shown)), all));
}

void TraceFilterBar::setNote(const QString &text)
{
    m_note->setText(text);
    m_note->setVisible(!text.isEmpty());
}

void TraceFilterBar::readField()
{
    m_typingTimer.stop();
    const auto typed = items::parseTraceFilter(m_field->text().toStdString());
    m_problem->setVisible(!typed.has_value());
    if (!typed.has_value()) {
        m_problem->setText(toQString(typed.error().message));
        return; // the list keeps what was understood last
    }
    TraceListFilter filter = m_committed;
    filter.terms.insert(filter.terms.end(), typed->terms.begin(), typed->terms.end());
    if (filter == m_filter)
        return;
    m_filter = std::move(filter);
    Q_EMIT filterChanged();
}

void TraceFilterBar::commitField()
{
    readField();
    if (!m_problem->isHidden())
        return;
    if (m_field->text().trimmed().isEmpty()) {
        Q_EMIT leftDownward();
        return;
    }
    commit(m_filter);
}

void TraceFilterBar::commit(TraceListFilter after)
{
    const TraceListFilter before = m_committed;
    restore(after);
    if (!(before == after))
        Q_EMIT filterCommitted(after);
}

void TraceFilterBar::restore(const TraceListFilter &filter)
{
    m_committed = filter;
    const bool changes = !(m_filter == filter);
    m_filter = filter;
    m_field->clear();
    m_typingTimer.stop(); // clearing is not typing
    m_problem->hide();
    m_chips->setFilter(m_committed);
    if (changes)
        Q_EMIT filterChanged();
}

/// A chip went; the field is where to go on.
void TraceFilterBar::take(const TraceListFilter &filter)
{
    commit(filter);
    m_field->setFocus(Qt::OtherFocusReason);
}

bool TraceFilterBar::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_field && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        if (key == Qt::Key_Backspace && m_field->text().isEmpty() && !m_committed.isEmpty()) {
            take(m_chips->withoutLast());
            return true;
        }
        if (key == Qt::Key_Down || (key == Qt::Key_Escape && m_field->text().isEmpty())) {
            Q_EMIT leftDownward();
            return true;
        }
        if (key == Qt::Key_Escape) {
            m_field->clear();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace tailspan::traces
