// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/mainwindow/status_line.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "models/loadtest/timeline.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/plain_tooltip.h"

#include <QHBoxLayout>
#include <QPainter>

namespace tailspan::mainwindow {

using namespace Qt::StringLiterals;
using widgets::Chip;
using widgets::PlainLabel;
namespace metric = style::metric;

namespace {

QString amountOf(const workspace::Workspace &workspace)
{
    QStringList parts;
    if (const trace::TraceSnapshotPtr &snapshot = workspace.snapshot()) {
        parts.append(items::toQString(pluralText(snapshot->traces().size(), "trace", "traces")));
        parts.append(items::toQString(pluralText(snapshot->spans().size(), "span", "spans")));
    }
    if (const loadtest::LoadTestReportPtr &report = workspace.report()) {
        if (const auto requests = loadtest::totalsOf(*report).requests)
            parts.append(items::toQString(pluralText(*requests, "request", "requests")));
    }
    return parts.join(u" · "_s);
}

QString phaseText(const workspace::StoreState &state)
{
    using Phase = workspace::StoreState::Phase;
    switch (state.phase) {
    case Phase::Connected: return StatusLine::tr("connected");
    case Phase::Live: return StatusLine::tr("live");
    case Phase::Paused: return StatusLine::tr("paused");
    case Phase::Retrying: return StatusLine::tr("no answer, again in %1 s").arg(state.retry.count());
    case Phase::Failed: return StatusLine::tr("no answer");
    }
    return {};
}

/// What the stores are asked is said: they are production.
QStringList storesOf(const std::vector<workspace::StoreState> &states)
{
    QStringList stores;
    for (const workspace::StoreState &state : states) {
        const auto &cost = state.cost;
        stores.append(StatusLine::tr("%1: %2 (asked %3, %4, %5)")
                          .arg(items::toQString(state.name), phaseText(state),
                               items::toQString(pluralText(cost.queries, "query", "queries")),
                               items::toQString(pluralText(cost.rows, "row", "rows")),
                               items::toQString(durationText(Duration(static_cast<std::int64_t>(cost.waitedNs))))));
    }
    return stores;
}

QString phaseText(const workspace::MetricSourceState &state)
{
    using Phase = workspace::MetricSourceState::Phase;
    if (state.phase == Phase::Connecting)
        return StatusLine::tr("connecting");
    const bool isFailed = state.phase == Phase::Failed;
    constexpr std::int64_t kFreshSeconds = 5;
    if (isFailed && state.age.count() < 0)
        return StatusLine::tr("no answer");
    const QString age = state.age.count() < kFreshSeconds
        ? StatusLine::tr("now")
        : StatusLine::tr("%1 old").arg(items::toQString(durationText(Duration::seconds(state.age.count()))));
    return isFailed ? StatusLine::tr("no answer, %1").arg(age) : age;
}

QStringList metricStoresOf(const std::vector<workspace::MetricSourceState> &states)
{
    QStringList stores;
    for (const workspace::MetricSourceState &state : states)
        stores.append(StatusLine::tr("%1: %2 (asked %3, %4, %5)")
                          .arg(items::toQString(state.name), phaseText(state),
                               items::toQString(pluralText(state.queries, "query", "queries")),
                               items::toQString(bytesText(state.bytes)),
                               items::toQString(durationText(Duration(static_cast<std::int64_t>(state.waitedNs))))));
    return stores;
}

template <class State>
QStringList errorsOf(const std::vector<State> &states)
{
    QStringList errors;
    for (const State &state : states) {
        if (!state.error.empty())
            errors.append(items::toQString(state.name + ": " + state.error));
    }
    return errors;
}

QStringList inputsOf(const workspace::Workspace &workspace)
{
    QStringList inputs;
    if (const trace::TraceSnapshotPtr &snapshot = workspace.snapshot()) {
        for (const trace::TraceInput &input : snapshot->inputs())
            inputs.append(items::toQString(input.name + " (" + input.format + ")"));
    }
    if (const loadtest::LoadTestReportPtr &report = workspace.report())
        inputs.append(items::toQString(report->fileName + " (" + report->tool + ")"));
    return inputs;
}

struct Badge {
    QString text;
    Chip::Kind kind = Chip::Kind::Good;
    QString iconName;
};

Badge badgeOf(const workspace::Workspace &workspace)
{
    std::uint64_t repairs = 0;
    bool isComplete = true;
    bool isClean = true;
    if (const trace::TraceSnapshotPtr &snapshot = workspace.snapshot()) {
        repairs = snapshot->ledger().repairCount();
        for (const trace::TraceInput &input : snapshot->inputs()) {
            isComplete = isComplete && input.isComplete;
            isClean = isClean && input.quality.isClean();
        }
    }
    if (const loadtest::LoadTestReportPtr &report = workspace.report()) {
        isComplete = isComplete && report->contents.isComplete;
        isClean = isClean && report->quality.isClean();
    }
    if (!isComplete)
        return {StatusLine::tr("incomplete input"), Chip::Kind::Warning, u"warning"_s};
    if (repairs > 0)
        return {items::toQString(pluralText(repairs, "repair", "repairs")), Chip::Kind::Warning, u"warning"_s};
    if (!isClean)
        return {StatusLine::tr("some records skipped"), Chip::Kind::Warning, u"warning"_s};
    return {StatusLine::tr("no repairs"), Chip::Kind::Good, u"check"_s};
}

} // namespace

StatusLine::StatusLine(workspace::Workspace &workspace, QWidget *parent)
    : QWidget(parent), m_workspace(workspace), m_inputs(new PlainLabel(this)), m_amount(new PlainLabel(this)),
      m_badge(new Chip(this))
{
    setFixedHeight(metric::kStatusHeight);
    for (PlainLabel *label : {m_inputs, m_amount}) {
        label->setFont(style::smallFont());
        label->setTone(PlainLabel::Tone::Muted);
    }
    m_inputs->setElideMode(Qt::ElideRight);
    m_badge->setClickable(true);
    m_badge->setObjectName(u"qualityBadge"_s);
    widgets::setPlainToolTip(m_badge, tr("What was repaired, skipped or odd in the data"));
    connect(m_badge, &Chip::clicked, this, &StatusLine::ledgerRequested);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(12, 1, 12, 0);
    row->setSpacing(metric::kMargin);
    row->addWidget(m_inputs, 1);
    row->addWidget(m_amount);
    row->addWidget(m_badge);
    connect(&m_workspace, &workspace::Workspace::snapshotChanged, this, &StatusLine::refresh);
    connect(&m_workspace, &workspace::Workspace::reportChanged, this, &StatusLine::refresh);
    connect(&m_workspace.stores(), &workspace::LiveStores::statesChanged, this, &StatusLine::refresh);
    connect(&m_workspace.metrics(), &workspace::LiveMetrics::statesChanged, this, &StatusLine::refresh);
    refresh();
}

void StatusLine::refresh()
{
    const bool isOpen = m_workspace.hasOpenFiles();
    const std::vector<workspace::StoreState> states = m_workspace.stores().states();
    const std::vector<workspace::MetricSourceState> metrics = m_workspace.metrics().states();
    const QStringList errors = errorsOf(states) + errorsOf(metrics);
    const QStringList connected = (states.empty() ? QStringList() : storesOf(states)) + metricStoresOf(metrics);
    m_inputs->setTone(errors.isEmpty() ? PlainLabel::Tone::Muted : PlainLabel::Tone::Warn);
    widgets::setPlainToolTip(m_inputs, errors.join(u'\n'));
    const QStringList inputs = states.empty() ? inputsOf(m_workspace) : QStringList();
    const QStringList all = inputs + connected;
    m_inputs->setText(all.isEmpty() ? tr("Nothing is open") : all.join(u"  ·  "_s));
    m_amount->setText(amountOf(m_workspace));
    const Badge badge = badgeOf(m_workspace);
    m_badge->setText(badge.text);
    m_badge->setKind(badge.kind);
    m_badge->setIconName(badge.iconName);
    m_badge->setVisible(isOpen);
}

void StatusLine::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), style::theme().panel);
    painter.fillRect(QRect(0, 0, width(), 1), style::theme().line);
}

} // namespace tailspan::mainwindow
