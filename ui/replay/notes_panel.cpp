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
    m_lines.clear();
    auto *content = new QWidget;
    content->setAutoFillBackground(true);
    content->setBackgroundRole(QPalette::Base);
    m_rows = new QVBoxLayout(content);
    m_rows->setContentsMargins(12, 6, 12, 8);
    m_rows->setSpacing(style::metric::kGap);
    auto *title = new PlainLabel(tr("Notes"), content);
    title->setFont(style::headingFont());
    m_rows->addWidget(title);
    if (report) {
        if (!report->contents.isComplete)
            addLine(tr("The file ends in the middle: what was whole is shown."), true);
        for (const std::string &line : report->quality.lines())
            addLine(items::toQString(line), true);
        for (const std::string &note : report->notes)
            addLine(items::toQString(note), false);
    }
    m_rows->addStretch(1);
    setWidget(content); // the one before is deleted with its labels
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
