// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/connections.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLineEdit;
class QToolButton;

namespace tailspan::connections {

/// The fields of one connection; those beyond the address are built from what its kind says about itself.
/// Thread: GUI.
class ConnectionForm final : public QWidget {
    Q_OBJECT
public:
    explicit ConnectionForm(QWidget *parent = nullptr);

    void setDraft(const workspace::ConnectionDraft &draft, bool hasKeptPassword);
    [[nodiscard]] workspace::ConnectionDraft draft() const;

Q_SIGNALS:
    void edited();

private:
    void buildOptions();
    [[nodiscard]] const workspace::ConnectionKind *kind() const;
    QWidget *makeEditor(const workspace::ConnectionOption &option, QWidget *parent);
    void addOption(QFormLayout &rows, const workspace::ConnectionOption &option);
    void addFoldedOptions(QFormLayout &rows, const workspace::ConnectionKind &shown);

    QFormLayout *m_rows = nullptr;
    QLineEdit *m_name = nullptr;
    QComboBox *m_kind = nullptr;
    QComboBox *m_scheme = nullptr;
    QLineEdit *m_host = nullptr;
    QLineEdit *m_port = nullptr;
    QLineEdit *m_user = nullptr;
    QLineEdit *m_password = nullptr;
    QLineEdit *m_database = nullptr;
    QCheckBox *m_opensAtStart = nullptr;
    QWidget *m_optionArea = nullptr;
    QToolButton *m_fold = nullptr;       ///< Null for a kind that has nothing to fold away.
    QHash<QString, QWidget *> m_editors; // by option
};

} // namespace tailspan::connections
