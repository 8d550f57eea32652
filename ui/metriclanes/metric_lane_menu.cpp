// SPDX-License-Identifier: GPL-3.0-or-later
// The menu of a lane: its query, its values, and where else it can be looked at.
#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "models/metric/dashboard.h"
#include "ui/metriclanes/metric_lane.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QDesktopServices>
#include <QGuiApplication>
#include <QMenu>
#include <QUrl>

#include <cmath>

namespace tailspan::metriclanes {

using items::toQString;

void MetricLane::contextMenuEvent(QContextMenuEvent *event)
{
    QMenu menu(this);
    const QAction *copy = menu.addAction(tr("Copy the query"));
    const QAction *values = menu.addAction(tr("Copy the values as a table"));
    QAction *explore = menu.addAction(tr("Open in Explore"));
    explore->setEnabled(!m_axis.workspace().metrics().option(m_spec.targets.front().source, "grafana").empty());
    Q_EMIT menuOpened(&menu);
    const QAction *chosen = menu.exec(event->globalPos());
    if (chosen == copy)
        QGuiApplication::clipboard()->setText(toQString(m_spec.targets.front().expression));
    else if (chosen == values)
        QGuiApplication::clipboard()->setText(tableText());
    else if (chosen == explore)
        openInExplore();
}

void MetricLane::openInExplore()
{
    const LaneTarget &target = m_spec.targets.front();
    const std::string base = m_axis.workspace().metrics().option(target.source, "grafana");
    const std::string expression =
        metric::withWindow(target.expression, metric::windowFor(m_drawn->stepNs, 15'000'000'000));
    const std::string url = metric::exploreUrl(base, m_spec.datasourceUid, expression, m_axis.range());
    QDesktopServices::openUrl(QUrl::fromEncoded(QByteArray::fromStdString(url)));
}

QString MetricLane::tableText() const
{
    QString text = QStringLiteral("time\tseries\tvalue\n");
    for (const layout::LaneLine &line : picture().lines) {
        for (std::size_t i = 0; i < line.series->timesNs.size(); ++i) {
            const double value = line.series->values[i];
            text += toQString(isoText(TimePoint(line.series->timesNs[i]))) + u'\t' + toQString(line.label) + u'\t'
                + (std::isnan(value) ? QString() : QString::number(value, 'g', 15)) + u'\n';
        }
    }
    return text;
}

} // namespace tailspan::metriclanes
