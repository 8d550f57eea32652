// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/traces/finding_links.h"

#include "ui/style/theme.h"
#include "ui/widgets/clear_layout.h"
#include "ui/widgets/link_button.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/plain_tooltip.h"

#include <QVBoxLayout>

#include <algorithm>

namespace tailspan::traces {

namespace {

constexpr std::size_t kMostLinks = 5;

} // namespace

FindingLinks::FindingLinks(QWidget *parent) : QWidget(parent), m_rows(new QVBoxLayout(this))
{
    m_rows->setContentsMargins(0, 0, 0, 0);
    m_rows->setSpacing(style::metric::kGrid / 2);
    hide();
}

void FindingLinks::setLinks(std::vector<Link> links)
{
    if (links == m_links)
        return;
    m_links = std::move(links);
    widgets::clearLayout(*m_rows);
    const std::size_t shown = std::min(m_links.size(), kMostLinks);
    for (std::size_t i = 0; i < shown; ++i) {
        const QString text = tr("Finding: %1").arg(m_links[i].title);
        auto *button = new widgets::LinkButton(text.simplified(), this);
        button->setObjectName(QStringLiteral("findingLink"));
        button->setAccessibleName(text);
        widgets::setPlainToolTip(button, text);
        connect(button, &QAbstractButton::clicked, this, [this, id = m_links[i].id] { Q_EMIT findingActivated(id); });
        m_rows->addWidget(button);
    }
    if (m_links.size() > shown) {
        auto *more = new widgets::PlainLabel(tr("and %1 more on the Advisor page").arg(m_links.size() - shown), this);
        more->setTone(widgets::PlainLabel::Tone::Muted);
        m_rows->addWidget(more);
    }
    setVisible(!m_links.empty());
}

} // namespace tailspan::traces
