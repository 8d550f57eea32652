// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/replay_views.h"

#include "app/workspace/workspace.h"
#include "models/items/qt_text.h"
#include "ui/replay/capacity_view.h"
#include "ui/replay/compare_dialog.h"
#include "ui/replay/compare_pictures.h"
#include "ui/replay/compare_view.h"
#include "ui/replay/counting_bar.h"
#include "ui/replay/trend_view.h"
#include "ui/replay/view_tabs.h"
#include "ui/style/theme.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/plain_tooltip.h"

#include <QAction>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <functional>

namespace tailspan::replay {

using namespace Qt::StringLiterals;
using items::toQString;
using workspace::RunAnalysis;

namespace {

// Places of the views.
constexpr int kLanes = 0;
constexpr int kCompare = 1;
constexpr int kCapacity = 2;
constexpr int kTrend = 3;

} // namespace

ReplayViews::ReplayViews(workspace::Workspace &workspace, QWidget *lanes, QWidget *parent)
    : QWidget(parent), m_workspace(workspace), m_stack(new QStackedWidget(this)), m_tabs(new QButtonGroup(this)),
      m_compare(new CompareView(workspace, m_stack)), m_capacity(new CapacityView(workspace, m_stack)),
      m_trend(new TrendView(workspace, m_stack))
{
    m_stack->addWidget(lanes);
    m_stack->addWidget(m_compare);
    m_stack->addWidget(m_capacity);
    m_stack->addWidget(m_trend);
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(style::metric::kGap);
    rows->addWidget(buildTabs());
    rows->addWidget(m_stack, 1);
    connect(m_tabs, &QButtonGroup::idClicked, this, &ReplayViews::showIndex);
    connect(m_compare, &CompareView::trendRequested, this, [this] { showIndex(kTrend); });
    connect(m_open, &QPushButton::clicked, this, &ReplayViews::openLimits);
    connect(m_limits, &widgets::Chip::removed, this, [this] { m_workspace.openLimits({}); });
    connect(&m_workspace.analysis(), &RunAnalysis::judgedChanged, this, &ReplayViews::showLimits);
    showIndex(kLanes);
    showLimits();
}

QWidget *ReplayViews::buildTabs()
{
    auto *bar = new QWidget(this);
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(style::metric::kGrid);
    addTabs(*row, *m_tabs, {tr("Lanes"), tr("Compare"), tr("Capacity"), tr("Trend")});
    m_limitsError = new widgets::PlainLabel(bar);
    m_limitsError->setObjectName(u"limitsError"_s);
    m_limitsError->setTone(widgets::PlainLabel::Tone::Bad);
    m_limitsError->setElideMode(Qt::ElideRight);
    m_limitsError->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_limits = new widgets::Chip(bar);
    m_limits->setObjectName(u"limitsFile"_s);
    m_limits->setRemovable(true);
    m_countingButton = new QPushButton(tr("What counts"), bar);
    m_countingButton->setObjectName(u"whatCounts"_s);
    m_countingButton->setCheckable(true);
    widgets::setPlainToolTip(m_countingButton,
                             tr("Leave out a warm-up, failed requests or setup; what if no request had "
                                "been omitted"));
    m_open = new QPushButton(tr("Open limits..."), bar);
    m_open->setObjectName(u"openLimits"_s);
    widgets::setPlainToolTip(m_open, tr("A YAML file with limits of your own: p95: < 200 ms, errors: < 1 %"));
    row->addSpacing(style::metric::kGap);
    row->addWidget(m_limitsError, 1);
    m_bar = row;
    row->addWidget(m_limits);
    row->addWidget(m_countingButton);
    row->addWidget(m_open);
    return bar;
}

void ReplayViews::addTool(QToolButton *tool)
{
    m_tool = tool;
    m_bar->insertWidget(m_bar->indexOf(m_limits), tool);
    showIndex(m_stack->currentIndex());
}

void ReplayViews::showIndex(int index)
{
    if (m_tool != nullptr)
        m_tool->setVisible(index == 0);
    m_tabs->button(index)->setChecked(true);
    m_stack->setCurrentIndex(index);
}

void ReplayViews::setCountingBar(CountingBar *bar)
{
    m_counting = bar;
    static_cast<QVBoxLayout *>(layout())->insertWidget(1, bar); // below the tabs: it concerns all views
    m_countingButton->setChecked(bar->isOpen());
    connect(m_countingButton, &QPushButton::toggled, bar, &CountingBar::setOpen);
    connect(bar, &CountingBar::openChanged, m_countingButton, &QPushButton::setChecked);
}

bool ReplayViews::showView(const QString &id)
{
    const QString name = id.section(u':', 0, 0);
    const QString value = id.section(u':', 1);
    if (name == u"counting"_s && m_counting != nullptr) {
        showIndex(kLanes);
        m_counting->setText(value);
        return true;
    }
    if (name == u"limits"_s && !value.isEmpty()) {
        showIndex(kLanes);
        m_workspace.openLimits(value);
        return true;
    }
    const bool isPicture = name == u"compare-time"_s || name == u"compare-heat"_s;
    const auto index = isPicture ? kCompare
                                 : QStringList{u"lanes"_s, u"compare"_s, u"capacity"_s, u"trend"_s}.indexOf(name);
    if (index < 0 || (index == kLanes && !value.isEmpty()))
        return false;
    showIndex(static_cast<int>(index));
    if (isPicture)
        m_compare->pictures().showTab(name == u"compare-time"_s ? ComparePictures::Tab::OverTime
                                                                : ComparePictures::Tab::Heatmap);
    if (index == kCompare && !value.isEmpty())
        m_workspace.compareWith({value});
    if (index == kCapacity && !value.isEmpty())
        m_capacity->setFields(value);
    if (index == kTrend && !value.isEmpty())
        m_workspace.showTrendOf({value});
    return true;
}

bool ReplayViews::isAtLanes() const
{
    return m_stack->currentIndex() == kLanes;
}

QWidget *ReplayViews::currentView() const
{
    return m_stack->currentWidget();
}

QList<QWidget *> ReplayViews::keyWidgets() const
{
    QList<QWidget *> widgets{m_open, m_limits, m_countingButton};
    for (QAbstractButton *tab : m_tabs->buttons())
        widgets << tab;
    if (m_tool != nullptr)
        widgets << m_tool;
    return widgets + m_compare->keyWidgets() + m_capacity->keyWidgets() + m_trend->keyWidgets();
}

QList<QAction *> ReplayViews::makeCommands(QObject *owner)
{
    QList<QAction *> commands;
    const auto add = [&](const QString &text, const std::function<void()> &run) {
        commands << new QAction(text, owner);
        connect(commands.back(), &QAction::triggered, this, [run] { run(); });
    };
    add(tr("Lanes of the run"), [this] { showIndex(kLanes); });
    add(tr("Compare the run with a baseline"), [this] { showIndex(kCompare); });
    add(tr("Capacity that the run shows"), [this] { showIndex(kCapacity); });
    add(tr("Trend over many runs"), [this] { showIndex(kTrend); });
    add(tr("Choose runs to compare..."), [this] {
        showIndex(kCompare);
        m_compare->chooseRuns();
    });
    add(tr("Open a folder of runs..."), [this] {
        showIndex(kTrend);
        m_trend->chooseFolder();
    });
    add(tr("Open limits..."), [this] { openLimits(); });
    add(tr("Choose what counts: warm-up, failures, setup"), [this] { m_countingButton->setChecked(true); });
    return commands;
}

void ReplayViews::openLimits()
{
    const QString path = QFileDialog::getOpenFileName(this, tr("Open a file of limits"), QString(),
                                                      tr("Limits (*.yaml *.yml);;All files (*)"));
    if (!path.isEmpty())
        m_workspace.openLimits(path);
}

void ReplayViews::showLimits()
{
    const RunAnalysis &analysis = m_workspace.analysis();
    m_limitsError->setText(toQString(analysis.limitsError()).replace(u'\n', u' '));
    const QString path = QFile::decodeName(QByteArray::fromStdString(analysis.limitsPath()));
    m_limits->setVisible(!path.isEmpty());
    m_limits->setText(tr("limits: %1").arg(QFileInfo(path).fileName()));
    m_limits->setAccessibleName(m_limits->text());
}

} // namespace tailspan::replay
