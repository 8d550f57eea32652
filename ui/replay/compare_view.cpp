// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/compare_view.h"

#include "app/workspace/workspace.h"
#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "models/items/run_comparison_model.h"
#include "models/items/run_comparison_text.h"
#include "ui/replay/interval_delegate.h"
#include "ui/replay/notes_panel.h"
#include "ui/replay/report_table.h"
#include "ui/replay/shift_view.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/open_dialog.h"
#include "ui/widgets/plain_label.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace tailspan::replay {

using namespace Qt::StringLiterals;
using items::RunComparisonModel;
using items::toQString;
using widgets::Chip;
using widgets::PlainLabel;
using workspace::RunAnalysis;

namespace {

constexpr int kBelowPx = 260;
constexpr int kShiftShare = 6000;
constexpr int kNotesShare = 4000;
constexpr int kLeastIntervalPx = 260;
constexpr int kMuchPx = 5000;

Chip::Kind kindOf(loadtest::ChangeVerdict verdict)
{
    switch (items::changeTone(verdict)) {
    case items::CellTone::Bad: return Chip::Kind::Bad;
    case items::CellTone::Good: return Chip::Kind::Good;
    case items::CellTone::Warning: return Chip::Kind::Warning;
    default: return Chip::Kind::Neutral;
    }
}

QString iconOf(loadtest::ChangeVerdict verdict)
{
    switch (kindOf(verdict)) {
    case Chip::Kind::Bad: return u"close"_s;
    case Chip::Kind::Warning: return u"info"_s;
    default: return u"check"_s;
    }
}

} // namespace

CompareView::CompareView(workspace::Workspace &workspace, QWidget *parent)
    : QWidget(parent), m_workspace(workspace), m_stack(new QStackedWidget(this)),
      m_empty(new widgets::EmptyState(m_stack)), m_content(new QWidget(m_stack))
{
    setObjectName(u"compareView"_s);
    m_empty->setContent(u"replay"_s, tr("Compare this run with another"),
                        tr("Choose the report of an earlier run as the baseline: every figure is compared with an "
                           "interval, and only what the data show is called a change. Four or more runs are taken as "
                           "repeats."),
                        tr("Choose a baseline..."));
    m_model = new RunComparisonModel(this);
    auto *column = new QVBoxLayout(m_content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(style::metric::kGap);
    column->addWidget(buildHead());
    m_body = buildBody();
    column->addWidget(m_body, 1);
    column->addStretch(0);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(m_content);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(m_stack);
    setFocusProxy(m_table);
    connect(m_empty, &widgets::EmptyState::actionTriggered, this, &CompareView::chooseBaseline);
    connect(m_choose, &QPushButton::clicked, this, &CompareView::chooseBaseline);
    RunAnalysis &analysis = m_workspace.analysis();
    connect(m_drop, &QPushButton::clicked, &analysis, &RunAnalysis::dropBaseline);
    connect(m_cancel, &QPushButton::clicked, &analysis, &RunAnalysis::cancelComparison);
    connect(&analysis, &RunAnalysis::baselineChanged, this, &CompareView::refresh);
    connect(&analysis, &RunAnalysis::comparisonChanged, this, &CompareView::refresh);
    refresh();
}

QWidget *CompareView::buildHead()
{
    auto *head = new QWidget(m_content);
    m_verdict = new Chip(head);
    m_headline = new PlainLabel(head);
    m_headline->setObjectName(u"compareHeadline"_s);
    m_headline->setFont(style::titleFont());
    m_headline->setElideMode(Qt::ElideRight);
    m_against = new PlainLabel(head);
    m_against->setTone(PlainLabel::Tone::Muted);
    m_against->setElideMode(Qt::ElideMiddle);
    m_error = new PlainLabel(head);
    m_error->setObjectName(u"baselineError"_s);
    m_error->setTone(PlainLabel::Tone::Bad);
    m_error->setWordWrap(true);
    m_choose = new QPushButton(tr("Choose a baseline..."), head);
    m_drop = new QPushButton(tr("Drop the baseline"), head);
    m_cancel = new QPushButton(tr("Cancel"), head);
    auto *line = new QHBoxLayout;
    line->setSpacing(style::metric::kGap);
    line->addWidget(m_verdict);
    line->addWidget(m_headline, 1);
    auto *second = new QHBoxLayout;
    second->setSpacing(style::metric::kGap);
    second->addWidget(m_against, 1);
    second->addStretch(0);
    for (QPushButton *button : {m_cancel, m_drop, m_choose})
        second->addWidget(button);
    auto *rows = new QVBoxLayout(head);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(style::metric::kGrid);
    rows->addLayout(line);
    rows->addLayout(second);
    rows->addWidget(m_error);
    return head;
}

QWidget *CompareView::buildBody()
{
    auto *body = new QSplitter(Qt::Vertical, m_content);
    body->setChildrenCollapsible(false);
    m_table = new ReportTable(*m_model, RunComparisonModel::IntervalColumn, body);
    m_table->setObjectName(u"comparisonTable"_s);
    m_table->setAccessibleName(tr("What changed"));
    m_table->setItemDelegateForColumn(RunComparisonModel::IntervalColumn, new IntervalDelegate(m_table));
    auto *below = new QSplitter(Qt::Horizontal, body);
    below->setChildrenCollapsible(false);
    m_shift = new ShiftView(below);
    m_notes = new NotesPanel(below);
    m_notes->setObjectName(u"comparisonNotes"_s);
    m_notes->setAccessibleName(tr("Notes on this comparison"));
    below->setSizes({kShiftShare, kNotesShare});
    body->setStretchFactor(0, 1);
    body->setStretchFactor(1, 0);
    body->setSizes({kMuchPx, kBelowPx});
    return body;
}

void CompareView::chooseBaseline()
{
    const QStringList paths = widgets::askForFiles(this);
    if (!paths.isEmpty())
        m_workspace.compareWith(paths);
}

QString CompareView::headline() const
{
    return m_headline->text();
}

QList<QWidget *> CompareView::keyWidgets() const
{
    return {m_table, m_choose, m_drop, m_cancel};
}

void CompareView::refresh()
{
    const RunAnalysis &analysis = m_workspace.analysis();
    const bool isAsked = !analysis.baseline().empty() || analysis.isComparing() || !analysis.baselineError().empty();
    m_stack->setCurrentWidget(isAsked ? m_content : m_empty);
    const bool hasResult = analysis.comparison() != nullptr && !analysis.isComparing();
    m_cancel->setVisible(analysis.isComparing());
    m_drop->setVisible(!analysis.isComparing() && !analysis.baseline().empty());
    m_error->setText(toQString(analysis.baselineError()));
    m_error->setVisible(!analysis.baselineError().empty());
    m_verdict->setVisible(hasResult);
    m_body->setVisible(analysis.comparison() != nullptr);
    QStringList names;
    for (const loadtest::LoadTestReportPtr &run : analysis.baseline())
        names << toQString(run->fileName);
    m_against->setVisible(!names.isEmpty());
    m_against->setText(tr("Baseline: %1").arg(names.join(u", "_s)));
    if (hasResult)
        showResult();
    else
        showWaiting();
}

/// The bars take the room that is left; where that is too little to read them the table scrolls.
void CompareView::fitInterval()
{
    QHeaderView *header = m_table->horizontalHeader();
    int others = 0;
    for (int column = 0; column < RunComparisonModel::IntervalColumn; ++column)
        others += header->sectionSize(column);
    const bool isRoomy = m_table->viewport()->width() - others >= kLeastIntervalPx;
    header->setSectionResizeMode(RunComparisonModel::IntervalColumn,
                                 isRoomy ? QHeaderView::Stretch : QHeaderView::Interactive);
    if (!isRoomy)
        header->resizeSection(RunComparisonModel::IntervalColumn, kLeastIntervalPx);
}

void CompareView::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fitInterval();
}

