// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/heatmap/goes_with_panel.h"

#include "ui/style/theme.h"
#include "ui/widgets/plain_label.h"

#include <QVBoxLayout>

namespace tailspan::heatmap {

using widgets::PlainLabel;

GoesWithPanel::GoesWithPanel(HeatState &state, QWidget *parent)
    : QWidget(parent), m_state(state), m_message(new PlainLabel(this))
{
    m_message->setTone(PlainLabel::Tone::Muted);
    m_message->setWordWrap(true);
    m_message->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->addWidget(m_message, 1);
    m_message->setText(tr("No metrics are connected: add a Prometheus under Sources."));
}

void GoesWithPanel::setShown(bool shown)
{
    m_isShown = shown;
}

} // namespace tailspan::heatmap
