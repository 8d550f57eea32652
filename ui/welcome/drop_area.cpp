// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/welcome/drop_area.h"

#include "ui/style/contrast.h"
#include "ui/style/fonts.h"
#include "ui/style/icon.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/plain_tooltip.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

namespace tailspan::welcome {

using namespace Qt::StringLiterals;
using widgets::PlainLabel;
namespace metric = style::metric;

namespace {
constexpr int kIconPx = 28;
}

DropArea::DropArea(QWidget *parent) : QWidget(parent), m_icon(new PlainLabel(this))
{
    auto *title = new PlainLabel(tr("Drop load-test reports or trace files here"), this);
    title->setFont(style::headingFont());
    auto *formats = new PlainLabel(
        tr("k6, JMeter, Gatling, Locust, Artillery and more · Jaeger, OpenTelemetry, Zipkin · plain, .gz or .zst"),
        this);
    formats->setTone(PlainLabel::Tone::Muted);
    formats->setFont(style::tableFont());
    auto *open = new QPushButton(tr("Open files…"), this);
    open->setObjectName(u"openButton"_s);
    open->setDefault(true);
    open->setIcon(style::icon(u"open"_s, style::IconColor::OnAccent));
    connect(open, &QPushButton::clicked, this, &DropArea::openRequested);

    auto *stores = new QPushButton(tr("Connect to stores…"), this);
    stores->setObjectName(u"connectButton"_s);
    stores->setIcon(style::icon(u"sources"_s));
    widgets::setPlainToolTip(stores, tr("Look at live traces in Redis and PostgreSQL"));
    connect(stores, &QPushButton::clicked, this, &DropArea::connectRequested);

    auto *texts = new QVBoxLayout;
    texts->setSpacing(metric::kGrid);
    texts->addWidget(title);
    texts->addWidget(formats);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(24, 20, 24, 20);
    row->setSpacing(metric::kMargin);
    row->addWidget(m_icon);
    row->addLayout(texts, 1);
    row->addWidget(stores);
    row->addWidget(open);
    updateIcon();
}

void DropArea::updateIcon()
{
    m_icon->setPixmap(style::iconPixmap(u"drop"_s, style::theme().accent, kIconPx, devicePixelRatioF()));
}

void DropArea::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        updateIcon();
}

void DropArea::paintEvent(QPaintEvent *)
{
    const style::Theme &t = style::theme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QPen border(style::mixed(t.accent, t.panel, 0.6), 1.5, Qt::CustomDashLine);
    border.setDashPattern({4, 3});
    painter.setPen(border);
    painter.setBrush(t.panel);
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 2 * metric::kRadius, 2 * metric::kRadius);
}

} // namespace tailspan::welcome
