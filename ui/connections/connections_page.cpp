// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/connections_page.h"

#include "ui/connections/connection_form.h"
#include "ui/style/fonts.h"
#include "ui/style/icon.h"
#include "ui/style/theme.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/clear_layout.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/plain_label.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QListWidget>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace tailspan::connections {

using namespace Qt::StringLiterals;
using widgets::PlainLabel;
using workspace::ConnectionDraft;
using workspace::ConnectionTestStep;
namespace metric = style::metric;

namespace {

constexpr int kListWidthPx = 260;
constexpr int kFormWidthPx = 600;

struct StepLook {
    QString iconName;
    style::IconColor color;
    PlainLabel::Tone tone;
};

StepLook lookOf(ConnectionTestStep::State state)
{
    switch (state) {
    case ConnectionTestStep::State::Done: return {u"good"_s, style::IconColor::Good, PlainLabel::Tone::Good};
    case ConnectionTestStep::State::Warning: return {u"warning"_s, style::IconColor::Warn, PlainLabel::Tone::Warn};
    case ConnectionTestStep::State::Failed: return {u"error"_s, style::IconColor::Bad, PlainLabel::Tone::Bad};
    case ConnectionTestStep::State::Skipped: return {u"info"_s, style::IconColor::Muted, PlainLabel::Tone::Muted};
    }
    return {};
}

} // namespace

ConnectionsPage::ConnectionsPage(workspace::Workspace &workspace, QWidget *parent)
    : Page(parent), m_workspace(workspace)
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(metric::kMargin, metric::kMargin, metric::kMargin, metric::kMargin);
    row->setSpacing(2 * metric::kMargin);
    m_offers = new QVBoxLayout;
    m_offers->setSpacing(metric::kGap);
    row->addWidget(buildList());
    m_empty = new widgets::EmptyState(this);
    m_empty->setContent(u"sources"_s, tr("Look at live traces"),
                        tr("Connect to the stores that hold your spans: Redis for the newest, PostgreSQL for the rest; "
                           "and to Prometheus and Alertmanager for metrics and alerts. "
                           "Tailspan reads and never writes. Give it a role that can only read."),
                        tr("New connection"));
    m_stack = new QStackedWidget(this);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(buildEditor());
    row->addWidget(m_stack, 1);
    connect(m_empty, &widgets::EmptyState::actionTriggered, this, &ConnectionsPage::editNew);
    connectConnections();
    fillList();
    fillOffers();
    updateButtons();
}

widgets::PageInfo ConnectionsPage::info() const
{
    return {u"connections"_s, tr("Stores"), u"sources"_s, widgets::PageInfo::Needs::Choice};
}

bool ConnectionsPage::isSettled() const
{
    return !m_workspace.connections().isTesting();
}

QWidget *ConnectionsPage::buildList()
{
    auto *pane = new QWidget(this);
    pane->setFixedWidth(kListWidthPx);
    auto *heading = new PlainLabel(tr("Connections"), pane);
    heading->setFont(style::headingFont());
    m_list = new QListWidget(pane);
    m_list->setObjectName(u"connectionList"_s);
    m_list->setAccessibleName(tr("Connections"));
    m_list->setUniformItemSizes(true);
    m_noConnections = new PlainLabel(tr("None yet. Make one, or paste the URL of a store."), pane);
    m_noConnections->setTone(PlainLabel::Tone::Muted);
    m_noConnections->setWordWrap(true);
    m_noConnections->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    auto *create = new QPushButton(tr("New connection"), pane);
    auto *paste = new QPushButton(tr("Paste a URL"), pane);
    m_connect = new QPushButton(tr("Connect to the ticked ones"), pane);
    m_connect->setObjectName(u"connect"_s);
    m_connect->setDefault(true);
    m_disconnect = new QPushButton(tr("Disconnect"), pane);
    auto *column = new QVBoxLayout(pane);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::kGap);
    column->addWidget(heading);
    column->addWidget(m_list, 1);
    column->addWidget(m_noConnections, 1);
    column->addLayout(m_offers);
    column->addWidget(create);
    column->addWidget(paste);
    column->addWidget(m_connect);
    column->addWidget(m_disconnect);
    connect(create, &QPushButton::clicked, this, &ConnectionsPage::editNew);
    connect(paste, &QPushButton::clicked, this, &ConnectionsPage::pasteUrl);
    connect(m_connect, &QPushButton::clicked, this, &ConnectionsPage::connectChosen);
    connect(m_disconnect, &QPushButton::clicked, this, [this] { m_workspace.connectTo({}); });
    connect(m_list, &QListWidget::currentItemChanged, this, [this](const QListWidgetItem *item) {
        if (item != nullptr && item->text() != m_savedName)
            edit(m_workspace.connections().draft(item->text()), item->text());
    });
    connect(m_list, &QListWidget::itemChanged, this, &ConnectionsPage::updateButtons);
    return pane;
}

