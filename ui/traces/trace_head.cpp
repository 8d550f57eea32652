// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/traces/trace_head.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "ui/style/fonts.h"
#include "ui/style/icon.h"
#include "ui/style/theme.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/plain_tooltip.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QToolButton>

namespace tailspan::traces {

using items::toQString;
using widgets::PlainLabel;

TraceHead::TraceHead(QWidget *parent) : QWidget(parent)
{
    m_title = new PlainLabel(this);
    m_title->setFont(style::titleFont());
    m_title->setElideMode(Qt::ElideMiddle);
    m_summary = new PlainLabel(this);
    m_summary->setTone(PlainLabel::Tone::Muted);
    m_summary->setElideMode(Qt::ElideRight);
    m_repairs = new widgets::Chip(this);
    m_repairs->setKind(widgets::Chip::Kind::Warning);
    m_repairs->setClickable(true);
    m_clocks = new widgets::Chip(this);
    m_clocks->setClickable(true);
    m_clocks->hide();
    m_id = new PlainLabel(this);
    QFont mono = style::monoFont();
    mono.setPixelSize(style::metric::kSmallTextPx);
    m_id->setFont(mono);
    m_id->setTone(PlainLabel::Tone::Muted);
    m_id->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_copy = new QToolButton(this);
    m_copy->setIcon(style::icon(QStringLiteral("copy"), style::IconColor::Muted));
    m_copy->setAutoRaise(true);
    m_copy->setAccessibleName(tr("Copy the trace id"));
    widgets::setPlainToolTip(m_copy, tr("Copy the trace id"));
    auto *line = new QHBoxLayout(this);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(style::metric::kGap);
    line->addWidget(m_title);
    line->addSpacing(style::metric::kGap);
    line->addWidget(m_summary, 1);
    line->addWidget(m_clocks);
    line->addWidget(m_repairs);
    line->addWidget(m_id);
    line->addWidget(m_copy);
    connect(m_repairs, &QAbstractButton::clicked, this, &TraceHead::repairsRequested);
    connect(m_clocks, &QAbstractButton::clicked, this, &TraceHead::clocksRequested);
    connect(m_copy, &QToolButton::clicked, this, &TraceHead::copyId);
}

void TraceHead::showTrace(const trace::TraceSnapshot &snapshot, TraceRow trace,
                          const waterfall::TraceOverview &overview)
{
    const trace::TraceSummary &summary = snapshot.traces()[trace.value()];
    const SpanRow root(summary.rootRow);
    m_traceId = toQString(snapshot.traceIdText(summary));
    m_title->setText(toQString(snapshot.operationOf(root)));
    QStringList parts{toQString(snapshot.serviceOf(root)), toQString(durationText(Duration(summary.durationNs))),
                      toQString(pluralText(summary.spanCount, "span", "spans")),
                      toQString(pluralText(summary.serviceCount, "service", "services"))};
    if (summary.errorCount > 0)
        parts.append(toQString(pluralText(summary.errorCount, "error", "errors")));
    if (summary.rootCount > 1)
        parts.append(toQString(pluralText(summary.rootCount, "root", "roots")));
    if (overview.inferredCount > 0)
        parts.append(tr("parents inferred (%1)").arg(QString::number(overview.inferredConfidence, 'f', 2)));
    m_summary->setText(parts.join(QStringLiteral(" \u00b7 ")));
    m_repairs->setText(toQString(pluralText(summary.repairCount, "repair", "repairs")));
    m_repairs->setVisible(summary.repairCount > 0);
    m_id->setText(m_traceId);
    fitId();
    m_copy->setVisible(!m_traceId.isEmpty());
}

void TraceHead::showClockState(ClockState state)
{
    m_clocks->setVisible(state != ClockState::Fine);
    const bool isCorrected = state == ClockState::Corrected;
    m_clocks->setText(isCorrected ? tr("clocks corrected") : tr("clocks disagree"));
    m_clocks->setKind(isCorrected ? widgets::Chip::Kind::Accent : widgets::Chip::Kind::Warning);
}

QString TraceHead::summaryText() const
{
    return m_summary->text();
}

/// What the trace is matters more than its id, which can be copied in either case.
void TraceHead::fitId()
{
    constexpr int kRoomForIdPx = 800;
    m_id->setVisible(!m_traceId.isEmpty() && width() >= kRoomForIdPx);
}

void TraceHead::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fitId();
}

void TraceHead::copyId()
{
    QGuiApplication::clipboard()->setText(m_traceId);
}

} // namespace tailspan::traces
