// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/analysis/compare_pane.h"

#include "models/base/key_numbers.h"
#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "ui/analysis/span_tree_view.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_label.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <set>

namespace tailspan::analysis {

using items::ComparisonModel;
using items::toQString;
using ComparedPtr = std::shared_ptr<const ComparisonModel::Compared>;

namespace {

/// Which endpoint a trace begins with.
std::uint64_t rootEndpoint(const trace::TraceSnapshot &snapshot, TraceRow trace)
{
    const std::uint32_t root = snapshot.traces()[trace.value()].rootRow;
    return pairKey(snapshot.spans().service[root], snapshot.spans().operation[root]);
}

QString duration(double ns)
{
    return toQString(durationText(Duration(std::llround(ns))));
}

} // namespace

ComparePane::ComparePane(TraceAnalysis &analysis, QWidget *parent)
    : AnalysisPane(analysis, parent), m_model(new ComparisonModel(this))
{
    auto *body = new QWidget(this);
    m_verdict = new widgets::PlainLabel(body);
    m_verdict->setObjectName(QStringLiteral("comparison"));
    m_verdict->setWordWrap(true);
    m_view = new SpanTreeView(*m_model, {92, 92, 124, 124, 104, 96, 88, 104},
                              {items::ComparisonModel::CallsColumn, items::ComparisonModel::FailedColumn,
                               items::ComparisonModel::ShareColumn, items::ComparisonModel::P50Column,
                               items::ComparisonModel::ChanceColumn, items::ComparisonModel::P95Column},
                              body);
    m_view->setObjectName(QStringLiteral("compareTable"));
    m_view->setAccessibleName(tr("Differences by call path"));
    m_view->header()->setSortIndicator(ComparisonModel::CriticalColumn, Qt::DescendingOrder);
    m_view->setSortingEnabled(true);
    auto *rows = new QVBoxLayout(body);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(style::metric::kGrid);
    rows->addWidget(m_verdict);
    rows->addWidget(m_view, 1);
    setBody(body);
    setFocusProxy(m_view);
    buildControls();
    connect(m_view, &SpanTreeView::nodeChosen, this, [this](std::uint32_t path) {
        const ComparisonModel::Exemplar span = m_model->exemplarOf(path);
        const ComparisonModel::Compared &compared = *m_model->compared();
        if ((span.isOfB ? compared.snapshotB : compared.snapshotA) == this->analysis().scope().snapshot)
            Q_EMIT spanChosen(span.row);
    });
}

void ComparePane::buildControls()
{
    auto *asTree = new QCheckBox(tr("As tree"), this);
    auto *onlyClear = new QCheckBox(tr("Only clear changes"), this);
    m_swap = new QPushButton(tr("Swap"), this);
    m_forget = new QPushButton(tr("Forget baseline"), this);
    m_useAsBaseline = new QPushButton(tr("Use as baseline"), this);
    m_useAsBaseline->setObjectName(QStringLiteral("useAsBaseline"));
    for (QWidget *control : std::initializer_list<QWidget *>{asTree, onlyClear, m_swap, m_forget, m_useAsBaseline})
        controls().addWidget(control);
    connect(asTree, &QCheckBox::toggled, this, [this, onlyClear](bool isTree) {
        m_model->setTree(isTree);
        m_view->setRootIsDecorated(isTree);
        onlyClear->setEnabled(!isTree); // what stands above a clear change has to be there
        if (isTree)
            m_view->expandWhatFits();
    });
    m_view->setRootIsDecorated(false);
    connect(onlyClear, &QCheckBox::toggled, m_model, &ComparisonModel::setOnlySignificant);
    connect(m_swap, &QPushButton::clicked, this, &ComparePane::swap);
    connect(m_forget, &QPushButton::clicked, this, &ComparePane::forgetBaseline);
    connect(m_useAsBaseline, &QPushButton::clicked, this, &ComparePane::useAsBaseline);
}

bool ComparePane::isSettled() const
{
    return AnalysisPane::isSettled() && (!isVisible() || !m_job.isRunning());
}

void ComparePane::setListed(std::vector<TraceRow> traces)
{
    m_listed = std::move(traces);
    if (isVisible() && !m_baseline)
        showResult();
}

void ComparePane::useAsBaseline()
{
    if (analysis().scope().traces.empty())
        return;
    m_baseline = analysis().scope();
    m_baseline->within.reset();
    showResult();
}

void ComparePane::forgetBaseline()
{
    m_baseline.reset();
    showResult();
}

void ComparePane::swap()
{
    const Sets sets = setsToCompare();
    m_baseline = sets.b;
    Q_EMIT tracesWanted(sets.a.traces);
}

std::vector<TraceRow> ComparePane::othersLike(const AnalysisScope &chosen) const
{
    std::set<std::uint64_t> endpoints;
    for (const TraceRow trace : chosen.traces)
        endpoints.insert(rootEndpoint(*chosen.snapshot, trace));
    std::vector<TraceRow> others;
    for (const TraceRow trace : m_listed) {
        if (endpoints.contains(rootEndpoint(*chosen.snapshot, trace))
            && !std::ranges::binary_search(chosen.traces, trace))
            others.push_back(trace);
    }
    return others;
}

ComparePane::Sets ComparePane::setsToCompare() const
{
    Sets sets{{}, analysis().scope(), {}};
    sets.b.within.reset();
    if (m_baseline) {
        sets.a = *m_baseline;
        sets.nameOfA = tr("baseline");
    } else if (sets.b.traces.size() == 2) {
        sets.a = {sets.b.snapshot, {sets.b.traces.front()}, {}};
        sets.b.traces.erase(sets.b.traces.begin());
        sets.nameOfA = tr("the earlier of the two");
    } else if (sets.b.snapshot != nullptr) {
        sets.a = {sets.b.snapshot, othersLike(sets.b), {}};
        sets.nameOfA = tr("the other traces in the list that begin alike");
    }
    return sets;
}

void ComparePane::showResult()
{
    m_forget->setVisible(m_baseline.has_value());
    m_useAsBaseline->setEnabled(!analysis().scope().traces.empty());
    if (analysis().result() == nullptr) {
        m_job.cancel();
        m_model->setComparison(nullptr);
        return;
    }
    compare();
}

void ComparePane::compare()
{
    const Sets sets = setsToCompare();
    m_swap->setEnabled(!sets.a.traces.empty() && sets.a.snapshot == sets.b.snapshot);
    if (sets.a.traces.empty()) {
        m_job.cancel();
        m_model->setComparison(nullptr);
        setNotice(tr("There is nothing to compare with: no other trace in the list begins with the same operation. "
                     "Choose several traces, press \u201cUse as baseline\u201d, then choose the others."));
        return;
    }
    setNotice({});
    m_job.start(
        [sets](std::stop_token stop, Progress &) -> Result<ComparedPtr> {
            const trace::TraceSelection a(*sets.a.snapshot, sets.a.traces);
            const trace::TraceSelection b(*sets.b.snapshot, sets.b.traces);
            TS_TRY(trace::TraceComparison comparison,
                   trace::compareTraces({*sets.a.snapshot, a}, {*sets.b.snapshot, b}, stop));
            return std::make_shared<const ComparisonModel::Compared>(
                ComparisonModel::Compared{sets.a.snapshot, sets.b.snapshot, std::move(comparison)});
        },
        [this, sets](Result<ComparedPtr> compared) { take(sets, std::move(compared)); });
}

void ComparePane::take(const Sets &sets, Result<ComparedPtr> compared)
{
    if (!compared.has_value())
        return setNotice(toQString(compared.error().text()));
    const trace::TraceComparison &comparison = (*compared)->comparison;
    m_model->setComparison(*compared);
    const double change = comparison.meanDurationB - comparison.meanDurationA;
    const QString difference = std::llround(change) == 0
        ? tr("no difference")
        : (change > 0 ? QStringLiteral("+") : QString()) + duration(change);
    m_verdict->setText(tr("A: %1, %2, mean %3   \u2192   B: %4, mean %5   \u00b7   %6")
                           .arg(sets.nameOfA, toQString(pluralText(sets.a.traces.size(), "trace", "traces")),
                                duration(comparison.meanDurationA),
                                toQString(pluralText(sets.b.traces.size(), "chosen trace", "chosen traces")),
                                duration(comparison.meanDurationB), difference));
    setSummary(comparison.isEmpty()
                   ? tr("Nothing differs.")
                   : tr("%1 changed; those that explain most of the difference come first")
                         .arg(toQString(pluralText(comparison.byContribution.size(), "call path", "call paths"))));
}

QString ComparePane::verdictText() const
{
    return m_verdict->text();
}

} // namespace tailspan::analysis
