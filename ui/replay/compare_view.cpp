// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/compare_view.h"

#include "app/workspace/workspace.h"
#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "models/items/run_comparison_model.h"
#include "models/items/run_comparison_text.h"
#include "ui/replay/compare_dialog.h"
#include "ui/replay/compare_pictures.h"
#include "ui/replay/interval_delegate.h"
#include "ui/replay/notes_panel.h"
#include "ui/replay/report_table.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/plain_label.h"

#include <QDoubleSpinBox>
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

constexpr int kBelowPx = 360;
constexpr int kPicturesShare = 6800;
constexpr int kNotesShare = 3200;
constexpr double kMostChangePercent = 100;
constexpr double kMostLatencyMs = 10'000;
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
                           "interval, and only what the data show is called a change. Several runs or a folder of them "
                           "are repeats; a folder of ten or more shows a trend, too."),
                        tr("Choose runs..."));
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
    connectAnalysis();
    refresh();
}

void CompareView::connectAnalysis()
{
    connect(m_empty, &widgets::EmptyState::actionTriggered, this, &CompareView::chooseRuns);
    connect(m_choose, &QPushButton::clicked, this, &CompareView::chooseRuns);
    for (QDoubleSpinBox *field : {m_leastChange, m_leastLatency})
        connect(field, &QDoubleSpinBox::valueChanged, this, &CompareView::takeEffect);
    RunAnalysis &analysis = m_workspace.analysis();
    connect(m_drop, &QPushButton::clicked, &analysis, &RunAnalysis::dropBaseline);
    connect(m_cancel, &QPushButton::clicked, &analysis, &RunAnalysis::cancelComparison);
    connect(&analysis, &RunAnalysis::baselineChanged, this, &CompareView::refresh);
    connect(&analysis, &RunAnalysis::comparisonChanged, this, &CompareView::refresh);
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
    m_choose = new QPushButton(tr("Choose runs..."), head);
    m_drop = new QPushButton(tr("Drop the baseline"), head);
    m_cancel = new QPushButton(tr("Cancel"), head);
    auto *line = new QHBoxLayout;
    line->setSpacing(style::metric::kGap);
    line->addWidget(m_verdict);
    line->addWidget(m_headline, 1);
    addEffectFields(*line);
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

/// "A change counts from [5 %] and [2 ms] on".
void CompareView::addEffectFields(QHBoxLayout &line)
{
    m_effect = new QWidget(m_content);
    const auto field = [this](const QString &name, const QString &unit, double most, double value) {
        auto *box = new QDoubleSpinBox(m_effect);
        box->setObjectName(name);
        box->setSuffix(unit);
        box->setDecimals(1);
        box->setRange(0, most);
        box->setValue(value);
        box->setKeyboardTracking(false);
        return box;
    };
    const loadtest::ComparisonOptions &options = m_workspace.analysis().comparisonOptions();
    m_leastChange = field(u"leastChange"_s, tr(" %"), kMostChangePercent, options.minimumEffect * 100);
    m_leastChange->setAccessibleName(tr("Least change that counts, percent"));
    m_leastLatency = field(u"leastLatency"_s, tr(" ms"), kMostLatencyMs, options.minimumLatency.toSeconds() * 1000);
    m_leastLatency->setAccessibleName(tr("Least change of a latency that counts, milliseconds"));
    auto *row = new QHBoxLayout(m_effect);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(style::metric::kGrid);
    row->addWidget(new PlainLabel(tr("A change counts from"), m_effect));
    row->addWidget(m_leastChange);
    row->addWidget(new PlainLabel(tr("and"), m_effect));
    row->addWidget(m_leastLatency);
    line.addWidget(m_effect);
}

void CompareView::takeEffect()
{
    m_workspace.analysis().setMinimumEffect(m_leastChange->value() / 100,
                                            Duration(std::llround(m_leastLatency->value() * 1e6)));
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
    m_pictures = new ComparePictures(below);
    m_notes = new NotesPanel(below);
    m_notes->setObjectName(u"comparisonNotes"_s);
    m_notes->setAccessibleName(tr("Notes on this comparison"));
    below->setSizes({kPicturesShare, kNotesShare});
    body->setStretchFactor(0, 1);
    body->setStretchFactor(1, 0);
    body->setSizes({kMuchPx, kBelowPx});
    return body;
}

CompareDialog *CompareView::chooseRuns()
{
    auto *dialog = new CompareDialog(m_workspace, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &CompareDialog::trendChosen, this, &CompareView::trendRequested);
    dialog->open();
    return dialog;
}

QString CompareView::headline() const
{
    return m_headline->text();
}

QList<QWidget *> CompareView::keyWidgets() const
{
    return QList<QWidget *>{m_table, m_choose, m_drop, m_cancel, m_leastChange, m_leastLatency}
    + m_pictures->keyWidgets();
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
    m_effect->setVisible(analysis.comparison() != nullptr);
    showSides();
    if (hasResult)
        showResult();
    else
        showWaiting();
}

/// The open run alone needs no name: it stands at the top of the page.
void CompareView::showSides()
{
    const RunAnalysis &analysis = m_workspace.analysis();
    const auto namesOf = [](const std::vector<loadtest::LoadTestReportPtr> &runs) {
        QStringList names;
        for (const loadtest::LoadTestReportPtr &run : runs)
            names << toQString(run->fileName);
        return runs.size() > 1 ? tr("%n runs (%1)", nullptr, static_cast<int>(runs.size())).arg(names.join(u", "_s))
                               : names.join(u", "_s);
    };
    const std::vector<loadtest::LoadTestReportPtr> current = analysis.current();
    m_against->setVisible(!analysis.baseline().empty());
    m_against->setText(analysis.isOpenRunAlone() || current.empty()
                           ? tr("Before: %1").arg(namesOf(analysis.baseline()))
                           : tr("Before: %1; after: %2").arg(namesOf(analysis.baseline()), namesOf(current)));
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
    m_pictures->showResult(comparison, analysis.pictures());
    m_table->setVisible(!comparison.metrics.empty());
    QStringList notes;
    for (const std::string &note : comparison.notes)
        notes << toQString(note);
    for (const std::string &note : analysis.baselineNotes())
        notes << toQString(note);
    if (const workspace::RunPictures *pictures = analysis.pictures()) {
        notes << tr("Over time: %1").arg(toQString(pictures->overlay.words));
        notes << tr("Heatmap difference: %1").arg(toQString(pictures->heat.words));
    }
    const bool isComparable = comparison.verdict != loadtest::ChangeVerdict::NotComparable;
    m_notes->showSentences(isComparable ? tr("How it was compared") : tr("Why they cannot be compared"), notes);
}

} // namespace tailspan::replay
