// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/capacity_view.h"

#include "app/workspace/workspace.h"
#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "models/loadtest/analysis_text.h"
#include "models/loadtest/limit_text.h"
#include "ui/replay/capacity_plots.h"
#include "ui/replay/notes_panel.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/plain_label.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace tailspan::replay {

using namespace Qt::StringLiterals;
using items::toQString;
using widgets::PlainLabel;
using workspace::RunAnalysis;

namespace {

constexpr int kLimitPx = 96;
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
    setFocusProxy(m_limit);
    connect(m_limit, &QLineEdit::editingFinished, this, &CapacityView::takeLimit);
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
    auto *name = new PlainLabel(tr("Limit of p95"), content);
    name->setTone(PlainLabel::Tone::Muted);
    m_limit = new QLineEdit(content);
    m_limit->setObjectName(u"p95Limit"_s);
    m_limit->setAccessibleName(tr("Limit of p95"));
    m_limit->setFixedWidth(kLimitPx);
    m_limit->setPlaceholderText(tr("200 ms"));
    m_limitError = new PlainLabel(tr("Type a length of time, such as 200 ms"), content);
    m_limitError->setObjectName(u"p95LimitError"_s);
    m_limitError->setTone(PlainLabel::Tone::Bad);
    m_limitError->hide();
    auto *head = new QHBoxLayout;
    head->setSpacing(style::metric::kGap);
    head->addWidget(m_headline, 1);
    head->addWidget(m_limitError);
    head->addWidget(name);
    head->addWidget(m_limit);
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
    rows->addLayout(head);
    rows->addWidget(body, 1);
    return content;
}

void CapacityView::setLimitText(const QString &text)
{
    m_limit->setText(text);
    takeLimit();
}

QString CapacityView::headline() const
{
    return m_headline->text();
}

QList<QWidget *> CapacityView::keyWidgets() const
{
    return {m_limit};
}

void CapacityView::takeLimit()
{
    const std::string text = m_limit->text().trimmed().toStdString();
    const std::optional<Duration> limit = text.empty() ? std::nullopt : loadtest::parseDurationText(text);
    const bool isWrong = !text.empty() && (!limit || limit->ns() <= 0);
    m_limitError->setVisible(isWrong);
    if (!isWrong)
        m_workspace.analysis().setP95Limit(limit);
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
    QStringList sentences;
    for (const std::string &sentence : loadtest::capacitySentences(*capacity))
        sentences << toQString(sentence);
    m_headline->setText(sentences.takeFirst());
    if (capacity->largestLoad && !m_limit->hasFocus() && m_limit->text().isEmpty())
        m_limit->setPlaceholderText(toQString(durationText(capacity->largestLoad->p95Limit)));
    m_plots->setCapacity(*capacity);
    m_notes->showSentences(tr("What the run shows"), sentences);
}

} // namespace tailspan::replay
