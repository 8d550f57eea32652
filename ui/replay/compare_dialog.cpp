// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/compare_dialog.h"

#include "app/workspace/workspace.h"
#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "models/loadtest/change_points.h"
#include "ui/replay/run_side_list.h"
#include "ui/style/theme.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/plain_label.h"

#include <QFile>
#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace tailspan::replay {

using namespace Qt::StringLiterals;
using items::toQString;
using widgets::Chip;
using widgets::PlainLabel;
using workspace::RunChoice;

namespace {

constexpr int kWidthPx = 820;
constexpr int kHeightPx = 460;
constexpr int kMargin = 20;

std::vector<std::string> localPaths(const QStringList &paths)
{
    std::vector<std::string> local;
    for (const QString &path : paths)
        local.push_back(QFile::encodeName(path).toStdString());
    return local;
}

/// "12 runs, k6, 2026-11-01 to 2026-11-12"
QString foundText(const std::vector<loadtest::LoadTestReportPtr> &runs)
{
    if (runs.empty())
        return CompareDialog::tr("Drop reports or a folder of them here.");
    QStringList parts{toQString(pluralText(runs.size(), "run", "runs"))};
    QStringList tools;
    QStringList days;
    for (const loadtest::LoadTestReportPtr &run : runs) {
        const QString tool = toQString(run->tool).section(u' ', 0, 0);
        if (!tool.isEmpty() && !tools.contains(tool))
            tools << tool;
        if (run->startedAt)
            days << toQString(isoText(*run->startedAt)).left(10);
    }
    std::sort(days.begin(), days.end());
    parts += tools;
    if (!days.isEmpty())
        parts << (days.front() == days.back() ? days.front()
                                              : CompareDialog::tr("%1 to %2").arg(days.front(), days.back()));
    return parts.join(u", "_s);
}

QString joined(const std::vector<std::string> &sentences)
{
    QStringList lines;
    for (const std::string &sentence : sentences)
        lines << toQString(sentence);
    return lines.join(u'\n');
}

} // namespace

CompareDialog::CompareDialog(workspace::Workspace &workspace, QWidget *parent)
    : QDialog(parent), m_workspace(workspace),
      m_choice(workspace.report(), localPaths(workspace.reportPaths()), workspace.answersForFiles()),
      m_before(new RunSideList(tr("Before: the baseline"), u"before"_s, this)),
      m_after(new RunSideList(tr("After"), u"after"_s, this))
{
    setObjectName(u"compareDialog"_s);
    setWindowTitle(tr("Compare runs"));
    resize(kWidthPx, kHeightPx);
    if (workspace.report())
        m_after->setOpenRun(toQString(workspace.report()->fileName));
    for (RunSideList *side : {m_before, m_after})
        side->setRecent(workspace.settings().value().recentRuns);
    auto *sides = new QHBoxLayout;
    sides->setSpacing(kMargin);
    sides->addWidget(m_before, 1);
    sides->addWidget(m_after, 1);
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(kMargin, style::metric::kMargin, kMargin, style::metric::kMargin);
    rows->setSpacing(style::metric::kGap + style::metric::kGrid);
    rows->addLayout(sides, 1);
    rows->addWidget(buildSaid());
    rows->addWidget(buildButtons());
    connect(m_before, &RunSideList::pathsChanged, this, [this] { takePaths(RunChoice::Side::Before); });
    connect(m_after, &RunSideList::pathsChanged, this, [this] { takePaths(RunChoice::Side::After); });
    connect(m_after, &RunSideList::openRunRemoved, this, [this] {
        m_after->setOpenRun({});
        m_choice.setWithOpen(false);
    });
    connect(&m_choice, &RunChoice::changed, this, &CompareDialog::refresh);
    refresh();
}

QWidget *CompareDialog::buildSaid()
{
    auto *line = new QWidget(this);
    m_verdict = new Chip(line);
    m_verdict->setObjectName(u"comparable"_s);
    m_said = new PlainLabel(line);
    m_said->setObjectName(u"compareSaid"_s);
    m_said->setWordWrap(true);
    auto *row = new QHBoxLayout(line);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(style::metric::kGap);
    row->addWidget(m_verdict, 0, Qt::AlignTop);
    row->addWidget(m_said, 1);
    return line;
}

