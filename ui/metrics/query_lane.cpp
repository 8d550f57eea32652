// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/metrics/query_lane.h"

#include "ui/metrics/promql_edit.h"
#include "ui/style/icon.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_tooltip.h"

#include <QHBoxLayout>
#include <QToolButton>
#include <QVBoxLayout>

namespace tailspan::metrics {

using metriclanes::kLeftPx;
using metriclanes::kRightPx;
using metriclanes::LaneSpec;

namespace {

constexpr std::size_t kMostLines = 20;

/// Of what the name of the metric tells; otherwise plain numbers.
metric::MetricUnit unitOf(const QString &expression)
{
    using metric::MetricUnit;
    if (expression.contains(QStringLiteral("histogram_quantile")) && expression.contains(QStringLiteral("_seconds")))
        return MetricUnit::Seconds;
    if (expression.contains(QStringLiteral("rate(")) || expression.contains(QStringLiteral("increase(")))
        return expression.contains(u'/') ? MetricUnit::None : MetricUnit::PerSecond;
    if (expression.contains(QStringLiteral("_bytes")))
        return MetricUnit::Bytes;
    return expression.contains(QStringLiteral("_seconds")) ? MetricUnit::Seconds : MetricUnit::None;
}

} // namespace

QueryLane::QueryLane(LaneAxis &axis, QWidget *parent)
    : QWidget(parent), m_axis(axis), m_edit(new PromqlEdit(axis.workspace(), this)),
      m_lane(new MetricLane(axis, {}, this))
{
    setObjectName(QStringLiteral("queryLane"));
    auto *close = new QToolButton(this);
    close->setIcon(style::icon(QStringLiteral("close"), style::IconColor::Muted));
    close->setAutoRaise(true);
    close->setAccessibleName(tr("Remove the query"));
    widgets::setPlainToolTip(close, tr("Remove the query"));
    auto *line = new QHBoxLayout;
    line->setContentsMargins(kLeftPx, 0, 0, 0);
    line->setSpacing(style::metric::kGap);
    line->addWidget(m_edit, 1);
    line->addWidget(close);
    line->addSpacing(kRightPx - close->sizeHint().width() - style::metric::kGap);
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 2, 0, 0);
    rows->setSpacing(2);
    rows->addLayout(line);
    rows->addWidget(m_lane);
    m_lane->hide();
    setFocusProxy(m_edit);
    connect(m_edit, &QLineEdit::returnPressed, this, &QueryLane::ask);
    connect(close, &QToolButton::clicked, this, &QueryLane::closed);
}

void QueryLane::setExpression(const QString &expression)
{
    m_edit->setText(expression);
    ask();
}

QString QueryLane::expression() const
{
    return m_edit->text();
}

void QueryLane::ask()
{
    const QString expression = m_edit->text().trimmed();
    LaneSpec spec;
    spec.title = tr("Query");
    spec.unit = unitOf(expression);
    spec.seriesLimit = kMostLines;
    if (!expression.isEmpty())
        spec.targets.push_back({expression.toStdString(), {}, {}});
    m_lane->setVisible(!expression.isEmpty());
    m_lane->setSpec(std::move(spec));
}

} // namespace tailspan::metrics
