// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/align_bar.h"

#include "app/workspace/shown_time.h"
#include "models/base/wall_clock.h"
#include "models/items/qt_text.h"
#include "models/loadtest/alignment.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/plain_tooltip.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>

namespace tailspan::replay {

using items::toQString;
using loadtest::RunAlignment;
using widgets::PlainLabel;

namespace {

constexpr int kBeganPx = 180;

QString unalignedText()
{
    return QCoreApplication::translate("AlignBar",
                                       "When did the run begin? Say it to see metrics and traces of that time.");
}

} // namespace

AlignBar::AlignBar(workspace::Workspace &workspace, QWidget *parent)
    : QWidget(parent), m_workspace(workspace), m_text(new PlainLabel(this)), m_began(new QLineEdit(this)),
      m_fileTime(new QPushButton(tr("Ended when the file was written"), this)),
      m_forget(new QPushButton(tr("Forget"), this))
{
    m_text->setObjectName(QStringLiteral("alignment"));
    m_text->setElideMode(Qt::ElideRight);
    m_began->setObjectName(QStringLiteral("beganAt"));
    m_began->setAccessibleName(tr("When the run began"));
    m_began->setPlaceholderText(tr("began at 14:02:10"));
    m_began->setFixedWidth(kBeganPx);
    m_fileTime->setObjectName(QStringLiteral("endedAtFileTime"));
    m_forget->setObjectName(QStringLiteral("forgetAlignment"));
    m_forget->setAccessibleName(tr("Forget when the run began"));
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(style::metric::kGap);
    row->addWidget(m_text, 1);
    row->addWidget(m_began);
    row->addWidget(m_fileTime);
    row->addWidget(m_forget);
    connect(m_began, &QLineEdit::returnPressed, this, &AlignBar::takeTyped);
    connect(m_fileTime, &QPushButton::clicked, this, &AlignBar::takeFileTime);
    connect(m_forget, &QPushButton::clicked, this, [this] { m_workspace.alignReport(std::nullopt); });
    connect(&m_workspace, &workspace::Workspace::reportChanged, this, &AlignBar::showReport);
    showReport();
}

void AlignBar::showReport()
{
    setVisible(m_workspace.canAlignReport());
    const std::optional<RunAlignment> &alignment = m_workspace.reportAlignment();
    m_text->setTone(alignment ? PlainLabel::Tone::Accent : PlainLabel::Tone::Muted);
    m_text->setText(alignment ? toQString(loadtest::alignmentText(*alignment)) : unalignedText());
    m_began->clear();
    const std::optional<TimePoint> written = m_workspace.reportWrittenAt();
    m_fileTime->setEnabled(written.has_value());
    widgets::setPlainToolTip(m_fileTime,
                             written ? workspace::ShownTime::both(*written) : tr("When that was is not known"));
    m_forget->setVisible(alignment.has_value());
}

void AlignBar::takeTyped()
{
    const TimePoint now = currentTime();
    const workspace::ShownTime shown(m_workspace.settings().value());
    const Result<TimePoint> began = loadtest::parseBegin(m_began->text().toStdString(), now, shown.offset(now));
    if (!began) {
        m_text->setTone(PlainLabel::Tone::Warn);
        m_text->setText(toQString(began.error().message));
        return;
    }
    m_workspace.alignReport(RunAlignment{*began, RunAlignment::How::Typed});
}

void AlignBar::takeFileTime()
{
    const std::optional<TimePoint> written = m_workspace.reportWrittenAt();
    if (written && m_workspace.report())
        m_workspace.alignReport(
            RunAlignment{*written - loadtest::runLengthOf(*m_workspace.report()), RunAlignment::How::FileTime});
}

} // namespace tailspan::replay