QWidget *ConnectionsPage::buildEditor()
{
    auto *editor = new QWidget(this);
    m_form = new ConnectionForm;
    auto *scroll = new QScrollArea(editor);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(m_form);
    scroll->setMaximumWidth(kFormWidthPx);
    auto *answers = new QWidget(editor);
    m_message = new PlainLabel(answers);
    m_message->setWordWrap(true);
    m_steps = new QVBoxLayout;
    m_steps->setSpacing(6);
    auto *column = new QVBoxLayout(answers);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::kMargin);
    m_badge =
        new widgets::Chip(tr("could write: use a role that can only read"), widgets::Chip::Kind::Warning, answers);
    m_badge->setObjectName(u"couldWrite"_s);
    m_badge->setIconName(u"warning"_s);
    m_badge->hide();
    column->addWidget(buildButtons(answers));
    column->addWidget(m_badge, 0, Qt::AlignLeft);
    column->addWidget(m_message);
    column->addLayout(m_steps);
    column->addStretch(1);
    auto *row = new QHBoxLayout(editor);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2 * metric::kMargin);
    row->addWidget(scroll, 3);
    row->addWidget(answers, 2);
    return editor;
}

QWidget *ConnectionsPage::buildButtons(QWidget *parent)
{
    auto *buttons = new QWidget(parent);
    m_test = new QPushButton(tr("Test"), buttons);
    m_test->setObjectName(u"test"_s);
    m_save = new QPushButton(tr("Save"), buttons);
    m_save->setObjectName(u"save"_s);
    m_remove = new QPushButton(tr("Delete"), buttons);
    auto *row = new QHBoxLayout(buttons);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metric::kGap);
    for (QPushButton *button : {m_test, m_save, m_remove})
        row->addWidget(button);
    row->addStretch(1);
    connect(m_test, &QPushButton::clicked, this, &ConnectionsPage::test);
    connect(m_save, &QPushButton::clicked, this, &ConnectionsPage::save);
    connect(m_remove, &QPushButton::clicked, this, &ConnectionsPage::remove);
    return buttons;
}

void ConnectionsPage::connectConnections()
{
    using workspace::Connections;
    const Connections &connections = m_workspace.connections();
    connect(&connections, &Connections::changed, this, &ConnectionsPage::fillList);
    connect(&connections, &Connections::testStep, this, &ConnectionsPage::addStep);
    connect(&connections, &Connections::testFinished, this, [this](const QString &error) {
        say(error.isEmpty() ? tr("The connection works.") : error, !error.isEmpty());
        updateButtons();
    });
    connect(&m_workspace.stores(), &workspace::LiveStores::connectedChanged, this, &ConnectionsPage::updateButtons);
    connect(&m_workspace.metrics(), &workspace::LiveMetrics::connectedChanged, this, &ConnectionsPage::updateButtons);
}

void ConnectionsPage::fillList()
{
    const QStringList ticked = tickedNames();
    const QSignalBlocker quiet(m_list);
    m_list->clear();
    const QStringList names = m_workspace.connections().names();
    for (const QString &name : names) {
        auto *item = new QListWidgetItem(name, m_list);
        item->setSizeHint(QSize(0, metric::kTableRow));
        item->setFlags(item->flags() | Qt::ItemIsUserCheckable);
        const bool wasTicked = ticked.contains(name) || m_workspace.connections().draft(name).opensAtStart;
        item->setCheckState(wasTicked ? Qt::Checked : Qt::Unchecked);
        if (m_canWrite.contains(name))
            item->setIcon(style::icon(u"warning"_s, style::IconColor::Warn));
        if (name == m_savedName)
            m_list->setCurrentItem(item);
    }
    m_list->setVisible(!names.isEmpty());
    m_noConnections->setVisible(names.isEmpty());
    updateButtons();
}

/// What the environment holds is offered, not taken.
void ConnectionsPage::fillOffers()
{
    for (const ConnectionDraft &offer : m_workspace.connections().environmentOffers()) {
        auto *button = new QPushButton(tr("Take %1 from the environment").arg(offer.name), this);
        m_offers->addWidget(button);
        connect(button, &QPushButton::clicked, this, [this, offer] { edit(offer, {}); });
    }
}

