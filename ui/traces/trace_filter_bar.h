// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/trace_list_filter.h"

#include <QTimer>
#include <QWidget>

class QLineEdit;

namespace tailspan::widgets {
class PlainLabel;
} // namespace tailspan::widgets

namespace tailspan::traces {

class FilterChips;

/// The field that narrows the trace list, and the conditions in force as chips. What is typed narrows at once; Enter
/// makes chips of it, which is one step for undo. Backspace in the empty field takes the last chip away.
/// Thread: GUI.
class TraceFilterBar : public QWidget {
    Q_OBJECT
public:
    explicit TraceFilterBar(QWidget *parent = nullptr);

    /// Chips and what is typed together.
    [[nodiscard]] const items::TraceListFilter &filter() const { return m_filter; }
    /// Replaces the chips; the field is emptied. No step for undo: this is the undo.
    void restore(const items::TraceListFilter &filter);
    void setCounts(std::size_t shown, std::size_t total);
    /// While traces are looked through, and what could not be; plain text, empty for nothing.
    void setNote(const QString &text);
    void focusField();
    [[nodiscard]] QLineEdit &field() { return *m_field; }
    [[nodiscard]] FilterChips &chips() { return *m_chips; }

Q_SIGNALS:
    void filterChanged();
    void filterCommitted(const items::TraceListFilter &filter);
    /// Down, Escape or Enter in an empty field: the user goes on to the list.
    void leftDownward();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void readField();
    void commitField();
    void take(const items::TraceListFilter &filter);
    void commit(items::TraceListFilter after);

    items::TraceListFilter m_committed; // the chips
    items::TraceListFilter m_filter;
    QLineEdit *m_field = nullptr;
    FilterChips *m_chips = nullptr;
    widgets::PlainLabel *m_problem = nullptr;
    widgets::PlainLabel *m_counts = nullptr;
    widgets::PlainLabel *m_note = nullptr;
    QTimer m_typingTimer;
};

} // namespace tailspan::traces
