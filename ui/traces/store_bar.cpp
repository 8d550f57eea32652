// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/traces/store_bar.h"

#include "ui/style/icon.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/plain_tooltip.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLineEdit>

namespace tailspan::traces {

using namespace Qt::StringLiterals;
using widgets::PlainLabel;
using workspace::LiveStores;

StoreBar::StoreBar(workspace::Workspace &workspace, QWidget *parent)
    : QWidget(parent), m_workspace(workspace), m_field(new QLineEdit(this)), m_waiting(new PlainLabel(this))
{
    m_field->setObjectName(u"storeSearch"_s);
    m_field->setPlaceholderText(
        tr("Search the stores: service=name, operation=name, duration>500ms, status=error, key=value, trace=id"));
    m_field->setClearButtonEnabled(true);
    m_field->addAction(style::icon(u"search"_s), QLineEdit::LeadingPosition);
    m_field->setAccessibleName(tr("Search the stores"));
    m_waiting->setTone(PlainLabel::Tone::Accent);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(style::metric::kGap);
    row->addWidget(m_field, 1);
    row->addWidget(m_waiting);
    LiveStores &stores = m_workspace.stores();
    connect(m_field, &QLineEdit::returnPressed, this, &StoreBar::search);
    connect(m_field, &QLineEdit::textChanged, this, [this](const QString &text) {
        if (text.isEmpty() && !m_workspace.stores().searchText().isEmpty())
            search(); // the clear button: back to the newest
    });
    connect(&stores, &LiveStores::connectedChanged, this, &StoreBar::refresh);
    connect(&stores, &LiveStores::liveChanged, this, &StoreBar::refresh);
    connect(&stores, &LiveStores::searchStarted, this, &StoreBar::refresh);
    connect(&stores, &LiveStores::waitingChanged, this, &StoreBar::refresh);
    refresh();
}

void StoreBar::search()
{
    m_workspace.stores().search(m_field->text());
}

void StoreBar::refresh()
{
    const LiveStores &stores = m_workspace.stores();
    setVisible(stores.isConnected());
    if (m_field->text().trimmed() != stores.searchText() && !m_field->hasFocus())
        m_field->setText(stores.searchText());
    const std::size_t waiting = stores.waitingTraces();
    m_waiting->setVisible(waiting > 0 || stores.isPaused());
    m_waiting->setText(stores.isPaused() ? tr("Paused while the list is scrolled down")
                                         : tr("%1 new, shown when the pointer leaves the list").arg(waiting));
}

} // namespace tailspan::traces
