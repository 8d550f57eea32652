// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/workspace.h"
#include "ui/widgets/page.h"

#include <QSet>

class QLabel;
class QListWidget;
class QPushButton;
class QStackedWidget;
class QVBoxLayout;

namespace tailspan::widgets {
class Chip;
class EmptyState;
class PlainLabel;
} // namespace tailspan::widgets

namespace tailspan::connections {

class ConnectionForm;

/// The stores Tailspan knows: made, tested, connected to. Several ticked ones are read as one.
/// Thread: GUI. Owner: the window.
class ConnectionsPage final : public widgets::Page {
    Q_OBJECT
public:
    explicit ConnectionsPage(workspace::Workspace &workspace, QWidget *parent = nullptr);

    [[nodiscard]] widgets::PageInfo info() const override;
    [[nodiscard]] bool isSettled() const override;

private:
    QWidget *buildList();
    QWidget *buildEditor();
    QWidget *buildButtons(QWidget *parent);
    void connectConnections();
    void fillList();
    void fillOffers();
    void edit(const workspace::ConnectionDraft &draft, const QString &savedName);
    void editNew();
    void pasteUrl();
    void save();
    void remove();
    void test();
    void connectChosen();
    void updateButtons();
    void addStep(const workspace::ConnectionTestStep &step);
    void noteRights(bool canWrite);
    void clearSteps();
    void say(const QString &text, bool isProblem);
    [[nodiscard]] QStringList tickedNames() const;

    workspace::Workspace &m_workspace;
    QStackedWidget *m_stack = nullptr;
    widgets::EmptyState *m_empty = nullptr;
    QListWidget *m_list = nullptr;
    widgets::PlainLabel *m_noConnections = nullptr;
    widgets::Chip *m_badge = nullptr;
    QVBoxLayout *m_offers = nullptr;
    ConnectionForm *m_form = nullptr;
    QPushButton *m_test = nullptr;
    QPushButton *m_save = nullptr;
    QPushButton *m_remove = nullptr;
    QPushButton *m_connect = nullptr;
    QPushButton *m_disconnect = nullptr;
    QVBoxLayout *m_steps = nullptr;
    widgets::PlainLabel *m_message = nullptr;
    QSet<QString> m_canWrite; ///< Connections whose last test found rights to write; "" for one not kept yet.
    QString m_savedName;      ///< Of the connection in the form; empty for one that is not kept yet.
};

} // namespace tailspan::connections
