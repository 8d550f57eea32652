// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/finding.h"

#include <QWidget>

class QPlainTextEdit;

class QVBoxLayout;

namespace tailspan::advisorpage {

/// Something to paste, in figures of equal width, with its undo below in second-rank colour. "Copy" takes the text
/// verbatim, without the undo; the undo has a button of its own. Thread: GUI.
class CodeBlock final : public QWidget {
    Q_OBJECT
public:
    explicit CodeBlock(const advisor::Artifact &artifact, QWidget *parent = nullptr);

Q_SIGNALS:
    void copied(const QString &what);

private:
    void addBlock(QVBoxLayout &rows, QWidget *head, const QString &text, const QString &name, bool isUndo);
};

} // namespace tailspan::advisorpage
