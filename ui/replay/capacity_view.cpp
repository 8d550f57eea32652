// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/capacity_view.h"

#include "app/workspace/workspace.h"
#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "models/loadtest/analysis_text.h"
#include "ui/replay/capacity_fields.h"
#include "ui/replay/capacity_plots.h"
#include "ui/replay/notes_panel.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/plain_label.h"

#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace tailspan::replay {

using namespace Qt::StringLiterals;
using items::toQString;
using widgets::PlainLabel;
using workspace::RunAnalysis;

namespace {

constexpr int kNotesPx = 340;
constexpr int kMuchPx = 5000;

} // namespace

CapacityView::CapacityView(workspace::Workspace &workspace, QWidget *parent)
    : QWidget(parent), m_workspace(workspace), m_stack(new QStackedWidget(this)),
      m_empty(new widgets::EmptyState(m_stack))
{
    setObjectName(u"capacityView"_s);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(buildContent());
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(m_stack);
    setFocusProxy(m_fields);
    connect(&m_workspace.analysis(), &RunAnalysis::capacityChanged, this, &CapacityView::refresh);
    refresh();
}

QWidget *CapacityView::buildContent()
{
    auto *content = new QWidget(m_stack);
    m_headline = new PlainLabel(content);
    m_headline->setObjectName(u"capacityHeadline"_s);
    m_headline->setFont(style::titleFont());
    m_headline->setElideMode(Qt::ElideRight);
    m_fields = new CapacityFields(m_workspace, content);
    m_answers = new PlainLabel(content);
    m_answers->setObjectName(u"capacityAnswers"_s);
    m_answers->setWordWrap(true);
    auto *body = new QSplitter(Qt::Horizontal, content);
    body->setChildrenCollapsible(false);
    m_plots = new CapacityPlots(body);
    m_notes = new NotesPanel(body);
    m_notes->setObjectName(u"capacityNotes"_s);
    m_notes->setAccessibleName(tr("What the run shows of capacity"));
    body->setStretchFactor(0, 1);
    body->setStretchFactor(1, 0);
    body->setSizes({kMuchPx, kNotesPx});
    auto *rows = new QVBoxLayout(content);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(style::metric::kGap);
    rows->addWidget(m_headline);
    rows->addWidget(m_fields);
    rows->addWidget(m_answers);
    rows->addWidget(body, 1);
    return content;
}

void CapacityView::setFields(const QString &text)
{
    m_fields->setText(text);
}

QString CapacityView::headline() const
{
    return m_headline->text();
}

QList<QWidget *> CapacityView::keyWidgets() const
{
    return m_fields->keyWidgets();
}

QString CapacityView::whyNone() const
{
    const loadtest::LoadTestReportPtr &report = m_workspace.report();
    if (!report || report->isPartial)
        return tr("It is read once the report is whole.");
    if (report->timeline.empty())
        return tr("The file holds figures of the whole run only. Capacity needs users, requests and latencies over "
                  "time.");
    if (!report->contents.hasUsers)
        return tr("The file does not say how many users were at work, so load cannot be held against latency.");
    if (!report->contents.hasLatency)
        return tr("The file holds no latencies over time.");
    return tr("Load was not varied enough: it takes at least six levels of users, the highest at least twice the "
              "lowest, for about a minute in all. Run a ramp to learn what the system carries.");
}

void CapacityView::refresh()
{
    const RunAnalysis &analysis = m_workspace.analysis();
    const loadtest::Capacity *capacity = analysis.capacity();
    m_stack->setCurrentIndex(capacity != nullptr ? 1 : 0);
    if (capacity == nullptr) {
        m_empty->setContent(u"chart"_s,
                            analysis.isReadingCapacity() ? tr("Reading the capacity")
                                                         : tr("This run does not show a capacity"),
                            analysis.isReadingCapacity() ? QString() : whyNone());
        m_plots->setCapacity(std::nullopt);
        return;
    }
    QStringList answers;
    for (const std::string &answer : loadtest::capacityAnswers(*capacity))
        answers << toQString(answer);
    QStringList sentences;
    for (const std::string &sentence : loadtest::capacitySentences(*capacity)) {
        if (!answers.contains(toQString(sentence))) // said above
            sentences << toQString(sentence);
    }
    m_headline->setText(sentences.takeFirst());
    if (answers.isEmpty())
        answers << tr("Today's peak gives the headroom, a wanted rate the number of replicas.");
    m_answers->setTone(loadtest::capacityAnswers(*capacity).empty() ? PlainLabel::Tone::Muted : PlainLabel::Tone::Text);
    m_answers->setText(answers.join(u'\n'));
    if (capacity->largestLoad)
        m_fields->setLimitPlaceholder(toQString(durationText(capacity->largestLoad->p95Limit)));
    m_plots->setCapacity(*capacity);
    m_notes->showSentences(tr("What the run shows"), sentences);
}

} // namespace tailspan::replay
