// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/traces/store_bar.h"

#include "ui/style/icon.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/plain_tooltip.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QToolButton>

namespace tailspan::traces {

using namespace Qt::StringLiterals;
using widgets::PlainLabel;
using workspace::LiveStores;

namespace {

struct Choice {
    const char *text;
    qint64 seconds; // 0: everything
};
constexpr Choice kChoices[] = {
    {QT_TRANSLATE_NOOP("StoreBar", "Last 5 min"), 300},       {QT_TRANSLATE_NOOP("StoreBar", "Last 15 min"), 900},
    {QT_TRANSLATE_NOOP("StoreBar", "Last hour"), 3600},       {QT_TRANSLATE_NOOP("StoreBar", "Last 6 hours"), 21'600},
    {QT_TRANSLATE_NOOP("StoreBar", "Last 24 h"), 86'400},     {QT_TRANSLATE_NOOP("StoreBar", "Last 7 days"), 604'800},
    {QT_TRANSLATE_NOOP("StoreBar", "All that is stored"), 0},
};

} // namespace

StoreBar::StoreBar(workspace::Workspace &workspace, QWidget *parent)
    : QWidget(parent), m_workspace(workspace), m_last(new QComboBox(this)), m_field(new QLineEdit(this)),
      m_live(new QToolButton(this)), m_waiting(new PlainLabel(this))
{
    m_last->setAccessibleName(tr("How far back to look"));
    for (const Choice &choice : kChoices)
        m_last->addItem(tr(choice.text), choice.seconds);
    m_field->setObjectName(u"storeSearch"_s);
    m_field->setPlaceholderText(
        tr("Search the stores: service=name, operation=name, duration>500ms, status=error, key=value, trace=id"));
    m_field->setClearButtonEnabled(true);
    m_field->addAction(style::icon(u"search"_s), QLineEdit::LeadingPosition);
    m_field->setAccessibleName(tr("Search the stores"));
    m_live->setObjectName(u"live"_s);
    m_live->setCheckable(true);
    m_live->setText(tr("Live"));
    m_live->setIcon(style::icon(u"play"_s));
    m_live->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    widgets::setPlainToolTip(m_live, tr("Follow the stores: new spans appear within a second"));
    m_waiting->setTone(PlainLabel::Tone::Accent);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(style::metric::kGap);
    row->addWidget(m_last);
    row->addWidget(m_field, 1);
    row->addWidget(m_waiting);
    row->addWidget(m_live);
    LiveStores &stores = m_workspace.stores();
    connect(m_field, &QLineEdit::returnPressed, this, &StoreBar::search);
    connect(m_field, &QLineEdit::textChanged, this, [this](const QString &text) {
        if (text.isEmpty() && !m_workspace.stores().searchText().isEmpty())
            search(); // the clear button: back to the newest
    });
    connect(m_last, &QComboBox::activated, this,
            [this] { m_workspace.stores().setLast(Duration(m_last->currentData().toLongLong() * 1'000'000'000)); });
    connect(m_live, &QToolButton::clicked, this, [this](bool isOn) { m_workspace.stores().setLive(isOn); });
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
    const int place = m_last->findData(static_cast<qint64>(stores.last().ns() / 1'000'000'000));
    m_last->setCurrentIndex(place);
    m_live->setChecked(stores.isLive());
    const std::size_t waiting = stores.waitingTraces();
    m_waiting->setVisible(waiting > 0 || stores.isPaused());
    m_waiting->setText(stores.isPaused() ? tr("Paused while the list is scrolled down")
                                         : tr("%1 new, shown when the pointer leaves the list").arg(waiting));
}

} // namespace tailspan::traces
