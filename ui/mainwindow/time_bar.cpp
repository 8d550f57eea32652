// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/mainwindow/time_bar.h"

#include "app/workspace/shown_time.h"
#include "models/base/number_text.h"
#include "models/loadtest/alignment.h"
#include "models/metric/value_text.h"
#include "ui/mainwindow/range_field.h"
#include "ui/mainwindow/range_label.h"
#include "ui/style/icon.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/plain_tooltip.h"

#include <QCursor>
#include <QHBoxLayout>
#include <QPainter>
#include <QResizeEvent>
#include <QToolButton>

#include <algorithm>

namespace tailspan::mainwindow {

using namespace Qt::StringLiterals;
using widgets::PlainLabel;
namespace metric = style::metric;

namespace {

constexpr std::size_t kSteps = 120;
constexpr std::size_t kFewestSteps = 24;
constexpr std::size_t kTracesPerStep = 6;
constexpr int kLaneLeastPx = 136;
constexpr int kRoomForOthersPx = 660; ///< What stands beside the curves.

/// Fewer and wider steps for few traces: a step with one trace says nothing about p95 or the share of errors.
std::size_t stepsFor(std::size_t traces)
{
    return std::clamp(traces / kTracesPerStep, kFewestSteps, kSteps);
}

/// Traces that ran during the run: some of a second that was looked into are no picture of it, the report is.
bool isOfRun(const trace::TraceSnapshot &snapshot, const loadtest::LoadTestReportPtr &report)
{
    if (!report || !report->startedAt || report->timeline.empty())
        return false;
    const TimeRange run = loadtest::runRangeOf(*report);
    return run.begin < snapshot.range().end && snapshot.range().begin < run.end;
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
    : QWidget(parent), m_workspace(workspace), m_metrics(workspace),
      m_hint(new PlainLabel(tr("Open a load-test report or a trace file to see its time line."), this)),
      m_field(new RangeField(workspace, this)), m_range(new RangeLabel(this)), m_whole(new QToolButton(this)),
      m_live(new QToolButton(this))
{
    setFixedHeight(metric::kTimeBarHeight);
    m_hint->setTone(PlainLabel::Tone::Muted);
    m_whole->setIcon(style::icon(u"zoom-fit"_s));
    m_whole->setAutoRaise(true);
    m_whole->setAccessibleName(tr("Whole range"));
    widgets::setPlainToolTip(m_whole, tr("Show the whole time range again"));
    connect(m_whole, &QToolButton::clicked, this, [this] { m_workspace.narrowTo({}); });
    buildLive();
    m_lanes = {new Sparkline(tr("rate"), Sparkline::Hue::Rate, this),
               new Sparkline(tr("p95"), Sparkline::Hue::Latency, this),
               new Sparkline(tr("errors"), Sparkline::Hue::Errors, this)};
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(metric::kMargin, 0, metric::kGap + 4, 1);
    row->setSpacing(metric::kGap + 4);
    row->addWidget(m_hint);
    row->addWidget(m_field);
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
    row->addWidget(m_live);
    connectWorkspace();
    refresh(false);
    updateLive();
}

void TimeBar::buildLive()
{
    m_live->setObjectName(u"live"_s);
    m_live->setCheckable(true);
    m_live->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    connect(m_live, &QToolButton::clicked, this, [this](bool isOn) { m_workspace.time().setLive(isOn); });
}

void TimeBar::connectWorkspace()
{
    using workspace::Workspace;
    connect(&m_workspace, &Workspace::snapshotChanged, this, &TimeBar::refresh);
    connect(&m_workspace, &Workspace::reportChanged, this, [this] { refresh(false); });
    connect(&m_workspace, &Workspace::shownRangeChanged, this, &TimeBar::updateRange);
    connect(&m_workspace, &Workspace::momentChanged, this, &TimeBar::updateMoment);
    connect(&m_workspace.metrics(), &workspace::LiveMetrics::connectedChanged, this, [this] { refresh(true); });
    connect(&m_metrics, &MetricCurves::changed, this, &TimeBar::showMetrics);
    connect(&m_workspace.time(), &workspace::TimeChoice::liveChanged, this, &TimeBar::updateLive);
    connect(&m_workspace.alerts(), &workspace::AlertWatch::overlaysChanged, this, &TimeBar::updateOverlays);
    connect(m_field, &RangeField::refused, this, &TimeBar::rangeRefused);
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
        chooseCurves();
        updateRange();
        return;
    }
    m_job.start(
        [snapshot, report](std::stop_token stop, Progress &) -> Result<workspace::Activity> {
            if (snapshot && snapshot->traces().size() > 1 && !isOfRun(*snapshot, report))
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
    chooseCurves();
    if (!m_hasMeasured) {
        m_lanes[0]->setValues(std::move(values[0]), QString::fromStdString(rateText(topRate)));
        m_lanes[1]->setValues(std::move(values[1]), QString::fromStdString(durationText(Duration(topP95))));
        m_lanes[2]->setValues(std::move(values[2]), QString::fromStdString(percentText(topErrors)));
    }
    showLanes();
    updateRange();
}

/// Traces and requests of what is open come first; without any, what stores of metrics measured.
void TimeBar::chooseCurves()
{
    m_hasMeasured = m_activity.steps.empty() && m_workspace.metrics().hasMetrics() && !m_workspace.report();
    m_metrics.setShown(m_hasMeasured);
}

void TimeBar::showMetrics()
{
    if (!m_hasMeasured)
        return;
    using Unit = tailspan::metric::MetricUnit;
    for (const auto &[curve, unit] : {std::pair{MetricCurves::Rate, Unit::PerSecond},
                                      {MetricCurves::P95, Unit::Seconds},
                                      {MetricCurves::Errors, Unit::Ratio}}) {
        std::vector<std::optional<double>> values = m_metrics.values(curve, kSteps);
        double top = 0;
        for (const std::optional<double> &value : values)
            top = std::max(top, value.value_or(0));
        m_lanes[curve]->setValues(std::move(values), QString::fromStdString(tailspan::metric::valueText(top, unit)));
    }
    showLanes();
    updateRange();
}

/// As many as there is room for.
void TimeBar::showLanes()
{
    const bool hasCurves = m_hasMeasured || !m_activity.steps.empty();
    const int room = std::max((width() - kRoomForOthersPx) / kLaneLeastPx, 1);
    for (std::size_t i = 0; i < m_lanes.size(); ++i)
        m_lanes[i]->setVisible(hasCurves && static_cast<int>(i) < room);
}

void TimeBar::resizeEvent(QResizeEvent *)
{
    showLanes();
}

TimeRange TimeBar::curveRange() const
{
    return m_hasMeasured ? m_metrics.range() : m_activity.range;
}

void TimeBar::updateLive()
{
    const bool isLive = m_workspace.time().isLive();
    m_live->setVisible(m_workspace.time().isConnected());
    m_live->setChecked(isLive);
    m_live->setText(isLive ? tr("Live") : tr("Paused"));
    m_live->setIcon(
        style::icon(isLive ? u"play"_s : u"pause"_s, isLive ? style::IconColor::Good : style::IconColor::Muted));
    widgets::setPlainToolTip(m_live,
                             isLive ? tr("The connected stores are followed. Click to hold what is shown.")
                                    : tr("Follow the connected stores again"));
    m_field->refresh();
}

void TimeBar::updateOverlays()
{
    const TimeRange range = curveRange();
    std::vector<Sparkline::Brush> bands;
    std::vector<double> marks;
    if (!range.isEmpty()) {
        for (const auto &band : m_workspace.alerts().bands()) {
            if (band.range.begin < range.end && range.begin < band.range.end)
                bands.push_back({std::clamp(shareOf(band.range.begin, range), 0.0, 1.0),
                                 std::clamp(shareOf(band.range.end, range), 0.0, 1.0)});
        }
        for (const auto &mark : m_workspace.alerts().marks()) {
            if (range.contains(mark.time))
                marks.push_back(shareOf(mark.time, range));
        }
    }
    for (Sparkline *lane : m_lanes)
        lane->setOverlays(bands, marks);
}

void TimeBar::updateRange()
{
    const TimeRange shown = m_workspace.shownRange();
    const bool isOpen = m_workspace.hasOpenFiles() || m_workspace.time().isConnected();
    m_hint->setVisible(!isOpen);
    m_field->setVisible(isOpen);
    m_range->setVisible(isOpen);
    m_whole->setVisible(m_workspace.isNarrowed());
    m_field->refresh();
    if (!shown.isEmpty())
        m_range->setRange(shown, m_workspace.settings().value());
    else if (!m_workspace.hasOpenFiles())
        m_range->setText({});
    else
        m_range->setText(m_activity.range.isEmpty() ? tr("No time line in this file") : lengthText(m_activity.range));
    updateOverlays();
    const TimeRange curves = curveRange();
    std::optional<Sparkline::Brush> brush;
    if (m_workspace.isNarrowed() && !curves.isEmpty())
        brush = Sparkline::Brush{std::clamp(shareOf(shown.begin, curves), 0.0, 1.0),
                                 std::clamp(shareOf(shown.end, curves), 0.0, 1.0)};
    for (Sparkline *lane : m_lanes) {
        if (!lane->isBrushing()) // while live, curves change under a drag
            lane->setBrush(brush);
    }
}

void TimeBar::updateMoment()
{
    std::optional<double> position;
    const std::optional<TimePoint> moment = m_workspace.moment();
    if (moment && curveRange().contains(*moment))
        position = shareOf(*moment, curveRange());
    for (Sparkline *lane : m_lanes)
        lane->setMoment(position);
}

void TimeBar::narrow(double begin, double end)
{
    const TimeRange range = curveRange();
    if (range.isEmpty())
        return;
    m_workspace.narrowTo({timeAt(begin, range), timeAt(end, range)});
    updateRange();
}

QString TimeBar::measuredText(TimePoint moment) const
{
    using Unit = tailspan::metric::MetricUnit;
    const auto text = [&](MetricCurves::Curve curve, Unit unit) {
        const std::optional<double> value = m_metrics.valueAt(curve, moment);
        return value ? QString::fromStdString(tailspan::metric::valueText(*value, unit)) : tr("no data");
    };
    return tr("%1\nall services: %2 · p95 of the slowest %3 · %4 failed")
        .arg(workspace::ShownTime::both(moment), text(MetricCurves::Rate, Unit::PerSecond),
             text(MetricCurves::P95, Unit::Seconds), text(MetricCurves::Errors, Unit::Ratio));
}

QString TimeBar::momentText(TimePoint moment) const
{
    if (m_hasMeasured)
        return measuredText(moment);
    const auto index = static_cast<std::size_t>((moment - m_activity.range.begin).ns() / m_activity.step.ns());
    const workspace::ActivityStep &step = m_activity.steps[std::min(index, m_activity.steps.size() - 1)];
    const double rate = static_cast<double>(step.requests) / std::max(m_activity.step.toSeconds(), 1e-9);
    const QString p95 = step.p95Ns ? QString::fromStdString(durationText(Duration(*step.p95Ns))) : tr("no data");
    const QString what = m_activity.isOfTraces ? tr("traces") : tr("requests");
    return tr("%1\n%2 %3 · p95 %4 · %5 failed")
        .arg(workspace::ShownTime::both(moment), QString::fromStdString(rateText(rate)), what, p95,
             QString::fromStdString(countText(step.errors)));
}

void TimeBar::hover(double position)
{
    const TimeRange range = curveRange();
    if (position < 0 || range.isEmpty() || (!m_hasMeasured && m_activity.steps.empty())) {
        m_workspace.setMoment(std::nullopt);
        return;
    }
    const TimePoint moment = timeAt(std::min(position, 0.999999), range);
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
