// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/advisor/code_block.h"

#include "models/items/qt_text.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_label.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace tailspan::advisorpage {

using items::toQString;

namespace {

constexpr int kMostLines = 24; // then it scrolls by itself
constexpr int kPadPx = 10;

} // namespace

CodeBlock::CodeBlock(const advisor::Artifact &artifact, QWidget *parent) : QWidget(parent)
{
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(style::metric::kGrid);
    const QString title = toQString(artifact.title);
    auto *head = new widgets::PlainLabel(title, this);
    head->setFont(style::semiBold(style::uiFont()));
    head->setWordWrap(true);
    rows->addWidget(head);
    rows->addWidget(block(toQString(artifact.text), title, false));
    if (artifact.undo)
        rows->addWidget(block(toQString(*artifact.undo), tr("Undo of: %1").arg(title), true));
}

QWidget *CodeBlock::block(const QString &text, const QString &name, bool isUndo)
{
    auto *box = new QWidget(this);
    auto *row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(style::metric::kGap);
    auto *edit = new QPlainTextEdit(box);
    edit->setReadOnly(true);
    edit->setFont(style::monoFont());
    edit->setLineWrapMode(QPlainTextEdit::NoWrap);
    edit->setPlainText(text.endsWith(u'\n') ? text.chopped(1) : text);
    edit->setAccessibleName(name);
    edit->setTabChangesFocus(true);
    edit->document()->setDocumentMargin(kPadPx);
    edit->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    const int lines = std::clamp(edit->document()->blockCount(), 1, kMostLines);
    edit->setFixedHeight(lines * edit->fontMetrics().lineSpacing() + 2 * kPadPx + 12);
    auto *copy = new QPushButton(isUndo ? tr("Copy undo") : tr("Copy"), box);
    copy->setObjectName(isUndo ? QStringLiteral("copyUndo") : QStringLiteral("copyArtifact"));
    copy->setDefault(!isUndo);
    copy->setAccessibleName(isUndo ? tr("Copy the undo") : tr("Copy: %1").arg(name));
    connect(copy, &QPushButton::clicked, this, [this, text, name] {
        QApplication::clipboard()->setText(text);
        Q_EMIT copied(name);
    });
    row->addWidget(edit, 1);
    row->addWidget(copy, 0, Qt::AlignTop);
    return box;
}

} // namespace tailspan::advisorpage
