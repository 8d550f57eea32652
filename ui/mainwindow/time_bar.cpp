// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/mainwindow/time_bar.h"

#include "models/base/number_text.h"
#include "ui/style/icon.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/plain_tooltip.h"

#include <QCursor>
#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>

#include <algorithm>

namespace tailspan::mainwindow {

using namespace Qt::StringLiterals;
using widgets::PlainLabel;
namespace metric = style::metric;

namespace {

constexpr std::size_t kSteps = 120;
constexpr std::size_t kFewestSteps = 24;
constexpr std::size_t kTracesPerStep = 6;
constexpr std::int64_t kShortRangeNs = 20'000'000'000;

/// Fewer and wider steps for few traces: a step with one trace says nothing about p95 or the share of errors.
std::size_t stepsFor(std::size_t traces)
{
    return std::clamp(traces / kTracesPerStep, kFewestSteps, kSteps);
}

QString rangeText(TimeRange range)
{
    const bool isShort = range.length().ns() < kShortRangeNs;
    const QString day = QString::fromStdString(isoText(range.begin)).left(10);
    const QString lastDay = QString::fromStdString(isoText(range.end)).left(10);
    const QString first = QString::fromStdString(clockText(range.begin, isShort));
    const QString last = QString::fromStdString(clockText(range.end, isShort));
    if (day == lastDay)
        return u"%1  %2 – %3 UTC"_s.arg(day, first, last);
    // Over days the seconds say nothing, the days do.
    return u"%1 %2 – %3 %4 UTC"_s.arg(day, first.left(5), lastDay, last.left(5));
}

/// Times of a report without a start count from 0: a length says more than a clock.
QString lengthText(TimeRange range)
{
    return QString::fromStdString(durationText(range.length()));
}

double shareOf(TimePoint time, TimeRange range)
{
    return static_cast<double>((time - range.begin).ns()) / static_cast<double>(range.length().ns());
}

TimePoint timeAt(double share, TimeRange range)
{
    return range.begin + Duration(static_cast<std::int64_t>(share * static_cast<double>(range.length().ns())));
}

} // namespace

TimeBar::TimeBar(workspace::Workspace &workspace, QWidget *parent)
    : QWidget(parent), m_workspace(workspace),
      m_hint(new PlainLabel(tr("Open a load-test report or a trace file to see its time line."), this)),
      m_range(new PlainLabel(this)), m_whole(new QPushButton(tr("Whole range"), this))
{
    setFixedHeight(metric::kTimeBarHeight);
    m_hint->setTone(PlainLabel::Tone::Muted);
    widgets::setPlainToolTip(m_whole, tr("Show the whole time range again"));
    connect(m_whole, &QPushButton::clicked, this, [this] { m_workspace.narrowTo({}); });
    m_lanes = {new Sparkline(tr("rate"), Sparkline::Hue::Rate, this),
               new Sparkline(tr("p95"), Sparkline::Hue::Latency, this),
               new Sparkline(tr("errors"), Sparkline::Hue::Errors, this)};
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(metric::kMargin, 0, metric::kGap + 4, 1);
    row->setSpacing(metric::kGap + 4);
    row->addWidget(m_hint);
    row->addWidget(m_range);
    row->addWidget(m_whole);
    for (Sparkline *lane : m_lanes) {
        lane->setMaximumWidth(360);
        row->addWidget(lane, 100);
        connect(lane, &Sparkline::brushed, this, &TimeBar::narrow);
        connect(lane, &Sparkline::brushCleared, this, [this] {
            m_workspace.narrowTo({});
            updateRange();
        });
        connect(lane, &Sparkline::hovered, this, &TimeBar::hover);
    }
    row->addStretch(1);
    using workspace::Workspace;
    connect(&m_workspace, &Workspace::snapshotChanged, this, &TimeBar::refresh);
    connect(&m_workspace, &Workspace::reportChanged, this, [this] { refresh(false); });
    connect(&m_workspace, &Workspace::shownRangeChanged, this, &TimeBar::updateRange);
    connect(&m_workspace, &Workspace::momentChanged, this, &TimeBar::updateMoment);
    refresh(false);
}

void TimeBar::addTrailingWidget(QWidget *widget)
{
    static_cast<QHBoxLayout *>(layout())->addWidget(widget);
}

/// Traces that were renewed keep their curves until the new ones are there: they come several times a second.
void TimeBar::refresh(bool isRenewal)
{
    if (!isRenewal)
        showActivity({});
    const trace::TraceSnapshotPtr snapshot = m_workspace.snapshot();
    const loadtest::LoadTestReportPtr report = m_workspace.report();
    if (!snapshot && !report) {
        m_job.cancel();
        return;
    }
    m_job.start(
        [snapshot, report](std::stop_token stop, Progress &) -> Result<workspace::Activity> {
            if (snapshot && snapshot->traces().size() > 1)
                return workspace::activityOf(*snapshot, stepsFor(snapshot->traces().size()), stop);
            return report ? workspace::activityOf(*report, kSteps, stop) : workspace::Activity();
        },
        [this](Result<workspace::Activity> activity) {
            if (activity)
                showActivity(std::move(*activity));
        });
}

void TimeBar::showActivity(workspace::Activity activity)
{
    m_activity = std::move(activity);
    const double stepSeconds = std::max(m_activity.step.toSeconds(), 1e-9);
    std::array<std::vector<std::optional<double>>, 3> values;
    double topRate = 0;
    double topErrors = 0;
    std::int64_t topP95 = 0;
    for (const workspace::ActivityStep &step : m_activity.steps) {
        const double rate = static_cast<double>(step.requests) / stepSeconds;
        std::optional<double> errors;
        if (step.requests > 0)
            errors = static_cast<double>(step.errors) / static_cast<double>(step.requests);
        values[0].push_back(rate);
        values[1].push_back(step.p95Ns ? std::optional(static_cast<double>(*step.p95Ns)) : std::nullopt);
        values[2].push_back(errors);
        topRate = std::max(topRate, rate);
        topP95 = std::max(topP95, step.p95Ns.value_or(0));
        topErrors = std::max(topErrors, errors.value_or(0));
    }
    m_lanes[0]->setValues(std::move(values[0]), QString::fromStdString(rateText(topRate)));
    m_lanes[1]->setValues(std::move(values[1]), QString::fromStdString(durationText(Duration(topP95))));
    m_lanes[2]->setValues(std::move(values[2]), QString::fromStdString(percentText(topErrors)));
    for (Sparkline *lane : m_lanes)
        lane->setVisible(!m_activity.steps.empty());
    updateRange();
}

void TimeBar::updateRange()
{
    const TimeRange shown = m_workspace.shownRange();
    m_hint->setVisible(!m_workspace.hasOpenFiles());
    m_range->setVisible(m_workspace.hasOpenFiles());
    m_whole->setVisible(m_workspace.isNarrowed());
    if (!shown.isEmpty())
        m_range->setText(rangeText(shown));
    else
        m_range->setText(m_activity.range.isEmpty() ? tr("No time line in this file") : lengthText(m_activity.range));
    widgets::setPlainToolTip(m_range,
                             shown.isEmpty()
                                 ? QString()
                                 : u"%1\n%2\n%3"_s.arg(QString::fromStdString(isoText(shown.begin)),
                                                       QString::fromStdString(isoText(shown.end)), lengthText(shown)));
    std::optional<Sparkline::Brush> brush;
    if (m_workspace.isNarrowed() && !m_activity.range.isEmpty())
        brush = Sparkline::Brush{std::clamp(shareOf(shown.begin, m_activity.range), 0.0, 1.0),
                                 std::clamp(shareOf(shown.end, m_activity.range), 0.0, 1.0)};
    for (Sparkline *lane : m_lanes) {
        if (!lane->isBrushing()) // while live, curves change under a drag
            lane->setBrush(brush);
    }
}

void TimeBar::updateMoment()
{
    std::optional<double> position;
    const std::optional<TimePoint> moment = m_workspace.moment();
    if (moment && m_activity.range.contains(*moment))
        position = shareOf(*moment, m_activity.range);
    for (Sparkline *lane : m_lanes)
        lane->setMoment(position);
}

void TimeBar::narrow(double begin, double end)
{
    if (m_activity.range.isEmpty())
        return;
    m_workspace.narrowTo({timeAt(begin, m_activity.range), timeAt(end, m_activity.range)});
    updateRange();
}

QString TimeBar::momentText(TimePoint moment) const
{
    const auto index = static_cast<std::size_t>((moment - m_activity.range.begin).ns() / m_activity.step.ns());
    const workspace::ActivityStep &step = m_activity.steps[std::min(index, m_activity.steps.size() - 1)];
    const double rate = static_cast<double>(step.requests) / std::max(m_activity.step.toSeconds(), 1e-9);
    const QString p95 = step.p95Ns ? QString::fromStdString(durationText(Duration(*step.p95Ns))) : tr("no data");
    const QString what = m_activity.isOfTraces ? tr("traces") : tr("requests");
    return tr("%1 UTC\n%2 %3 · p95 %4 · %5 failed")
        .arg(QString::fromStdString(clockText(moment)), QString::fromStdString(rateText(rate)), what, p95,
             QString::fromStdString(countText(step.errors)));
}

void TimeBar::hover(double position)
{
    if (position < 0 || m_activity.steps.empty()) {
        m_workspace.setMoment(std::nullopt);
        return;
    }
    const TimePoint moment = timeAt(std::min(position, 0.999999), m_activity.range);
    m_workspace.setMoment(moment);
    widgets::showPlainToolTip(QCursor::pos(), momentText(moment), this);
}

void TimeBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), style::theme().panel);
    painter.fillRect(QRect(0, height() - 1, width(), 1), style::theme().line);
}

} // namespace tailspan::mainwindow
