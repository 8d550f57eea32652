// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/notes_panel.h"

#include "models/items/qt_text.h"
#include "ui/replay/icon_mark.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_label.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

namespace tailspan::replay {

using widgets::PlainLabel;

NotesPanel::NotesPanel(QWidget *parent) : QScrollArea(parent)
{
    setObjectName(QStringLiteral("notes"));
    setAccessibleName(tr("Notes on this report"));
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setBackgroundRole(QPalette::Base);
}

void NotesPanel::showReport(const loadtest::LoadTestReportPtr &report)
{
    begin(tr("Notes"));
    if (report) {
        if (!report->contents.isComplete)
            addLine(tr("The file ends in the middle: what was whole is shown."), true);
        for (const std::string &line : report->quality.lines())
            addLine(items::toQString(line), true);
        for (const std::string &note : report->notes)
            addLine(items::toQString(note), false);
    }
    finish();
}

void NotesPanel::showSentences(const QString &title, const QStringList &sentences)
{
    if (m_content != nullptr && sentences == m_lines)
        return; // the place in the text stays
    begin(title);
    for (const QString &sentence : sentences)
        addLine(sentence, false);
    finish();
}

void NotesPanel::begin(const QString &title)
{
    m_lines.clear();
    m_content = new QWidget;
    m_content->setAutoFillBackground(true);
    m_content->setBackgroundRole(QPalette::Base);
    m_rows = new QVBoxLayout(m_content);
    m_rows->setContentsMargins(12, 6, 12, 8);
    m_rows->setSpacing(style::metric::kGap);
    auto *heading = new PlainLabel(title, m_content);
    heading->setFont(style::headingFont());
    m_rows->addWidget(heading);
}

void NotesPanel::finish()
{
    m_rows->addStretch(1);
    setWidget(m_content); // the one before is deleted with its labels
}

void NotesPanel::addLine(const QString &text, bool isWarning)
{
    m_lines.append(text);
    auto *icon = isWarning ? new IconMark(QStringLiteral("warning"), IconMark::Tone::Warning)
                           : new IconMark(QStringLiteral("info"), IconMark::Tone::Muted);
    auto *label = new PlainLabel(text);
    label->setFont(style::tableFont());
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto *row = new QHBoxLayout;
    row->setSpacing(style::metric::kGap);
    row->addWidget(icon, 0, Qt::AlignTop);
    row->addWidget(label, 1);
    m_rows->addLayout(row);
}

} // namespace tailspan::replay