void CompareView::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    fitInterval();
}

void CompareView::showWaiting()
{
    const RunAnalysis &analysis = m_workspace.analysis();
    if (analysis.progress())
        m_headline->setText(tr("Reading the baseline"));
    else if (analysis.isComparing())
        m_headline->setText(tr("Comparing"));
    else
        m_headline->setText(analysis.baselineError().empty() ? tr("Open a whole report to compare it")
                                                             : tr("The baseline cannot be read"));
}

void CompareView::showResult()
{
    const RunAnalysis &analysis = m_workspace.analysis();
    const loadtest::Comparison &comparison = *analysis.comparison();
    const items::RunHeadline headline = items::headlineOf(comparison);
    m_verdict->setText(items::changeWord(headline.verdict));
    m_verdict->setKind(kindOf(headline.verdict));
    m_verdict->setIconName(iconOf(headline.verdict));
    m_headline->setText(headline.text);
    m_model->setComparison(&comparison, analysis.comparisonOptions());
    m_table->fitColumns();
    fitInterval();
    m_shift->setShift(comparison.shift);
    m_shift->setVisible(!comparison.metrics.empty());
    m_table->setVisible(!comparison.metrics.empty());
    QStringList notes;
    for (const std::string &note : comparison.notes)
        notes << toQString(note);
    for (const std::string &note : analysis.baselineNotes())
        notes << toQString(note);
    const bool isComparable = comparison.verdict != loadtest::ChangeVerdict::NotComparable;
    m_notes->showSentences(isComparable ? tr("How it was compared") : tr("Why they cannot be compared"), notes);
}

} // namespace tailspan::replay
