// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/advisor/code_block.h"

#include "models/items/qt_text.h"
#include "ui/advisor/wrapped_text.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_label.h"

#include <QAbstractTextDocumentLayout>
#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QVBoxLayout>

#include <algorithm>

namespace tailspan::advisorpage {

using items::toQString;

namespace {

constexpr int kMostLines = 24; // then it scrolls by itself
constexpr int kPadPx = 10;

/// As high as its lines, and the bar below them where one is longer than the pane.
class CodeView final : public QPlainTextEdit {
public:
    CodeView(const QString &text, QWidget *parent) : QPlainTextEdit(parent)
    {
        setReadOnly(true);
        setFont(style::monoFont());
        setLineWrapMode(QPlainTextEdit::NoWrap);
        setPlainText(text);
        setTabChangesFocus(true);
        document()->setDocumentMargin(kPadPx);
        setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        if (document()->blockCount() <= kMostLines)
            setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        fit();
    }

protected:
    void resizeEvent(QResizeEvent *event) override
    {
        QPlainTextEdit::resizeEvent(event);
        fit();
    }

private:
    void fit()
    {
        const int lines = std::clamp(document()->blockCount(), 1, kMostLines);
        const bool isLonger = document()->documentLayout()->documentSize().width() > viewport()->width();
        const int bar = isLonger ? horizontalScrollBar()->sizeHint().height() : 0;
        setFixedHeight(lines * fontMetrics().lineSpacing() + 2 * kPadPx + 2 * frameWidth() + bar);
    }
};

} // namespace

CodeBlock::CodeBlock(const advisor::Artifact &artifact, QWidget *parent) : QWidget(parent)
{
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(style::metric::kGrid);
    const QString title = toQString(artifact.title);
    auto *head = wrappedText(title, widgets::PlainLabel::Tone::Text, this, kMostShownTitle);
    head->setFont(style::semiBold(style::uiFont()));
    addBlock(*rows, head, toQString(artifact.text), title, false);
    if (artifact.undo) {
        auto *undo = new widgets::PlainLabel(tr("Undo"), this);
        undo->setTone(widgets::PlainLabel::Tone::Muted);
        addBlock(*rows, undo, toQString(*artifact.undo), tr("Undo of: %1").arg(title), true);
    }
}

void CodeBlock::addBlock(QVBoxLayout &rows, QWidget *head, const QString &text, const QString &name, bool isUndo)
{
    auto *copy = new QPushButton(isUndo ? tr("Copy undo") : tr("Copy"), this);
    copy->setObjectName(isUndo ? QStringLiteral("copyUndo") : QStringLiteral("copyArtifact"));
    copy->setDefault(!isUndo);
    copy->setAccessibleName(isUndo ? tr("Copy the undo") : tr("Copy: %1").arg(name));
    connect(copy, &QPushButton::clicked, this, [this, text, name] {
        QApplication::clipboard()->setText(text);
        Q_EMIT copied(name);
    });
    auto *row = new QHBoxLayout;
    row->setSpacing(style::metric::kGap);
    row->addWidget(head, 1, Qt::AlignBottom);
    row->addWidget(copy, 0, Qt::AlignBottom);
    rows.addLayout(row);
    auto *view = new CodeView(text.endsWith(u'\n') ? text.chopped(1) : text, this);
    view->setAccessibleName(name);
    rows.addWidget(view);
}

} // namespace tailspan::advisorpage
