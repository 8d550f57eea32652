// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/metrics/lane_deck.h"

#include "ui/style/theme.h"

#include <QEvent>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>

#include <algorithm>

namespace tailspan::metrics {

using metriclanes::kLeftPx;
using metriclanes::kRightPx;
using metriclanes::LaneTimes;

LaneDeck::LaneDeck(LaneAxis &axis, QWidget *parent)
    : QWidget(parent), m_axis(axis), m_overlay(new OverlayLane(axis, this)), m_scroll(new QScrollArea(this)),
      m_inner(new QWidget)
{
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn); // the axis keeps its width
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_above = new QVBoxLayout;
    m_above->setSpacing(style::metric::kGrid);
    m_column = new QVBoxLayout(m_inner);
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(2);
    m_column->addLayout(m_above);
    m_column->addStretch(1);
    m_scroll->setWidget(m_inner);
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(0);
    rows->addWidget(m_overlay);
    rows->addWidget(m_scroll, 1);
    rows->addWidget(new LaneTimes(axis, this));
    m_scroll->viewport()->installEventFilter(this);
    m_inner->installEventFilter(this);
    connect(m_scroll->verticalScrollBar(), &QScrollBar::valueChanged, this, &LaneDeck::activate);
}

void LaneDeck::setLanes(std::vector<LaneSpec> specs)
{
    while (m_lanes.size() > specs.size()) {
        delete m_lanes.back();
        m_lanes.pop_back();
    }
    for (std::size_t i = 0; i < specs.size(); ++i) {
        if (i < m_lanes.size()) {
            m_lanes[i]->setSpec(std::move(specs[i]));
            continue;
        }
        auto *lane = new MetricLane(m_axis, {}, m_inner);
        lane->setActive(false);
        lane->setSpec(std::move(specs[i]));
        m_column->insertWidget(m_column->count() - 1, lane);
        m_lanes.push_back(lane);
    }
    m_column->activate();
    activate();
}

void LaneDeck::addAbove(QWidget *widget)
{
    m_above->addWidget(widget);
    m_scroll->verticalScrollBar()->setValue(0);
}

void LaneDeck::watch(MetricLane *lane)
{
    m_watched.push_back(lane);
    activate();
}

void LaneDeck::forget(MetricLane *lane)
{
    std::erase(m_watched, lane);
}

bool LaneDeck::isSettled() const
{
    const auto isWaiting = [](const MetricLane *lane) { return !lane->isSettled(); };
    return std::none_of(m_lanes.begin(), m_lanes.end(), isWaiting)
        && std::none_of(m_watched.begin(), m_watched.end(), isWaiting);
}

void LaneDeck::setShown(bool shown)
{
    m_isShown = shown;
    activate();
}

/// Lanes half a screen away are asked already: a turn of the wheel shows them.
void LaneDeck::activate()
{
    const QRect seen = m_scroll->viewport()->rect().adjusted(0, -m_scroll->viewport()->height() / 2, 0,
                                                             m_scroll->viewport()->height() / 2);
    for (const auto &lanes : {m_lanes, m_watched}) {
        for (MetricLane *lane : lanes) {
            const QRect place(lane->mapTo(m_scroll->viewport(), QPoint()), lane->size());
            lane->setActive(m_isShown && seen.intersects(place));
        }
    }
}

void LaneDeck::fit()
{
    m_axis.setPlotWidth(m_scroll->viewport()->width() - kLeftPx - kRightPx);
    activate();
}

void LaneDeck::resizeEvent(QResizeEvent *)
{
    fit();
}

bool LaneDeck::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Resize || event->type() == QEvent::LayoutRequest)
        QMetaObject::invokeMethod(this, &LaneDeck::fit, Qt::QueuedConnection);
    return QWidget::eventFilter(watched, event);
}

} // namespace tailspan::metrics