QWidget *CompareDialog::buildButtons()
{
    auto *line = new QWidget(this);
    m_trend = new QPushButton(line);
    m_trend->setObjectName(u"showTrend"_s);
    auto *cancel = new QPushButton(tr("Cancel"), line);
    m_compare = new QPushButton(tr("Compare"), line);
    m_compare->setObjectName(u"compare"_s);
    m_trend->setAutoDefault(false);
    cancel->setAutoDefault(false);
    m_compare->setDefault(true);
    auto *row = new QHBoxLayout(line);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(style::metric::kGap);
    row->addWidget(m_trend);
    row->addStretch(1);
    row->addWidget(cancel);
    row->addWidget(m_compare);
    connect(m_trend, &QPushButton::clicked, this, &CompareDialog::showTrend);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_compare, &QPushButton::clicked, this, &CompareDialog::compare);
    return line;
}

RunSideList &CompareDialog::side(RunChoice::Side side) const
{
    return side == RunChoice::Side::Before ? *m_before : *m_after;
}

QString CompareDialog::said() const
{
    return m_said->text();
}

void CompareDialog::takePaths(RunChoice::Side which)
{
    m_choice.setPaths(which, localPaths(side(which).paths()));
}

void CompareDialog::refresh()
{
    refreshSide(RunChoice::Side::Before);
    refreshSide(RunChoice::Side::After);
    sayVerdict();
    m_compare->setEnabled(m_choice.isReady());
    const auto many = [this](RunChoice::Side side) {
        return m_choice.opened(side).reports.size() >= loadtest::kFewestForTrend;
    };
    const bool isOffered = many(RunChoice::Side::Before) || many(RunChoice::Side::After);
    m_trend->setVisible(isOffered);
    if (isOffered)
        m_trend->setText(many(RunChoice::Side::Before) && many(RunChoice::Side::After)
                             ? tr("Show the trend of both sides")
                             : tr("Show the trend of these runs"));
}

void CompareDialog::refreshSide(RunChoice::Side which)
{
    const QString error = toQString(m_choice.error(which));
    side(which).setFound(m_choice.isReading(which) ? tr("Reading")
                             : error.isEmpty()     ? foundText(m_choice.runs(which))
                                                   : error,
                         !error.isEmpty());
}

void CompareDialog::sayVerdict()
{
    const auto &comparability = m_choice.comparability();
    m_verdict->setVisible(comparability.has_value());
    if (!comparability) {
        m_said->setText(m_choice.isBusy() ? tr("Looking at the runs")
                                          : tr("Choose the runs before and after. Several runs or a folder are "
                                               "repeats: four or more of each side cover run-to-run variance."));
        return;
    }
    const bool isComparable = comparability->obstacles.empty();
    m_verdict->setText(isComparable ? tr("comparable") : tr("not comparable"));
    m_verdict->setKind(isComparable ? Chip::Kind::Good : Chip::Kind::Warning);
    m_verdict->setIconName(isComparable ? u"check"_s : u"info"_s);
    if (!isComparable) {
        m_said->setText(joined(comparability->obstacles));
        return;
    }
    std::vector<std::string> sentences{loadtest::methodText(
        *comparability, m_choice.runs(RunChoice::Side::Before).size(), m_choice.runs(RunChoice::Side::After).size())};
    sentences.insert(sentences.end(), comparability->notes.begin(), comparability->notes.end());
    m_said->setText(joined(sentences));
}

void CompareDialog::compare()
{
    if (!m_choice.isReady())
        return;
    for (const RunSideList *one : {m_after, m_before})
        m_workspace.rememberRuns(one->paths());
    m_workspace.analysis().compare(m_choice.sides());
    accept();
}

void CompareDialog::showTrend()
{
    std::vector<reports::OpenedReport> runs;
    for (const RunChoice::Side side : {RunChoice::Side::Before, RunChoice::Side::After}) {
        const auto &opened = m_choice.opened(side).reports;
        if (opened.size() >= loadtest::kFewestForTrend)
            runs.insert(runs.end(), opened.begin(), opened.end());
    }
    for (const RunSideList *one : {m_after, m_before})
        m_workspace.rememberRuns(one->paths());
    m_workspace.trend().show(std::move(runs));
    Q_EMIT trendChosen();
    accept();
}

/// What is still read is read for nothing then.
void CompareDialog::done(int result)
{
    QDialog::done(result);
    m_choice.setPaths(RunChoice::Side::Before, {});
    m_choice.setPaths(RunChoice::Side::After, {});
}

} // namespace tailspan::replay