void ConnectionsPage::edit(const ConnectionDraft &draft, const QString &savedName)
{
    m_workspace.connections().cancelTest();
    m_savedName = savedName;
    m_form->setDraft(draft, !savedName.isEmpty());
    m_stack->setCurrentIndex(1);
    clearSteps();
    say({}, false);
    m_badge->setVisible(m_canWrite.contains(savedName));
    updateButtons();
}

void ConnectionsPage::editNew()
{
    const QSignalBlocker quiet(m_list);
    m_list->setCurrentItem(nullptr);
    m_canWrite.remove({});
    edit({}, {});
    m_form->setFocus();
}

void ConnectionsPage::pasteUrl()
{
    const auto draft = m_workspace.connections().draftFromUrl(QGuiApplication::clipboard()->text());
    editNew();
    if (draft)
        edit(*draft, {});
    else
        say(tr("What is on the clipboard is no address of a store. %1")
                .arg(QString::fromStdString(draft.error().text())),
            true);
}

void ConnectionsPage::save()
{
    const ConnectionDraft draft = m_form->draft();
    const QString before = m_savedName;
    m_savedName = draft.name;
    const Result<QString> saved = m_workspace.connections().save(draft, before);
    if (!saved)
        m_savedName = before;
    else if (m_canWrite.remove(before))
        noteRights(true);
    say(saved ? *saved : QString::fromStdString(saved.error().text()), !saved);
    updateButtons();
}

void ConnectionsPage::remove()
{
    const QString name = m_savedName;
    m_savedName.clear();
    m_canWrite.remove(name);
    m_workspace.connections().remove(name);
    m_stack->setCurrentIndex(0);
    updateButtons();
}

void ConnectionsPage::test()
{
    if (m_workspace.connections().isTesting()) {
        m_workspace.connections().cancelTest();
        say(tr("The test was cancelled."), false);
        updateButtons();
        return;
    }
    clearSteps();
    say(tr("Testing"), false);
    m_workspace.connections().test(m_form->draft());
    updateButtons();
}

void ConnectionsPage::connectChosen()
{
    std::vector<sources::SourceToOpen> stores;
    const QStringList names = tickedNames();
    for (const QString &name : names) {
        const auto store = m_workspace.connections().toOpen(m_workspace.connections().draft(name));
        if (!store) {
            say(QString::fromStdString(store.error().text()), true);
            return;
        }
        stores.push_back(*store);
    }
    m_workspace.connectTo(stores);
}

void ConnectionsPage::updateButtons()
{
    const bool isTesting = m_workspace.connections().isTesting();
    m_test->setText(isTesting ? tr("Cancel the test") : tr("Test"));
    m_remove->setEnabled(!m_savedName.isEmpty());
    m_connect->setEnabled(!tickedNames().isEmpty());
    m_disconnect->setVisible(m_workspace.time().isConnected());
}

void ConnectionsPage::addStep(const ConnectionTestStep &step)
{
    const StepLook look = lookOf(step.state);
    if (step.asksForRights)
        noteRights(step.state == ConnectionTestStep::State::Warning);
    auto *line = new QWidget(this);
    auto *mark = new PlainLabel(line);
    mark->setPixmap(
        style::icon(look.iconName, look.color).pixmap(QSize(metric::kIcon, metric::kIcon), devicePixelRatioF()));
    auto *title = new PlainLabel(step.title, line);
    title->setTone(look.tone);
    auto *text = new PlainLabel(step.text, line);
    text->setTone(PlainLabel::Tone::Muted);
    text->setWordWrap(true);
    auto *row = new QHBoxLayout(line);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metric::kGap);
    row->addWidget(mark, 0, Qt::AlignTop);
    row->addWidget(title, 0, Qt::AlignTop);
    row->addWidget(text, 1, Qt::AlignTop);
    m_steps->addWidget(line);
}

/// Stays with the connection after the answer of the test is gone, until another test says otherwise.
void ConnectionsPage::noteRights(bool canWrite)
{
    m_badge->setVisible(canWrite);
    if (canWrite)
        m_canWrite.insert(m_savedName);
    else
        m_canWrite.remove(m_savedName);
    fillList();
}

void ConnectionsPage::clearSteps()
{
    widgets::clearLayout(*m_steps);
}

void ConnectionsPage::say(const QString &text, bool isProblem)
{
    m_message->setTone(isProblem ? PlainLabel::Tone::Bad : PlainLabel::Tone::Text);
    m_message->setText(text);
    m_message->setVisible(!text.isEmpty());
}

QStringList ConnectionsPage::tickedNames() const
{
    QStringList names;
    for (int i = 0; i < m_list->count(); ++i) {
        if (m_list->item(i)->checkState() == Qt::Checked)
            names.append(m_list->item(i)->text());
    }
    return names;
}

} // namespace tailspan::connections
