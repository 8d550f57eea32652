// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/mainwindow/filter_strip.h"

#include "ui/style/theme.h"
#include "ui/traces/filter_chips.h"
#include "ui/widgets/plain_label.h"

#include <QHBoxLayout>

namespace tailspan::mainwindow {

FilterStrip::FilterStrip(workspace::Workspace &workspace, QWidget *parent)
    : QWidget(parent), m_workspace(workspace), m_chips(new traces::FilterChips(this))
{
    auto *label = new widgets::PlainLabel(tr("Only"), this);
    label->setTone(widgets::PlainLabel::Tone::Muted);
    auto *line = new QHBoxLayout(this);
    line->setContentsMargins(style::metric::kMargin, style::metric::kGap, style::metric::kMargin, 0);
    line->setSpacing(style::metric::kGap);
    line->addWidget(label, 0, Qt::AlignTop);
    line->addWidget(m_chips, 1);
    connect(m_chips, &traces::FilterChips::filterWanted, &m_workspace, &workspace::Workspace::setFilter);
    connect(&m_workspace, &workspace::Workspace::filterChanged, this, &FilterStrip::refresh);
    refresh();
}

void FilterStrip::setWanted(bool isWanted)
{
    m_isWanted = isWanted;
    refresh();
}

void FilterStrip::refresh()
{
    m_chips->setFilter(m_workspace.filter());
    setVisible(m_isWanted && !m_workspace.filter().isEmpty());
}

} // namespace tailspan::mainwindow
