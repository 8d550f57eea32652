// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/traces/record_view.h"

#include "models/items/qt_text.h"
#include "models/trace/redaction.h"
#include "ui/style/fonts.h"

#include <QMimeData>

namespace tailspan::traces {

RecordView::RecordView(QWidget *parent) : QPlainTextEdit(parent)
{
    setReadOnly(true);
    setFont(style::monoFont());
    setLineWrapMode(QPlainTextEdit::WidgetWidth);
    setWordWrapMode(QTextOption::WrapAnywhere);
    setAccessibleName(tr("Raw record"));
}

void RecordView::setRecord(const QString &shown, const QString &masked)
{
    m_hasSecret = shown != masked;
    m_masked = masked;
    setPlainText(shown);
}

/// A part of a record cannot be masked for sure, its keys may be outside of it: only the whole is.
QMimeData *RecordView::createMimeDataFromSelection() const
{
    if (!m_hasSecret || m_copiesSecrets)
        return QPlainTextEdit::createMimeDataFromSelection();
    const QTextCursor selection = textCursor();
    const bool isAll = selection.selectionStart() == 0 && selection.selectionEnd() + 1 >= document()->characterCount();
    auto *copy = new QMimeData;
    copy->setText(isAll ? m_masked : items::toQString(trace::kMask));
    return copy;
}

} // namespace tailspan::traces
