// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/notes_panel.h"

#include "models/items/qt_text.h"
#include "ui/style/fonts.h"
#include "ui/style/icon.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_label.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace tailspan::replay {

using widgets::PlainLabel;

namespace {

constexpr int kIconPx = 14;

} // namespace

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
    m_report = report;
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
    auto *icon = new QLabel;
    const QColor color = isWarning ? style::theme().warn : style::theme().muted;
    icon->setPixmap(style::iconPixmap(isWarning ? QStringLiteral("warning") : QStringLiteral("info"), color, kIconPx,
                                      devicePixelRatioF()));
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

void NotesPanel::changeEvent(QEvent *event)
{
    QScrollArea::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_report)
        showReport(m_report);
}

} // namespace tailspan::replay
