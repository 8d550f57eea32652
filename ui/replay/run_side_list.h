// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QWidget>

class QListWidget;
class QMenu;
class QPushButton;

namespace tailspan::widgets {
class PlainLabel;
}

namespace tailspan::replay {

/// Files and folders of one side of a comparison: a list that takes drops, with buttons for files, a folder and what was
/// chosen before. Thread: GUI.
class RunSideList final : public QWidget {
    Q_OBJECT
public:
    /// `name`: of the widgets for tests, "before".
    RunSideList(const QString &title, const QString &name, QWidget *parent = nullptr);

    /// The open run as the first entry; "": none. It is no path.
    void setOpenRun(const QString &fileName);
    void setRecent(const QList<QStringList> &recent);
    void setPaths(const QStringList &paths);
    [[nodiscard]] const QStringList &paths() const { return m_paths; }
    /// Below the list: what was read, or why it cannot be.
    void setFound(const QString &text, bool isError);
    [[nodiscard]] QString found() const;

Q_SIGNALS:
    void pathsChanged();
    void openRunRemoved();

protected:
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    QWidget *buildButtons();
    void add(const QStringList &paths);
    void removeSelected();
    void showEntries();

    QString m_openRun;
    QStringList m_paths;
    QListWidget *m_list = nullptr;
    QPushButton *m_remove = nullptr;
    QPushButton *m_recentButton = nullptr;
    QMenu *m_recent = nullptr;
    widgets::PlainLabel *m_found = nullptr;
};

} // namespace tailspan::replay
