// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace tailspan::widgets {
class PlainLabel;
}

namespace tailspan::welcome {

/// The dashed area that says where files can be dropped and holds the open button. The drop itself is taken by the
/// window, anywhere.
/// Thread: GUI.
class DropArea : public QWidget {
    Q_OBJECT
public:
    explicit DropArea(QWidget *parent = nullptr);

Q_SIGNALS:
    void openRequested();
    void connectRequested();

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void updateIcon();

    widgets::PlainLabel *m_icon = nullptr;
};

} // namespace tailspan::welcome
