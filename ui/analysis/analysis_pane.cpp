// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/analysis/analysis_pane.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "models/layout/time_ruler.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_label.h"

#include <QHBoxLayout>
#include <QStackedLayout>
#include <QVBoxLayout>

namespace tailspan::analysis {

using items::toQString;
using widgets::PlainLabel;

QString scopeText(const AnalysisScope &scope)
{
    if (scope.snapshot == nullptr || scope.traces.empty())
        return {};
    std::uint64_t spans = 0;
    for (const TraceRow trace : scope.traces)
        spans += scope.snapshot->traces()[trace.value()].spanCount;
    QStringList parts{toQString(pluralText(scope.traces.size(), "trace", "traces"))};
    const trace::TraceSummary &first = scope.snapshot->traces()[scope.traces.front().value()];
    if (scope.traces.size() == 1)
        parts.append(toQString(durationText(Duration(first.durationNs))));
    parts.append(toQString(pluralText(spans, "span", "spans")));
    if (scope.within) {
        const std::int64_t begin = scope.within->begin.ns() - first.startNs;
        const std::int64_t end = scope.within->end.ns() - first.startNs;
        const std::int64_t precision = std::max<std::int64_t>((end - begin) / 100, 1);
        parts.append(QObject::tr("only %1 to %2, as zoomed")
                         .arg(toQString(layout::offsetText(begin, precision, end)),
                              toQString(layout::offsetText(end, precision, end))));
    }
    return parts.join(QStringLiteral(" \u00b7 "));
}

AnalysisPane::AnalysisPane(TraceAnalysis &analysis, QWidget *parent) : QWidget(parent), m_analysis(analysis)
{
    m_summary = new PlainLabel(this);
    m_summary->setTone(PlainLabel::Tone::Muted);
    m_summary->setElideMode(Qt::ElideRight);
    m_notice = new PlainLabel(this);
    m_notice->setTone(PlainLabel::Tone::Muted);
    m_notice->setAlignment(Qt::AlignCenter);
    m_notice->setWordWrap(true);
    m_controls = new QHBoxLayout;
    m_controls->setContentsMargins(0, 0, 0, 0);
    m_controls->setSpacing(style::metric::kGap);
    m_controls->addWidget(m_summary, 1);
    auto *body = new QWidget(this);
    m_stack = new QStackedLayout(body);
    m_stack->addWidget(m_notice);
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(style::metric::kGap);
    rows->addLayout(m_controls);
    rows->addWidget(body, 1);
    connect(&m_analysis, &TraceAnalysis::resultChanged, this, &AnalysisPane::takeResult);
}

void AnalysisPane::setBody(QWidget *body)
{
    m_stack->addWidget(body);
}

void AnalysisPane::setSummary(const QString &text)
{
    m_summary->setText(text);
}

QString AnalysisPane::summaryText() const
{
    return m_summary->text();
}

void AnalysisPane::setNotice(const QString &text)
{
    m_notice->setText(text);
    m_stack->setCurrentIndex(text.isEmpty() ? 1 : 0);
}

void AnalysisPane::showSpan(SpanRow span)
{
    m_span = span;
    if (isVisible() && m_analysis.result() != nullptr)
        markSpan();
}

std::uint32_t AnalysisPane::shownPosition(const AnalysedTraces &traces) const
{
    return m_span.isValid() ? traces.selection.positionOf(*traces.scope.snapshot, m_span) : SpanRow::kNone;
}

std::uint32_t AnalysisPane::shownNode() const
{
    const std::uint32_t position = shownPosition(*m_analysis.result());
    return position == SpanRow::kNone ? trace::CallTree::kNone : m_analysis.result()->tree.nodeOf[position];
}

void AnalysisPane::chooseNode(std::uint32_t node)
{
    if (shownNode() != node)
        Q_EMIT spanChosen(SpanRow(m_analysis.result()->tree.nodes[node].totals.longestRow));
}

void AnalysisPane::takeResult()
{
    if (!isVisible())
        return;
    setSummary(scopeText(m_analysis.scope()));
    if (m_analysis.result() != nullptr)
        setNotice({});
    else if (!m_analysis.problem().isEmpty())
        setNotice(m_analysis.problem());
    else
        setNotice(m_analysis.scope().traces.empty() ? tr("Choose a trace in the list above.")
                                                    : tr("Adding up the spans\u2026"));
    showResult();
    if (m_analysis.result() != nullptr)
        markSpan();
}

void AnalysisPane::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    m_analysis.want();
    takeResult();
}

void AnalysisPane::hideEvent(QHideEvent *event)
{
    m_analysis.rest();
    QWidget::hideEvent(event);
}

} // namespace tailspan::analysis
