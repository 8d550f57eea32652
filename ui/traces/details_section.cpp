// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/traces/details_section.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/traces/key_value_list.h"
#include "ui/widgets/plain_label.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QVBoxLayout>

namespace tailspan::traces {

DetailsSection::DetailsSection(const QString &title, Search search, QWidget *parent)
    : QWidget(parent), m_titleText(title), m_list(new KeyValueList(title, this))
{
    m_title = new widgets::PlainLabel(title, this);
    m_title->setFont(style::headingFont());
    auto *head = new QHBoxLayout;
    head->setSpacing(style::metric::kGap);
    head->addWidget(m_title);
    head->addStretch(1);
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, style::metric::kMargin, 0, 0);
    rows->setSpacing(style::metric::kGrid);
    rows->addLayout(head);
    rows->addWidget(m_list);
    if (search == Search::Yes) {
        m_search = new QLineEdit(this);
        m_search->setPlaceholderText(tr("Search"));
        m_search->setClearButtonEnabled(true);
        m_search->setAccessibleName(tr("Search in %1").arg(title));
        m_search->setMaximumWidth(140);
        head->addWidget(m_search);
        m_nothing = new widgets::PlainLabel(tr("Nothing here contains that text."), this);
        m_nothing->setTone(widgets::PlainLabel::Tone::Muted);
        rows->addWidget(m_nothing);
        connect(m_search, &QLineEdit::textChanged, this, [this](const QString &text) {
            m_list->attributes().setFilterText(text);
            updateTitle();
        });
    }
    hide();
}

void DetailsSection::setPairs(std::vector<trace::Attribute> pairs, std::vector<std::string> targets)
{
    m_list->attributes().setAttributes(std::move(pairs), std::move(targets));
    updateTitle();
    setVisible(m_list->attributes().totalCount() > 0);
}

void DetailsSection::updateTitle()
{
    const auto total = static_cast<std::uint64_t>(m_list->attributes().totalCount());
    const auto shown = static_cast<std::uint64_t>(m_list->attributes().rowCount());
    m_title->setText(m_titleText + QStringLiteral("  ") + items::toQString(countText(shown))
                     + (shown == total ? QString() : tr(" of %1").arg(items::toQString(countText(total)))));
    m_list->setVisible(shown > 0);
    if (m_nothing != nullptr)
        m_nothing->setVisible(shown == 0 && total > 0);
}

} // namespace tailspan::traces
