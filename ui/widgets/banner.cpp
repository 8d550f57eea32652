// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/banner.h"

#include "ui/style/icon.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/plain_tooltip.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>

namespace tailspan::widgets {

using namespace Qt::StringLiterals;

namespace {

QColor hueOf(Banner::Kind kind)
{
    const style::Theme &t = style::theme();
    switch (kind) {
    case Banner::Kind::Info: return t.accent;
    case Banner::Kind::Good: return t.good;
    case Banner::Kind::Warning: return t.warn;
    case Banner::Kind::Error: return t.bad;
    }
    return t.accent;
}

QString iconOf(Banner::Kind kind)
{
    switch (kind) {
    case Banner::Kind::Info: return u"info"_s;
    case Banner::Kind::Good: return u"good"_s;
    case Banner::Kind::Warning: return u"warning"_s;
    case Banner::Kind::Error: return u"error"_s;
    }
    return u"info"_s;
}

} // namespace

Banner::Banner(QWidget *parent)
    : QWidget(parent), m_icon(new QLabel(this)), m_text(new PlainLabel(this)), m_action(new QPushButton(this))
{
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto *close = new QToolButton(this);
    close->setIcon(style::icon(u"close"_s, style::IconColor::Muted));
    close->setAutoRaise(true);
    close->setAccessibleName(tr("Close this message"));
    setPlainToolTip(close, tr("Close this message"));

    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(style::metric::kMargin, style::metric::kGap - 2, style::metric::kGap,
                            style::metric::kGap - 2);
    row->setSpacing(style::metric::kGap);
    row->addWidget(m_icon, 0, Qt::AlignVCenter);
    row->addWidget(m_text, 1);
    row->addWidget(m_action);
    row->addWidget(close);
    connect(m_action, &QPushButton::clicked, this, &Banner::actionTriggered);
    connect(close, &QToolButton::clicked, this, &Banner::dismiss);
    hide();
}

void Banner::showMessage(Kind kind, const QString &text, const QString &action)
{
    m_kind = kind;
    m_text->setText(text);
    m_action->setText(action);
    m_action->setVisible(!action.isEmpty());
    setAccessibleName(text);
    updateColors();
    show();
}

void Banner::dismiss()
{
    if (isHidden())
        return;
    hide();
    Q_EMIT dismissed();
}

QString Banner::text() const
{
    return m_text->text();
}

void Banner::updateColors()
{
    const QColor readable = style::theme().onTint(hueOf(m_kind));
    m_icon->setPixmap(style::iconPixmap(iconOf(m_kind), readable, style::metric::kIcon, devicePixelRatioF()));
    update();
}

void Banner::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        updateColors();
}

void Banner::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), style::theme().tint(hueOf(m_kind)));
    painter.fillRect(QRect(0, 0, 3, height()), hueOf(m_kind));
}

} // namespace tailspan::widgets
