// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/moment_panel.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "models/loadtest/timeline.h"
#include "ui/replay/figure_row.h"
#include "ui/replay/moment_text.h"
#include "ui/replay/moment_traces.h"
#include "ui/replay/replay_state.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_label.h"

#include <QPushButton>
#include <QVBoxLayout>

namespace tailspan::replay {

using items::toQString;
using widgets::PlainLabel;
using Tone = PlainLabel::Tone;

namespace {

constexpr std::size_t kMostErrorRows = 8;

struct Figure {
    QString text;
    Tone tone = Tone::Text;
};

Figure noData()
{
    return {QCoreApplication::translate("MomentPanel", "no data"), Tone::Muted};
}

template <class Value, class Text>
Figure figureOf(const std::optional<Value> &value, Text text)
{
    return value ? Figure{toQString(text(*value))} : noData();
}

Figure latencyFigure(const std::optional<std::int64_t> &ns)
{
    return figureOf(ns, [](std::int64_t value) { return durationText(Duration(value)); });
}

Figure errorFigure(const std::optional<std::uint64_t> &failures, const std::optional<double> &ratio)
{
    if (!failures && ratio) // rates of the tool: nothing was counted
        return {toQString(percentText(*ratio)), *ratio > 0 ? Tone::Bad : Tone::Text};
    if (!failures)
        return noData();
    const QString count = toQString(countText(*failures));
    const QString text = ratio ? QStringLiteral("%1  (%2)").arg(count, toQString(percentText(*ratio))) : count;
    return {text, *failures > 0 ? Tone::Bad : Tone::Text};
}

PlainLabel *addHeading(QVBoxLayout &column, const QString &text)
{
    auto *heading = new PlainLabel(text);
    heading->setFont(style::headingFont());
    column.addWidget(heading);
    return heading;
}

QWidget *newContent()
{
    auto *content = new QWidget;
    content->setAutoFillBackground(true);
    content->setBackgroundRole(QPalette::Base);
    return content;
}

} // namespace

MomentPanel::MomentPanel(ReplayState &state, QWidget *parent) : QScrollArea(parent), m_state(state)
{
    setObjectName(QStringLiteral("moment"));
    setAccessibleName(tr("Numbers at the crosshair"));
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setBackgroundRole(QPalette::Base);
    connect(&m_state, &ReplayState::reportChanged, this, &MomentPanel::showReport);
    connect(&m_state, &ReplayState::headChanged, this, &MomentPanel::showMoment);
    connect(&m_state, &ReplayState::hoverChanged, this, &MomentPanel::showMoment);
    connect(&m_state, &ReplayState::playingChanged, this, &MomentPanel::showMoment);
    showReport();
}

FigureRow *MomentPanel::addRow(QVBoxLayout &column, const QString &name)
{
    auto *row = new FigureRow(name);
    column.addWidget(row);
    return row;
}

void MomentPanel::showReport()
{
    m_figures.clear();
    m_errors.clear();
    m_title = nullptr;
    m_place = nullptr;
    m_noErrors = nullptr;
    m_traces = nullptr;
    m_longest = nullptr;
    QWidget *content = newContent();
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(style::metric::kMargin, style::metric::kMargin, style::metric::kMargin,
                               style::metric::kMargin);
    column->setSpacing(0);
    if (!m_state.report()) {
        auto *hint = new PlainLabel(tr("The numbers of a moment appear here when a load-test report is open."));
        hint->setTone(Tone::Muted);
        hint->setWordWrap(true);
        column->addWidget(hint);
    }
    if (m_state.isMeasured())
        addMoment(*column);
    if (m_state.report())
        addRun(*column);
    column->addStretch(1);
    setWidget(content); // the one before is deleted with its rows
    showMoment();
}

void MomentPanel::addMoment(QVBoxLayout &column)
{
    m_limits = layout::latencyLimitsOf(*m_state.report());
    m_title = addHeading(column, {});
    m_title->setFont(style::titleFont());
    m_title->setElideMode(Qt::ElideRight);
    m_place = new PlainLabel;
    m_place->setTone(Tone::Muted);
    m_place->setFont(style::tableFont());
    column.addWidget(m_place);
    column.addSpacing(style::metric::kGap);
    m_traces = new QPushButton;
    m_traces->setObjectName(QStringLiteral("tracesHere"));
    connect(m_traces, &QPushButton::clicked, this, [this] { m_state.requestTraces({m_state.shownStep()}); });
    column.addWidget(m_traces, 0, Qt::AlignLeft);
    m_longest = new MomentTraces;
    connect(m_longest, &MomentTraces::traceChosen, this, &MomentPanel::traceChosen);
    column.addWidget(m_longest);
    column.addSpacing(style::metric::kGap);
    for (const QString &name : {tr("Users"), tr("Requests/s"), tr("p50"), tr("p95"), tr("p99"), tr("Failed")})
        m_figures.push_back(addRow(column, name));
    column.addSpacing(style::metric::kMargin);
    addHeading(column, tr("Errors by kind"));
    column.addSpacing(style::metric::kGrid);
    m_noErrors = new PlainLabel;
    m_noErrors->setTone(Tone::Muted);
    m_noErrors->setMinimumHeight(m_noErrors->sizeHint().height() + 6);
    column.addWidget(m_noErrors);
    for (std::size_t i = 0; i < kMostErrorRows; ++i)
        m_errors.push_back(addRow(column, {}));
    column.addSpacing(style::metric::kMargin);
}

void MomentPanel::addRun(QVBoxLayout &column)
{
    const loadtest::LoadTestReport &report = *m_state.report();
    const loadtest::Totals totals = loadtest::totalsOf(report);
    addHeading(column, tr("Whole run"));
    column.addSpacing(style::metric::kGrid);
    QStringList missing;
    const auto add = [&](const QString &name, const Figure &figure) {
        if (figure.tone == Tone::Muted)
            missing.append(name);
        else
            addRow(column, name)->setFigure(figure.text, figure.tone);
    };
    add(tr("Requests"), figureOf(totals.requests, countText));
    add(tr("Requests/s"), figureOf(totals.throughputRps, rateText));
    add(tr("Failed"), errorFigure(totals.failures, totals.errorRatio));
    add(tr("mean"), latencyFigure(totals.latency.meanNs));
    add(tr("p50"), latencyFigure(totals.latency.p50Ns));
    add(tr("p95"), latencyFigure(totals.latency.p95Ns));
    add(tr("p99"), latencyFigure(totals.latency.p99Ns));
    add(tr("max"), latencyFigure(totals.latency.maxNs));
    add(tr("Users at peak"), figureOf(report.peakUsers, decimalText));
    add(tr("Length"), figureOf(report.duration, durationText));
    addChecks(column);
    if (missing.isEmpty())
        return;
    auto *note = new PlainLabel(tr("Not in the file: %1").arg(missing.join(QStringLiteral(", "))));
    note->setTone(Tone::Muted);
    note->setWordWrap(true);
    column.addSpacing(style::metric::kGrid);
    column.addWidget(note);
}

void MomentPanel::addChecks(QVBoxLayout &column)
{
    const loadtest::LoadTestReport &report = *m_state.report();
    if (report.checks.empty())
        return;
    std::uint64_t passes = 0;
    std::uint64_t fails = 0;
    for (const loadtest::Check &check : report.checks) {
        passes += check.passes;
        fails += check.fails;
    }
    addRow(column, tr("Checks passed"))
        ->setFigure(tr("%1 of %2").arg(toQString(countText(passes)), toQString(countText(passes + fails))),
                    fails > 0 ? Tone::Bad : Tone::Text);
}

void MomentPanel::showMoment()
{
    if (m_title == nullptr)
        return;
    const loadtest::LoadTestReport &report = *m_state.report();
    const TimePoint time = m_state.shownMoment();
    const layout::ReplayMoment moment = layout::momentAt(report, time);
    QString title = momentClockText(report, m_state.run(), time);
    if (!moment.stage.empty())
        title += QStringLiteral(" · ") + toQString(moment.stage);
    m_title->setText(title);
    const QString where = time == m_state.head() ? tr("at the play head") : tr("under the pointer");
    const QString step = toQString(durationText(moment.step.length()));
    m_place->setText(moment.isIdle ? tr("%1, nothing finished for %2").arg(where, step)
                                   : tr("%1, step of %2").arg(where, step));
    const auto latency = [this](const std::optional<std::int64_t> &ns, const std::string &aggregate) {
        Figure figure = latencyFigure(ns);
        for (const layout::LatencyLimit &limit : m_limits) {
            if (ns && limit.label.starts_with(aggregate) && static_cast<double>(*ns) > limit.limitNs)
                figure.tone = Tone::Bad;
        }
        return figure;
    };
    const std::array figures{figureOf(moment.users, decimalText),     figureOf(moment.requestsRps, rateText),
                             latency(moment.latency.p50Ns, "med "),   latency(moment.latency.p95Ns, "p(95) "),
                             latency(moment.latency.p99Ns, "p(99) "), errorFigure(moment.failures, moment.errorRatio)};
    for (std::size_t i = 0; i < figures.size(); ++i)
        m_figures[i]->setFigure(figures[i].text, figures[i].tone);
    showErrors(moment);
    showTraces(moment.step);
}

void MomentPanel::setTraces(Traces traces)
{
    m_times = std::move(traces);
    showMoment();
}

/// Those that are loaded; stores may have more.
void MomentPanel::showTraces(TimeRange step)
{
    const loadtest::TraceTimesPtr times = m_times ? m_times() : nullptr;
    const std::size_t count = times != nullptr ? times->countRunning(step) : 0;
    m_longest->showStep(times, step);
    if (count == 1)
        m_traces->setText(tr("1 trace here"));
    else
        m_traces->setText(count > 0 ? tr("%1 traces here").arg(toQString(countText(count)))
                                    : tr("Look for traces here"));
}

void MomentPanel::showErrors(const layout::ReplayMoment &moment)
{
    std::uint64_t rest = 0;
    for (std::size_t i = kMostErrorRows - 1; i < moment.errors.size(); ++i)
        rest += moment.errors[i].count;
    const bool isCut = moment.errors.size() > kMostErrorRows;
    for (std::size_t i = 0; i < m_errors.size(); ++i) {
        m_errors[i]->setVisible(i < moment.errors.size());
        if (i >= moment.errors.size())
            continue;
        const bool isRest = isCut && i + 1 == kMostErrorRows;
        m_errors[i]->setName(isRest ? tr("other kinds") : toQString(moment.errors[i].kind));
        m_errors[i]->setFigure(toQString(countText(isRest ? rest : moment.errors[i].count)));
    }
    m_noErrors->setVisible(moment.errors.empty());
    if (!moment.failures)
        m_noErrors->setText(tr("Not in the file"));
    else
        m_noErrors->setText(*moment.failures == 0 ? tr("None in this step") : tr("The file does not name them"));
}

QString MomentPanel::figure(const QString &name) const
{
    for (const std::vector<FigureRow *> &rows : {m_figures, m_errors}) {
        for (const FigureRow *row : rows) {
            if (row->name() == name && !row->isHidden())
                return row->figure();
        }
    }
    return {};
}

QString MomentPanel::title() const
{
    return m_title == nullptr ? QString() : m_title->text();
}

} // namespace tailspan::replay
